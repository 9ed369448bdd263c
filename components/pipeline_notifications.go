package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createNotifications reports executions that end. It does not report an execution that a newer
// one has overtaken, or one that waits: the approval sends its own message. An alarm reports
// lost messages: nothing else would.
func (p *Pipeline) createNotifications(ctx *pulumi.Context, name string) error {
	physical := shorten(p.Name+"-ended", NameEventRule, NameEventRule.max)
	rule, err := cloudwatch.NewEventRule(ctx, name, &cloudwatch.EventRuleArgs{
		Name:        pulumi.String(physical),
		Description: pulumi.String("Executions of the pipeline that ended."),
		EventPattern: pulumi.JSONMarshal(map[string]any{
			"source":      []string{"aws.codepipeline"},
			"detail-type": []string{"CodePipeline Pipeline Execution State Change"},
			"detail": map[string]any{
				"pipeline": []string{p.Name},
				"state":    []string{"FAILED", "STOPPED", "SUCCEEDED"},
			},
		}),
		Tags: named(physical),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	alarm := undelivered(name+"-undelivered", physical,
		"An execution of the pipeline has ended, and EventBridge could not publish how. Look at the pipeline.")
	alarm.scope, alarm.topicARN = p.args.Scope, p.args.TopicARN
	alarm.runbook = "pipeline-undelivered"
	if _, err := newAlarm(ctx, p, alarm); err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String("notifications"),
		Arn:      p.args.TopicARN,
		InputTransformer: cloudwatch.EventTargetInputTransformerArgs{
			InputPaths: pulumi.StringMap{
				"pipeline":  pulumi.String("$.detail.pipeline"),
				"state":     pulumi.String("$.detail.state"),
				"execution": pulumi.String("$.detail.execution-id"),
				"region":    pulumi.String("$.region"),
			},
			InputTemplate: pulumi.String(`"Pipeline <pipeline> <state>: ` +
				`https://<region>.console.aws.amazon.com/codesuite/codepipeline/pipelines/<pipeline>/executions/<execution>/timeline"`),
		},
	}, pulumi.Parent(p))
	return err
}
