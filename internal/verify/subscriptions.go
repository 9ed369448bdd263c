package verify

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
)

// pendingARN stands for the ARN of a subscription that nobody has confirmed (API reference of SNS, Subscribe).
const pendingARN = "PendingConfirmation"

// checkSubscriptions checks that somebody gets the alarms: an address receives nothing until a person has followed the
// link that SNS sent to it, which is valid for two days (API reference of SNS, ConfirmSubscription). Addresses are
// never shown: they may contain a key.
func (v *Verifier) checkSubscriptions(ctx context.Context) (outcome.Finding, error) {
	if v.Request.AlertTopic == "" {
		return outcome.Finding{
			Check: "subscriptions", Status: outcome.Unchecked, Found: "no topic named",
			Fix: "give --outputs",
		}, nil
	}
	return checkSubscriptions(ctx, v.Clients.SNS, v.Request.AlertTopic, v.Request.Subscriptions)
}

func checkSubscriptions(ctx context.Context, client *sns.Client, topic string, asked int) (outcome.Finding, error) {
	input := &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(topic)}
	all, err := awsapi.All(ctx, sns.NewListSubscriptionsByTopicPaginator(client, input),
		func(page *sns.ListSubscriptionsByTopicOutput) []snstypes.Subscription { return page.Subscriptions })
	if err != nil {
		return outcome.Finding{}, fmt.Errorf("look at the subscriptions of the alert topic: %w", err)
	}
	confirmed := 0
	var pending []string
	for _, one := range all {
		if aws.ToString(one.SubscriptionArn) == pendingARN {
			pending = append(pending, aws.ToString(one.Protocol))
		} else {
			confirmed++
		}
	}
	wanted := max(asked, confirmed+len(pending))
	check := outcome.Finding{
		Check: "subscriptions", Status: outcome.Wrong, Patience: settle,
		Found: fmt.Sprintf("%d confirmed", confirmed), Needed: fmt.Sprintf("%d confirmed", wanted),
	}
	switch {
	case confirmed >= wanted:
		check.Status, check.Patience = outcome.OK, 0
	case len(pending) > 0:
		slices.Sort(pending)
		check.Fix = "confirm the link that SNS sent (" + strings.Join(slices.Compact(pending), ", ") + ")"
	default:
		check.Fix = "SNS deletes subscriptions that nobody confirms: pulumi up --refresh subscribes again"
	}
	return check, nil
}

// Alerts describes who should receive a stack's alarms.
type Alerts struct {
	topic string
	// Region of the topic.
	Region string
	asked  int
}

// ReadAlerts reads them from a stack's outputs, the JSON of pulumi stack output --json.
func ReadAlerts(source io.Reader) (Alerts, error) {
	out, err := readOutputs(source)
	if err != nil {
		return Alerts{}, err
	}
	topic, err := arn.Parse(out.AlertTopic)
	if err != nil {
		return Alerts{}, fmt.Errorf("--outputs: found no alertTopicArn: " +
			"take the outputs of a workload stack that has been deployed")
	}
	return Alerts{out.AlertTopic, topic.Region, out.Subscriptions}, nil
}

// Check looks once whether everybody who should get the alarms does. The error says what was found, what is wanted
// and what to do about it.
func (a Alerts) Check(ctx context.Context, client *sns.Client) (found string, err error) {
	check, err := checkSubscriptions(ctx, client, a.topic, a.asked)
	switch {
	case err != nil:
		return "", err
	case check.Status != outcome.OK:
		return "", NotHeardError(check.String())
	}
	return check.Check + ": " + check.Found, nil
}

// NotHeardError says that somebody does not get the alarms.
type NotHeardError string

func (e NotHeardError) Error() string { return string(e) }
