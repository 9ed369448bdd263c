package stack_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
)

// rings says when each alarm of prod goes off: the metric with its threshold, the number of periods, and the
// treatment of missing data. Those of the audit trail are in auditRings.
var rings = map[string]string{
	"audit-silent": "IF(m2 >= 50, SUM([m1, 0 * m2]), 1), m1 = Sum of AWS/Logs IncomingLogEvents in 3600 s, " +
		"m2 = SampleCount of AWS/RDS CPUUtilization in 3600 s below 1, 3 of 3, silence is good",
	"backup-failed":             "Sum of AWS/Backup NumberOfBackupJobsFailed in 3600 s above 0, 1 of 1, silence is good",
	"backup-failed-undelivered": "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"backup-missing": "IF(m2 >= 1380, SUM([m1, 0 * m2]), 1), " +
		"m1 = Sum of AWS/Backup NumberOfBackupJobsCompleted in 86400 s, " +
		"m2 = SampleCount of AWS/RDS CPUUtilization in 86400 s below 1, 2 of 2, silence is good",
	"cluster-fargate-quota": "100 * m1 / SERVICE_QUOTA(m1), m1 = Maximum of AWS/Usage ResourceCount in 300 s above 80, " +
		"3 of 3, silence is good",
	"database-credits": "IF(m1 < 10, m2, 0), m1 = Average of AWS/RDS CPUCreditBalance in 300 s, " +
		"m2 = Average of AWS/RDS CPUUtilization in 300 s above 20, 12 of 12, silence is ignored",
	"database-events-undelivered": "SUM([m1, m2, m3, m4, m5]), m1 = Sum of AWS/Events FailedInvocations in 60 s, " +
		"m2 = Sum of AWS/Events FailedInvocations in 60 s, m3 = Sum of AWS/Events FailedInvocations in 60 s, " +
		"m4 = Sum of AWS/Events FailedInvocations in 60 s, m5 = Sum of AWS/Events FailedInvocations in 60 s " +
		"above 0, 1 of 1, silence is good",
	"database-connections": "Maximum of AWS/RDS DatabaseConnections " +
		"in 300 s above 155, 2 of 2, silence is ignored",
	"database-cpu":    "Average of AWS/RDS CPUUtilization in 300 s above 80, 3 of 3, silence is ignored",
	"database-down":   "SampleCount of AWS/RDS CPUUtilization in 60 s below 1, 10 of 10, silence is bad",
	"database-memory": "Average of AWS/RDS FreeableMemory in 300 s below 107374182, 3 of 3, silence is ignored",
	"database-transactions": "Maximum of AWS/RDS MaximumUsedTransactionIDs " +
		"in 300 s above 1000000000, 3 of 3, silence is ignored",
	"database-burst": "MIN([m1, m2]), m1 = Average of AWS/RDS EBSIOBalance% in 300 s, " +
		"m2 = Average of AWS/RDS EBSByteBalance% in 300 s below 20, 3 of 3, silence is ignored",
	"findings-access-undelivered":      "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"findings-guardduty-undelivered":   "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"findings-securityhub-undelivered": "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"probe-certificate":                "Minimum of Probe CertificateDays in 3600 s below 21, 1 of 1, silence is ignored",
	"probe-rotation-overdue":           "Minimum of Probe PasswordDays in 3600 s above 32, 24 of 24, silence is bad",
	"probe-subscriptions": "Minimum of Probe MissingSubscriptions " +
		"in 300 s above 0, 12 of 12, silence is ignored",
	"probe-undelivered":  "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"probe-unreachable":  "Minimum of Probe Failed in 60 s above 0, 3 of 3, silence is bad",
	"rotation-throttled": "Sum of AWS/Lambda Throttles in 60 s above 0, 1 of 1, silence is good",
	"search-key": "SUM([m1, m2]), m1 = Maximum of AWS/ES KMSKeyError in 60 s, " +
		"m2 = Maximum of AWS/ES KMSKeyInaccessible in 60 s at least 1, 1 of 1, silence is ignored",
	"search-snapshots": "Maximum of AWS/ES AutomatedSnapshotFailure in 60 s at least 1, 1 of 1, silence is ignored",
	"search-nodes":     "Minimum of AWS/ES Nodes in 300 s below 2, 6 of 6, silence is ignored",
	"database-storage": "Minimum of AWS/RDS FreeStorageSpace " +
		"in 300 s below 1073741824, 1 of 1, silence is ignored",
	"deployment-test-errors": "Sum of AWS/Lambda Errors in 60 s above 0, 1 of 1, silence is good",
	"network-nat-1-ports":    "Sum of AWS/NATGateway ErrorPortAllocation in 60 s above 0, 2 of 2, silence is good",
	"network-nat-2-ports":    "Sum of AWS/NATGateway ErrorPortAllocation in 60 s above 0, 2 of 2, silence is good",
	"network-nat-3-ports":    "Sum of AWS/NATGateway ErrorPortAllocation in 60 s above 0, 2 of 2, silence is good",
	"rotation-dead-letters": "Maximum of AWS/SQS ApproximateNumberOfMessagesVisible " +
		"in 60 s above 0, 1 of 1, silence is good",
	"rotation-errors":             "Sum of AWS/Lambda Errors in 60 s above 0, 1 of 1, silence is good",
	"rotation-failed":             "Sum of AWS/Events TriggeredRules in 60 s above 0, 1 of 1, silence is good",
	"rotation-failed-undelivered": "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"rotation-undelivered":        "Sum of AWS/Events FailedInvocations in 60 s above 0, 1 of 1, silence is good",
	"search-dead-letters": "Maximum of AWS/SQS ApproximateNumberOfMessagesVisible " +
		"in 300 s above 0, 1 of 1, silence is good",
	"search-dropped":   "Sum of AWS/Lambda AsyncEventsDropped in 300 s at least 1, 1 of 1, silence is good",
	"search-errors":    "Sum of AWS/Lambda Errors in 300 s at least 1, 1 of 1, silence is good",
	"search-flattened": "Sum of LogShipper Flattened in 3600 s at least 10, 1 of 1, silence is good",
	"search-jvm":       "Maximum of AWS/ES JVMMemoryPressure in 60 s at least 95, 3 of 3, silence is ignored",
	"search-lost":      "Sum of AWS/Lambda DestinationDeliveryFailures in 300 s at least 1, 1 of 1, silence is good",
	"search-oversized": "Sum of AWS/Lambda DeadLetterErrors in 300 s at least 1, 1 of 1, silence is good",
	"search-red":       "Maximum of AWS/ES ClusterStatus.red in 60 s at least 1, 1 of 1, silence is ignored",
	"search-storage":   "Minimum of AWS/ES FreeStorageSpace in 300 s below 25600, 1 of 1, silence is ignored",
	"search-writes-blocked": "Maximum of AWS/ES ClusterIndexWritesBlocked " +
		"in 300 s at least 1, 1 of 1, silence is ignored",
	"search-yellow": "Maximum of AWS/ES ClusterStatus.yellow in 60 s at least 1, 15 of 15, silence is ignored",
	"visitor-book-5xx": "SUM([m1, m2]), m1 = Sum of AWS/ApplicationELB HTTPCode_Target_5XX_Count in 60 s, " +
		"m2 = Sum of AWS/ApplicationELB HTTPCode_Target_5XX_Count in 60 s above 5, 2 of 2, silence is good",
	"visitor-book-cpu": "Average of AWS/ECS CPUUtilization in 300 s above 85, 3 of 3, silence is ignored",
	"visitor-book-deployments-undelivered": "Sum of AWS/Events FailedInvocations " +
		"in 60 s above 0, 1 of 1, silence is good",
	"visitor-book-memory": "Average of AWS/ECS MemoryUtilization in 300 s above 85, 3 of 3, silence is ignored",
	"visitor-book-missing-tasks": "m1 - SUM([m2, 0 * m1]), " +
		"m1 = Average of ECS/ContainerInsights DesiredTaskCount in 60 s, " +
		"m2 = Average of ECS/ContainerInsights RunningTaskCount in 60 s above 0, 5 of 5, silence is bad",
	"visitor-book-unhealthy": "SUM([m1, m2]), m1 = Maximum of AWS/ApplicationELB UnHealthyHostCount in 60 s, " +
		"m2 = Maximum of AWS/ApplicationELB UnHealthyHostCount in 60 s above 0, 5 of 5, silence is good",
	"web-4xx": "IF(SUM([m1, m3]) >= 100, 100 * SUM([m1, m2]) / SUM([m1, m3]), 0), " +
		"m1 = Sum of AWS/ApplicationELB HTTPCode_ELB_4XX_Count in 60 s, " +
		"m2 = Sum of AWS/ApplicationELB HTTPCode_Target_4XX_Count in 60 s, " +
		"m3 = Sum of AWS/ApplicationELB RequestCount in 60 s above 10, 2 of 2, silence is good",
	"web-5xx": "Sum of AWS/ApplicationELB HTTPCode_ELB_5XX_Count in 60 s above 5, 2 of 2, silence is good",
	"web-latency": "IF(m2 >= 20, m1, 0), m1 = p95 of AWS/ApplicationELB TargetResponseTime in 60 s, " +
		"m2 = Sum of AWS/ApplicationELB RequestCount in 60 s above 1, 3 of 5, silence is good",
	"web-rejected": "Sum of AWS/ApplicationELB RejectedConnectionCount in 60 s above 0, 1 of 1, silence is good",
}

