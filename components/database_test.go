package components

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	instanceToken       = "aws:rds/instance:Instance"
	parameterGroupToken = "aws:rds/parameterGroup:ParameterGroup"
	logGroupToken       = "aws:cloudwatch/logGroup:LogGroup"
	attachmentToken     = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

	testIdentifier = "aws-webapp-prod-database"
	testLogKeyARN  = "arn:aws:kms:us-east-1:123456789012:key/logs"
	testTopicARN   = "arn:aws:sns:us-east-1:123456789012:app-alerts"
	testSecretARN  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"
)

func testDatabaseArgs() DatabaseArgs {
	return DatabaseArgs{
		Scope:                      testScope,
		SubnetIDs:                  pulumi.ToStringArray([]string{"subnet-db-1", "subnet-db-2"}),
		SecurityGroupID:            pulumi.String("sg-db"),
		DataKeyARN:                 pulumi.String(testDataKeyARN),
		LogKeyARN:                  pulumi.String(testLogKeyARN),
		LogRetentionDays:           30,
		Name:                       "visitorbook",
		Username:                   "visitorbook_owner",
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
		LogMinDurationMilliseconds: 500,
		Alarms: DatabaseAlarms{
			TopicARN:           pulumi.String(testTopicARN),
			CPUPercent:         80,
			FreeStoragePercent: 5,
			FreeMemoryPercent:  5,
			ConnectionPercent:  80,
		},
	}
}

func databaseProgram(args DatabaseArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewDatabase(ctx, "database", &args)
		return err
	}
}

func changedDatabase(change func(*DatabaseArgs)) pulumi.RunFunc {
	args := testDatabaseArgs()
	change(&args)
	return databaseProgram(args)
}

func TestDatabaseKeepsTheContract(t *testing.T) {
	deployed(t, databaseProgram(testDatabaseArgs())).keepsContract(t, databaseType, "database", map[string]any{
		"identifier": testIdentifier,
		"arn":        "arn:aws:rds:us-east-1:123456789012:db:" + testIdentifier,
		"address":    "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com",
		"endpoint":   "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com:5432",
		"port":       5432.0,
		"secretArn":  testSecretARN,
		"logGroupNames": []any{
			"/aws/rds/instance/" + testIdentifier + "/postgresql",
			"/aws/rds/instance/" + testIdentifier + "/upgrade",
		},
	})
}

func TestDatabaseInstance(t *testing.T) {
	instance := deployed(t, databaseProgram(testDatabaseArgs())).one(t, instanceToken, "database")
	snapshot := instance.inputs["finalSnapshotIdentifier"]
	delete(instance.inputs, "finalSnapshotIdentifier")
	assert.Equal(t, map[string]any{
		"identifier":               testIdentifier,
		"engine":                   "postgres",
		"engineVersion":            "17",
		"engineLifecycleSupport":   "open-source-rds-extended-support-disabled",
		"autoMinorVersionUpgrade":  true,
		"allowMajorVersionUpgrade": false,
		"applyImmediately":         false,
		"instanceClass":            "db.t3.small",
		"multiAz":                  true,
		"parameterGroupName":       "database-postgres17-1234567",

		"storageType":         "gp3",
		"allocatedStorage":    20.0,
		"maxAllocatedStorage": 100.0,
		"storageEncrypted":    true,
		"kmsKeyId":            testDataKeyARN,

		"dbSubnetGroupName":   "database-1234567",
		"vpcSecurityGroupIds": []any{"sg-db"},
		"publiclyAccessible":  false,
		"port":                5432.0,
		"caCertIdentifier":    "rds-ca-rsa2048-g1",

		"dbName":                           "visitorbook",
		"username":                         "visitorbook_owner",
		"manageMasterUserPassword":         true,
		"masterUserSecretKmsKeyId":         testDataKeyARN,
		"iamDatabaseAuthenticationEnabled": true,

		"backupRetentionPeriod":  7.0,
		"backupWindow":           "03:00-04:00",
		"maintenanceWindow":      "sun:04:30-sun:05:30",
		"copyTagsToSnapshot":     true,
		"deleteAutomatedBackups": false,
		"skipFinalSnapshot":      false,
		"deletionProtection":     true,

		"enabledCloudwatchLogsExports":       []any{"postgresql", "upgrade"},
		"monitoringInterval":                 60.0,
		"monitoringRoleArn":                  arnOf("aws:iam/role:Role", "aws-webapp-prod-database-monitoring"),
		"performanceInsightsEnabled":         true,
		"performanceInsightsKmsKeyId":        testDataKeyARN,
		"performanceInsightsRetentionPeriod": 7.0,

		"tags": map[string]any{"Name": testIdentifier},
	}, instance.inputs)
	assert.Regexp(t, `^aws-webapp-prod-database-final-[0-9a-f]{8}$`, snapshot)
}

