package risk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

const (
	deploymentGroupType = resourcetypes.DeploymentGroup
	ecsServiceType      = resourcetypes.ECSService
	pipelineType        = resourcetypes.Pipeline
)

// releaseGuards are the settings that keep a bad version from many users, by resource type: high where
// it then reaches everybody or stays there, medium where there is less room or time.
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
			"a deployment whose tasks do not start goes on for ever",
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
		{[]string{"desiredCount"}, below(0), Medium, "fewer tasks serve"},
		{[]string{"waitForSteadyState"}, turnedOff, Medium, "an update no longer notices that a deployment was rolled back"},
	},
	resourcetypes.ScalableTarget: {
		{
			[]string{"minCapacity"},
			downToOne,
			High,
			"one task or none is left when there is little to do: its end is an outage",
		},
		{[]string{"minCapacity"}, lessCapacity, Medium, "fewer tasks are left when one of them, or a zone, fails"},
		{[]string{"maxCapacity"}, below(0), Medium, "the service can take less load"},
	},
	taskDefinitionType: {
		{[]string{"cpu"}, below(0), Medium, "each task can do less work"},
		{[]string{"memory"}, below(0), Medium, "a task that needs more memory is killed"},
	},
	resourcetypes.TargetGroup: {
		{[]string{"healthCheck", "enabled"}, turnedOff, High, "tasks that do not answer get requests"},
		{[]string{"healthCheck", "matcher"}, moreCodes, Medium, "answers count as healthy that did not"},
		{[]string{"deregistrationDelay"}, below(0), Low, "requests have less time to end before their task goes"},
	},
}

var terminationWait = []string{
	"blueGreenDeploymentConfig",
	"terminateBlueInstancesOnDeploymentSuccess",
	"terminationWaitTimeInMinutes",
}

// judgeRelease finds what a bad version is then less kept from doing.
func judgeRelease(s eventlog.Step) []Finding {
	findings := judgeGuards(s, Release, releaseGuards[s.Type])
	if s.Old == nil || s.New == nil || !s.Changes() {
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
			Class: Release, Level: High, Message: "an approval is removed: nobody is asked any more before the stages behind it",
		})
	case s.OfComponent:
		findings = append(findings, judgeAppSpec(old.Get("appSpec"), now.Get("appSpec"))...)
	}
	return findings
}

// judgeAppSpec judges what the next deployment by CodeDeploy does to a service. Its properties are the ECS
// service's own:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
func judgeAppSpec(old, now prop.Value) []Finding {
	before, known := old.JSON()
	after, knownToo := now.JSON()
	if known != prop.Yes || knownToo != prop.Yes || before.Absent() || after.Absent() {
		return nil
	}
	service := func(spec prop.Value) prop.Value { return spec.Dig("Resources", "TargetService", "Properties") }
	var findings []Finding
	public := func(spec prop.Value) prop.Truth {
		return service(spec).Dig("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp").Is("ENABLED")
	}
	if public(after) == prop.Yes && public(before) != prop.Yes {
		findings = append(
			findings,
			Finding{
				Class:   Exposure,
				Level:   High,
				Message: "the next deployment gives tasks public addresses (AssignPublicIp: ENABLED)",
			},
		)
	}
	findings = append(
		findings,
		judgeCapacity(service(before).Get("CapacityProviderStrategy"), service(after).Get("CapacityProviderStrategy"))...)
	hooks := func(spec prop.Value) []string {
		var names []string
		all, _ := spec.Get("Hooks").List()
		for _, hook := range all {
			fields, _ := hook.Fields()
			names = append(names, fields...)
		}
		return names
	}
	for _, hook := range hooks(before) {
		if !slices.Contains(hooks(after), hook) {
			findings = append(findings, Finding{
				Class: Release, Level: High, Message: fmt.Sprintf("the hook %s is removed: nothing tries a new version there "+
					"any more", hook),
			})
		}
	}
	return findings
}

