package components

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// commonService returns the inputs that both controllers need.
func commonService() map[string]any {
	return map[string]any{
		"name":           "visitor-book",
		"cluster":        "arn:aws:ecs:us-east-1:123456789012:cluster/aws-webapp-prod-web",
		"taskDefinition": arnOf(taskDefinitionType, "visitor-book"),
		"desiredCount":   3.0,
		"capacityProviderStrategies": []any{
			map[string]any{"capacityProvider": "FARGATE", "base": 2.0, "weight": 1.0},
			map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 0.0, "weight": 3.0},
		},
		"platformVersion":    "LATEST",
		"schedulingStrategy": "REPLICA",
		"networkConfiguration": map[string]any{
			"subnets": []any{"subnet-app-1", "subnet-app-2"}, "securityGroups": []any{"sg-app"}, "assignPublicIp": false,
		},
		"loadBalancers": []any{map[string]any{
			"targetGroupArn": arnOf(targetGroupType, "visitor-book"), "containerName": "visitor-book", "containerPort": 8000.0,
		}},
		"healthCheckGracePeriodSeconds": 60.0,
		"enableExecuteCommand":          true,
		"enableEcsManagedTags":          true,
		"propagateTags":                 "SERVICE",
		"tags":                          map[string]any{"Name": "visitor-book"},
	}
}

func TestRollingService(t *testing.T) {
	args := testServiceArgs()
	service := deployed(t, serviceProgram(&args)).one(t, serviceResource, "visitor-book")
	want := commonService()
	maps.Copy(want, map[string]any{
		"deploymentController":            map[string]any{"type": "ECS"},
		"deploymentMaximumPercent":        200.0,
		"deploymentMinimumHealthyPercent": 100.0,
		"deploymentCircuitBreaker":        map[string]any{"enable": true, "rollback": true},
		"alarms": map[string]any{"enable": true, "rollback": true, "alarmNames": []any{
			"aws-webapp-prod-visitor-book-5xx", "aws-webapp-prod-visitor-book-unhealthy",
		}},
		"availabilityZoneRebalancing": "ENABLED",
		"forceNewDeployment":          true,
		"waitForSteadyState":          true,
	})
	assert.Equal(t, want, service.inputs)
	assert.Equal(t, []string{"desiredCount"}, service.request.GetIgnoreChanges())
	assert.True(t, service.request.GetDeleteBeforeReplace(), "its name is taken until it is gone")
	timeouts := service.request.GetCustomTimeouts()
	assert.Equal(t, []string{"15m", "15m", "20m"}, []string{
		timeouts.GetCreate(), timeouts.GetUpdate(),
		timeouts.GetDelete(),
	})
}

// Properties that ECS refuses under CODE_DEPLOY are not set, and those that CodeDeploy manages
// are ignored.
func TestBlueGreenService(t *testing.T) {
	args := testBlueGreenArgs()
	service := deployed(t, serviceProgram(&args)).one(t, serviceResource, "visitor-book")
	want := commonService()
	want["deploymentController"] = map[string]any{"type": "CODE_DEPLOY"}
	assert.Equal(t, want, service.inputs)
	assert.Equal(t, []string{
		"desiredCount", "taskDefinition", "loadBalancers", "networkConfiguration", "platformVersion",
		"capacityProviderStrategies",
	}, service.request.GetIgnoreChanges())
	timeouts := service.request.GetCustomTimeouts()
	assert.Equal(t, []string{"", "", "20m"}, []string{timeouts.GetCreate(), timeouts.GetUpdate(), timeouts.GetDelete()})
}

// A held service is created with its first version, and after that the program only registers others.
func TestHeldRollingServiceLeavesItsVersions(t *testing.T) {
	args := testServiceArgs()
	args.Deployment.Held = true
	rec := deployed(t, serviceProgram(&args))
	service := rec.one(t, serviceResource, "visitor-book")
	assert.Equal(t, false, service.inputs["forceNewDeployment"])
	assert.Equal(t, false, service.inputs["waitForSteadyState"], "its tasks may have to wait for their migration")
	assert.Equal(t, map[string]any{"type": "ECS"}, service.inputs["deploymentController"])
	assert.Equal(t, append([]string{"desiredCount"}, releaseOwns...), service.request.GetIgnoreChanges())
	assert.Empty(t, service.request.GetCustomTimeouts().GetUpdate())
}