func TestDatabaseInstanceOptions(t *testing.T) {
	instance := deployed(t, databaseProgram(testDatabaseArgs())).one(t, instanceToken, "database").request
	assert.True(t, instance.GetProtect())
	assert.True(t, instance.GetDeleteBeforeReplace(), "two instances cannot have one identifier")
	assert.Equal(t, "60m", instance.GetCustomTimeouts().GetCreate())
	assert.Equal(t, "80m", instance.GetCustomTimeouts().GetUpdate())
	assert.Equal(t, "60m", instance.GetCustomTimeouts().GetDelete())
	assert.Equal(t, []string{"engineLifecycleSupport", "engineVersion"}, instance.GetIgnoreChanges())
}

func TestDatabaseVersionChangesOnDemand(t *testing.T) {
	instance := deployed(t, changedDatabase(func(a *DatabaseArgs) {
		a.EngineVersion, a.RaiseVersion, a.AllowMajorVersionUpgrade, a.ApplyImmediately = "18", true, true, true
	})).one(t, instanceToken, "database")
	assert.Equal(t, "18", instance.inputs["engineVersion"])
	assert.Equal(t, true, instance.inputs["allowMajorVersionUpgrade"])
	assert.Equal(t, true, instance.inputs["applyImmediately"])
	assert.Equal(t, "database-postgres18-1234567", instance.inputs["parameterGroupName"])
	assert.Equal(t, []string{"engineLifecycleSupport"}, instance.request.GetIgnoreChanges())
}

func TestDatabaseThatNobodyWillMiss(t *testing.T) {
	instance := deployed(t, changedDatabase(func(a *DatabaseArgs) {
		a.DeletionProtection, a.FinalSnapshot, a.MultiAZ = false, false, false
	})).one(t, instanceToken, "database")
	assert.Equal(t, false, instance.inputs["deletionProtection"])
	assert.Equal(t, true, instance.inputs["skipFinalSnapshot"])
	assert.Equal(t, true, instance.inputs["deleteAutomatedBackups"])
	assert.Equal(t, false, instance.inputs["multiAz"])
	assert.NotContains(t, instance.inputs, "finalSnapshotIdentifier")
	assert.False(t, instance.request.GetProtect())
}

// TestLiftingProtectionKeepsTheSnapshot: protection has to be lifted before the instance can be
// deleted; that must not switch off the final snapshot.
func TestLiftingProtectionKeepsTheSnapshot(t *testing.T) {
	instance := deployed(t, changedDatabase(func(a *DatabaseArgs) { a.DeletionProtection = false })).one(t, instanceToken,
		"database")
	assert.Equal(t, false, instance.inputs["skipFinalSnapshot"])
	assert.Contains(t, instance.inputs, "finalSnapshotIdentifier")
}

func TestFinalSnapshotIsNamedAfterTheInstanceThatItKeeps(t *testing.T) {
	name := func(change func(*DatabaseArgs)) any {
		return deployed(t, changedDatabase(change)).one(t, instanceToken, "database").inputs["finalSnapshotIdentifier"]
	}
	first := name(func(*DatabaseArgs) {})
	assert.Equal(t, first, name(func(a *DatabaseArgs) { a.InstanceClass = "db.m6g.large" }), "an update keeps the name")
	for what, replace := range map[string]func(*DatabaseArgs){
		"key":   func(a *DatabaseArgs) { a.DataKeyARN = pulumi.String(otherKeyARN) },
		"name":  func(a *DatabaseArgs) { a.Name = "guests" },
		"owner": func(a *DatabaseArgs) { a.Username = "guests_owner" },
	} {
		assert.NotEqual(t, first, name(replace), "another %s replaces the instance: the old snapshot has the old name", what)
	}
}

func TestDatabaseWaitsForItsLogGroupsAndRights(t *testing.T) {
	rec := deployed(t, databaseProgram(testDatabaseArgs()))
	instance := rec.one(t, instanceToken, "database")
	for _, log := range []string{"postgresql", "upgrade"} {
		group := rec.one(t, logGroupToken, "database-"+log)
		assert.Equal(t, map[string]any{
			"name":            "/aws/rds/instance/" + testIdentifier + "/" + log,
			"retentionInDays": 30.0,
			"kmsKeyId":        testLogKeyARN,
		}, group.inputs)
		assert.True(t, instance.dependsOn(group), "RDS would make the group itself, unencrypted and for ever")
	}
	assert.True(t, instance.dependsOn(rec.one(t, attachmentToken, "database-monitoring")))
}

