package components

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	eventsPrincipal = "events.amazonaws.com"
	eventsNamespace = "AWS/Events"
	// An event older than an hour is of no use: somebody has been alerted by then.
	relayEventSeconds = 3600
	relayRetries      = 10
)

// succeededRule returns the rule's physical name, which the queue's policy uses before the rule
// exists.
func (r *RotationRelay) succeededRule() string {
	return shorten(r.FunctionName+"-succeeded", NameEventRule, NameEventRule.max)
}

func (r *RotationRelay) failedRule() string {
	return shorten(r.FunctionName+"-failed", NameEventRule, NameEventRule.max)
}

// createRules sends successful rotations to the function, and failed ones to the person on
// call.
func (r *RotationRelay) createRules(ctx *pulumi.Context, name string) error {
	succeeded, err := r.createRule(ctx, name+"-succeeded", r.succeededRule(),
		"Rotations that running tasks do not know of yet.", r.newCurrentValue())
	if err != nil {
		return err
	}
	permission, err := lambda.NewPermission(ctx, name, &lambda.PermissionArgs{
		Function:  r.function.Name,
		Action:    pulumi.String("lambda:InvokeFunction"),
		Principal: pulumi.String(eventsPrincipal),
		SourceArn: succeeded.Arn,
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	if _, err := cloudwatch.NewEventTarget(ctx, name+"-succeeded", &cloudwatch.EventTargetArgs{
		Rule:             succeeded.Name,
		TargetId:         pulumi.String("relay"),
		Arn:              r.function.Arn,
		DeadLetterConfig: cloudwatch.EventTargetDeadLetterConfigArgs{Arn: r.queue.Arn},
		RetryPolicy: cloudwatch.EventTargetRetryPolicyArgs{
			MaximumEventAgeInSeconds: pulumi.Int(relayEventSeconds),
			MaximumRetryAttempts:     pulumi.Int(relayRetries),
		},
	}, pulumi.Parent(r), pulumi.DependsOn([]pulumi.Resource{permission})); err != nil {
		return err
	}
	if !r.args.Trail {
		return nil
	}
	return r.reportFailures(ctx, name+"-failed")
}

func (r *RotationRelay) reportFailures(ctx *pulumi.Context, logical string) error {
	failed, err := r.createRule(ctx, logical, r.failedRule(),
		"Rotations that failed: the old password stays valid.", r.rotationFailed())
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule:     failed.Name,
		TargetId: pulumi.String("alerts"),
		Arn:      r.args.TopicARN,
		InputTransformer: r.args.Scope.eventMessage(urgencyHours,
			"Secrets Manager could not rotate <secret> at <time>. The old password stays valid: see whether the database is "+
				"available and its key enabled.",
			"rotation-failed", map[string]string{ //nolint:gosec // where the event has the secret's name
				"secret": "$.detail.additionalEventData.SecretId",
				"time":   "$.time",
			}),
	}, pulumi.Parent(r))
	return err
}

// rotationFailed matches a service event of the secret. Only additionalEventData has its ARN:
// resources and requestParameters of such events are empty.
func (r *RotationRelay) rotationFailed() map[string]any {
	return map[string]any{
		"source":      []string{"aws.secretsmanager"},
		"detail-type": []string{"AWS Service Event via CloudTrail"},
		"detail": map[string]any{
			"eventSource":         []string{"secretsmanager.amazonaws.com"},
			"eventName":           []string{"RotationFailed"},
			"additionalEventData": map[string]any{"SecretId": pulumi.StringArray{r.args.SecretARN}},
		},
	}
}

// newCurrentValue matches the event that Secrets Manager itself sends, seconds after AWSCURRENT has moved and minutes
// before CloudTrail, also when somebody sets a value by hand. By then the old password is refused
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html).
func (r *RotationRelay) newCurrentValue() map[string]any {
	return map[string]any{
		"source":      []string{"aws.secretsmanager"},
		"detail-type": []string{"Secret Label Updated"},
		"resources":   pulumi.StringArray{r.args.SecretARN},
		"detail":      map[string]any{"labelUpdated": []string{"AWSCURRENT"}},
	}
}

func (r *RotationRelay) createRule(
	ctx *pulumi.Context, logical, physical, description string, pattern map[string]any,
) (*cloudwatch.EventRule, error) {
	return cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(physical),
		Description:  pulumi.String(description),
		EventPattern: pulumi.JSONMarshal(pattern),
		Tags:         named(physical),
	}, pulumi.Parent(r))
}

func (r *RotationRelay) createAlarms(ctx *pulumi.Context, name string) error {
	for _, spec := range []alarmSpec{
		{
			name: "errors", urgency: urgencyPage, namespace: lambdaNamespace, metric: "Errors", statistic: "Sum",
			dimensions: pulumi.StringMap{"FunctionName": pulumi.String(r.FunctionName)},
			description: "The database's password has rotated, and the function that hands it to running tasks fails. Its log " +
				"says why; mend that, then give it the event again.",
		},
		{
			// Lambda keeps a throttled event and tries again for hours: nothing fails, and nothing happens.
			name: "throttled", urgency: urgencyPage, namespace: lambdaNamespace, metric: "Throttles", statistic: "Sum",
			dimensions: pulumi.StringMap{"FunctionName": pulumi.String(r.FunctionName)},
			description: "The database's password has rotated, and Lambda lacks the capacity to hand it to running tasks. " +
				"Look for the function that uses up the account's concurrency.",
		},
		{
			name: "dead-letters", urgency: urgencyPage, namespace: queueNamespace,
			metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum",
			dimensions: pulumi.StringMap{"QueueName": pulumi.String(r.DeadLetterQueueName)},
			description: "The database's password has rotated, and every attempt to hand it to running tasks has failed. " +
				"Mend what the function's log names, then give it the event again.",
		},
		{
			name: "failed", namespace: eventsNamespace, metric: "TriggeredRules", statistic: "Sum",
			dimensions: pulumi.StringMap{"RuleName": pulumi.String(r.failedRule())}, endsByItself: true,
			description: "Secrets Manager could not rotate the database's password. The old one stays valid: see whether the " +
				"database is available and its key enabled, then rotate it now.",
		},
		undelivered("undelivered", r.succeededRule(),
			"EventBridge could not invoke the function that hands the rotated password to running tasks. Put its permission "+
				"back, then give it the event again."),
		undelivered("failed-undelivered", r.failedRule(),
			"A rotation of the database's password failed, and EventBridge could not publish why."),
	} {
		if strings.HasPrefix(spec.name, "failed") && !r.args.Trail {
			continue
		}
		if spec.name == "undelivered" {
			spec.urgency = urgencyPage
		}
		// Services fail once a rotation does not reach their tasks.
		spec.partOf = spec.urgency == urgencyPage
		spec.scope = r.args.Scope
		spec.runbook = "rotation-" + spec.name
		spec.name = name + "-" + spec.name
		spec.periodSeconds = alarmMinute
		spec.evaluationPeriods = 1
		spec.comparison = comparisonAbove
		spec.missing = missingIsGood
		spec.topicARN = r.args.TopicARN
		if err := r.addAlarm(ctx, r, spec); err != nil {
			return err
		}
	}
	return nil
}