// auditRings are the matches of the audit trail's filters, in five minutes, that ring an alarm. One is enough, but for
// what people get wrong every day.
var auditRings = map[string]int{
	"alert-changes":          1,
	"bucket-policy-changes":  1,
	"config-changes":         1,
	"console-failures":       5,
	"console-without-mfa":    1,
	"gateway-changes":        1,
	"iam-changes":            1,
	"key-deletion":           1,
	"network-acl-changes":    1,
	"organization-changes":   1,
	"root-use":               1,
	"route-changes":          1,
	"security-group-changes": 1,
	"trail-changes":          1,
	"unauthorized-calls":     5,
	"vpc-changes":            1,
}

func TestEachAlarmRingsWhenItShould(t *testing.T) {
	found := map[string]string{}
	for _, r := range graphOf(t, "prod").ofType(metricAlarmType) {
		found[r.name] = told(r.inputs)
	}
	want := maps.Clone(rings)
	for name, matches := range auditRings {
		want["audit-"+name] = fmt.Sprintf(
			"Sum of CISBenchmark aws-webapp-prod-%s in 300 s at least %d, 1 of 1, silence is good", name, matches)
	}
	assert.Equal(t, want, found)
}

// watched are the dimensions under which AWS, and the functions, publish the metrics of a namespace. An alarm under
// others hears nothing, ever.
var watched = map[string][]string{
	"AWS/ApplicationELB": {"LoadBalancer", "LoadBalancer TargetGroup"},
	"AWS/Backup":         {"BackupVaultName"},
	"AWS/ECS": {
		"ClusterName ServiceName", "ClusterName DiscoveryName ServiceName", "ClusterName ServiceName TargetDiscoveryName",
	},
	"AWS/EFS":               {"FileSystemId", "FileSystemId StorageClass"},
	"AWS/ES":                {"ClientId DomainName"},
	"AWS/ElastiCache":       {"CacheClusterId"},
	"AWS/Events":            {"RuleName"},
	"AWS/Lambda":            {"FunctionName"},
	"AWS/Logs":              {"LogGroupName"},
	"AWS/NATGateway":        {"NatGatewayId"},
	"AWS/RDS":               {"DBInstanceIdentifier"},
	"AWS/SQS":               {"QueueName"},
	"AWS/Usage":             {"Class Resource Service Type"},
	"AWS/Scheduler":         {"ScheduleGroup"},
	"CISBenchmark":          {""},
	"ECS/ContainerInsights": {"ClusterName ServiceName", "ClusterName TaskDefinitionFamily"},
	"LogShipper":            {"FunctionName", "LogGroup"},
	"Probe":                 {"FunctionName"},
}