func TestDatabaseSubnetGroup(t *testing.T) {
	group := deployed(t, databaseProgram(testDatabaseArgs())).one(t, "aws:rds/subnetGroup:SubnetGroup", "database")
	assert.Equal(t, map[string]any{
		"description": "Database tier of " + testIdentifier,
		"subnetIds":   []any{"subnet-db-1", "subnet-db-2"},
		"tags":        map[string]any{"Name": "database"},
	}, group.inputs)
}

func TestDatabaseMonitoringRole(t *testing.T) {
	rec := previewed(t, databaseProgram(testDatabaseArgs()))
	assert.Equal(t, []map[string]any{{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "monitoring.rds.amazonaws.com"},
		"Action":    "sts:AssumeRole",
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:rds:us-east-1:123456789012:db:" + testIdentifier},
		},
	}}, rec.one(t, "aws:iam/role:Role", "aws-webapp-prod-database-monitoring").policy(t, "assumeRolePolicy").Statement)
	assert.Equal(t, "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
		rec.one(t, attachmentToken, "database-monitoring").inputs["policyArn"])
}

func TestDatabaseRotatesOnOurSchedule(t *testing.T) {
	rotation := deployed(t, databaseProgram(testDatabaseArgs())).
		one(t, "aws:secretsmanager/secretRotation:SecretRotation", "database")
	assert.Equal(t, map[string]any{
		"secretId":          testSecretARN,
		"rotateImmediately": false,
		"rotationRules":     map[string]any{"automaticallyAfterDays": 30.0},
	}, rotation.inputs)
}

// Which event takes which way is held by tests/stack, which has a list of them.
func TestDatabaseEventsReachTheTopic(t *testing.T) {
	rec := deployed(t, databaseProgram(testDatabaseArgs()))
	for role, begins := range map[string]string{
		"down":       "Notice: The database does not serve: <message> (<event>).",
		"storage":    "Working hours: RDS warns of the database's storage: <message> (<event>).",
		"trouble":    "Working hours: The database needs somebody: <message> (<event>).",
		"notice":     "Notice: RDS reports of the database: <message> (<event>).",
		"parameters": "Working hours: The database's parameter group changed: <message> (<event>).",
	} {
		rule := rec.one(t, "aws:cloudwatch/eventRule:EventRule", "database-"+role)
		assert.Equal(t, "aws-webapp-prod-database-"+role, rule.inputs["name"])
		about := `"SourceArn":["arn:aws:rds:us-east-1:123456789012:db:aws-webapp-prod-database"]`
		if role == "parameters" {
			about = `"SourceArn":["arn:aws:rds:us-east-1:123456789012:database-postgres17"]`
		}
		assert.Contains(t, rule.inputs["eventPattern"], about)
		target := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "database-"+role)
		assert.Equal(t, testTopicARN, target.inputs["arn"])
		assert.Contains(t, target.inputs["inputTransformer"].(map[string]any)["inputTemplate"], begins)
	}
	alarm := rec.one(t, "aws:cloudwatch/metricAlarm:MetricAlarm", "database-events-undelivered")
	var watched []string
	for _, query := range alarm.inputs["metricQueries"].([]any) {
		if metric, is := query.(map[string]any)["metric"].(map[string]any); is {
			watched = append(watched, metric["dimensions"].(map[string]any)["RuleName"].(string))
		}
	}
	assert.Equal(t, []string{
		"aws-webapp-prod-database-down", "aws-webapp-prod-database-storage", "aws-webapp-prod-database-trouble",
		"aws-webapp-prod-database-notice", "aws-webapp-prod-database-parameters",
	}, watched)
}

// TestDatabaseHasNoPassword: RDS manages the password, so neither the inputs nor the rest of
// the state contain it.
func TestDatabaseHasNoPassword(t *testing.T) {
	for _, resource := range deployed(t, databaseProgram(testDatabaseArgs())).resources {
		assert.NotContains(t, resource.inputs, "password")
		assert.NotContains(t, resource.inputs, "passwordWo")
	}
}

func TestFirstPreviewOfTheDatabaseShowsWhatItIs(t *testing.T) {
	inputs := previewed(t, databaseProgram(testDatabaseArgs())).one(t, instanceToken, "database").inputs
	for _, named := range []string{
		"monitoringRoleArn", "parameterGroupName", "dbSubnetGroupName",
		"finalSnapshotIdentifier",
	} {
		assert.Equal(t, unknown, inputs[named], named)
		delete(inputs, named)
	}
	assert.NotEmpty(t, inputs)
	assert.NotContains(t, slices.Collect(maps.Values(inputs)), unknown)
}