// judgeCapacity finds services all of whose further tasks run on Spot, which AWS may stop at two minutes' notice:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
func judgeCapacity(old, now prop.Value) []Finding {
	if !spotOnly(now) || spotOnly(old) {
		return nil
	}
	return []Finding{
		{
			Class:   Release,
			Level:   Medium,
			Message: "all tasks above the base run on Spot: AWS may stop them at two minutes' notice, all at once",
		},
	}
}

func spotOnly(strategy prop.Value) bool {
	providers, _ := strategy.List()
	spot, other := false, false
	for _, provider := range providers {
		weight, _ := provider.GetFold("weight").Number()
		isSpot := provider.GetFold("capacityProvider").Is("FARGATE_SPOT") == prop.Yes
		spot, other = spot || isSpot && weight > 0, other || !isSpot && weight > 0
	}
	return spot && !other
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

// shift is one of CodeDeploy's predefined configurations, such as CodeDeployDefault.ECSCanary10Percent5Minutes:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
var shift = regexp.MustCompile(
	`^CodeDeployDefault\.(?:ECS|Lambda)(Canary|Linear)([0-9]+)Percent(?:Every)?([0-9]+)Minutes?$`,
)

// minutes until everybody has the new version; false for a configuration of somebody's own.
func minutes(configuration prop.Value) (int, bool) {
	name, _ := configuration.Text()
	if strings.HasPrefix(name, "CodeDeployDefault.") && strings.HasSuffix(name, "AllAtOnce") {
		return 0, true
	}
	parts := shift.FindStringSubmatch(name)
	if parts == nil {
		return 0, false
	}
	percent, _ := strconv.Atoi(parts[2])
	every, _ := strconv.Atoi(parts[3])
	if parts[1] == "Linear" && percent > 0 {
		return (100/percent - 1) * every, true
	}
	return every, true
}

// below says whether a number is less than it was; where there was none, than AWS's default.
func below(standard float64) func(old, now prop.Value) prop.Truth {
	return func(old, now prop.Value) prop.Truth {
		before, known := old.Number()
		if !known {
			before = standard
		}
		after, known := now.Number()
		return prop.Known(known && after < before)
	}
}

func allAtOnce(old, now prop.Value) prop.Truth {
	after, known := minutes(now)
	before, knownToo := minutes(old)
	return prop.Known(known && after == 0 && (before > 0 || !knownToo && !old.Absent()))
}

func sooner(old, now prop.Value) prop.Truth {
	after, known := minutes(now)
	before, knownToo := minutes(old)
	return prop.Known(known && knownToo && after > 0 && after < before)
}

func noTime(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(before > 0 && after == 0 && (known || now.Absent()))
}

func lessTime(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after > 0 && after < before)
}

func downToOne(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after <= 1 && after < before)
}

func lessCapacity(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after > 1 && after < before)
}

// fewer says whether a list is shorter than it was, and lacks what it had. As many others may be new names.
func fewer(old, now prop.Value) prop.Truth {
	if now.IsUnknown() {
		return prop.Maybe
	}
	before, _ := old.List()
	after, _ := now.List()
	return prop.Known(len(after) < len(before) && len(added(now, old)) > 0)
}

// moreCodes says whether a matcher such as "200-299,301" takes codes that it did not.
func moreCodes(old, now prop.Value) prop.Truth {
	before, known := codes(old)
	after, knownToo := codes(now)
	if !known || !knownToo {
		return prop.No
	}
	for code := range after {
		if !before[code] {
			return prop.Yes
		}
	}
	return prop.No
}

func codes(matcher prop.Value) (map[int]bool, bool) {
	text, ok := matcher.Text()
	if !ok {
		return nil, false
	}
	found := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		from, err := strconv.Atoi(first)
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(last)
		}
		if err != nil || to-from > 1000 {
			return nil, false
		}
		for code := from; code <= to; code++ {
			found[code] = true
		}
	}
	return found, true
}