func TestRollingServiceVariants(t *testing.T) {
	tests := map[string]struct {
		change func(*ServiceArgs)
		input  string
		want   any
	}{
		"does not wait for an emulator": {func(a *ServiceArgs) { a.Deployment.WaitMinutes = 0 }, "waitForSteadyState", false},
		"cannot rebalance without room": {
			func(a *ServiceArgs) { a.Deployment.MaximumPercent, a.Deployment.MinimumHealthyPercent = 100, 50 },
			"availabilityZoneRebalancing", "DISABLED",
		},
		"rebalances with a little room": {func(a *ServiceArgs) {
			a.Deployment.MaximumPercent = 101
		}, "availabilityZoneRebalancing", "ENABLED"},
		"has no exec": {func(a *ServiceArgs) { a.Exec = nil }, "enableExecuteCommand", false},
		"runs on Fargate alone": {
			func(a *ServiceArgs) { a.Capacity.SpotWeight = 0 },
			"capacityProviderStrategies",
			[]any{map[string]any{"capacityProvider": "FARGATE", "base": 2.0, "weight": 1.0}},
		},
		"runs on Spot alone": {
			func(a *ServiceArgs) { a.Capacity = ServiceCapacity{SpotWeight: 1} },
			"capacityProviderStrategies",
			[]any{map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 0.0, "weight": 1.0}},
		},
		"keeps its base on Fargate": {
			func(a *ServiceArgs) { a.Capacity.FargateWeight = 0 },
			"capacityProviderStrategies",
			[]any{
				map[string]any{"capacityProvider": "FARGATE", "base": 2.0, "weight": 0.0},
				map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 0.0, "weight": 3.0},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := testServiceArgs()
			test.change(&args)
			assert.Equal(t, test.want, deployed(t, serviceProgram(&args)).one(t, serviceResource,
				"visitor-book").inputs[test.input])
		})
	}
}

// A service that outlives its roles hangs draining, one that precedes its rule is refused,
// and one without routes cannot pull its image.
func TestServiceWaitsForWhatItNeeds(t *testing.T) {
	for name, args := range map[string]ServiceArgs{"rolling": testServiceArgs(), "blue-green": testBlueGreenArgs()} {
		t.Run(name, func(t *testing.T) {
			rec := deployed(t, func(ctx *pulumi.Context) error {
				keys, err := NewKeys(ctx, "keys", &KeysArgs{Scope: testScope, DeletionWindowDays: 30})
				if err != nil {
					return err
				}
				args.After = []pulumi.Resource{keys}
				_, err = NewService(ctx, "visitor-book", &args)
				return err
			})
			service := rec.one(t, serviceResource, "visitor-book")
			needed := []*recorded{
				rec.one(t, "aws:cloudwatch/logGroup:LogGroup", "visitor-book"),
				rec.one(t, alarmType, "visitor-book-5xx"),
				rec.one(t, "aws:kms/key:Key", "keys-data"),
				rec.one(t, listenerRuleType, map[string]string{"rolling": "https_25100", "blue-green": "visitor-book-test"}[name]),
			}
			for _, policy := range rec.ofType(rolePolicyType) {
				if policy.inputs["role"] != "aws-webapp-prod-visitor-book-deployment-1234567" {
					needed = append(needed, policy)
				}
			}
			for _, resource := range needed {
				assert.Truef(t, service.dependsOn(resource), "the service does not wait for %s %s", resource.typ, resource.name)
			}
			assert.Len(t, needed, 11)
		})
	}
}

// AWS reports a rollback as a successful deployment.
func TestRollbackFailsTheUpdate(t *testing.T) {
	const previous = "arn:aws:ecs:us-east-1:123456789012:task-definition/visitor-book:6"
	rolledBack := func(args ServiceArgs) error {
		_, err := run(t, func(ctx *pulumi.Context) error {
			service, err := NewService(ctx, "visitor-book", &args)
			if err != nil {
				return err
			}
			service.service.TaskDefinition = pulumi.StringPtr(previous).ToStringPtrOutput()
			ctx.Export("running", service.runningTaskDefinition())
			return nil
		}, false)
		return err
	}
	err := rolledBack(testServiceArgs())
	assert.ErrorContains(t, err, `service "visitor-book" runs `+previous+" and not "+
		arnOf(taskDefinitionType, "visitor-book"))
	assert.ErrorContains(t, err, "was rolled back, or the service was left out by --target")
}
