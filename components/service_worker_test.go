package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testWorkerArgs returns the arguments of a service that nobody sends requests to.
func testWorkerArgs() ServiceArgs {
	args := testServiceArgs()
	args.EndpointArgs, args.Container.Port, args.Scaling.RequestsPerTarget = nil, 0, 0
	args.OneTaskReason = "mails may wait for a minute"
	args.Scaling.Backlog = &ServiceBacklog{QueueName: "aws-webapp-prod-mailer", MessagesPerTask: 50}
	return args
}

func TestWorkerHasNothingOfTheLoadBalancer(t *testing.T) {
	args := testWorkerArgs()
	made := deployed(t, serviceProgram(&args))
	for _, typ := range []string{targetGroupType, listenerRuleType} {
		assert.Empty(t, made.names(typ))
	}
	service := made.one(t, "aws:ecs/service:Service", "visitor-book").inputs
	assert.NotContains(t, service, "loadBalancers")
	assert.NotContains(t, service, "healthCheckGracePeriodSeconds", "ECS refuses it without a load balancer")
	assert.Equal(t, "mails may wait for a minute", service["tags"].(map[string]any)["webapp:one-task"])
	assert.Contains(t, made.one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"], `"portMappings":[]`)
}

// Nobody outside sees a worker fail, so its deployment is rolled back by an alarm on its tasks.
func TestWorkerIsRolledBackWhenNoTaskRuns(t *testing.T) {
	args := testWorkerArgs()
	made := deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]any{
		"enable": true, "rollback": true, "alarmNames": []any{"aws-webapp-prod-visitor-book-stopped"},
	}, made.one(t, "aws:ecs/service:Service", "visitor-book").inputs["alarms"])
	rule := made.one(t, "aws:cloudwatch/compositeAlarm:CompositeAlarm", "visitor-book-failing").inputs["alarmRule"]
	assert.Equal(t, `ALARM("aws-webapp-prod-visitor-book-stopped")`, rule)
}

func TestWorkerFollowsItsBacklog(t *testing.T) {
	args := testWorkerArgs()
	policy := deployed(t, serviceProgram(&args)).one(t, scalingPolicyType, "visitor-book-backlog").inputs
	aim := policy["targetTrackingScalingPolicyConfiguration"].(map[string]any)
	assert.EqualValues(t, 50, aim["targetValue"])
	metrics := aim["customizedMetricSpecification"].(map[string]any)["metrics"].([]any)
	require.Len(t, metrics, 4)
	first := metrics[0].(map[string]any)
	assert.Equal(t, "IF(SUM([m3, 0 * m1]) > 0, SUM([m1, m2]) / SUM([m3, 0 * m1]), SUM([m1, m2]) * 100)",
		first["expression"],
		"without a task, one message is more than a task's share")
	returned := 0
	var names []any
	for _, one := range metrics {
		if one.(map[string]any)["returnData"] == true {
			returned++
		}
		if stat, ok := one.(map[string]any)["metricStat"].(map[string]any); ok {
			names = append(names, stat["metric"].(map[string]any)["metricName"])
		}
	}
	assert.Equal(t, 1, returned, "AWS takes one series")
	assert.Equal(t, []any{
		"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible", "RunningTaskCount",
	}, names)
}
