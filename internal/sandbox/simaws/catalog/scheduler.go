package catalog

import (
	"errors"
	"regexp"
	"time"
	_ "time/tzdata" // the time zones that AWS knows

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/awsdata/schedule"
	"aws-webapp/internal/sandbox/simaws/prop"
)

var scheduleChars = regexp.MustCompile(`^[0-9a-zA-Z-_.]+$`)

const schedulerArn = "arn:{partition}:scheduler:{region}:{account}:"

func init() { tables = append(tables, schedulerTypes) }

// schedulerTypes are the schedules of EventBridge Scheduler. The words are those of its API reference, and of errors
// that hashicorp/terraform-provider-aws' issues quote.
var schedulerTypes = Types{
	resourcetypes.ScheduleGroup: {
		Name: &Name{Prefix: "namePrefix", Max: 64, Chars: scheduleChars},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": schedulerArn + "schedule-group/{.name}", "state": "ACTIVE",
			"creationDate": "2026-01-01T00:00:00Z", "lastModificationDate": "2026-01-01T00:00:00Z",
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ConflictException: Schedule group {.name} already exists."}},
		Tags:   true,
		// Deleting a group deletes its schedules, too.
		NotFound: "ResourceNotFoundException: Schedule group {value} does not exist.",
	},
	resourcetypes.Schedule: {
		Name:    &Name{Prefix: "namePrefix", Max: 64, Chars: scheduleChars},
		ID:      "{.groupName}/{.name}",
		Outputs: Outputs{"arn": schedulerArn + "schedule/{.groupName}/{.name}", "groupName": "default"},
		Refs: []Ref{
			{Path: "groupName", To: resourcetypes.ScheduleGroup},
			{Path: "target.arn", To: resourcetypes.ECSCluster},
			{Path: "target.roleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "target.deadLetterConfig.arn", To: resourcetypes.Queue, By: arn, Foreign: true},
			{Path: "target.ecsParameters.taskDefinitionArn", To: resourcetypes.TaskDefinition, By: arn},
			{Path: "target.ecsParameters.networkConfiguration.subnets[]", To: resourcetypes.Subnet},
			{Path: "target.ecsParameters.networkConfiguration.securityGroups[]", To: resourcetypes.SecurityGroup},
		},
		Unique: []Unique{{
			Properties: []string{"name", "groupName"}, Error: "ConflictException: Schedule {.name} already exists.",
		}},
		Rules: []Rule{
			readableSchedule, knownTimeZone, flexibleWindow, roleForSchedule,
		},
		After:    []Rule{scheduledTaskStarts},
		NotFound: "ResourceNotFoundException: Schedule {value} does not exist.",
	},
}

func readableSchedule(c *Call) error {
	expression := c.Text("scheduleExpression")
	if _, err := schedule.Parse(expression); err != nil {
		return Errorf("ValidationException", "Invalid Schedule Expression %s. (%s)", expression, err)
	}
	return nil
}

func knownTimeZone(c *Call) error {
	zone := c.Text("scheduleExpressionTimezone")
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return Errorf("ValidationException", "Provided ScheduleExpressionTimezone is not valid: %s", zone)
	}
	return nil
}

// flexibleWindow: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html
func flexibleWindow(c *Call) error {
	_, given := prop.Number(c.Inputs, "flexibleTimeWindow.maximumWindowInMinutes")
	if flexible := c.Text("flexibleTimeWindow.mode") == "FLEXIBLE"; flexible != given {
		return Errorf("ValidationException", "MaximumWindowInMinutes must be provided if, and only if, the mode of the "+
			"flexible time window is FLEXIBLE.")
	}
	return nil
}

// roleForSchedule: Scheduler assumes the role when the schedule is made.
func roleForSchedule(c *Call) error {
	role, ours := c.Find(resourcetypes.Role, "arn", c.Text("target.roleArn"))
	if !ours {
		return nil
	}
	trust := holding("the trust policy of role "+prop.Text(role.Props, "name"),
		c.Expand(schedulerArn+"schedule-group/{.groupName}", nil), prop.Text(role.Props, "assumeRolePolicy"))
	if err := c.delivers(deliveries.ScheduleRole, c.Text("arn"), trust); err != nil {
		return refuse("ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume "+
			"the role.", err)
	}
	return nil
}

// scheduledTaskStarts follows a start to its task, and one that failed to the dead letters.
func scheduledTaskStarts(c *Call) error {
	role, cluster := c.Text("target.roleArn"), c.Text("target.arn")
	task, ours := c.Find(resourcetypes.TaskDefinition, "arn", c.Text("target.ecsParameters.taskDefinitionArn"))
	if !ours {
		return nil
	}
	does := func(d deliveries.Delivery, resource string) error {
		return c.roleDoes(d, role, holding("", resource).about(cluster))
	}
	errs := []error{does(deliveries.ScheduleRunsTask, prop.Text(task.Props, "arn"))}
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		if passed := prop.Text(task.Props, property); passed != "" {
			errs = append(errs, does(deliveries.SchedulePassesRole, passed))
		}
	}
	const of = "target.ecsParameters."
	if c.Text(of+"propagateTags") != "" || prop.True(c.Inputs, of+"enableEcsManagedTags") {
		errs = append(errs, does(deliveries.ScheduleTagsTask,
			c.Expand(ecsArn+"task/", nil)+lastPart(cluster, "default")+"/0123456789abcdef0123456789abcdef"))
	}
	if letters := c.Text("target.deadLetterConfig.arn"); letters != "" {
		if queue, ours := c.Find(resourcetypes.Queue, "arn", letters); ours {
			errs = append(errs,
				c.roleDoes(deliveries.ScheduleToQueue, role, c.queuePolicy(queue)),
				c.roleUses(deliveries.ScheduleToQueueKey, role, letters, prop.Text(queue.Props, "kmsMasterKeyId")))
		}
	}
	return errors.Join(errs...)
}
