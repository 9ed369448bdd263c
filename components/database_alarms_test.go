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
	assert.Equal(t, []string{
		"database-burst", "database-connections", "database-cpu", "database-credits", "database-down",
		"database-events-undelivered", "database-memory", "database-storage", "database-transactions",
	}, rec.names(alarmToken))
	for name, test := range map[string]struct {
		metric, statistic, comparison string
		threshold, periods            float64
	}{
		"database-cpu":          {"CPUUtilization", "Average", "GreaterThanThreshold", 80, 3},
		"database-transactions": {"MaximumUsedTransactionIDs", "Maximum", "GreaterThanThreshold", 1e9, 3},
		"database-storage":      {"FreeStorageSpace", "Minimum", "LessThanThreshold", 1024 * 1024 * 1024, 1},
		"database-memory":       {"FreeableMemory", "Average", "LessThanThreshold", 107374182, 3},
		"database-connections":  {"DatabaseConnections", "Maximum", "GreaterThanThreshold", 155, 2},
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
				"treatMissingData":   "ignore",
				"actionsEnabled":     true,
				"alarmActions":       []any{testTopicARN},
				"okActions":          []any{testTopicARN},
				"tags":               map[string]any{"Name": "aws-webapp-prod-" + name},
			}, alarm.inputs)
			assert.True(t, alarm.dependsOn(rec.one(t, instanceToken, "database")))
		})
	}
}

func TestDatabaseDown(t *testing.T) {
	down := deployed(t, databaseProgram(testDatabaseArgs())).one(t, alarmToken, "database-down").inputs
	assert.Equal(t, []any{"CPUUtilization", "SampleCount", 60.0, 10.0, "LessThanThreshold", 1.0, "breaching"}, []any{
		down["metricName"], down["statistic"], down["period"], down["evaluationPeriods"], down["comparisonOperator"],
		down["threshold"], down["treatMissingData"],
	})
}

// The parameter says how many connections there are, unless it is a formula.
func TestManyConnections(t *testing.T) {
	for parameter, want := range map[string]float64{"": 155, "50": 40, "{DBInstanceClassMemory/9531392}": 155} {
		rec := deployed(t, changedDatabase(func(a *DatabaseArgs) {
			a.Parameters = map[string]string{"max_connections": parameter}
		}))
		assert.Equal(t, want, rec.one(t, alarmToken, "database-connections").inputs["threshold"], parameter)
	}
}

func TestAlarmStatistics(t *testing.T) {
	for statistic, want := range map[string]string{
		"Average": "statistic", "Maximum": "statistic", "Minimum": "statistic", "SampleCount": "statistic",
		"Sum": "statistic",
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
	assert.Equal(t, 2.0,
		alarmInputs(t, alarmSpec{statistic: "Sum", evaluationPeriods: 3, datapoints: 2})["datapointsToAlarm"])
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

// A class with its whole CPU has no credits to spend.
func TestCreditsOfBurstableClassesAlone(t *testing.T) {
	for class, want := range map[string]float64{"db.t4g.large": 30, "db.t3.micro": 10, "db.m7g.large": 0} {
		args := testDatabaseArgs()
		args.InstanceClass = class
		rec := deployed(t, databaseProgram(args))
		if want == 0 {
			assert.NotContains(t, rec.names(alarmToken), "database-credits")
			continue
		}
		assert.Equal(t, want, rec.one(t, alarmToken, "database-credits").inputs["threshold"], class)
	}
}
