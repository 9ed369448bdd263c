package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"aws-webapp/internal/clock"
)

// Changes are the actions that clients of this package need besides those that look. The queues' and the bucket's keys
// are used by SQS and S3 for the caller.
var Changes = []string{
	"lambda:InvokeFunction", "s3:DeleteObject", "sqs:CancelMessageMoveTask", "sqs:ChangeMessageVisibility",
	"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask",
}

// Replayer gives functions their events again, and queues their messages.
type Replayer struct {
	Lambda   *lambda.Client
	S3       *s3.Client
	SQS      *sqs.Client
	Clock    clock.Clock
	Progress io.Writer
	// DryRun counts what is waiting, and does nothing.
	DryRun bool
}

// New makes a replayer.
func New(cfg aws.Config, progress io.Writer, dryRun bool) *Replayer {
	return &Replayer{
		Lambda: lambda.NewFromConfig(cfg), SQS: sqs.NewFromConfig(cfg),
		// An emulator has no names of buckets in its DNS.
		S3:    s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		Clock: clock.System{}, Progress: progress, DryRun: dryRun,
	}
}

// LeftError says that something failed again, or could not be given: it stays where it is.
type LeftError struct{ Err error }

func (e LeftError) Error() string { return e.Err.Error() }

func leftf(format string, values ...any) error { return LeftError{fmt.Errorf(format, values...)} }

func (r *Replayer) say(format string, values ...any) { fmt.Fprintf(r.Progress, format+"\n", values...) }

// waiting counts the messages of a queue: those that can be received, and those that somebody has received. SQS
// calls both approximate.
func (r *Replayer) waiting(ctx context.Context, queue string) (visible, taken int, err error) {
	const free, held = types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	out, err := r.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(queue), AttributeNames: []types.QueueAttributeName{free, held},
	})
	if err != nil {
		return 0, 0, fmt.Errorf("look at the queue %s: %w", queue, err)
	}
	if visible, err = strconv.Atoi(out.Attributes[string(free)]); err == nil {
		taken, err = strconv.Atoi(out.Attributes[string(held)])
	}
	if err != nil {
		return 0, 0, fmt.Errorf("look at the queue %s: %w", queue, err)
	}
	return visible, taken, nil
}

// call invokes a function, waits for its end and decodes its answer.
func (r *Replayer) call(ctx context.Context, function string, event []byte, target any) error {
	answer, err := r.Lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), Payload: event})
	if err != nil {
		return fmt.Errorf("invoke %s: %w", function, err)
	}
	if answer.FunctionError != nil {
		return leftf("%s failed: %s", function, answer.Payload)
	}
	if err := json.Unmarshal(answer.Payload, target); err != nil {
		return leftf("%s answers %q: is it another function? %w", function, answer.Payload, err)
	}
	return nil
}
