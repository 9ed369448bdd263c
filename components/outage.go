package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const outageType = "aws-webapp:monitoring:Outage"

// OutageAlarm is an alarm on clients that are not served: its physical name, and the alarm, which has to exist before
// another can name it.
type OutageAlarm struct {
	Name  string
	Alarm pulumi.Resource
}

// OutageArgs describe an [Outage].
type OutageArgs struct {
	// Scope of the stack.
	Scope Scope
	// Alarms that mean an outage, at most 100 (quotas.CompositeChildren).
	Alarms []OutageAlarm
	// TopicARN is notified of the outage.
	TopicARN pulumi.StringInput
}

// Outage is one alarm for all signs of an outage, so that it calls somebody once: which sign came first is the reason
// in its message, and what followed is on the dashboard (docs/adr/0025-one-outage-one-page.md).
type Outage struct {
	pulumi.ResourceState

	// AlarmName of the alarm.
	AlarmName string
}

// NewOutage makes an [Outage].
func NewOutage(ctx *pulumi.Context, name string, args *OutageArgs, opts ...pulumi.ResourceOption) (*Outage, error) {
	o := &Outage{}
	var given OutageArgs
	if args != nil {
		given = *args
	}
	if err := check(given); err != nil {
		return nil, fmt.Errorf("outage %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(outageType, name, o, opts...); err != nil {
		return nil, fmt.Errorf("outage %q: register: %w", name, err)
	}
	made, err := newCompositeAlarm(ctx, o, compositeSpec{
		scope: given.Scope, name: name, runbook: "outage", parts: given.Alarms, topicARN: given.TopicARN,
		description: "Clients get errors, or soon will. The reason names the alarm that went off first: begin with its " +
			"section, and with the database's if that is on as well.",
	})
	if err != nil {
		return nil, fmt.Errorf("outage %q: create alarm: %w", name, err)
	}
	o.AlarmName = made.Name
	if err := ctx.RegisterResourceOutputs(o, pulumi.Map{"alarmName": pulumi.String(o.AlarmName)}); err != nil {
		return nil, fmt.Errorf("outage %q: register outputs: %w", name, err)
	}
	return o, nil
}

// compositeSpec describes an alarm that is on while one of others is.
type compositeSpec struct {
	scope                      Scope
	name, runbook, description string
	parts                      []OutageAlarm
	// topicARN is notified; without one, an alarm that this one is a part of notifies instead.
	topicARN pulumi.StringInput
}

// newCompositeAlarm makes a composite alarm. CloudWatch refuses a rule about alarms that do not exist yet. While it is
// on it sends no further message when another of its parts goes off
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html).
func newCompositeAlarm(ctx *pulumi.Context, parent pulumi.Resource, spec compositeSpec) (OutageAlarm, error) {
	made := OutageAlarm{Name: alarmName(spec.scope, spec.name)}
	rules, parts := make([]string, len(spec.parts)), make([]pulumi.Resource, len(spec.parts))
	for i, part := range spec.parts {
		rules[i], parts[i] = fmt.Sprintf("ALARM(%q)", part.Name), part.Alarm
	}
	args := &cloudwatch.CompositeAlarmArgs{
		AlarmName:        pulumi.String(made.Name),
		AlarmDescription: pulumi.String(spec.scope.withRunbook(urgencyPage, spec.description, spec.runbook)),
		AlarmRule:        pulumi.String(strings.Join(rules, " OR ")),
		ActionsEnabled:   pulumi.Bool(true),
		Tags:             named(made.Name),
	}
	if spec.topicARN != nil {
		args.AlarmActions, args.OkActions = pulumi.StringArray{spec.topicARN}, pulumi.StringArray{spec.topicARN}
	}
	alarm, err := cloudwatch.NewCompositeAlarm(ctx, spec.name, args, pulumi.Parent(parent), pulumi.DependsOn(parts))
	made.Alarm = alarm
	return made, err
}
