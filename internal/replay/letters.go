package replay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	// interval between two looks at a move.
	interval = 5 * time.Second
	// starting is the time within which SQS lists a move that it has taken.
	starting = 2 * time.Minute
	// shown is the number of messages that a dry run shows: what one call receives at most
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html).
	shown = 10
	// looked is the time, in seconds, for which a message that was shown is hidden.
	looked = 1
)

// States of a move that go on:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasksResultEntry.html
const (
	running    = "RUNNING"
	cancelling = "CANCELLING"
	completed  = "COMPLETED"
)

// Letters are the dead letters of a queue.
type Letters struct {
	// Queue that they came from, and DeadLetters, in which they are: URLs.
	Queue, DeadLetters string
	// Bodies shows, in a dry run, what messages say. It may be personal data.
	Bodies bool
	// PerSecond is the number of messages that SQS moves in a second, at most 500. 0 leaves it to SQS.
	PerSecond int32
	// Cancel stops a move that is under way. What has been moved stays moved.
	Cancel bool
}

// Back moves dead letters back into their queue, and waits until SQS has done so. Called again while a move is under
// way it follows that one.
func (r *Replayer) Back(ctx context.Context, l Letters) error {
	visible, taken, err := r.waiting(ctx, l.DeadLetters)
	if err != nil {
		return err
	}
	arn, err := r.arnOf(ctx, l.DeadLetters)
	if err != nil {
		return err
	}
	last, err := r.lastMove(ctx, arn)
	if err != nil {
		return err
	}
	r.say("%d dead letters wait, %d are being read by somebody", visible, taken)
	under := last != nil && (*last.Status == running || *last.Status == cancelling)
	switch {
	case l.Cancel && !under:
		r.say("no move is under way: nothing to stop")
		return nil
	case l.Cancel:
		return r.stop(ctx, arn, last)
	case r.DryRun:
		return r.show(ctx, l, last, under)
	case under:
		r.say("a move is under way since %s: this call follows it", began(last))
		return r.follow(ctx, l, arn, 0)
	case visible == 0 && taken > 0:
		return leftf("SQS moves no message that somebody has received: call this again when its visibility timeout is over")
	case visible == 0:
		// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
		r.say("nothing to move; SQS counts a message up to a minute late")
		return nil
	}
	before := int64(0)
	if last != nil {
		before = last.StartedTimestamp
	}
	in := &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arn)}
	if l.PerSecond > 0 {
		in.MaxNumberOfMessagesPerSecond = aws.Int32(l.PerSecond)
	}
	if _, err := r.SQS.StartMessageMoveTask(ctx, in); err != nil {
		return fmt.Errorf("start to move the messages of %s: %w", l.DeadLetters, err)
	}
	return r.follow(ctx, l, arn, before)
}

func (r *Replayer) arnOf(ctx context.Context, queue string) (string, error) {
	const arn = types.QueueAttributeNameQueueArn
	out, err := r.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(queue), AttributeNames: []types.QueueAttributeName{arn},
	})
	if err != nil {
		return "", fmt.Errorf("look at the queue %s: %w", queue, err)
	}
	return out.Attributes[string(arn)], nil
}

// lastMove returns the move of a queue's messages that began last; nil if there was none.
func (r *Replayer) lastMove(ctx context.Context, arn string) (*types.ListMessageMoveTasksResultEntry, error) {
	out, err := r.SQS.ListMessageMoveTasks(ctx, &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(arn)})
	if err != nil {
		return nil, fmt.Errorf("look for moves of %s: %w", arn, err)
	}
	if len(out.Results) == 0 {
		return nil, nil
	}
	last := slices.MaxFunc(out.Results, func(a, b types.ListMessageMoveTasksResultEntry) int {
		return int(a.StartedTimestamp - b.StartedTimestamp)
	})
	return &last, nil
}

func began(move *types.ListMessageMoveTasksResultEntry) string {
	return time.UnixMilli(move.StartedTimestamp).UTC().Format(time.RFC3339)
}

