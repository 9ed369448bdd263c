package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	scalingTargetType = "aws:appautoscaling/target:Target"
	scalingPolicyType = "aws:appautoscaling/policy:Policy"
	scheduleType      = "aws:appautoscaling/scheduledAction:ScheduledAction"
)

func TestScalingTargetIsKnownAtPreview(t *testing.T) {
	args := testServiceArgs()
	target := previewed(t, serviceProgram(&args)).one(t, scalingTargetType, "visitor-book")
	assert.Equal(t, map[string]any{
		"serviceNamespace":  "ecs",
		"scalableDimension": "ecs:service:DesiredCount",
		"resourceId":        "service/aws-webapp-prod-web/visitor-book",
		"minCapacity":       2.0,
		"maxCapacity":       10.0,
	}, target.inputs)
	assert.Empty(t, target.request.GetIgnoreChanges())

	rec := deployed(t, serviceProgram(&args))
	assert.True(t, rec.one(t, scalingTargetType, "visitor-book").dependsOn(rec.one(t, serviceResource, "visitor-book")),
		"its name does not say that the service has to be there")
}

func TestScalingAims(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	policy := func(metric map[string]any, value float64) map[string]any {
		return map[string]any{
			"policyType":        "TargetTrackingScaling",
			"serviceNamespace":  "ecs",
			"scalableDimension": "ecs:service:DesiredCount",
			"resourceId":        "service/aws-webapp-prod-web/visitor-book",
			"targetTrackingScalingPolicyConfiguration": map[string]any{
				"predefinedMetricSpecification": metric,
				"targetValue":                   value,
				"scaleInCooldown":               120.0,
				"scaleOutCooldown":              60.0,
			},
		}
	}
	for name, want := range map[string]map[string]any{
		"visitor-book-cpu":    policy(map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"}, 70),
		"visitor-book-memory": policy(map[string]any{"predefinedMetricType": "ECSServiceAverageMemoryUtilization"}, 80),
		"visitor-book-requests": policy(map[string]any{
			"predefinedMetricType": "ALBRequestCountPerTarget",
			"resourceLabel":        balancerSuffix + "/targetgroup/visitor-book/943f017f100becff",
		}, 500),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, rec.one(t, scalingPolicyType, name).inputs)
		})
	}
	assert.Len(t, rec.ofType(scalingPolicyType), 3)
}

// endpointSeries are the metrics of a target group in a policy, as CloudWatch has them.
func endpointSeries(id, metric, statistic, group string) map[string]any {
	return map[string]any{"id": id, "returnData": false, "metricStat": map[string]any{
		"stat": statistic, "metric": map[string]any{
			"namespace": "AWS/ApplicationELB", "metricName": metric, "dimensions": []any{
				map[string]any{"name": "LoadBalancer", "value": balancerSuffix},
				map[string]any{"name": "TargetGroup", "value": "targetgroup/" + group + "/943f017f100becff"},
			},
		},
	}}
}

// Response time adds tasks, and never removes one: it need not follow the number of tasks.
func TestResponseTimeOnlyAddsTasks(t *testing.T) {
	args := testServiceArgs()
	args.Scaling.ResponseMilliseconds = 250
	policy := deployed(t, serviceProgram(&args)).one(t, scalingPolicyType, "visitor-book-response")
	assert.Equal(t, map[string]any{
		"disableScaleIn": true, "targetValue": 0.25, "scaleInCooldown": 120.0, "scaleOutCooldown": 60.0,
		"customizedMetricSpecification": map[string]any{"metrics": []any{
			map[string]any{"id": "e1", "label": "Response time", "expression": "m1", "returnData": true},
			endpointSeries("m1", "TargetResponseTime", "p90", "visitor-book"),
		}},
	}, policy.inputs["targetTrackingScalingPolicyConfiguration"])
}

// Under blue/green either target group may be the one that serves.
func TestBlueGreenScalesByBothTargetGroups(t *testing.T) {
	args := testBlueGreenArgs()
	args.Scaling.RequestsPerTarget, args.Scaling.ResponseMilliseconds = 500, 250
	rec := deployed(t, serviceProgram(&args))
	for name, want := range map[string]struct {
		expression, metric, statistic string
		value                         float64
	}{
		"visitor-book-requests": {"SUM([m1, m2])", "RequestCountPerTarget", "Sum", 500},
		"visitor-book-response": {"MAX([m1, m2])", "TargetResponseTime", "p90", 0.25},
	} {
		inputs := rec.one(t, scalingPolicyType, name).inputs
		configuration := inputs["targetTrackingScalingPolicyConfiguration"].(map[string]any)
		assert.InDelta(t, want.value, configuration["targetValue"], 0)
		metrics := configuration["customizedMetricSpecification"].(map[string]any)["metrics"].([]any)
		assert.Equal(t, want.expression, metrics[0].(map[string]any)["expression"])
		assert.Len(t, metrics, 3)
		assert.Equal(t, endpointSeries("m1", want.metric, want.statistic, "visitor-book"), metrics[1], name)
		assert.NotEqual(t, metrics[1].(map[string]any)["metricStat"], metrics[2].(map[string]any)["metricStat"], name)
	}
	assert.Len(t, rec.ofType(scalingPolicyType), 4)
}

func TestScalingAimsCanBeSwitchedOff(t *testing.T) {
	args := testServiceArgs()
	args.Scaling.CPUPercent, args.Scaling.RequestsPerTarget = 0, 0
	assert.Equal(t, []string{"visitor-book-memory"}, deployed(t, serviceProgram(&args)).names(scalingPolicyType))
}

