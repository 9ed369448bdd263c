package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// searchTLSPolicy accepts only TLS 1.2 and newer with forward secrecy.
const searchTLSPolicy = "Policy-Min-TLS-1-2-PFS-2023-10"

// domainTimeouts: a domain takes up to an hour to create, and an update that moves its
// data to new nodes can take several.
var domainTimeouts = pulumi.CustomTimeouts{Create: "2h", Update: "6h", Delete: "2h"}

// domainLog is a log that a domain publishes.
type domainLog struct {
	// logType at OpenSearch, role in names.
	logType, role string
}

var domainLogTypes = []domainLog{
	{"ES_APPLICATION_LOGS", "application"},
	{"INDEX_SLOW_LOGS", "index-slow"},
	{"SEARCH_SLOW_LOGS", "search-slow"},
	{"AUDIT_LOGS", "audit"},
}

func (s *LogSearch) domainLogGroup(log domainLog) string {
	return fmt.Sprintf("/aws/OpenSearchService/domains/%s/%s", s.DomainName, log.role)
}

// createServiceLinkedRole creates the role with which OpenSearch puts domains into VPCs.
func (s *LogSearch) createServiceLinkedRole(ctx *pulumi.Context, name string) error {
	if !s.args.ServiceLinkedRole {
		return nil
	}
	role, err := iam.NewServiceLinkedRole(ctx, name+"-service", &iam.ServiceLinkedRoleArgs{
		AwsServiceName: pulumi.String("opensearchservice.amazonaws.com"),
		Description:    pulumi.String("Lets OpenSearch Service attach domains to VPCs."),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.beforeDomain = append(s.beforeDomain, role)
	return nil
}

// createDomainLogs creates the log groups and lets the domain write to them: OpenSearch refuses
// a domain whose logs it cannot publish.
func (s *LogSearch) createDomainLogs(ctx *pulumi.Context, name string) error {
	scope := s.args.Scope
	var streams []string
	for _, log := range domainLogTypes {
		group, err := cloudwatch.NewLogGroup(ctx, name+"-domain-"+log.role, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(s.domainLogGroup(log)),
			RetentionInDays: pulumi.Int(s.args.LogRetentionDays),
			KmsKeyId:        s.args.LogKeyARN,
		}, pulumi.Parent(s))
		if err != nil {
			return fmt.Errorf("%s: %w", log.role, err)
		}
		s.domainLogs = append(s.domainLogs, group)
		streams = append(streams, scope.LogGroupARN(s.domainLogGroup(log))+":*")
	}
	policy, err := cloudwatch.NewLogResourcePolicy(ctx, name+"-domain-logs", &cloudwatch.LogResourcePolicyArgs{
		PolicyName: pulumi.String(scope.Name(NameLogPolicy, name, "domain")),
		PolicyDocument: policyDocument(statement{
			Sid:       "DomainLogs",
			Effect:    "Allow",
			Principal: map[string]any{"Service": "es.amazonaws.com"},
			Action:    []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"},
			Resource:  streams,
			Condition: scope.fromSource(s.DomainARN),
		}),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.beforeDomain = append(s.beforeDomain, policy)
	return nil
}

func (s *LogSearch) createDomain(ctx *pulumi.Context, name string) error {
	a := s.args
	// The access policy names the roles, and OpenSearch refuses those that do not exist.
	before := append([]pulumi.Resource{s.shipper.role, s.setup.role}, s.beforeDomain...)
	domain, err := opensearch.NewDomain(ctx, name, &opensearch.DomainArgs{
		DomainName:    pulumi.String(s.DomainName),
		EngineVersion: pulumi.String("OpenSearch_" + a.EngineVersion),
		ClusterConfig: s.clusterConfig(),
		EbsOptions: opensearch.DomainEbsOptionsArgs{
			EbsEnabled: pulumi.Bool(true),
			VolumeType: pulumi.String("gp3"),
			VolumeSize: pulumi.Int(a.VolumeGiB),
		},
		VpcOptions: opensearch.DomainVpcOptionsArgs{
			SubnetIds:        a.SubnetIDs[:a.zones()],
			SecurityGroupIds: pulumi.StringArray{s.domainGroup.ID()},
		},
		EncryptAtRest:        opensearch.DomainEncryptAtRestArgs{Enabled: pulumi.Bool(true), KmsKeyId: a.LogKeyARN},
		NodeToNodeEncryption: opensearch.DomainNodeToNodeEncryptionArgs{Enabled: pulumi.Bool(true)},
		DomainEndpointOptions: opensearch.DomainDomainEndpointOptionsArgs{
			EnforceHttps:      pulumi.Bool(true),
			TlsSecurityPolicy: pulumi.String(searchTLSPolicy),
		},
		AdvancedSecurityOptions: opensearch.DomainAdvancedSecurityOptionsArgs{
			Enabled:                     pulumi.Bool(true),
			AnonymousAuthEnabled:        pulumi.Bool(false),
			InternalUserDatabaseEnabled: pulumi.Bool(false),
			MasterUserOptions: opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs{
				MasterUserArn: pulumi.String(s.roleARN(s.SetupFunctionName)),
			},
		},
		AccessPolicies: s.accessPolicy(),
		// Bulk requests of the shipper name their index in the body.
		AdvancedOptions:      pulumi.StringMap{"rest.action.multi.allow_explicit_index": pulumi.String("true")},
		LogPublishingOptions: s.logPublishing(),
		AutoTuneOptions:      s.autoTune(),
		OffPeakWindowOptions: opensearch.DomainOffPeakWindowOptionsArgs{
			Enabled: pulumi.Bool(true),
			OffPeakWindow: opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs{
				WindowStartTime: opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs{
					Hours:   pulumi.Int(a.OffPeakStartHour),
					Minutes: pulumi.Int(0),
				},
			},
		},
		SoftwareUpdateOptions: opensearch.DomainSoftwareUpdateOptionsArgs{AutoSoftwareUpdateEnabled: pulumi.Bool(true)},
		Tags:                  named(s.DomainName),
	}, pulumi.Parent(s), pulumi.DependsOn(before), pulumi.Timeouts(&domainTimeouts))
	if err != nil {
		return err
	}
	s.domain = domain
	s.Endpoint = domain.Endpoint
	s.DashboardsURL = pulumi.Sprintf("https://%s/_dashboards", domain.Endpoint)
	return nil
}

func (s *LogSearch) clusterConfig() opensearch.DomainClusterConfigArgs {
	cluster := opensearch.DomainClusterConfigArgs{
		InstanceType:         pulumi.String(s.args.InstanceType),
		InstanceCount:        pulumi.Int(s.args.InstanceCount),
		ZoneAwarenessEnabled: pulumi.Bool(s.args.ZoneAwareness),
	}
	if s.args.ZoneAwareness {
		cluster.ZoneAwarenessConfig = opensearch.DomainClusterConfigZoneAwarenessConfigArgs{
			AvailabilityZoneCount: pulumi.Int(s.args.zones()),
		}
	}
	return cluster
}

func (s *LogSearch) logPublishing() opensearch.DomainLogPublishingOptionArray {
	options := make(opensearch.DomainLogPublishingOptionArray, len(domainLogTypes))
	for i, log := range domainLogTypes {
		options[i] = opensearch.DomainLogPublishingOptionArgs{
			LogType:               pulumi.String(log.logType),
			CloudwatchLogGroupArn: s.domainLogs[i].Arn,
		}
	}
	return options
}

// autoTune lets OpenSearch tune its JVM. The small burstable instances do not support it and
// refuse the option.
func (s *LogSearch) autoTune() opensearch.DomainAutoTuneOptionsPtrInput {
	if strings.HasPrefix(s.args.InstanceType, "t2.") || strings.HasPrefix(s.args.InstanceType, "t3.") {
		return nil
	}
	return opensearch.DomainAutoTuneOptionsArgs{
		DesiredState:      pulumi.String("ENABLED"),
		UseOffPeakWindow:  pulumi.Bool(true),
		RollbackOnDisable: pulumi.String("NO_ROLLBACK"),
	}
}
