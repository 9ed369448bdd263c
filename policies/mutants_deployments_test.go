package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/testgraph"
)

const (
	deploymentGroup  = "aws:codedeploy/deploymentGroup:DeploymentGroup"
	deploymentConfig = "aws:codedeploy/deploymentConfig:DeploymentConfig"
	compositeAlarm   = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
)

// byCodeDeploy makes CodeDeploy deploy a service correctly.
func byCodeDeploy(s *testgraph.Stack, service *graph.Resource) {
	controller := resource.NewObjectProperty(resource.PropertyMap{"type": resource.NewStringProperty("CODE_DEPLOY")})
	service.Inputs["deploymentController"], service.Outputs["deploymentController"] = controller, controller
	s.Add(deploymentGroup, "shop", testgraph.Props{
		"deploymentGroupName": "shop", "appName": "shop",
		"deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"ecsService":           testgraph.Props{"clusterName": "shop", "serviceName": testgraph.Of(service, "name")},
		"blueGreenDeploymentConfig": testgraph.Props{
			"terminateBlueInstancesOnDeploymentSuccess": testgraph.Nested(testgraph.Props{
				"action": "TERMINATE", "terminationWaitTimeInMinutes": 10,
			}),
		},
		"autoRollbackConfiguration": rollsBack(), "alarmConfiguration": looksAtAlarms(s),
	})
}

func rollsBack() testgraph.Props {
	return testgraph.Props{"enabled": true, "events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}}
}

func looksAtAlarms(s *testgraph.Stack) testgraph.Props {
	failing := s.Get(testgraph.Named(metricAlarm, "visitor-book-5xx"))
	return testgraph.Props{"enabled": true, "alarms": []any{testgraph.Of(failing, "name")}}
}

// composite points a list of alarms to a composite one.
func composite(s *testgraph.Stack, p testgraph.Pick, keys ...string) {
	alarm := s.Add(compositeAlarm, "extra", testgraph.Props{
		"alarmName": "extra", "alarmRule": "ALARM(visitor-book-5xx)",
		"alarmActions": []any{"arn:aws:sns:us-east-1:123456789012:app-alerts"},
	})
	delete(s.Get(p).PropertyDependencies, keys[0]) // nothing is left of the alarm before
	s.Set(p, []any{testgraph.Of(alarm, "id")}, keys...)
}

// shift gives a group a custom configuration.
func shift(routing testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		config := s.Add(deploymentConfig, "extra", testgraph.Props{
			"deploymentConfigName": "extra", "computePlatform": "ECS", "trafficRoutingConfig": routing,
		})
		s.Set(testgraph.First(deploymentGroup), testgraph.Of(config, "id"), "deploymentConfigName")
	}
}

