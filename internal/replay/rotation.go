package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"aws-webapp/internal/rotation"
)

const (
	// hidden is the time, in seconds, for which nobody else gets a message. A function runs for 15 minutes at most
	// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
	hidden = 20 * 60
	// patience of one receive, in seconds. With it SQS asks all of its servers, so that no message is missed
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html).
	patience = 5
)

// reasons are the attributes in which Lambda and EventBridge say why a message is in the queue:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
var reasons = []string{"ErrorMessage", "ERROR_MESSAGE"}

// Rotation gives the relay every event of its dead-letter queue, one after the other, and deletes those that it has
// dealt with: then no service has a task with the old password. It stops at the first that fails.
func (r *Replayer) Rotation(ctx context.Context, function, queue string) error {
	visible, taken, err := r.waiting(ctx, queue)
	if err != nil {
		return err
	}
	r.say("%d events wait in the queue, %d are being replayed", visible, taken)
	if r.DryRun {
		return nil
	}
	for given := 0; ; given++ {
		out, err := r.SQS.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(queue), MaxNumberOfMessages: 1, WaitTimeSeconds: patience, VisibilityTimeout: hidden,
			MessageAttributeNames: reasons,
		})
		if err != nil {
			return fmt.Errorf("receive from %s: %w", queue, err)
		}
		if len(out.Messages) == 0 {
			if taken > 0 {
				return leftf("%d events are with another call, which died or is at work: call this again in %d minutes",
					taken, hidden/60)
			}
			r.say("the queue is empty: the relay has dealt with %d events", given)
			return nil
		}
		if err := r.relay(ctx, function, queue, &out.Messages[0]); err != nil {
			return err
		}
	}
}

// relay gives one event again.
func (r *Replayer) relay(ctx context.Context, function, queue string, message *types.Message) error {
	body := aws.ToString(message.Body)
	for _, name := range reasons {
		if why := aws.ToString(message.MessageAttributes[name].StringValue); why != "" {
			r.say("event %s, which had failed with: %s", aws.ToString(message.MessageId), why)
		}
	}
	var done rotation.Summary
	err := leftf("message %s is not JSON: look at it, and delete it", aws.ToString(message.MessageId))
	if json.Valid([]byte(body)) {
		err = r.call(ctx, function, []byte(body), &done)
	}
	if err != nil {
		// Else the next call would find nothing for 20 minutes.
		_, visible := r.SQS.ChangeMessageVisibility(context.WithoutCancel(ctx), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: aws.String(queue), ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0,
		})
		if visible != nil {
			r.say("the event comes back in %d minutes: %v", hidden/60, visible)
		}
		return fmt.Errorf("the event stays in the queue: %w", err)
	}
	if done.Ignored != "" {
		r.say("ignored: %s", done.Ignored)
	}
	for _, service := range slices.Sorted(maps.Keys(done.Services)) {
		r.say("%s: %s", service, done.Services[service])
	}
	_, err = r.SQS.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl: aws.String(queue), ReceiptHandle: message.ReceiptHandle,
	})
	if err != nil {
		return fmt.Errorf("delete the event, which the relay has dealt with, from %s: %w", queue, err)
	}
	return nil
}
