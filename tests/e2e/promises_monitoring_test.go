//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logGroups of the account, by name.
func (d *deployment) logGroups(t *testing.T) map[string]logstypes.LogGroup {
	t.Helper()
	groups := map[string]logstypes.LogGroup{}
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(d.logs, &cloudwatchlogs.DescribeLogGroupsInput{})
	for pages.HasMorePages() {
		for _, group := range got(pages.NextPage(t.Context()))(t).LogGroups {
			groups[*group.LogGroupName] = group
		}
	}
	return groups
}

// Every log group is encrypted with the key for its domain, and has a retention period.
func checkLogGroups(t *testing.T, d *deployment) {
	groups := d.logGroups(t)
	for _, name := range []string{
		"/ecs/" + d.main().Name,
		"/ecs-exec/" + d.fixed("cluster"),
		"/vpc/" + d.fixed("network-flow-logs"),
		"/aws/rds/instance/" + d.fixed("database") + "/postgresql",
		"/aws/rds/instance/" + d.fixed("database") + "/upgrade",
		d.trailLog(),
	} {
		assert.Contains(t, groups, name)
	}
	for name, group := range groups {
		key, days := "logs", d.cfg.Logging.RetentionDays
		if name == d.trailLog() {
			key, days = "audit", d.cfg.AuditTrail.LogRetentionDays
		}
		assert.Equal(t, d.key(t, key), aws.ToString(group.KmsKeyId), name)
		assert.EqualValues(t, days, aws.ToInt32(group.RetentionInDays), name)
	}
}

// alarms of the account, by name.
func (d *deployment) alarms(t *testing.T) (map[string]cloudwatchtypes.MetricAlarm, []cloudwatchtypes.CompositeAlarm) {
	t.Helper()
	metric, composite := map[string]cloudwatchtypes.MetricAlarm{}, []cloudwatchtypes.CompositeAlarm{}
	pages := cloudwatch.NewDescribeAlarmsPaginator(d.cloudwatch, &cloudwatch.DescribeAlarmsInput{})
	for pages.HasMorePages() {
		page := got(pages.NextPage(t.Context()))(t)
		composite = append(composite, page.CompositeAlarms...)
		for _, alarm := range page.MetricAlarms {
			metric[*alarm.AlarmName] = alarm
		}
	}
	return metric, composite
}

// checkAlarmsExist fails if something names an alarm that does not exist: it would never roll back.
func (d *deployment) checkAlarmsExist(t *testing.T, names []string) {
	t.Helper()
	require.NotEmpty(t, names)
	metric, _ := d.alarms(t)
	for _, name := range names {
		assert.Contains(t, metric, name)
	}
}

// autoscaled is the prefix of the alarms that Application Auto Scaling creates itself.
const autoscaled = "TargetTracking-"