func TestEachAlarmWatchesSomethingThatIsThere(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		there := map[string]bool{roleAccount: true}
		for _, r := range g.resources {
			if r.typ == metricAlarmType {
				continue
			}
			for _, values := range []resource.PropertyMap{r.inputs, r.outputs} {
				for _, value := range values {
					there[renderValue(value)] = true
					if value.IsArray() {
						for _, element := range value.ArrayValue() {
							there[renderValue(element)] = true
						}
					}
				}
			}
		}
		judged := 0
		for _, r := range g.ofType(metricAlarmType) {
			for _, metric := range watchedBy(r) {
				var keys []string
				dimensions, _ := metric["dimensions"].V.(resource.PropertyMap)
				for key, value := range dimensions {
					keys = append(keys, string(key))
					name := renderValue(value)
					if metric["namespace"].StringValue() == "AWS/Usage" || key == "StorageClass" {
						continue // of the account, or of all file systems; AWS gives the names
					}
					assert.Truef(t, there[name], "%s watches %s %s, which nothing is called", r.name, key, name)
				}
				slices.Sort(keys)
				of := watched[metric["namespace"].StringValue()]
				assert.Containsf(t, of, strings.Join(keys, " "), "dimensions of %s", r.name)
				judged++
			}
		}
		return judged
	})
}

