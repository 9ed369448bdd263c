package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
)

func TestDeployments(t *testing.T) {
	alarms := []made{
		{metricAlarmType, "errors", p{"name": "errors"}}, {compositeAlarmType, "outage", p{"name": "outage"}},
	}
	group := func(names p) []made {
		return append([]made{{deploymentGroupType, "group", p{"ecsService": names}}}, alarms...)
	}
	judgeAll(t, []judged{
		{
			control: "ecs-circuit-breaker", want: passes, base: p{"deploymentCircuitBreaker": p{
				"enable":   true,
				"rollback": true,
			}},
			changes: []change{
				{"deploymentCircuitBreaker.enable", false, fails},
				{"deploymentCircuitBreaker.rollback", false, fails},
				{"deploymentCircuitBreaker", nil, fails},
				{"deploymentController.type", "ECS", passes},
				{"deploymentController.type", "CODE_DEPLOY", none},
				{"deploymentController.type", "EXTERNAL", none},
			},
		},
		{control: "ecs-circuit-breaker", want: fails, changes: []change{
			{"deploymentController.type", "ECS", fails}, {"deploymentController.type", unknownText, open},
		}},
		{
			control: "ecs-rollback-alarms", want: passes, others: alarms,
			base: p{"alarms": p{"enable": true, "rollback": true, "alarmNames": []any{"errors"}}}, changes: []change{
				{"alarms.enable", false, fails},
				{"alarms.rollback", false, fails},
				{"alarms.alarmNames", nil, fails},
				{"alarms.alarmNames", []any{"errors", "outage"}, fails},
				{"alarms.alarmNames", []any{"errors", "x"}, outside},
				{"alarms", nil, fails},
				{"deploymentController.type", "EXTERNAL", none},
				{"deploymentController.type", "CODE_DEPLOY", outside},
				{"deploymentController.type", unknownText, open},
				{"deploymentController.type", "ECS", passes},
			},
		},
		{
			control: "ecs-rollback-alarms", want: passes, others: group(p{"serviceName": "it", "clusterName": "c"}),
			base: p{"deploymentController": p{"type": "CODE_DEPLOY"}}, changes: []change{{"deploymentController", nil, fails}},
		},
		{
			control: "codedeploy-rollback", want: passes, others: alarms, base: p{
				"autoRollbackConfiguration": p{
					"enabled": true, "events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"},
				},
				"alarmConfiguration": p{"enabled": true, "alarms": []any{"errors"}},
			}, changes: []change{
				{"autoRollbackConfiguration.enabled", false, fails},
				{"autoRollbackConfiguration", nil, fails},
				{"autoRollbackConfiguration.events", []any{"DEPLOYMENT_FAILURE"}, fails},
				{"autoRollbackConfiguration.events", []any{"DEPLOYMENT_STOP_ON_ALARM"}, fails},
				{"alarmConfiguration.enabled", false, fails},
				{"alarmConfiguration.ignorePollAlarmFailure", true, fails},
				{"alarmConfiguration.ignorePollAlarmFailure", false, passes},
				{"alarmConfiguration.alarms", []any{"outage"}, fails},
				{"alarmConfiguration.alarms", nil, fails},
				{"alarmConfiguration.alarms", []any{"x"}, outside},
			},
		},
	})
}

