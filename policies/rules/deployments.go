package rules

import (
	"fmt"
	"strings"

	"aws-webapp/internal/awsdata/trafficshift"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// deployments returns the controls about releasing new versions and rolling them back.
func deployments() []*control.Control {
	const subject = "Deployments"
	const ecs = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
	const codeDeploy = "https://docs.aws.amazon.com/codedeploy/latest/userguide/"
	groups := []string{deploymentGroupType}
	return []*control.Control{
		{
			Name: "ecs-circuit-breaker", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Deployments of services that fail are rolled back",
			Severity: control.Medium, Levels: mandatory, Types: []string{ecsServiceType},
			Risk:  "A broken image is started again and again while the service shrinks",
			Fix:   "set deploymentCircuitBreaker with enable and rollback; with CodeDeploy its deployment group rolls back",
			Link:  ecs + "deployment-circuit-breaker.html",
			Judge: judgeCircuitBreaker,
		},
		{
			Name: "ecs-rollback-alarms", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Services are rolled back on metric alarms of the stack (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Scope: control.PerStack, Types: []string{ecsServiceType},
			Risk: "A version that starts well and then fails its users stays",
			Fix: "set alarms with enable, rollback and the names of metric alarms on errors and unhealthy tasks; with " +
				"CodeDeploy, name the service in a deployment group",
			Own:   true,
			Link:  ecs + "deployment-alarm-failure.html",
			Judge: judgeRollbackAlarms,
		},
		{
			Name: "codedeploy-rollback", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "CodeDeploy rolls back deployments that fail, and on metric alarms of the stack (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Scope: control.PerStack, Types: groups, Present: groups,
			Risk: "A version that fails stays until somebody notices",
			Fix: "set autoRollbackConfiguration with enabled and the events DEPLOYMENT_FAILURE and " +
				"DEPLOYMENT_STOP_ON_ALARM, and alarmConfiguration with enabled and the names of metric alarms",
			Link:  codeDeploy + "deployments-rollback-and-redeploy.html",
			Judge: judgeGroupRollback,
		},
		{
			Name: "codedeploy-traffic-shift", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "CodeDeploy moves requests step by step, and keeps the old tasks for a while (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Scope: control.PerStack, Types: groups, Present: groups,
			Risk: "All users meet a broken version at once, before any alarm can notice, and the way back takes new tasks",
			Fix: "set deploymentConfigName to a canary or linear configuration, and terminationWaitTimeInMinutes to what " +
				"the alarms need to notice",
			Here:   "set services[].deployment.trafficShift and terminationWaitMinutes",
			Own:    true,
			Link:   codeDeploy + "deployment-configurations.html",
			Params: shiftParams(),
			Floor:  shiftFloor,
			Judge:  judgeTrafficShift,
		},
	}
}

// judgeCircuitBreaker skips services that ECS does not deploy itself.
func judgeCircuitBreaker(c in) control.Result {
	others := c.Get("deploymentController", "type").Is("CODE_DEPLOY", "EXTERNAL")
	if others == prop.Yes {
		return control.Skip()
	}
	breaker := c.Get("deploymentCircuitBreaker")
	return control.Want(others.Or(breaker.Get("enable").IsTrue().And(breaker.Get("rollback").IsTrue())),
		"service %s does not roll failed deployments back", c.Name)
}

func judgeRollbackAlarms(c in) control.Result {
	controller := c.Get("deploymentController", "type")
	switch {
	case controller.Is("EXTERNAL") == prop.Yes:
		return control.Skip()
	case controller.Is("CODE_DEPLOY") == prop.Yes:
		groups := c.Graph.Referrers(c.Resource, deploymentGroupType, "ecsService", "serviceName")
		if len(groups) == 0 {
			return control.Elsewhere("CodeDeploy deploys service %s, and no deployment group of this stack names it", c.Name)
		}
		return control.Want(exists(groups, anything), "no deployment group names service %s",
			c.Name) // it is judged by itself
	case controller.Is("CODE_DEPLOY", "EXTERNAL") == prop.Maybe:
		return control.Doubt("cannot tell yet who deploys service %s", c.Name)
	}
	alarms := c.Get("alarms")
	return control.All(
		control.Want(alarms.Get("enable").IsTrue().And(alarms.Get("rollback").IsTrue()),
			"service %s is not rolled back on alarms", c.Name),
		namesAlarms(c, "service "+c.Name, "alarms", "alarmNames"),
	)
}

func judgeGroupRollback(c in) control.Result {
	auto, alarms := c.Get("autoRollbackConfiguration"), c.Get("alarmConfiguration")
	results := []control.Result{
		control.Want(auto.Get("enabled").IsTrue(), "deployment group %s does not roll back by itself", c.Name),
		control.Want(alarms.Get("enabled").IsTrue(), "deployment group %s does not look at alarms", c.Name),
		control.Want(alarms.Get("ignorePollAlarmFailure").IsFalse(),
			"deployment group %s goes on when it cannot read its alarms", c.Name),
		namesAlarms(c, "deployment group "+c.Name, "alarmConfiguration", "alarms"),
	}
	for _, event := range []string{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} {
		results = append(results,
			control.Want(auto.Get("events").Has(event), "deployment group %s does not roll back on %s", c.Name, event))
	}
	return control.All(results...)
}

// namesAlarms requires the alarms under a property to be metric alarms of the stack. ECS and CodeDeploy
// accept any name, and look the alarms up with a call that leaves out composite ones unless it asks for them.
//
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
func namesAlarms(c in, who string, path ...string) control.Result {
	alarms := c.Graph.Follow(c.Resource, []string{metricAlarmType, compositeAlarmType}, path...)
	if !alarms.Set {
		return control.Failed("%s names no alarm to roll back on", who)
	}
	metric := alarms.All(func(r *graph.Resource) prop.Truth { return prop.Known(r.Type == metricAlarmType) })
	return control.Want(metric, "%s names an alarm that never reaches it, a composite one or one that does not exist", who)
}

// The minimum for a deployment group in prod and elsewhere. Five minutes is the wait of the first canary in
// CodeDeploy's guide, and the time that an alarm over five periods of a minute needs.
const (
	waitParam, shiftParam, stepParam = "waitMinutes", "shiftMinutes", "stepPercent"

	waitMinutes, leastWait         = 10.0, 5.0
	waitMinutesElsewhere           = 1.0
	shiftMinutes, leastShift       = 5.0, 5.0
	stepPercent, largestStep       = 25.0, 50.0
	allPercent, longestWaitMinutes = 100, 2880
)

func shiftParams() []control.Param {
	return []control.Param{
		{
			Name: waitParam, Kind: control.Number, Default: waitMinutes, Min: 0, Max: longestWaitMinutes,
			Doc: fmt.Sprintf("Minutes that the old tasks stay after the shift, in prod %v or more.", leastWait),
		},
		{
			Name: waitParam + elsewhereSuffix, Kind: control.Number, Default: waitMinutesElsewhere, Min: 0,
			Max: longestWaitMinutes, Doc: "The same for other environments.",
		},
		{
			Name: shiftParam, Kind: control.Number, Default: shiftMinutes, Min: 0, Max: longestWaitMinutes,
			Doc: fmt.Sprintf("Minutes from the first step of the shift to the last, in prod %v or more.", leastShift),
		},
		{
			Name: shiftParam + elsewhereSuffix, Kind: control.Number, Default: 0.0, Min: 0, Max: longestWaitMinutes,
			Doc: "The same for other environments; 0 allows all at once.",
		},
		{
			Name: stepParam, Kind: control.Number, Default: stepPercent, Min: 1, Max: allPercent,
			Doc: fmt.Sprintf("Percentage of the requests that the first step may move, in prod %v or less.", largestStep),
		},
		{
			Name: stepParam + elsewhereSuffix, Kind: control.Number, Default: float64(allPercent), Min: 1, Max: allPercent,
			Doc: "The same for other environments.",
		},
	}
}

// shiftFloor keeps configuration from requiring so little in production that it is no gradual
// shift any more.
func shiftFloor(params control.Params) error {
	for _, floor := range []struct {
		name      string
		least     float64
		direction float64
		words     string
	}{
		{waitParam, leastWait, 1, "or more"}, {shiftParam, leastShift, 1, "or more"}, {stepParam, largestStep, -1, "or less"},
	} {
		if value := params.Number(floor.name); value*floor.direction < floor.least*floor.direction {
			return fmt.Errorf("%s is %v: give %v %s", floor.name, value, floor.least, floor.words)
		}
	}
	return nil
}

// judgeTrafficShift judges groups that move requests: of ECS services and of Lambda functions.
func judgeTrafficShift(c in) control.Result {
	ecs := c.Get("ecsService").IsEmpty().Not()
	shift, lambda := shiftOf(c)
	if ecs == prop.No && (lambda == prop.No || servers(c)) {
		return control.Skip()
	}
	results := []control.Result{control.Want(shift,
		"deployment group %s moves requests too fast: the shift has to last %v "+
			"minutes or more, and its first step may be %v percent or less",
		c.Name, inEnvironment(c, shiftParam), inEnvironment(c, stepParam))}
	if wait := inEnvironment(c, waitParam); ecs != prop.No && wait > 0 {
		old := c.Get("blueGreenDeploymentConfig", "terminateBlueInstancesOnDeploymentSuccess")
		kept := old.Get("action").Is("KEEP_ALIVE").Or(old.Get("terminationWaitTimeInMinutes").AtLeast(wait))
		results = append(results, control.Want(kept,
			"deployment group %s stops the old tasks less than %v minutes after the shift",
			c.Name, wait))
	}
	return control.All(results...)
}

// servers reports whether a group deploys to machines.
func servers(c in) bool {
	for _, machines := range []prop.Value{
		c.Get("ec2TagFilters"), c.Get("ec2TagSets"), c.Get("autoscalingGroups"), c.Get("onPremisesInstanceTagFilters"),
	} {
		if machines.IsSet() == prop.Yes {
			return true
		}
	}
	return false
}

// shiftOf answers whether a group's configuration moves requests slowly enough, and whether it is one for Lambda.
func shiftOf(c in) (fine, lambda prop.Truth) {
	slow := func(s trafficshift.Shift) prop.Truth {
		least, most := inEnvironment(c, shiftParam), inEnvironment(c, stepParam)
		return prop.Known(float64(s.Total()) >= least && float64(s.Percent) <= most)
	}
	name := c.Get("deploymentConfigName")
	if name.Absent() {
		return slow(allAtOnce), prop.No // CodeDeploy's default for ECS
	}
	lambda = prop.Maybe
	if text, ok := name.Text(); ok {
		if shift, predefined := trafficshift.Predefined(text); predefined {
			return slow(shift), prop.Known(strings.HasPrefix(text, lambdaConfigs))
		}
		if strings.HasPrefix(text, awsConfigs) {
			lambda = prop.No // AWS's own for machines
		}
	}
	custom := c.Graph.Follow(c.Resource, []string{deploymentConfigType}, "deploymentConfigName")
	for _, config := range custom.To {
		lambda = config.Get("computePlatform").Is("Lambda")
	}
	return custom.All(func(config *graph.Resource) prop.Truth {
		shift, known := customShift(config.Get("trafficRoutingConfig"))
		if known != prop.Yes {
			return prop.Maybe
		}
		return slow(shift)
	}), lambda
}

// The prefixes of CodeDeploy's predefined configurations, and of those for Lambda.
const (
	awsConfigs    = "CodeDeployDefault."
	lambdaConfigs = awsConfigs + "Lambda"
)

var allAtOnce, _ = trafficshift.Predefined("CodeDeployDefault.ECSAllAtOnce")

// customShift reads a custom configuration; without a type it moves all requests at once.
func customShift(routing prop.Value) (shift trafficshift.Shift, known prop.Truth) {
	step, linear := routing.Get("timeBasedCanary"), routing.Get("type").Is("TimeBasedLinear")
	if linear == prop.Yes {
		step = routing.Get("timeBasedLinear")
	}
	if paced := routing.Get("type").Is("TimeBasedCanary", "TimeBasedLinear"); paced != prop.Yes {
		return allAtOnce, prop.Known(paced == prop.No)
	}
	percent, sized := step.Get("percentage").Number()
	minutes, timed := step.Get("interval").Number()
	return trafficshift.Shift{Percent: int(percent), Minutes: int(minutes), Linear: linear == prop.Yes},
		yesIf(sized && timed)
}

func yesIf(known bool) prop.Truth {
	if known {
		return prop.Yes
	}
	return prop.Maybe
}
