package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// pendingARN stands for the ARN of a subscription that nobody has confirmed (API reference of SNS, Subscribe).
const pendingARN = "PendingConfirmation"

// checkSubscriptions wants somebody to hear of the alarms: an address gets nothing until a person there has followed
// the link that SNS sent to it, which is valid for two days (API reference of SNS, ConfirmSubscription). Addresses are
// never shown: they may hold a key.
func (v *Verifier) checkSubscriptions(ctx context.Context) (Check, error) {
	topic := v.Request.AlertTopic
	if topic == "" {
		return Check{Name: "subscriptions", State: Skipped, Found: "no topic named", Note: "give --outputs"}, nil
	}
	confirmed := 0
	var pending []string
	pages := sns.NewListSubscriptionsByTopicPaginator(v.Clients.SNS, &sns.ListSubscriptionsByTopicInput{
		TopicArn: aws.String(topic),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Check{}, fmt.Errorf("look at the subscriptions of the alert topic: %w", err)
		}
		for _, one := range page.Subscriptions {
			if aws.ToString(one.SubscriptionArn) == pendingARN {
				pending = append(pending, aws.ToString(one.Protocol))
			} else {
				confirmed++
			}
		}
	}
	wanted := max(v.Request.Subscriptions, confirmed+len(pending))
	check := Check{
		Name: "subscriptions", State: Passed,
		Found: fmt.Sprintf("%d confirmed", confirmed), Wanted: fmt.Sprintf("%d confirmed", wanted),
	}
	if confirmed < wanted {
		check.State, check.patience = Wrong, settle
		check.Note = "confirm the link that SNS sent"
		if len(pending) > 0 {
			slices.Sort(pending)
			check.Note += " (" + strings.Join(slices.Compact(pending), ", ") + ")"
		} else {
			check.Note = "SNS has dropped what nobody confirmed: pulumi up --refresh asks again"
		}
	}
	return check, nil
}
