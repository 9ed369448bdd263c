package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const alertsType = "aws-webapp:monitoring:Alerts"

const alarmsPrincipal = "cloudwatch.amazonaws.com"

// heartbeatAttribute is the attribute of a sign of life (lambda/probe). Nothing that AWS's services publish has it.
const heartbeatAttribute = "heartbeat"

// heartbeats is a subscription's filter for messages by whether they are signs of life.
// https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
func heartbeats(wanted bool) pulumi.StringOutput {
	return pulumi.JSONMarshal(map[string]any{heartbeatAttribute: []any{map[string]bool{"exists": wanted}}})
}

// AlertSubscription of [Alerts].
type AlertSubscription struct {
	// Protocol such as email, https, sqs or lambda. The recipient has to confirm email and https.
	Protocol string
	// Endpoint is the address, URL or ARN.
	Endpoint string
}

// AlertsArgs describe [Alerts].
type AlertsArgs struct {
	// Scope of the stack.
	Scope Scope
	// KeyARN is the KMS key that encrypts the messages; its policy must let CloudWatch
	// and EventBridge use it, or alarms are silently lost.
	KeyARN pulumi.StringInput
	// Subscriptions of the topic.
	Subscriptions []AlertSubscription
	// Heartbeat says that a [Probe] sends signs of life through the topic, which these subscriptions leave out.
	Heartbeat bool
}

// Alerts is the encrypted topic that receives every alarm of the stack.
type Alerts struct {
	pulumi.ResourceState

	// TopicName and TopicARN of the topic.
	TopicName string
	TopicARN  pulumi.StringOutput

	args AlertsArgs
}

// NewAlerts makes [Alerts].
func NewAlerts(ctx *pulumi.Context, name string, args *AlertsArgs, opts ...pulumi.ResourceOption) (*Alerts, error) {
	a := &Alerts{args: given(args)}
	return construct(ctx, name, a, opts, construction{
		kind: "alerts", token: alertsType, wrong: check(a.args),
		steps: []step{
			{"create topic", a.createTopic},
			{"subscribe", a.subscribe},
		},
		outputs: func() pulumi.Map { return pulumi.Map{"topicArn": a.TopicARN} },
	})
}

// createTopic fixes the topic's name, since the topic's policy has to name the topic.
func (a *Alerts) createTopic(ctx *pulumi.Context, name string) error {
	topicName := a.args.Scope.Name(NameTopic, name)
	a.TopicName = topicName
	topicARN := a.args.Scope.ARN("sns", topicName)
	topic, err := sns.NewTopic(ctx, name, &sns.TopicArgs{
		Name:           pulumi.String(topicName),
		DisplayName:    pulumi.String(topicName),
		KmsMasterKeyId: a.args.KeyARN,
		Tags:           named(topicName),
	}, pulumi.Parent(a))
	if err != nil {
		return err
	}
	if _, err := sns.NewTopicPolicy(ctx, name, &sns.TopicPolicyArgs{
		Arn: topic.Arn,
		Policy: policyDocument(
			statement{
				Sid:       "AccountServicesPublish",
				Effect:    "Allow",
				Principal: map[string]any{"Service": []string{alarmsPrincipal, budgetsPrincipal}},
				Action:    "sns:Publish",
				Resource:  topicARN,
				Condition: a.args.Scope.sameAccount(),
			},
			// EventBridge sends no condition keys: a policy with a condition would drop every event.
			// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
			statement{
				Sid:       "EventsPublish",
				Effect:    "Allow",
				Principal: map[string]any{"Service": eventsPrincipal},
				Action:    "sns:Publish",
				Resource:  topicARN,
			},
			statement{
				Sid:       "TLSOnly",
				Effect:    "Deny",
				Principal: "*",
				Action:    "sns:Publish",
				Resource:  topicARN,
				Condition: conditions{"Bool": {"aws:SecureTransport": "false"}},
			},
		),
	}, pulumi.Parent(a)); err != nil {
		return err
	}
	a.TopicARN = topic.Arn
	return nil
}

// subscribe names subscriptions after their endpoints, not after their place in the list. SNS
// returns the existing subscription of an endpoint (see the simulation's messaging.go). If a
// name moved to another endpoint, Pulumi would delete a subscription that is still wanted.
func (a *Alerts) subscribe(ctx *pulumi.Context, name string) error {
	for i, subscription := range a.args.Subscriptions {
		named := strings.Join([]string{name, subscription.Protocol, shortHash(subscription.Endpoint)}, nameSeparator)
		// It used to be named after its place.
		formerly := fmt.Sprintf("%s-%s-%d", name, subscription.Protocol, i+1)
		args := &sns.TopicSubscriptionArgs{
			Topic:    a.TopicARN,
			Protocol: pulumi.String(subscription.Protocol),
			Endpoint: pulumi.String(subscription.Endpoint),
		}
		if a.args.Heartbeat {
			args.FilterPolicy = heartbeats(false)
		}
		aliases := pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(formerly)}})
		if _, err := sns.NewTopicSubscription(ctx, named, args, pulumi.Parent(a), aliases); err != nil {
			return fmt.Errorf("%s: %w", named, err)
		}
	}
	return nil
}