func checkAlarms(t *testing.T, d *deployment) {
	metric, composite := d.alarms(t)
	thresholds := d.cfg.Monitoring.Thresholds
	for role, want := range map[string]string{
		"web-4xx":                        fmt.Sprintf("> %d over 2 x 60 s", thresholds.ClientErrorPercent),
		"web-5xx":                        fmt.Sprintf("> %d over 2 x 60 s", thresholds.ServerErrors),
		"web-latency":                    fmt.Sprintf("> %g over 5 x 60 s", float64(thresholds.LatencyMilliseconds)/1000),
		d.main().Name + "-cpu":           fmt.Sprintf("> %d over 3 x 300 s", thresholds.ServiceCPUPercent),
		d.main().Name + "-memory":        fmt.Sprintf("> %d over 3 x 300 s", thresholds.ServiceMemoryPercent),
		d.main().Name + "-unhealthy":     "> 0 over 5 x 60 s",
		d.main().Name + "-missing-tasks": "> 0 over 5 x 60 s",
	} {
		alarm, ok := metric[d.fixed(role)]
		if assert.True(t, ok, "no alarm %s", d.fixed(role)) {
			assert.Equal(t, want, condition(alarm), role)
		}
	}
	for _, role := range []string{
		"database-cpu", "database-storage", "database-memory", "database-connections", "database-down",
	} {
		alarm, ok := metric[d.fixed(role)]
		if assert.True(t, ok, "no alarm %s", d.fixed(role)) {
			dimensions := pairs(alarm.Dimensions, func(d cloudwatchtypes.Dimension) (key, value *string) {
				return d.Name, d.Value
			})
			assert.Equal(t, d.fixed("database"), dimensions["DBInstanceIdentifier"], role)
		}
	}

	// What is part of another alarm notifies nobody: that one does.
	topic, nobody, rules := []string{d.output(t, "alertTopicArn")}, []string{}, ""
	for _, whole := range composite {
		rules += *whole.AlarmRule
	}
	isPart := func(name string) bool { return strings.Contains(rules, `"`+name+`"`) }
	actions := func(name string) []string {
		if isPart(name) {
			return nobody
		}
		return topic
	}
	for name, alarm := range metric {
		if strings.HasPrefix(name, autoscaled) {
			continue
		}
		assert.True(t, *alarm.ActionsEnabled, name)
		assert.Equal(t, actions(name), alarm.AlarmActions, name)
		if countsEvents(&alarm) {
			assert.Empty(t, alarm.OKActions, "%s ends whatever has become of it", name)
		} else {
			assert.Equal(t, actions(name), alarm.OKActions, name)
		}
		assert.Contains(t, aws.ToString(alarm.AlarmDescription), "docs/runbook.md#", name)
	}
	for _, whole := range composite {
		assert.Equal(t, actions(*whole.AlarmName), whole.AlarmActions, *whole.AlarmName)
	}
	for _, part := range []string{d.main().Name + "-5xx", d.main().Name + "-failing", "database-down", "web-5xx"} {
		assert.True(t, isPart(d.fixed(part)), part)
	}
	assert.False(t, isPart(d.fixed("outage")), "somebody has to hear of an outage")
	assert.Len(t, composite, 1+len(d.cfg.Services), "one of each service, and the outage that they are part of")
}

// condition writes when an alarm is raised, such as "> 10 over 2 x 60 s".
func condition(alarm cloudwatchtypes.MetricAlarm) string {
	operator := map[cloudwatchtypes.ComparisonOperator]string{
		cloudwatchtypes.ComparisonOperatorGreaterThanThreshold:          ">",
		cloudwatchtypes.ComparisonOperatorGreaterThanOrEqualToThreshold: ">=",
		cloudwatchtypes.ComparisonOperatorLessThanThreshold:             "<",
	}[alarm.ComparisonOperator]
	period := aws.ToInt32(alarm.Period)
	for _, query := range alarm.Metrics {
		if query.MetricStat != nil {
			period = *query.MetricStat.Period
		}
	}
	return fmt.Sprintf("%s %g over %d x %d s", operator, *alarm.Threshold, *alarm.EvaluationPeriods, period)
}

func checkTopic(t *testing.T, d *deployment) {
	arn := d.output(t, "alertTopicArn")
	assert.Equal(t, d.arn("sns", d.fixed("app-alerts")), arn)
	attributes := got(d.sns.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn}))(t).Attributes
	assert.Equal(t, d.key(t, "logs"), attributes["KmsMasterKeyId"])
	var plain bool
	for _, s := range statements(t, attributes["Policy"]) {
		plain = plain || s.denies("Bool", "aws:SecureTransport", "false")
		if s.Effect == "Allow" {
			assert.True(t, s.serves(), "%s lets in more than services", s.Sid)
		}
	}
	assert.True(t, plain, "plain HTTP is not refused")

	subscriptions := got(d.sns.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &arn}))(
		t).Subscriptions
	var wanted []string
	for _, subscription := range d.cfg.Monitoring.Subscriptions {
		wanted = append(wanted, subscription.Protocol+" "+subscription.Endpoint)
	}
	assert.ElementsMatch(t, wanted, each(subscriptions, func(s snstypes.Subscription) string {
		return *s.Protocol + " " + *s.Endpoint
	}))
}

// countsEvents says that an alarm is on for as long as its period lasts.
func countsEvents(alarm *cloudwatchtypes.MetricAlarm) bool {
	names := []string{aws.ToString(alarm.MetricName)}
	for i := range alarm.Metrics {
		if stat := alarm.Metrics[i].MetricStat; stat != nil {
			names = append(names, aws.ToString(stat.Metric.MetricName))
		}
	}
	return aws.ToString(alarm.Namespace) == "CISBenchmark" || slices.ContainsFunc(names, func(name string) bool {
		return name == "TriggeredRules" || name == "FailedInvocations" || name == "NumberOfBackupJobsFailed"
	})
}
