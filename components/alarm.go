package components

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The comparisons of an alarm with its threshold.
const (
	comparisonAbove   = "GreaterThanThreshold"
	comparisonAtLeast = "GreaterThanOrEqualToThreshold"
	comparisonBelow   = "LessThanThreshold"
)

// How an alarm treats a period without data. A count without reports is zero (missingIsGood). A
// gauge that falls silent is a failure (missingIsBad). If silence means nothing, the alarm
// stays as it was (missingIsUnknown): left and come back to, INSUFFICIENT_DATA would send a message each time.
const (
	missingIsGood    = "notBreaching"
	missingIsBad     = "breaching"
	missingIsUnknown = "ignore"
)

// urgency of an alarm, the first words of its message.
type urgency string

// An alarm waits for working hours unless it says otherwise.
const (
	urgencyHours    urgency = "Working hours"
	urgencyPage     urgency = "Page"
	urgencySecurity urgency = "Security team"
	// urgencyNotice is for what nobody has to act on by itself.
	urgencyNotice urgency = "Notice"
)

// alarmSpec describes an alarm on one metric, or on a metric expression.
type alarmSpec struct {
	// scope of the stack, part of the physical name.
	scope Scope
	// name is the logical name, <component>-<subject>.
	name string
	// description tells the person on call what the alarm means and what to do. A link to the
	// runbook follows it.
	description string
	// urgency comes before the description; empty is urgencyHours. The runbook says the same, and a test compares them.
	urgency urgency
	// runbook is the alarm's section in the runbook, for components that a stack may have several
	// times or under another name. Default: the section with the alarm's name.
	runbook string
	// namespace, metric and dimensions name the metric.
	namespace, metric string
	dimensions        pulumi.StringMap
	// statistic is Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95.
	statistic string
	// queries replace metric, dimensions, statistic and period by an expression; one of
	// them returns data.
	queries cloudwatch.MetricAlarmMetricQueryArray
	// periodSeconds is 10, 20, 30 or a multiple of 60.
	periodSeconds int
	// evaluationPeriods is the number of periods, datapoints the number of them that must breach;
	// 0 datapoints means all.
	evaluationPeriods, datapoints int
	// comparison with threshold, in the metric's unit.
	comparison string
	threshold  float64
	// thresholdOf replaces threshold by one that other resources say.
	thresholdOf pulumi.Float64PtrInput
	// missing data counts as one of the constants above.
	missing string
	// topicARN is notified when the alarm goes off and when it is over.
	topicARN pulumi.StringInput
	// partOf says that another alarm, made of this one, notifies instead: an outage is one message, not one for each
	// of its signs.
	partOf bool
	// endsByItself says that the alarm counts events: it is over a period later, whatever has become of them, and sends no
	// OK, which people would take for the end of the trouble.
	endsByItself bool
	// after lists resources that are created before the alarm. An alarm that treats missing data as a failure would go off
	// at once if it were created before its metrics
	// have begun.
	after []pulumi.Resource
}

// alarmName returns the physical name of an alarm. The name is fixed for two reasons: messages
// show which stack they come from, and a deployment can name the alarm that rolls it back
// before either exists.
func alarmName(scope Scope, logical string) string {
	return scope.Name(NameAlarm, logical)
}

// withRunbook puts an alarm's urgency before its description, and a link to its section of the runbook behind it.
func (s Scope) withRunbook(urgency urgency, description, section string) string {
	description = string(cmp.Or(urgency, urgencyHours)) + ": " + description
	if s.RunbookURL == "" {
		return description
	}
	return description + " Runbook: " + s.RunbookURL + "#" + section
}

// alarms are those of a component.
type alarms struct {
	// AlarmNames of the alarms.
	AlarmNames []string
	// OutageAlarms are those of them that an [Outage] reports.
	OutageAlarms []OutageAlarm
}

