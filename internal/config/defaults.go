package config

import "reflect"

// Defaults returns the one table of defaults. Services is empty; each of its entries starts as
// [DefaultService]. The required keys are empty.
func Defaults() Config {
	return Config{
		Kind: KindWorkload,
		AWS:  defaultAWS(),
		Network: Network{
			CIDRBlock:             "10.0.0.0/16",
			SubnetPrefix:          24,
			AvailabilityZoneCount: 2,
			NAT:                   NATPerAZ,
		},
		Encryption: defaultEncryption(),
		Logging: Logging{
			RetentionDays: 30,
			ServicePrefix: "/ecs",
		},
		Storage: Storage{
			NoncurrentVersionDays: 30,
			InfrequentAccessDays:  90,
			AccessLogDays:         365,
			ArtifactDays:          30,
		},
		Database: Database{
			Name:                       "app",
			Username:                   "app_owner",
			EngineVersion:              "17",
			InstanceClass:              "db.t3.small",
			AllocatedStorageGiB:        20,
			MaxAllocatedStorageGiB:     100,
			MultiAZ:                    true,
			BackupRetentionDays:        7,
			BackupWindow:               "03:00-04:00",
			MaintenanceWindow:          "sun:04:30-sun:05:30",
			DeletionProtection:         true,
			FinalSnapshot:              true,
			PerformanceInsightsDays:    7,
			MonitoringIntervalSeconds:  60,
			RotationDays:               30,
			SSLMode:                    SSLRequire,
			LogMinDurationMilliseconds: 500,
		},
		Backup: Backup{
			Enabled:       true,
			StartTime:     "06:00",
			RetentionDays: 35,
			Lock: BackupLock{
				Mode:             LockNone,
				MinRetentionDays: 1,
			},
		},
		Cache: Cache{
			EngineVersion:         "8.1",
			NodeType:              "cache.t4g.small",
			Nodes:                 2,
			EvictionPolicy:        VolatileLRU,
			SnapshotRetentionDays: 1,
			SnapshotWindow:        "02:00-03:00",
			MaintenanceWindow:     "sun:03:30-sun:04:30",
			Thresholds: CacheThresholds{
				CPUPercent:         80,
				MemoryPercent:      85,
				EvictionsPerMinute: 100,
				Connections:        5000,
				LagSeconds:         10,
			},
		},
		LoadBalancer: LoadBalancer{
			SSLPolicy:          "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
			IngressCIDRs:       []string{"0.0.0.0/0"},
			TestPort:           8443,
			IdleTimeoutSeconds: 60,
			DesyncMitigation:   DesyncDefensive,
			DeletionProtection: true,
			WAF: WAF{
				ManagedRuleGroups: []string{
					"AWSManagedRulesAmazonIpReputationList",
					"AWSManagedRulesCommonRuleSet",
					"AWSManagedRulesKnownBadInputsRuleSet",
					"AWSManagedRulesSQLiRuleSet",
				},
				RequestsPerFiveMinutes: 2000,
				LogRequests:            LogMatched,
			},
		},
		LogSearch: LogSearch{
			Enabled:          true,
			EngineVersion:    "2.19",
			InstanceType:     "r6g.large.search",
			InstanceCount:    2,
			VolumeGiB:        100,
			ZoneAwareness:    true,
			OffPeakStartHour: 22,
			RetentionDays:    30,
		},
		AuditTrail: AuditTrail{
			Enabled:          true,
			BucketDays:       365,
			LogRetentionDays: 90,
			ObjectEvents:     true,
		},
		AccountBaseline: AccountBaseline{
			GuardDutyFeatures: []string{"S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"},
		},
		Cluster: Cluster{
			ContainerInsights: InsightsEnabled,
		},
		Monitoring: Monitoring{
			Thresholds: Thresholds{
				ClientErrors:           10,
				ServerErrors:           5,
				LatencyMilliseconds:    1000,
				ServiceCPUPercent:      85,
				ServiceMemoryPercent:   85,
				DatabaseCPUPercent:     80,
				DatabaseFreeStorageMiB: 4096,
				DatabaseFreeMemoryMiB:  128,
				DatabaseConnections:    150,
			},
		},
	}
}

// DefaultDelivery returns the defaults of a delivery stack.
func DefaultDelivery() Delivery {
	return Delivery{
		Kind:       KindDelivery,
		AWS:        defaultAWS(),
		Encryption: defaultEncryption(),
		Logging: DeliveryLogging{
			RetentionDays: 90,
		},
		State: State{
			NoncurrentVersionDays: 365,
			AccessLogDays:         365,
		},
		Registry: Registry{
			KeepImages:   50,
			KeepReleases: 30,
			UntaggedDays: 7,
		},
		GitHub: GitHub{
			CreateProvider:  true,
			PreviewSubjects: []string{"pull_request", "ref:refs/heads/main"},
		},
		Pipeline: Pipeline{
			Branch:                 "main",
			ComputeType:            "BUILD_GENERAL1_MEDIUM",
			BuildImage:             "aws/codebuild/amazonlinux-x86_64-standard:5.0",
			ApprovalTimeoutMinutes: 1440,
			ArtifactDays:           30,
		},
	}
}

func defaultAWS() AWS { return AWS{MaxRetries: 25} }

func defaultEncryption() Encryption { return Encryption{DeletionWindowDays: 30} }

// DefaultService returns the defaults of each entry of services.
func DefaultService() Service {
	return Service{
		Port:         8000,
		CPU:          512,
		MemoryMiB:    1024,
		Architecture: X8664,
		User:         "65532:65532",
		BucketAccess: BucketNone,
		Previous:     Previous{BucketAccess: BucketNone},
		HealthCheck: HealthCheck{
			Path:                       "/health",
			IntervalSeconds:            30,
			TimeoutSeconds:             5,
			HealthyThreshold:           2,
			UnhealthyThreshold:         2,
			Matcher:                    "200",
			DeregistrationDelaySeconds: 30,
		},
		DesiredCount: 2,
		Scaling: Scaling{
			Min:                     2,
			Max:                     10,
			CPUPercent:              70,
			MemoryPercent:           80,
			ScaleInCooldownSeconds:  60,
			ScaleOutCooldownSeconds: 60,
		},
		Capacity: Capacity{
			FargateBase:   2,
			FargateWeight: 1,
		},
		Deployment: Deployment{
			Controller:             Rolling,
			MaximumPercent:         200,
			MinimumHealthyPercent:  100,
			GracePeriodSeconds:     60,
			WaitMinutes:            20,
			TrafficShift:           "CodeDeployDefault.ECSCanary10Percent5Minutes",
			TerminationWaitMinutes: 10,
			Migration:              Migration{TimeoutMinutes: 30},
		},
		ExecuteCommand: true,
	}
}

// DefaultSchedule returns the defaults of each entry of services[].scaling.schedules.
func DefaultSchedule() Schedule {
	return Schedule{Timezone: "UTC"}
}

// newEntry returns a new entry of a list with its defaults.
func newEntry(typ reflect.Type) reflect.Value {
	entry := reflect.New(typ).Elem()
	switch typ {
	case reflect.TypeFor[Service]():
		entry.Set(reflect.ValueOf(DefaultService()))
	case reflect.TypeFor[Schedule]():
		entry.Set(reflect.ValueOf(DefaultSchedule()))
	}
	return entry
}
