package deadletter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"aws-webapp/lambda/logshipper/internal/bulk"
)

// Queue is the dead-letter queue. The SQS client's own retries cover throttling and errors of
// the service.
type Queue struct {
	client *sqs.Client
	url    string
}

// New returns the queue at url.
func New(client *sqs.Client, url string) *Queue {
	return &Queue{client: client, url: url}
}

// Send puts the failures into the queue and returns how many it stored. On an error the others
// are stored nowhere: the invocation has to fail to make Lambda deliver its event again.
func (q *Queue) Send(ctx context.Context, failures []bulk.Failure) (int, error) {
	messages, unfit, err := pack(failures, MaxMessage)
	if err != nil {
		return 0, err
	}
	kept := len(failures) - len(unfit)
	var failed []error
	for _, one := range unfit {
		failed = append(failed, fmt.Errorf("document %s of %d bytes: %w",
			one.Document.ID, len(one.Document.Source), ErrTooLarge))
	}
	for _, message := range messages {
		if err := q.send(ctx, message); err != nil {
			letter, openErr := open(message)
			kept -= len(letter.Documents)
			failed = append(failed, err, openErr)
		}
	}
	return kept, errors.Join(failed...)
}

// SendPayload puts an invocation's payload that could not be decoded into the queue.
func (q *Queue) SendPayload(ctx context.Context, payload, reason string) error {
	message, _ := json.Marshal(record{Format: recordFormat, Payload: payload, Reason: reason}) // texts have a JSON form
	if len(message) > MaxMessage {
		return fmt.Errorf("payload of %d bytes: %w", len(payload), ErrTooLarge)
	}
	return q.send(ctx, string(message))
}

func (q *Queue) send(ctx context.Context, message string) error {
	_, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:    aws.String(q.url),
		MessageBody: aws.String(message),
	})
	if err != nil {
		return fmt.Errorf("send to the dead-letter queue: %w", err)
	}
	return nil
}

// Message is a received message. It comes back after the queue's visibility timeout unless it is
// deleted.
type Message struct {
	ID      string
	Letter  Letter
	Unread  error // why Letter could not be read; nil if it could
	receipt string
}

// Receive takes up to ten messages; none at all means that the queue is empty, or that all its
// messages are in flight.
func (q *Queue) Receive(ctx context.Context) ([]Message, error) {
	const (
		most    = 10
		seconds = 2 // long polling asks all servers of the queue
	)
	answer, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            aws.String(q.url),
		MaxNumberOfMessages: most,
		WaitTimeSeconds:     seconds,
	})
	if err != nil {
		return nil, fmt.Errorf("receive from the dead-letter queue: %w", err)
	}
	messages := make([]Message, len(answer.Messages))
	for i := range answer.Messages {
		messages[i] = read(&answer.Messages[i])
	}
	return messages, nil
}

func read(received *types.Message) Message {
	letter, err := open(aws.ToString(received.Body))
	return Message{
		ID:      aws.ToString(received.MessageId),
		Letter:  letter,
		Unread:  err,
		receipt: aws.ToString(received.ReceiptHandle),
	}
}

// Delete removes a message whose content has been delivered.
func (q *Queue) Delete(ctx context.Context, message *Message) error {
	_, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl:      aws.String(q.url),
		ReceiptHandle: aws.String(message.receipt),
	})
	if err != nil {
		return fmt.Errorf("delete message %s from the dead-letter queue: %w", message.ID, err)
	}
	return nil
}