// Whoever is woken up reads what has happened before the link.
func TestEachAlarmSaysWhatHappened(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		alarms := slices.Concat(g.ofType(metricAlarmType), g.ofType(compositeAlarmType))
		for _, r := range alarms {
			text, _, _ := strings.Cut(r.inputs["alarmDescription"].StringValue(), " Runbook: ")
			assert.Regexpf(t, `^[A-Z]\S*( \S+){5,}\.$`, text, "the description of %s is no sentence", r.name)
		}
		return len(alarms)
	})
}

// watchedBy are the metrics of an alarm.
func watchedBy(alarm recorded) []resource.PropertyMap {
	queries, ok := alarm.inputs["metricQueries"]
	if !ok {
		return []resource.PropertyMap{alarm.inputs}
	}
	var metrics []resource.PropertyMap
	for _, query := range queries.ArrayValue() {
		if metric, ok := query.ObjectValue()["metric"]; ok {
			metrics = append(metrics, metric.ObjectValue())
		}
	}
	return metrics
}

// told is an alarm in words.
func told(alarm resource.PropertyMap) string {
	var what string
	if queries, ok := alarm["metricQueries"]; ok {
		var metrics []string
		for _, query := range queries.ArrayValue() {
			q := query.ObjectValue()
			if metric, ok := q["metric"]; ok {
				metrics = append(metrics, q["id"].StringValue()+" = "+toldMetric(metric.ObjectValue(), "stat"))
			} else {
				what = q["expression"].StringValue() + ", "
			}
		}
		what += strings.Join(metrics, ", ")
	} else {
		statistic := resource.PropertyKey("statistic")
		if _, plain := alarm[statistic]; !plain {
			statistic = "extendedStatistic"
		}
		what = toldMetric(alarm, statistic)
	}
	periods := alarm["evaluationPeriods"].NumberValue()
	datapoints := periods
	if some, given := alarm["datapointsToAlarm"]; given {
		datapoints = some.NumberValue()
	}
	comparison := map[string]string{
		"GreaterThanThreshold": "above", "GreaterThanOrEqualToThreshold": "at least", "LessThanThreshold": "below",
	}[alarm["comparisonOperator"].StringValue()]
	silence := map[string]string{
		"notBreaching": "good", "breaching": "bad", "ignore": "ignored",
	}[alarm["treatMissingData"].StringValue()]
	return fmt.Sprintf("%s %s %.0f, %v of %v, silence is %s", what, comparison, alarm["threshold"].NumberValue(),
		datapoints, periods, silence)
}

func toldMetric(metric resource.PropertyMap, statistic resource.PropertyKey) string {
	return fmt.Sprintf("%s of %s in %v s", metric[statistic].StringValue(), metricName(metric),
		metric["period"].NumberValue())
}
