package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	logsNamespace = "AWS/Logs"
	// minutesOfHour is the number of minutes of an hour in which the database must have existed.
	minutesOfHour = 50
)

// watchSilence reports a trail that is on and records nothing: its selectors, role, key or log group are broken, and no
// call tells. Every account with a running stack makes calls each hour, of the services themselves if of nobody else.
// The log group's events are counted, since the filters have no data without any
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html).
func (a *AuditTrail) watchSilence(ctx *pulumi.Context, name string) error {
	if a.args.DatabaseIdentifier == "" {
		return nil
	}
	return a.addAlarm(ctx, a, alarmSpec{
		scope:   a.args.Scope,
		name:    name + "-silent",
		runbook: "audit-silent",
		urgency: urgencySecurity,
		description: "The audit trail has recorded nothing for three hours although it should: see its status, its role, " +
			"its key and its event selectors, and ask who changed them.",
		queries: expressionOf("Recorded calls", fmt.Sprintf("IF(m2 >= %d, SUM([m1, 0 * m2]), 1)", minutesOfHour),
			metricOf{
				namespace: logsNamespace, name: "IncomingLogEvents", statistic: "Sum", periodSeconds: secondsPerHour,
				dimensions: pulumi.StringMap{"LogGroupName": pulumi.String(a.LogGroupName)},
			},
			metricOf{
				namespace: databaseNamespace, name: "CPUUtilization", statistic: "SampleCount", periodSeconds: secondsPerHour,
				dimensions: pulumi.StringMap{"DBInstanceIdentifier": pulumi.String(a.args.DatabaseIdentifier)},
			},
		),
		evaluationPeriods: 3,
		comparison:        comparisonBelow,
		threshold:         1,
		missing:           missingIsGood,
		topicARN:          a.args.TopicARN,
	})
}