func TestTrafficShifts(t *testing.T) {
	custom := func(name, platform string, routing p) made {
		return made{deploymentConfigType, name, p{
			"name": name, "computePlatform": platform,
			"trafficRoutingConfig": routing,
		}}
	}
	canary := func(percent, minutes any) p {
		return p{"type": "TimeBasedCanary", "timeBasedCanary": p{"percentage": percent, "interval": minutes}}
	}
	linear := func(percent, minutes any) p {
		return p{"type": "TimeBasedLinear", "timeBasedLinear": p{"percentage": percent, "interval": minutes}}
	}
	configs := []made{
		custom("canary-25-5", "ECS", canary(25, 5)), custom("canary-26-5", "ECS", canary(26, 5)),
		custom("canary-25-4", "ECS", canary(25, 4)), custom("linear-25-2", "ECS", linear(25, 2)),
		custom("linear-25-1", "ECS", linear(25, 1)), custom("at-once", "ECS", p{"type": "AllAtOnce"}), custom("bare",
			"ECS", nil),
		custom("open", "ECS", canary(25, unknownText)), custom("share-open", "ECS", canary(unknownText, 5)),
		custom("kind-open", "ECS", p{"type": unknownText}), custom("function", "Lambda", canary(26, 5)),
		custom("machines", "Server", nil),
	}
	const name, wait = "deploymentConfigName", "blueGreenDeploymentConfig.terminateBlueInstancesOnDeploymentSuccess"
	kept := p{"terminateBlueInstancesOnDeploymentSuccess": p{"terminationWaitTimeInMinutes": 10}}
	service := p{
		"ecsService": p{"serviceName": "web"}, name: "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"blueGreenDeploymentConfig": kept,
	}
	judgeAll(t, []judged{
		{control: "codedeploy-traffic-shift", want: passes, base: service, others: configs, changes: []change{
			{name, "CodeDeployDefault.ECSAllAtOnce", fails},
			{name, nil, fails},
			{name, unknownText, open},
			{name, "x", outside},
			{name, "canary-25-5", passes},
			{name, "canary-26-5", fails},
			{name, "canary-25-4", fails},
			{name, "linear-25-2", passes},
			{name, "linear-25-1", fails},
			{name, "at-once", fails},
			{name, "bare", fails},
			{name, "open", open},
			{name, "share-open", open},
			{name, "kind-open", open},
			{wait + ".terminationWaitTimeInMinutes", 9, fails},
			{wait, nil, fails},
			{wait, p{"action": "KEEP_ALIVE"}, passes},
			{wait, p{"action": "TERMINATE"}, fails},
		}},
		{
			control: "codedeploy-traffic-shift", want: passes, env: "staging", others: configs, changes: []change{
				{name, nil, passes},
				{name, "canary-26-5", passes},
				{wait + ".terminationWaitTimeInMinutes", 1, passes},
				{wait + ".terminationWaitTimeInMinutes", 0, fails},
			}, base: service,
		},
		{
			control: "codedeploy-traffic-shift", want: fails, env: control.Prod,
			base:   p{"ecsService": p{"serviceName": "web"}},
			params: control.Params{"waitMinutes": 0.0, "shiftMinutes": 0.0}, changes: []change{
				{name, "CodeDeployDefault.ECSCanary10Percent5Minutes", passes},
			},
		},
		{control: "codedeploy-traffic-shift", want: none, others: configs, changes: []change{
			{"ec2TagSets", []any{p{}}, none},
		}},
		{control: "codedeploy-traffic-shift", want: fails, base: p{name: "function"}, others: configs, changes: []change{
			{name, "machines", none},
			{name, "CodeDeployDefault.ECSAllAtOnce", none},
			{name, "CodeDeployDefault.LambdaAllAtOnce", fails},
			{name, "CodeDeployDefault.LambdaCanary10Percent5Minutes", passes},
			{name, "CodeDeployDefault.OneAtATime", none},
			{"ec2TagFilters", []any{p{"key": "a"}}, none},
			{"ec2TagSets", []any{p{"ec2TagFilters": []any{p{"key": "a"}}}}, none},
			{"autoscalingGroups", []any{"a"}, none},
			{"onPremisesInstanceTagFilters", []any{p{"key": "a"}}, none},
		}},
	})
}

// In production the configuration of the policies can allow little less than the defaults.
func TestFloorOfTrafficShifts(t *testing.T) {
	for _, c := range []struct {
		wait, shift, step float64
		refused           string
	}{
		{10, 5, 25, ""},
		{5, 5, 50, ""},
		{4, 5, 50, "waitMinutes is 4: give 5 or more"},
		{5, 4, 50, "shiftMinutes is 4: give 5 or more"},
		{5, 5, 51, "stepPercent is 51: give 50 or less"},
	} {
		err := shiftFloor(control.Params{"waitMinutes": c.wait, "shiftMinutes": c.shift, "stepPercent": c.step})
		if c.refused == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, c.refused)
		}
	}
}