// follow waits for the end of the move that began after a moment, in milliseconds.
func (r *Replayer) follow(ctx context.Context, l Letters, arn string, before int64) error {
	end := r.Clock.Now().Add(starting)
	moved := int64(-1)
	for {
		move, err := r.lastMove(ctx, arn)
		switch {
		case err != nil:
			return err
		case move == nil || move.StartedTimestamp <= before:
			if r.Clock.Now().After(end) {
				return leftf("SQS took the move and does not list it: call this again in some minutes")
			}
		case *move.Status == completed:
			return r.moved(ctx, l, move)
		case *move.Status == running || *move.Status == cancelling:
			if move.ApproximateNumberOfMessagesMoved != moved {
				moved = move.ApproximateNumberOfMessagesMoved
				r.say("%d of about %d messages moved", moved, aws.ToInt64(move.ApproximateNumberOfMessagesToMove))
			}
		default:
			return leftf("the move ended as %s after %d messages: %s; what is left stays with the dead letters: call this again",
				*move.Status, move.ApproximateNumberOfMessagesMoved, reason(move))
		}
		if err := r.Clock.Sleep(ctx, interval); err != nil {
			return errors.Join(errors.New("SQS goes on: call this again to follow it, or with --cancel to stop it"), err)
		}
	}
}

func reason(move *types.ListMessageMoveTasksResultEntry) string {
	if why := aws.ToString(move.FailureReason); why != "" {
		return why
	}
	return "somebody stopped it"
}

// moved says what has come of a move.
func (r *Replayer) moved(ctx context.Context, l Letters, move *types.ListMessageMoveTasksResultEntry) error {
	r.say("%d messages are back in their queue", move.ApproximateNumberOfMessagesMoved)
	visible, taken, err := r.waiting(ctx, l.Queue)
	if err != nil {
		return err
	}
	r.say("the queue has %d messages that wait, and %d that are being worked off", visible, taken)
	r.say("A message that fails again comes back to the dead letters after queue.maxReceives: it worked when both\n" +
		"queues are empty (call this again with --dry-run)")
	return nil
}

func (r *Replayer) stop(ctx context.Context, arn string, move *types.ListMessageMoveTasksResultEntry) error {
	if r.DryRun {
		r.say("would stop the move that began at %s", began(move))
		return nil
	}
	if move.TaskHandle == nil {
		r.say("the move is being stopped already")
		return nil
	}
	out, err := r.SQS.CancelMessageMoveTask(ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: move.TaskHandle})
	if err != nil {
		return fmt.Errorf("stop the move of %s: %w", arn, err)
	}
	r.say("stopped after about %d messages, which are back in their queue", out.ApproximateNumberOfMessagesMoved)
	return nil
}

// show tells what a move would do: what some of the messages are. Their bodies may be personal data, and are left out.
func (r *Replayer) show(ctx context.Context, l Letters, move *types.ListMessageMoveTasksResultEntry, under bool) error {
	visible, taken, err := r.waiting(ctx, l.Queue)
	if err != nil {
		return err
	}
	r.say("the queue has %d messages that wait, and %d that are being worked off", visible, taken)
	switch {
	case under:
		r.say("a move is under way since %s: %d messages moved", began(move), move.ApproximateNumberOfMessagesMoved)
		return nil // what is shown is hidden for a moment, and the move would pass it over
	case move != nil:
		r.say("the last move began at %s and ended as %s after %d messages",
			began(move), *move.Status, move.ApproximateNumberOfMessagesMoved)
	}
	out, err := r.SQS.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(l.DeadLetters), MaxNumberOfMessages: shown, WaitTimeSeconds: patience, VisibilityTimeout: looked,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err != nil {
		return fmt.Errorf("receive from %s: %w", l.DeadLetters, err)
	}
	for i := range out.Messages {
		r.say("%s", letter(&out.Messages[i], l.Bodies))
	}
	return nil
}

// letter is a line about a message.
func letter(message *types.Message, body bool) string {
	sent := "at an unknown time"
	// Epoch time in milliseconds: API_ReceiveMessage, SentTimestamp.
	if millis, err := strconv.ParseInt(message.Attributes["SentTimestamp"], 10, 64); err == nil {
		sent = time.UnixMilli(millis).UTC().Format(time.RFC3339)
	}
	line := fmt.Sprintf("%s: sent %s, %d bytes", aws.ToString(message.MessageId), sent, len(aws.ToString(message.Body)))
	if names := slices.Sorted(maps.Keys(message.MessageAttributes)); len(names) > 0 {
		line += ", attributes " + strings.Join(names, ", ")
	}
	if body {
		line += "\n  " + strings.ReplaceAll(aws.ToString(message.Body), "\n", "\n  ")
	}
	return line
}
