package risk

import (
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

const (
	deploymentGroupType = resourcetypes.DeploymentGroup
	ecsServiceType      = resourcetypes.ECSService
	pipelineType        = resourcetypes.Pipeline
)

// releaseGuards lists the settings that keep a bad version from many users, by resource type: high if
// without them it reaches everybody or stays in place, medium if there is less room or time.
var releaseGuards = map[string][]safeguard{
	deploymentGroupType: {
		{[]string{"deploymentConfigName"}, allAtOnce, High, "everybody gets a new version at once, a bad one too"},
		{
			[]string{"deploymentConfigName"},
			sooner,
			Medium,
			"there is less time to notice a bad version before everybody has it",
		},
		{
			terminationWait,
			noTime,
			High,
			"the old tasks are gone as soon as everybody has the new version: a rollback has to start them first",
		},
		{terminationWait, lessTime, Medium, "the old tasks are gone sooner: after that a rollback has to start them first"},
		{
			[]string{"autoRollbackConfiguration", "enabled"},
			turnedOff,
			High,
			"a deployment that fails is no longer rolled back",
		},
		{[]string{"autoRollbackConfiguration", "events"}, fewer, Medium, "a deployment is rolled back for fewer reasons"},
		{[]string{"alarmConfiguration", "enabled"}, turnedOff, High, "alarms no longer stop a deployment"},
		{[]string{"alarmConfiguration", "alarms"}, fewer, High, "what these alarms watch no longer stops a deployment"},
		{
			[]string{"alarmConfiguration", "ignorePollAlarmFailure"},
			turnedOn,
			Medium,
			"a deployment goes on while its alarms cannot be read",
		},
		{
			[]string{"deploymentStyle", "deploymentOption"},
			leaves("WITH_TRAFFIC_CONTROL"),
			High,
			"everybody gets a new version at once",
		},
	},
	ecsServiceType: {
		{[]string{"deploymentMinimumHealthyPercent"}, below(100), Medium, "more tasks may be missing during a deployment"},
		{
			[]string{"deploymentCircuitBreaker", "enable"},
			turnedOff,
			High,
			"a deployment whose tasks do not start never ends",
		},
		{
			[]string{"deploymentCircuitBreaker", "rollback"},
			turnedOff,
			High,
			"a deployment that fails is no longer rolled back",
		},
		{[]string{"alarms", "enable"}, turnedOff, High, "alarms no longer stop a deployment"},
		{[]string{"alarms", "rollback"}, turnedOff, High, "a deployment that an alarm stops is no longer rolled back"},
		{[]string{"alarms", "alarmNames"}, fewer, High, "what these alarms watch no longer stops a deployment"},
		{[]string{"desiredCount"}, below(0), Medium, "fewer tasks serve requests"},
		{[]string{"waitForSteadyState"}, turnedOff, Medium, "an update no longer notices that a deployment was rolled back"},
	},
	resourcetypes.ScalableTarget: {
		{
			[]string{"minCapacity"},
			downToOne,
			High,
			"at low load one task or none is left: when it ends, the service is down",
		},
		{[]string{"minCapacity"}, lessCapacity, Medium, "fewer tasks are left when one of them, or a zone, fails"},
		{[]string{"maxCapacity"}, below(0), Medium, "the service can handle less load"},
	},
	taskDefinitionType: {
		{[]string{"cpu"}, below(0), Medium, "each task can do less work"},
		{[]string{"memory"}, below(0), Medium, "a task that needs more memory is killed"},
	},
	resourcetypes.TargetGroup: {
		{[]string{"healthCheck", "enabled"}, turnedOff, High, "tasks that do not answer still get requests"},
		{[]string{"healthCheck", "matcher"}, moreCodes, Medium, "answers that counted as unhealthy now count as healthy"},
		{[]string{"deregistrationDelay"}, below(0), Low, "requests have less time to finish before their task is removed"},
	},
}

var terminationWait = []string{
	"blueGreenDeploymentConfig",
	"terminateBlueInstancesOnDeploymentSuccess",
	"terminationWaitTimeInMinutes",
}

// judgeRelease finds changes that make a bad version more dangerous.
func judgeRelease(s eventlog.Step) []Finding {
	findings := judgeGuards(s, Release, releaseGuards[s.Type])
	if s.Old == nil || s.New == nil {
		return findings
	}
	old, now := prop.Of(s.Old), prop.Of(s.New)
	switch {
	case s.Type == ecsServiceType:
		findings = append(
			findings,
			judgeCapacity(old.Get("capacityProviderStrategies"), now.Get("capacityProviderStrategies"))...)
	case s.Type == pipelineType && approvals(now) < approvals(old):
		findings = append(findings, Finding{
			Class: Release, Level: High, Message: "an approval is removed: the stages after it run without one",
		})
	case s.OfComponent:
		findings = append(findings, judgeAppSpec(old.Get("appSpec"), now.Get("appSpec"))...)
	}
	return findings
}

// approvals counts a pipeline's actions that wait for somebody.
func approvals(pipeline prop.Value) int {
	count := 0
	stages, _ := pipeline.Get("stages").List()
	for _, stage := range stages {
		actions, _ := stage.Get("actions").List()
		for _, action := range actions {
			if action.Get("category").Is("Approval") == prop.Yes {
				count++
			}
		}
	}
	return count
}