// addAlarm makes an alarm of a component.
func (a *alarms) addAlarm(ctx *pulumi.Context, component pulumi.Resource, spec alarmSpec) error {
	alarm, err := newAlarm(ctx, component, spec)
	if err != nil {
		return fmt.Errorf("%s: %w", spec.name, err)
	}
	name := alarmName(spec.scope, spec.name)
	a.AlarmNames = append(a.AlarmNames, name)
	if spec.partOf {
		a.OutageAlarms = append(a.OutageAlarms, OutageAlarm{name, alarm})
	}
	return nil
}

// newAlarm makes an alarm that reports to a topic when it goes off and when it is over.
func newAlarm(ctx *pulumi.Context, parent pulumi.Resource, spec alarmSpec) (*cloudwatch.MetricAlarm, error) {
	physical := alarmName(spec.scope, spec.name)
	args := &cloudwatch.MetricAlarmArgs{
		Name: pulumi.String(physical),
		AlarmDescription: pulumi.String(
			spec.scope.withRunbook(spec.urgency, spec.description, cmp.Or(spec.runbook, spec.name)),
		),
		ComparisonOperator: pulumi.String(spec.comparison),
		Threshold:          pulumi.Float64(spec.threshold),
		EvaluationPeriods:  pulumi.Int(spec.evaluationPeriods),
		TreatMissingData:   pulumi.String(spec.missing),
		ActionsEnabled:     pulumi.Bool(true),
		AlarmActions:       pulumi.Array{spec.topicARN},
		OkActions:          pulumi.Array{spec.topicARN},
		Tags:               named(physical),
	}
	if spec.thresholdOf != nil {
		args.Threshold = spec.thresholdOf
	}
	if spec.endsByItself {
		args.OkActions = nil
	}
	if spec.partOf {
		args.AlarmActions, args.OkActions = nil, nil
	}
	if spec.datapoints > 0 {
		args.DatapointsToAlarm = pulumi.Int(spec.datapoints)
	}
	opts := []pulumi.ResourceOption{pulumi.Parent(parent), pulumi.DependsOn(spec.after)}
	if len(spec.queries) > 0 {
		args.MetricQueries = spec.queries
		return cloudwatch.NewMetricAlarm(ctx, spec.name, args, opts...)
	}
	args.Namespace = pulumi.String(spec.namespace)
	args.MetricName = pulumi.String(spec.metric)
	args.Dimensions = spec.dimensions
	args.Period = pulumi.Int(spec.periodSeconds)
	args.Statistic, args.ExtendedStatistic = alarmStatistic(spec.statistic)
	return cloudwatch.NewMetricAlarm(ctx, spec.name, args, opts...)
}

// eventMessage builds a rule's text for the topic from an event: a sentence like an alarm's, with parts of the event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func (s Scope) eventMessage(
	urgency urgency, text, section string, paths map[string]string,
) cloudwatch.EventTargetInputTransformerArgs {
	return cloudwatch.EventTargetInputTransformerArgs{
		InputPaths:    pulumi.ToStringMap(paths),
		InputTemplate: pulumi.String(`"` + s.withRunbook(urgency, text, section) + `"`),
	}
}

// undelivered returns an alarm on events that a rule could not deliver to its target. The alarm
// comes from CloudWatch, which reaches the topic without EventBridge.
func undelivered(name, rule, description string) alarmSpec {
	return alarmSpec{
		name:              name,
		namespace:         eventsNamespace,
		metric:            "FailedInvocations",
		dimensions:        pulumi.StringMap{"RuleName": pulumi.String(rule)},
		statistic:         "Sum",
		periodSeconds:     alarmMinute,
		evaluationPeriods: 1,
		comparison:        comparisonAbove,
		missing:           missingIsGood,
		endsByItself:      true,
		description:       description,
	}
}

// alarmStatistic separates percentiles from plain statistics, as CloudWatch's API requires.
func alarmStatistic(statistic string) (plain, extended pulumi.StringPtrInput) {
	switch statistic {
	case "Average", "Maximum", "Minimum", "SampleCount", "Sum":
		return pulumi.String(statistic), nil
	default:
		return nil, pulumi.String(statistic)
	}
}