func TestSchedulesOwnTheBounds(t *testing.T) {
	args := testServiceArgs()
	args.Scaling.Schedules = []ServiceSchedule{
		{Name: "morning", Expression: "cron(0 7 ? * MON-FRI *)", Timezone: "Europe/Zurich", Min: 4, Max: 20},
		{Name: "evening", Expression: "cron(0 19 * * ? *)", Min: 2, Max: 10},
	}
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]any{
		"serviceNamespace":     "ecs",
		"scalableDimension":    "ecs:service:DesiredCount",
		"resourceId":           "service/aws-webapp-prod-web/visitor-book",
		"schedule":             "cron(0 7 ? * MON-FRI *)",
		"timezone":             "Europe/Zurich",
		"scalableTargetAction": map[string]any{"minCapacity": 4.0, "maxCapacity": 20.0},
	}, rec.one(t, scheduleType, "visitor-book-morning").inputs)
	evening := rec.one(t, scheduleType, "visitor-book-evening")
	assert.NotContains(t, evening.inputs, "timezone", "AWS's default is UTC")
	assert.True(t, evening.dependsOn(rec.one(t, scheduleType, "visitor-book-morning")),
		"AWS refuses two changes at a time")
	assert.Equal(t, []string{"minCapacity", "maxCapacity"},
		rec.one(t, scalingTargetType, "visitor-book").request.GetIgnoreChanges(), "the program must not undo a schedule")
}

func TestServiceAlarms(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	service := map[string]any{"ClusterName": "aws-webapp-prod-web", "ServiceName": "visitor-book"}
	group := map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": "targetgroup/visitor-book/943f017f100becff"}
	result := func(label, expression string) map[string]any {
		return map[string]any{"id": "e1", "label": label, "expression": expression, "returnData": true}
	}
	for name, want := range map[string]struct {
		particular map[string]any
		missing    string
	}{
		"visitor-book-5xx": {map[string]any{
			"metricQueries": []any{
				result("5XX answers", "SUM([m1])"),
				alarmMetric("m1", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", group),
			},
			"evaluationPeriods": 2.0, "threshold": 5.0,
		}, "notBreaching"},
		"visitor-book-cpu": {map[string]any{
			"namespace": "AWS/ECS", "metricName": "CPUUtilization", "dimensions": service, "statistic": "Average",
			"period": 300.0, "evaluationPeriods": 3.0, "threshold": 85.0,
		}, "ignore"},
		"visitor-book-memory": {map[string]any{
			"namespace": "AWS/ECS", "metricName": "MemoryUtilization", "dimensions": service, "statistic": "Average",
			"period": 300.0, "evaluationPeriods": 3.0, "threshold": 90.0,
		}, "ignore"},
		"visitor-book-missing-tasks": {map[string]any{
			"metricQueries": []any{
				result("Missing tasks", "m1 - SUM([m2, 0 * m1])"),
				alarmMetric("m1", "ECS/ContainerInsights", "DesiredTaskCount", "Average", service),
				alarmMetric("m2", "ECS/ContainerInsights", "RunningTaskCount", "Average", service),
			},
			"evaluationPeriods": 5.0, "threshold": 0.0,
		}, "breaching"},
		"visitor-book-unhealthy": {map[string]any{
			"metricQueries": []any{
				result("Unhealthy tasks", "SUM([m1])"),
				alarmMetric("m1", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", group),
			},
			"evaluationPeriods": 5.0, "threshold": 0.0,
		}, "notBreaching"},
	} {
		t.Run(name, func(t *testing.T) {
			assertAlarm(t, rec, name, want.particular, "GreaterThanThreshold", want.missing)
		})
	}
	assert.Len(t, rec.ofType(alarmType), 6)
}

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm"

func alarmMetric(id, namespace, name, statistic string, dimensions map[string]any) map[string]any {
	return map[string]any{
		"id": id, "returnData": false,
		"metric": map[string]any{
			"namespace": namespace, "metricName": name, "dimensions": dimensions, "stat": statistic, "period": 60.0,
		},
	}
}

// Either group may be the one that serves.
func TestBlueGreenAlarmsWatchBothTargetGroups(t *testing.T) {
	args := testBlueGreenArgs()
	rec := deployed(t, serviceProgram(&args))
	dimensions := func(group string) map[string]any {
		return map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": "targetgroup/" + group + "/943f017f100becff"}
	}
	assert.Equal(t, []any{
		map[string]any{"id": "e1", "label": "5XX answers", "expression": "SUM([m1, m2])", "returnData": true},
		alarmMetric("m1", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", dimensions("visitor-book")),
		alarmMetric("m2", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", dimensions("visitor-book-green")),
	}, rec.one(t, alarmType, "visitor-book-5xx").inputs["metricQueries"])
	assert.Equal(t, "SUM([m1, m2])",
		rec.one(t, alarmType, "visitor-book-unhealthy").inputs["metricQueries"].([]any)[0].(map[string]any)["expression"])
}

// The alarm that rolls a deployment back must not wait for the service it watches.
func TestRollbackAlarmMakesNoCycle(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	alarm := rec.one(t, alarmType, "visitor-book-5xx")
	assert.False(t, alarm.dependsOn(rec.one(t, serviceResource, "visitor-book")))
	assert.True(t, alarm.dependsOn(rec.one(t, targetGroupType, "visitor-book")))
	assert.Equal(t, "aws-webapp-prod-visitor-book-5xx", alarm.inputs["name"])
}
