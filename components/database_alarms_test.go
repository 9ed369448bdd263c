package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const alarmToken = "aws:cloudwatch/metricAlarm:MetricAlarm"

func TestDatabaseAlarms(t *testing.T) {
	rec := deployed(t, databaseProgram(testDatabaseArgs()))
	assert.Equal(t, []string{"database-connections", "database-cpu", "database-memory", "database-storage"}, rec.names(alarmToken))
	for name, test := range map[string]struct {
		metric, statistic, comparison string
		threshold, periods            float64
	}{
		"database-cpu":         {"CPUUtilization", "Average", "GreaterThanThreshold", 80, 3},
		"database-storage":     {"FreeStorageSpace", "Minimum", "LessThanThreshold", 4096 * 1024 * 1024, 1},
		"database-memory":      {"FreeableMemory", "Average", "LessThanThreshold", 128 * 1024 * 1024, 3},
		"database-connections": {"DatabaseConnections", "Maximum", "GreaterThanThreshold", 150, 2},
	} {
		t.Run(name, func(t *testing.T) {
			alarm := rec.one(t, alarmToken, name)
			assert.NotEmpty(t, alarm.inputs["alarmDescription"])
			delete(alarm.inputs, "alarmDescription")
			assert.Equal(t, map[string]any{
				"name":               "aws-webapp-prod-" + name,
				"namespace":          "AWS/RDS",
				"metricName":         test.metric,
				"dimensions":         map[string]any{"DBInstanceIdentifier": testIdentifier},
				"statistic":          test.statistic,
				"period":             300.0,
				"evaluationPeriods":  test.periods,
				"comparisonOperator": test.comparison,
				"threshold":          test.threshold,
				"treatMissingData":   "missing",
				"actionsEnabled":     true,
				"alarmActions":       []any{testTopicARN},
				"okActions":          []any{testTopicARN},
				"tags":               map[string]any{"Name": "aws-webapp-prod-" + name},
			}, alarm.inputs)
			assert.True(t, alarm.dependsOn(rec.one(t, instanceToken, "database")))
		})
	}
}

func TestAlarmStatistics(t *testing.T) {
	for statistic, want := range map[string]string{
		"Average": "statistic", "Maximum": "statistic", "Minimum": "statistic", "SampleCount": "statistic", "Sum": "statistic",
		"p95": "extendedStatistic", "p99.9": "extendedStatistic", "tm90": "extendedStatistic",
	} {
		t.Run(statistic, func(t *testing.T) {
			inputs := alarmInputs(t, alarmSpec{statistic: statistic})
			assert.Equal(t, statistic, inputs[want])
			assert.NotEqual(t, inputs["statistic"], inputs["extendedStatistic"], "CloudWatch takes one of them")
		})
	}
}

func TestAlarmOnSomeOfTheDatapoints(t *testing.T) {
	assert.Equal(t, 2.0, alarmInputs(t, alarmSpec{statistic: "Sum", evaluationPeriods: 3, datapoints: 2})["datapointsToAlarm"])
	assert.NotContains(t, alarmInputs(t, alarmSpec{statistic: "Sum", evaluationPeriods: 3}), "datapointsToAlarm")
}

// alarmInputs returns the inputs of an alarm without those that all alarms have.
func alarmInputs(t *testing.T, spec alarmSpec) map[string]any {
	t.Helper()
	spec.scope, spec.name, spec.topicARN = testScope, "alarm", pulumi.String(testTopicARN)
	rec := deployed(t, func(ctx *pulumi.Context) error {
		var parent pulumi.ResourceState
		if err := ctx.RegisterComponentResource("test:index:Parent", "parent", &parent); err != nil {
			return err
		}
		_, err := newAlarm(ctx, &parent, spec)
		return err
	})
	alarm := rec.one(t, alarmToken, "alarm")
	require.Equal(t, rec.one(t, "test:index:Parent", "parent").urn, alarm.parent)
	return alarm.inputs
}
