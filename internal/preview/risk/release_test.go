package risk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/preview/eventlog"
)

func TestReleaseSafety(t *testing.T) {
	const (
		group   = "aws:codedeploy/deploymentGroup:DeploymentGroup"
		service = "aws:ecs/service:Service"
		target  = "aws:appautoscaling/target:Target"
		targets = "aws:lb/targetGroup:TargetGroup"
	)
	shift := func(name string) props { return props{"deploymentConfigName": "CodeDeployDefault.ECS" + name} }
	share := func(provider string) props { return props{"capacityProvider": provider, "weight": 1} }
	wait := func(minutes any) props {
		return props{
			"blueGreenDeploymentConfig": props{
				"terminateBlueInstancesOnDeploymentSuccess": props{"terminationWaitTimeInMinutes": minutes},
			},
		}
	}
	for name, tc := range map[string]struct {
		token    string
		old, now props
		want     []string
		// back lists the findings of the reverse change.
		back []string
	}{
		"canary to all at once": {group, shift("Canary10Percent5Minutes"), shift("AllAtOnce"), []string{
			"release-safety high: deploymentConfigName: CodeDeployDefault.ECSCanary10Percent5Minutes → " +
				"CodeDeployDefault.ECSAllAtOnce: everybody gets a new version at once, a bad one too",
		}, nil},
		"linear to all at once": {group, shift("Linear10PercentEvery1Minutes"), shift("AllAtOnce"), []string{
			"release-safety high: deploymentConfigName: CodeDeployDefault.ECSLinear10PercentEvery1Minutes → " +
				"CodeDeployDefault.ECSAllAtOnce: everybody gets a new version at once, a bad one too",
		}, nil},
		"shorter canary": {group, shift("Canary10Percent15Minutes"), shift("Canary10Percent5Minutes"), []string{
			"release-safety medium: deploymentConfigName: CodeDeployDefault.ECSCanary10Percent15Minutes → " +
				"CodeDeployDefault.ECSCanary10Percent5Minutes: there is less time to notice a bad version before everybody has it",
		}, nil},
		"no wait": {group, wait(60), wait(0), []string{
			"release-safety high: terminationWaitTimeInMinutes: 60 → 0: the old tasks are gone as soon as everybody has " +
				"the new version: a rollback has to start them first",
		}, nil},
		"shorter wait": {group, wait(60), wait(5), []string{
			"release-safety medium: terminationWaitTimeInMinutes: 60 → 5: the old tasks are gone sooner: after that a " +
				"rollback has to start them first",
		}, nil},
		"no rollback": {
			group,
			props{"autoRollbackConfiguration": props{"enabled": true}},
			props{"autoRollbackConfiguration": props{"enabled": false}},
			[]string{
				"release-safety high: enabled: true → false: a deployment that fails is no longer rolled back",
			},
			nil,
		},
		"an alarm less": {
			group,
			props{"alarmConfiguration": props{"alarms": []any{"a", "b"}}},
			props{"alarmConfiguration": props{"alarms": []any{"b"}}},
			[]string{
				"release-safety high: alarms: a, b → b: what these alarms watch no longer stops a deployment",
			},
			nil,
		},
		"an alarm renamed": {
			group,
			props{"alarmConfiguration": props{"alarms": []any{"a", "b"}}},
			props{"alarmConfiguration": props{"alarms": []any{"b", "c"}}},
			nil, nil,
		},
		"circuit breaker": {
			service,
			props{"deploymentCircuitBreaker": props{"enable": true, "rollback": true}},
			props{},
			[]string{
				"release-safety high: enable: true → nothing: a deployment whose tasks do not start never ends",
				"release-safety high: rollback: true → nothing: a deployment that fails is no longer rolled back",
			},
			nil,
		},
		"healthy percent": {service, props{}, props{"deploymentMinimumHealthyPercent": 50}, []string{
			"release-safety medium: deploymentMinimumHealthyPercent: nothing → 50: more tasks may be missing during a " +
				"deployment",
		}, nil},
		"minimum": {
			target,
			props{"minCapacity": 3},
			props{"minCapacity": 2},
			[]string{"release-safety medium: minCapacity: 3 → 2: fewer tasks are left when one of them, or a zone, fails"},
			nil,
		},
		"one task": {target, props{"minCapacity": 3}, props{"minCapacity": 1}, []string{
			"release-safety high: minCapacity: 3 → 1: at low load one task or none is left: when it ends, " +
				"the service is down",
		}, nil},
		"half the CPU": {
			taskDefinition,
			props{"cpu": "512", "memory": "1024"},
			props{"cpu": "256", "memory": "512"},
			[]string{
				"release-safety medium: cpu: 512 → 256: each task can do less work",
				"release-safety medium: memory: 1024 → 512: a task that needs more memory is killed",
			},
			nil,
		},
		"matcher": {
			targets,
			props{"healthCheck": props{"matcher": "200"}},
			props{"healthCheck": props{"matcher": "200-499"}},
			[]string{
				"release-safety medium: matcher: 200 → 200-499: answers that counted as unhealthy now count as healthy",
			},
			nil,
		},
		"an approval less": {
			"aws:codepipeline/pipeline:Pipeline",
			props{"stages": []any{props{"actions": []any{props{"category": "Approval"}}}}},
			props{"stages": []any{}},
			[]string{
				"release-safety high: an approval is removed: the stages after it run without one",
			},
			nil,
		},
		"spot": {
			service,
			props{"capacityProviderStrategies": []any{share("FARGATE"), share("FARGATE_SPOT")}},
			props{"capacityProviderStrategies": []any{share("FARGATE_SPOT")}},
			[]string{
				"release-safety medium: all tasks above the base run on Spot: AWS may stop them at two minutes' notice, all " +
					"at once",
			},
			nil,
		},
		"unknown": {
			group,
			props{"autoRollbackConfiguration": props{"enabled": true}},
			props{"autoRollbackConfiguration": props{"enabled": unknown}},
			[]string{
				"? unknown low: known only after the deployment: enabled: perhaps a deployment that fails is no longer rolled back",
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			judged := func(old, now props) []string {
				if tc.token == taskDefinition {
					const app = `[{"name":"app","image":"app","user":"1","readonlyRootFilesystem":true}]`
					old, now = with(old, "containerDefinitions", app), with(now, "containerDefinitions", app)
				}
				return findings(t, step(eventlog.OpUpdate, tc.token, "a", old, now))
			}
			assert.Equal(t, append([]string{}, tc.want...), judged(tc.old, tc.now))
			assert.Equal(t, append([]string{}, tc.back...), judged(tc.now, tc.old), "what is safer is no risk")
		})
	}
}