func deploymentMutants() []mutant {
	service, group := testgraph.First(ecsService), testgraph.First(deploymentGroup)
	// In the program's own stack CodeDeploy deploys.
	rolling := func(control, fault string, value any, keys ...string) mutant {
		return mutant{control: control, fault: fault, madeUp: true, mutate: set(service, value, keys...)}
	}
	rollback := func(fault string, value any, keys ...string) mutant {
		return mutant{control: "codedeploy-rollback", fault: fault, mutate: set(group, value, keys...)}
	}
	moves := func(fault string, mutate func(*testgraph.Stack)) mutant {
		return mutant{control: "codedeploy-traffic-shift", fault: fault, mutate: mutate}
	}
	paced := func(kind string, minutes, percent int) func(*testgraph.Stack) {
		return shift(testgraph.Props{"type": "T" + kind[1:], kind: testgraph.Nested(testgraph.Props{
			"interval": minutes, "percentage": percent,
		})})
	}
	const canary, linear = "timeBasedCanary", "timeBasedLinear"
	old := []string{
		"blueGreenDeploymentConfig", "terminateBlueInstancesOnDeploymentSuccess", "terminationWaitTimeInMinutes",
	}
	return []mutant{
		rolling("ecs-circuit-breaker", "no rollback", false, "deploymentCircuitBreaker", "rollback"),
		rolling("ecs-circuit-breaker", "left out", nil, "deploymentCircuitBreaker"),
		rolling("ecs-rollback-alarms", "left out", nil, "alarms"),
		rolling("ecs-rollback-alarms", "no rollback", false, "alarms", "rollback"),
		rolling("ecs-rollback-alarms", "no name", []any{}, "alarms", "alarmNames"),
		rolling("ecs-rollback-alarms", "an alarm that is not there", []any{"gone"}, "alarms", "alarmNames"),
		{control: "ecs-rollback-alarms", fault: "composite", madeUp: true, mutate: func(s *testgraph.Stack) {
			composite(s, service, "alarms", "alarmNames")
		}},
		{
			control: "ecs-rollback-alarms", fault: "CodeDeploy without a group", mutate: remove(group),
			config: flowsWith("tester -> internet tcp 8443 optional"),
		},
		rollback("off", false, "autoRollbackConfiguration", "enabled"),
		rollback("left out", nil, "autoRollbackConfiguration"),
		rollback("not on failure", []any{"DEPLOYMENT_STOP_ON_ALARM"}, "autoRollbackConfiguration", "events"),
		rollback("not on alarm", []any{"DEPLOYMENT_FAILURE"}, "autoRollbackConfiguration", "events"),
		rollback("alarms off", false, "alarmConfiguration", "enabled"),
		rollback("no alarms", nil, "alarmConfiguration", "alarms"),
		rollback("goes on blindly", true, "alarmConfiguration", "ignorePollAlarmFailure"),
		rollback("an alarm that is not there", []any{"gone"}, "alarmConfiguration", "alarms"),
		{control: "codedeploy-rollback", fault: "composite", mutate: func(s *testgraph.Stack) {
			composite(s, group, "alarmConfiguration", "alarms")
		}},
		moves("all at once", set(group, "CodeDeployDefault.ECSAllAtOnce", "deploymentConfigName")),
		moves("left out", set(group, nil, "deploymentConfigName")),
		moves("of another stack", set(group, "shared", "deploymentConfigName")),
		moves("large first step", paced(canary, 15, 50)),
		moves("short canary", paced(canary, 1, 10)),
		moves("short linear shift", paced(linear, 1, 25)),
		moves("custom, all at once", shift(testgraph.Props{"type": "AllAtOnce"})),
		moves("a function's, all at once", func(s *testgraph.Stack) {
			byCodeDeploy(s, s.Add(ecsService, "none", testgraph.Props{}))
			s.Remove(testgraph.Named(ecsService, "none"))
			function := testgraph.Named(deploymentGroup, "shop")
			s.Set(function, nil, "ecsService")
			s.Set(function, "CodeDeployDefault.LambdaAllAtOnce", "deploymentConfigName")
		}),
		moves("short wait", set(group, 9, old...)),
		moves("no wait", set(group, nil, old...)),
	}
}

// In production, configuration may require more but not less.
func TestConfigurationCannotLowerAShiftInProduction(t *testing.T) {
	session := local(t, "prod", false)
	for name, value := range map[string]any{"waitMinutes": 4, "shiftMinutes": 0, "stepPercent": 51} {
		err := session.Configure(t.Context(), prodStack, param("codedeploy-traffic-shift", name, value))
		require.ErrorContains(t, err, "codedeploy-traffic-shift: prod allows no less than the control's floor: "+name)
		require.NoError(t, session.Configure(t.Context(), stagingStack, param("codedeploy-traffic-shift", name, value)))
	}
	slower := params(
		param("codedeploy-traffic-shift", "waitMinutes", 30), param("codedeploy-traffic-shift", "shiftMinutes", 6))
	outcome := judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), func(*testgraph.Stack) {}, slower)
	assert.Equal(t, []string{"codedeploy-traffic-shift"}, violated(outcome), messages(outcome))
	assert.Contains(t, messages(outcome), "less than 30 minutes after the shift")
	assert.Contains(t, messages(outcome), "has to last 6 minutes or more")
}
