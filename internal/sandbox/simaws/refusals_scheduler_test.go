package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

const scheduled = "arn:aws:scheduler:us-east-1:123456789012:"

// trusting is the trust policy of a role for Scheduler, for one source.
func trusting(service, source string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "` + service +
		`"}, "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:SourceArn": ` + source +
		`}, "StringEquals": {"aws:SourceAccount": "123456789012"}}}]}`
}

// What EventBridge Scheduler refuses when a schedule is made.
func TestSchedulesAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(resourcetypes.ScheduleGroup, "group", props{"name": "nightly"})
	e.make(resourcetypes.ECSCluster, "cluster", props{"name": "app"})
	e.make(resourcetypes.TaskDefinition, "task", props{"family": "nightly", "containerDefinitions": `[{"name": "nightly",
		"image": "report:1.0.0"}]`})
	both := `["` + scheduled + `schedule-group/nightly", "` + scheduled + `schedule/nightly/nightly"]`
	for name, trust := range map[string]string{
		"fine":     trusting("scheduler.amazonaws.com", both),
		"events":   trusting("events.amazonaws.com", both),
		"group":    trusting("scheduler.amazonaws.com", `"`+scheduled+`schedule-group/other"`),
		"schedule": trusting("scheduler.amazonaws.com", `"`+scheduled+`schedule/nightly/nightly"`),
	} {
		e.make(resourcetypes.Role, name, props{"name": name, "assumeRolePolicy": trust})
	}
	schedule := func(change props) props {
		return withProperties(props{
			"name": "nightly", "groupName": "nightly", "scheduleExpression": "cron(0 3 * * ? *)",
			"scheduleExpressionTimezone": "Europe/Berlin", "flexibleTimeWindow": props{"mode": "OFF"},
			"target": e.target("fine"),
		}, change)
	}
	const cannotAssume = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
	for what, tc := range map[string]struct {
		change props
		want   string
	}{
		"cron of Unix":       {props{"scheduleExpression": "cron(0 3 * * *)"}, "Invalid Schedule Expression cron(0"},
		"no such time zone":  {props{"scheduleExpressionTimezone": "Europe/Bonn"}, "ScheduleExpressionTimezone is not valid"},
		"no such group":      {props{"groupName": "daily"}, "Schedule group daily does not exist."},
		"a window of no use": {props{"flexibleTimeWindow": props{"mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be"},
		"a window that is off": {
			props{"flexibleTimeWindow": props{"mode": "OFF", "maximumWindowInMinutes": 5}}, "MaximumWindowInMinutes must be",
		},
		"a role for rules":         {props{"target": e.target("events")}, cannotAssume},
		"a role for another group": {props{"target": e.target("group")}, cannotAssume},
		// The guide says that a trust policy must name the group.
		"a role for the schedule alone": {props{"target": e.target("schedule")}, cannotAssume},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.Schedule, "x", schedule(tc.change)), tc.want, what)
	}
	require.NoError(t, e.try(resourcetypes.Schedule, "x", schedule(nil)))
}

// target runs the task with a role.
func (e *engine) target(role string) props {
	return props{
		"arn": e.fill("${cluster.arn}"), "roleArn": e.fill("${" + role + ".arn}"),
		"ecsParameters": props{"taskDefinitionArn": e.fill("${task.arn}")},
	}
}
