package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOneChangeChangesOneThing changes one input of each component and expects exactly
// the operations that it takes.
func TestOneChangeChangesOneThing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		component string
		stack     string
		config    map[string]string
		want      []string
	}{
		{"keys", "staging", map[string]string{"encryption.deletionWindowDays": "14"}, []string{
			"update Key keys-audit [deletionWindowInDays]",
			"update Key keys-data [deletionWindowInDays]",
			"update Key keys-logs [deletionWindowInDays]",
		}},
		{"logging", "staging", map[string]string{"logging.retentionDays": "60"}, []string{
			"update LogGroup cluster-exec [retentionInDays]",
			"update LogGroup database-postgresql [retentionInDays]",
			"update LogGroup database-upgrade [retentionInDays]",
			"update LogGroup network-flow-logs [retentionInDays]",
			"update LogGroup probe [retentionInDays]",
			"update LogGroup rotation [retentionInDays]",
			"update LogGroup search-domain-application [retentionInDays]",
			"update LogGroup search-domain-audit [retentionInDays]",
			"update LogGroup search-domain-index-slow [retentionInDays]",
			"update LogGroup search-domain-search-slow [retentionInDays]",
			"update LogGroup search-setup [retentionInDays]",
			"update LogGroup search-shipper [retentionInDays]",
			"update LogGroup visitor-book [retentionInDays]",
		}},
		{"network", "prod", map[string]string{"network.interfaceEndpoints[6]": "ssm"}, []string{
			"create VpcEndpoint network-ssm",
		}},
		{"storage", "staging", map[string]string{"storage.accessLogDays": "60"}, []string{
			"update BucketLifecycleConfigurationV2 storage-logs [rules]",
		}},
		{"database size", "prod", map[string]string{"database.instanceClass": "db.m6g.large"}, []string{
			"delete MetricAlarm database-credits", // the new class has none
			"update Dashboard dashboard [dashboardBody]",
			"update Instance database [instanceClass]",
			// Their thresholds are shares of what the class has.
			"update MetricAlarm database-connections [threshold]",
			"update MetricAlarm database-memory [threshold]",
		}},
		{"database storage", "prod", map[string]string{"database.allocatedStorageGiB": "100"}, []string{
			"update Instance database [allocatedStorage]",
			"update MetricAlarm database-storage [threshold]", // a share of the volume
		}},
		{"database backups", "prod", map[string]string{"database.backupRetentionDays": "30"}, []string{
			"update Instance database [backupRetentionPeriod]",
		}},
		{"backups", "prod", map[string]string{"backup.retentionDays": "60"}, []string{
			"update Plan backup [rules]",
		}},
		{"backup lock lifted", "prod", map[string]string{"backup.lock.mode": "none"}, []string{
			"delete VaultLockConfiguration backup",
		}},
		// AWS raises minor versions by itself; a higher one is applied, without another parameter group.
		{"database version", "prod", map[string]string{"database.engineVersion": "17.12"}, []string{
			"update Instance database [engineVersion]",
		}},
		{"load balancer", "prod", map[string]string{"loadBalancer.idleTimeoutSeconds": "120"}, []string{
			"update LoadBalancer web [idleTimeout]",
		}},
		{"firewall", "prod", map[string]string{"loadBalancer.waf.requestsPerFiveMinutes": "5000"}, []string{
			"update WebAcl web [rules]",
		}},
		{"service, rolling", "staging", map[string]string{
			"services[0].image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.1.0",
		}, []string{
			"create-replacement TaskDefinition visitor-book [containerDefinitions]",
			"delete-replaced TaskDefinition visitor-book",
			"replace TaskDefinition visitor-book [containerDefinitions]",
			"update Service visitor-book [taskDefinition]",
		}},
		// CodeDeploy deploys the new revision: the program leaves the service alone.
		{"service, blue/green", "prod", map[string]string{
			"services[0].image": "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book@sha256:" + strings.Repeat("a", 64),
		}, []string{
			"create-replacement TaskDefinition visitor-book [containerDefinitions]",
			"delete-replaced TaskDefinition visitor-book",
			"replace TaskDefinition visitor-book [containerDefinitions]",
		}},
		{"scaling", "staging", map[string]string{"services[0].scaling.max": "6"}, []string{
			"update Target visitor-book [maxCapacity]",
		}},
		{"alerts", "staging", map[string]string{"monitoring.subscriptions[0].endpoint": "other@example.com"}, []string{
			"create TopicSubscription app-alerts-email-5b71ed",
			"delete TopicSubscription app-alerts-email-e909e8",
		}},
	} {
		t.Run(tc.component, func(t *testing.T) {
			t.Parallel()
			s := deployed(t, setup{stack: tc.stack, config: tc.config})
			result, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tc.want, steps(result))
		})
	}
}

func TestTagsChangeInPlace(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging", config: map[string]string{"tags.owner": "other"}})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	assert.Greater(t, len(result.Steps), 50)
	assert.Equal(t, map[string]int{"update": len(result.Steps)}, result.Counts())
	database := s.find("aws:rds/instance:Instance", "database")
	assert.Equal(t, "other", database.Outputs["tags"].ObjectValue()["Owner"].StringValue())
}

// TestDatabaseIsChangedInPlace does what the previews above promise.
func TestDatabaseIsChangedInPlace(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "prod", config: map[string]string{
		"database.instanceClass": "db.m6g.large", "database.allocatedStorageGiB": "100",
	}})
	before := s.find("aws:rds/instance:Instance", "database")
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"delete MetricAlarm database-credits",
		"update Dashboard dashboard [dashboardBody]",
		"update Instance database [allocatedStorage instanceClass]",
		"update MetricAlarm database-connections [threshold]",
		"update MetricAlarm database-memory [threshold]",
		"update MetricAlarm database-storage [threshold]",
	}, steps(result))
	after := s.find("aws:rds/instance:Instance", "database")
	assert.Equal(t, before.ID, after.ID)
	assert.Equal(t, before.Outputs["endpoint"], after.Outputs["endpoint"])
	assert.Equal(t, "db.m6g.large", after.Outputs["instanceClass"].StringValue())
}

// TestDatabaseIsUpgradedInPlace: a new major version needs a new parameter group, which
// must exist before the instance moves to it and can only then be deleted.
func TestDatabaseIsUpgradedInPlace(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "prod", config: map[string]string{
		"database.engineVersion": "18", "database.allowMajorVersionUpgrade": "true", "database.applyImmediately": "true",
	}})
	before := s.find("aws:rds/instance:Instance", "database")
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"create ParameterGroup database-postgres18",
		"delete ParameterGroup database-postgres17",
		"update EventRule database-parameters [eventPattern]",
		"update Instance database [allowMajorVersionUpgrade applyImmediately engineVersion parameterGroupName]",
	}, steps(result))
	after := s.find("aws:rds/instance:Instance", "database")
	assert.Equal(t, before.ID, after.ID)
	assert.Equal(t, "18", after.Outputs["engineVersion"].StringValue())
}