func TestAppSpecs(t *testing.T) {
	spec := func(address, hooks, capacity string) props {
		return props{
			"appSpec": `{"Resources":[{"TargetService":{"Properties":{"NetworkConfiguration":` +
				`{"AwsvpcConfiguration":{"AssignPublicIp":"` + address +
				`"}},"CapacityProviderStrategy":[` + capacity + `]}}}],"Hooks":[` + hooks + `]}`,
		}
	}
	const fargate, spot = `{"CapacityProvider":"FARGATE","Weight":1}`, `{"CapacityProvider":"FARGATE_SPOT","Weight":1}`
	changed := step(
		eventlog.OpUpdate,
		"aws-webapp:service:Service",
		"a",
		spec("DISABLED", `{"AfterAllowTestTraffic":"f"}`, fargate),
		spec("ENABLED", "", spot),
	)
	changed.Custom, changed.OfComponent = false, true
	assert.Equal(t, []string{
		"exposure high: the next deployment gives tasks public addresses (AssignPublicIp: ENABLED)",
		"release-safety high: the hook AfterAllowTestTraffic is removed: new versions are no longer tested at that point",
		"release-safety medium: all tasks above the base run on Spot: AWS may stop them at two minutes' notice, all at once",
	}, findings(t, changed))
}

func TestInterruptions(t *testing.T) {
	const database = "aws:rds/instance:Instance"
	class := func(name any, now bool) props { return props{"instanceClass": name, "applyImmediately": now} }
	for name, tc := range map[string]struct {
		old, now props
		want     []string
	}{
		"at once": {class("db.t3.small", true), class("db.t3.micro", true), []string{
			"interruption medium: instanceClass: db.t3.small → db.t3.micro: the database restarts on other hardware, or " +
				"fails over with multiAz, at once (applyImmediately)",
		}},
		"in the window": {props{"engineVersion": "16.3"}, props{"engineVersion": "17.1"}, []string{
			"interruption medium: engineVersion: 16.3 → 17.1: the database is down while it is upgraded, in the next " +
				"maintenance window",
		}},
		"unknown": {class("db.t3.small", true), class(unknown, true), []string{
			"? unknown low: known only after the deployment: instanceClass: perhaps the database restarts on other " +
				"hardware, or fails over with multiAz, at once (applyImmediately)",
		}},
		"the same": {class("db.t3.small", true), class("db.t3.small", false), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, findings(t, step(eventlog.OpUpdate, database, "a", tc.old, tc.now)))
		})
	}
}

func TestReadOnlyStatements(t *testing.T) {
	for actions, want := range map[string]string{
		`"ec2:DescribeSubnets"`: "low", `"ec2:Describe*"`: "low", `["s3:ListBucket","rds:DescribeDBInstances"]`: "low",
		`"s3:GetObject"`: "high", `"secretsmanager:GetSecretValue"`: "high", `"ssm:Get*"`: "high", `"kms:Decrypt"`: "high",
		`["ec2:DescribeSubnets","ec2:RunInstances"]`: "high", `"ec2:*"`: "high", `"*:Describe*"`: "high", `"*"`: "critical",
	} {
		got := findings(
			t,
			step(eventlog.OpUpdate, policy, "a", props{"policy": doc()}, props{"policy": doc(allow(actions, `"*"`, ""))}),
		)
		if assert.Len(t, got, 1, actions) {
			assert.Contains(t, got[0], "permissions "+want+": ", actions)
		}
	}
	// Reading a named bucket counts less; letting somebody else read counts more.
	got := findings(
		t,
		step(
			eventlog.OpUpdate,
			policy,
			"a",
			props{"policy": doc()},
			props{"policy": doc(allow(`"s3:GetObject"`, `"arn:aws:s3:::a/*"`, ""))},
		),
	)
	assert.Contains(t, got[0], "permissions medium: ")
	got = findings(
		t,
		step(
			eventlog.OpUpdate,
			bucketRule,
			"a",
			props{"policy": doc()},
			props{"policy": doc(allow(`"s3:ListBucket"`, `"*"`, `,"Principal":{"AWS":"222222222222"}`))},
		),
	)
	assert.Contains(t, got[0], "permissions high: ")
}
