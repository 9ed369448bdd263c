package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// heartbeat is the attribute of a message that is a sign of life. Subscriptions of people leave out what has it.
const heartbeat = "heartbeat"

// lookAtTopic counts the subscriptions that get nothing, and says what keeps messages from people.
func (p *probe) lookAtTopic(ctx context.Context, metrics map[string]float64) error {
	found, err := p.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(p.topic)})
	if err != nil {
		return fmt.Errorf("look at the topic: %w", err)
	}
	confirmed, err := strconv.Atoi(found.Attributes["SubscriptionsConfirmed"])
	pending, alsoErr := strconv.Atoi(found.Attributes["SubscriptionsPending"])
	if err := errors.Join(err, alsoErr); err != nil {
		return fmt.Errorf("count the topic's subscriptions: %w", err)
	}
	// AWS drops what nobody confirms within days: then it is neither pending nor there.
	missing := max(pending, p.subscriptions-confirmed, 0)
	metrics["MissingSubscriptions"] = float64(missing)
	if missing > 0 {
		err = fmt.Errorf("found %d confirmed subscriptions and %d pending, expected %d confirmed", confirmed, pending,
			p.subscriptions)
	}
	return errors.Join(err, p.letsIn(found.Attributes["Policy"]))
}

// letsIn says which of the services that report to the topic its policy does not let in. It reads no conditions.
func (p *probe) letsIn(policy string) error {
	var document struct {
		Statement []struct {
			Effect    string
			Principal any
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return fmt.Errorf("read the topic's policy: %w", err)
	}
	var errs []error
	for _, publisher := range p.publishers {
		let := false
		for _, s := range document.Statement {
			principal, _ := s.Principal.(map[string]any)
			services, several := principal["Service"].([]any)
			if !several {
				services = []any{principal["Service"]}
			}
			let = let || s.Effect == "Allow" && slices.Contains(services, any(publisher))
		}
		if !let {
			errs = append(errs, fmt.Errorf("the topic's policy does not let %s publish", publisher))
		}
	}
	return errors.Join(errs...)
}

// beat sends a sign of life through the topic, as an alarm would go.
func (p *probe) beat(ctx context.Context) error {
	_, err := p.topics.Publish(ctx, &sns.PublishInput{
		TopicArn: aws.String(p.topic), Message: aws.String("A sign of life of the alert topic."),
		MessageAttributes: map[string]snstypes.MessageAttributeValue{
			heartbeat: {DataType: aws.String("String"), StringValue: aws.String("probe")},
		},
	})
	if err != nil {
		return fmt.Errorf("publish a heartbeat: %w", err)
	}
	return nil
}

// arrived reports whether an event is a message of the topic.
func arrived(event json.RawMessage) bool {
	var message struct {
		Records []struct{ EventSource string }
	}
	return json.Unmarshal(event, &message) == nil && len(message.Records) > 0 &&
		message.Records[0].EventSource == "aws:sns"
}

// passOn tells the watcher outside of AWS that a sign of life has come through the topic. The URL is a secret: whoever
// knows it can pretend that all is well.
func (p *probe) passOn(ctx context.Context) error {
	stored, err := p.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(p.heartbeat)})
	if err != nil {
		return fmt.Errorf("read the watcher's URL: %w", err)
	}
	at, err := url.Parse(aws.ToString(stored.SecretString))
	if err != nil || at.Scheme != "https" || at.Host == "" {
		return errors.New("the secret with the watcher's URL does not hold an https:// URL alone")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return errors.New("the secret with the watcher's URL holds one that cannot be asked for")
	}
	request.Header.Set("User-Agent", "probe")
	response, err := p.http.Do(request)
	if err != nil {
		var with *url.Error
		if errors.As(err, &with) {
			err = with.Err // without the URL
		}
		return fmt.Errorf("tell the watcher: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // only the status counts
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("tell the watcher: found status %d, expected 200 to 299", response.StatusCode)
	}
	return nil
}
