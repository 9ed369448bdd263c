package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const findingsType = "aws-webapp:monitoring:Findings"

// FindingSeverity is the least severity of a finding that somebody is told of.
type FindingSeverity string

// The severities, as Security Hub calls them.
const (
	FindingMedium   FindingSeverity = "medium"
	FindingHigh     FindingSeverity = "high"
	FindingCritical FindingSeverity = "critical"
)

// guardDutyFloors are where each severity begins. GuardDuty User Guide, "Severity levels for GuardDuty findings":
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
var guardDutyFloors = map[FindingSeverity]int{FindingMedium: 4, FindingHigh: 7, FindingCritical: 9}

// labelsFrom are Security Hub's labels of a severity and those above it. Security Hub User Guide, "Required top-level
// ASFF attributes": https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
var labelsFrom = map[FindingSeverity][]string{
	FindingMedium:   {"MEDIUM", "HIGH", "CRITICAL"},
	FindingHigh:     {"HIGH", "CRITICAL"},
	FindingCritical: {"CRITICAL"},
}

// FindingsArgs describe [Findings].
type FindingsArgs struct {
	// Scope of the stack.
	Scope Scope
	// Severity of the least finding that is passed on.
	Severity FindingSeverity
	// TopicARN is told of findings, and of those that could not be passed on.
	TopicARN pulumi.StringInput
}

// Findings passes on what GuardDuty, Security Hub and IAM Access Analyzer find in the account, whoever switched them
// on: where one is off, there are no events.
type Findings struct {
	pulumi.ResourceState

	alarms

	args FindingsArgs
}

// NewFindings makes [Findings].
func NewFindings(
	ctx *pulumi.Context, name string, args *FindingsArgs, opts ...pulumi.ResourceOption,
) (*Findings, error) {
	f := &Findings{}
	if args != nil {
		f.args = *args
	}
	if err := check(f.args); err != nil {
		return nil, fmt.Errorf("findings %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(findingsType, name, f, opts...); err != nil {
		return nil, fmt.Errorf("findings %q: register: %w", name, err)
	}
	for _, source := range f.sources() {
		if err := f.report(ctx, name, source); err != nil {
			return nil, fmt.Errorf("findings %q: report those of %s: %w", name, source.service, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(f, pulumi.Map{}); err != nil {
		return nil, fmt.Errorf("findings %q: register outputs: %w", name, err)
	}
	return f, nil
}

// findingSource is a service with its event about a finding.
type findingSource struct {
	role, service, source, detailType string
	detail                            map[string]any
	text                              string
	paths                             map[string]string
}

// sources of findings. Security Hub also has those of the other two, which report theirs sooner.
func (f *Findings) sources() []findingSource {
	return []findingSource{
		{
			// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
			role: "guardduty", service: "GuardDuty", source: "aws.guardduty", detailType: "GuardDuty Finding",
			detail: map[string]any{"severity": []any{
				map[string]any{"numeric": []any{">=", guardDutyFloors[f.args.Severity]}},
			}},
			text: "GuardDuty, severity <severity>: <title> (<type>, <id>).",
			paths: map[string]string{
				"severity": "$.detail.severity", "title": "$.detail.title", "type": "$.detail.type", "id": "$.detail.id",
			},
		},
		{
			// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
			role: "securityhub", service: "Security Hub", source: "aws.securityhub",
			detailType: "Security Hub Findings - Imported",
			detail: map[string]any{"findings": map[string]any{
				"Severity":    map[string]any{"Label": labelsFrom[f.args.Severity]},
				"Workflow":    map[string]any{"Status": []string{"NEW"}},
				"RecordState": []string{"ACTIVE"},
				"ProductName": []any{map[string]any{"anything-but": []string{"GuardDuty", "IAM Access Analyzer"}}},
			}},
			text: "Security Hub, <severity>: <title> (<resource>).",
			paths: map[string]string{
				"severity": "$.detail.findings[0].Severity.Label", "title": "$.detail.findings[0].Title",
				"resource": "$.detail.findings[0].Resources[0].Id",
			},
		},
		{
			// Such findings have no severity: each is access from outside the account.
			// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
			role: "access", service: "IAM Access Analyzer", source: "aws.access-analyzer",
			detailType: "Access Analyzer Finding",
			detail:     map[string]any{"status": []string{"ACTIVE"}},
			text:       "IAM Access Analyzer: <resource> can be reached from outside the account.",
			paths:      map[string]string{"resource": "$.detail.resource"},
		},
	}
}

func (f *Findings) report(ctx *pulumi.Context, name string, s findingSource) error {
	logical := name + nameSeparator + s.role
	physical := f.args.Scope.Name(NameEventRule, logical)
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:        pulumi.String(physical),
		Description: pulumi.String("Findings of " + s.service + " from severity " + string(f.args.Severity) + " on."),
		EventPattern: pulumi.JSONMarshal(map[string]any{
			"source": []string{s.source}, "detail-type": []string{s.detailType}, "detail": s.detail,
		}),
		Tags: named(physical),
	}, pulumi.Parent(f))
	if err != nil {
		return err
	}
	alarm := undelivered(logical+"-undelivered", physical,
		s.service+" has found something, and EventBridge could not publish that. Look into its console.")
	alarm.scope, alarm.topicARN, alarm.runbook = f.args.Scope, f.args.TopicARN, "findings-undelivered"
	if err := f.addAlarm(ctx, f, alarm); err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("alerts"), Arn: f.args.TopicARN,
		InputTransformer: f.args.Scope.eventMessage(urgencySecurity, s.text, "findings", s.paths),
	}, pulumi.Parent(f))
	return err
}
