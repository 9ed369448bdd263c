package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// outageProgram makes an outage of two alarms that stand outside of it.
func outageProgram(ctx *pulumi.Context) error {
	var parts []OutageAlarm
	for _, name := range []string{"database-down", "web-errors"} {
		alarm, err := cloudwatch.NewMetricAlarm(ctx, name, &cloudwatch.MetricAlarmArgs{
			ComparisonOperator: pulumi.String(comparisonAbove), EvaluationPeriods: pulumi.Int(1),
		})
		if err != nil {
			return fmt.Errorf("alarm %q: %w", name, err)
		}
		parts = append(parts, OutageAlarm{"aws-webapp-prod-" + name, alarm})
	}
	_, err := NewOutage(ctx, "outage", &OutageArgs{Scope: testScope, Alarms: parts, TopicARN: pulumi.String(topicARN)})
	return err
}

// One alarm notifies for all of its parts, each of which exists before it.
func TestOutage(t *testing.T) {
	rec := deployed(t, outageProgram)
	assert.Equal(t, map[string]any{"alarmName": "aws-webapp-prod-outage"}, rec.one(t, outageType, "outage").outputs)
	alarm := rec.one(t, "aws:cloudwatch/compositeAlarm:CompositeAlarm", "outage")
	assert.Equal(t, `ALARM("aws-webapp-prod-database-down") OR ALARM("aws-webapp-prod-web-errors")`,
		alarm.inputs["alarmRule"])
	assert.Equal(t, []any{topicARN}, alarm.inputs["alarmActions"])
	assert.Equal(t, []any{topicARN}, alarm.inputs["okActions"])
	assert.Contains(t, alarm.inputs["alarmDescription"], "Page: Clients get errors, or soon will.")
	for _, part := range []string{"database-down", "web-errors"} {
		assert.Truef(t, alarm.dependsOn(rec.one(t, alarmType, part)),
			"CloudWatch refuses a rule on %s before it exists", part)
	}
}

// The link to the dashboard is right in each partition.
func TestConsoleHost(t *testing.T) {
	for partition, host := range map[string]string{
		"aws": "console.aws.amazon.com", "aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com",
	} {
		assert.Equal(t, host, Scope{Partition: partition}.consoleHost())
	}
}
