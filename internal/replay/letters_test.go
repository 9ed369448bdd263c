package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/replay"
)

const worked = "https://sqs.eu-central-1.amazonaws.com/123456789012/work"

// opened is when somebody begins to replay.
var opened = time.UnixMilli(1_000_000)

// moves is a queue with dead letters, whose moves go on by one step whenever somebody looks.
type moves struct {
	*awsfake.Cloud
	letters, taken, back int
	all                  []types.ListMessageMoveTasksResultEntry
	// unlisted is the number of looks at which SQS does not list a new move yet. steps are what the last move is next.
	unlisted  int
	steps     []types.ListMessageMoveTasksResultEntry
	started   []int32 // rates
	cancelled []string
	now       time.Time
	interrupt bool
	out       bytes.Buffer
}

func (m *moves) Now() time.Time { return m.now }

func (m *moves) Sleep(_ context.Context, d time.Duration) error {
	m.now = m.now.Add(d)
	switch {
	case m.interrupt:
		return context.Canceled
	case m.now.Sub(opened) > time.Hour:
		return errors.New("an hour has passed: this waits for ever")
	}
	return nil
}

func move(began int64, status string, moved int64) types.ListMessageMoveTasksResultEntry {
	entry := types.ListMessageMoveTasksResultEntry{
		StartedTimestamp: began, Status: aws.String(status), ApproximateNumberOfMessagesMoved: moved,
		ApproximateNumberOfMessagesToMove: aws.Int64(3),
	}
	if status == "RUNNING" {
		entry.TaskHandle = aws.String("handle")
	}
	return entry
}

func newMoves(letters int) *moves {
	m := &moves{Cloud: awsfake.New(), letters: letters, now: opened}
	awsfake.Answer(m.Cloud, func(in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
		visible, taken := m.back, 0
		if *in.QueueUrl == queue {
			visible, taken = m.letters, m.taken
		}
		return asked(in, map[string]string{
			"ApproximateNumberOfMessages":           fmt.Sprint(visible),
			"ApproximateNumberOfMessagesNotVisible": fmt.Sprint(taken), "QueueArn": "arn of " + *in.QueueUrl,
		}), nil
	})
	awsfake.Answer(m.Cloud, func(in *sqs.ListMessageMoveTasksInput) (*sqs.ListMessageMoveTasksOutput, error) {
		if *in.SourceArn != "arn of "+queue {
			return nil, awsfake.Failure(400, "ResourceNotFoundException", *in.SourceArn)
		}
		listed := m.all
		switch {
		case len(m.started) > 0 && m.unlisted > 0:
			m.unlisted--
		case len(m.steps) > 0 && (len(m.started) > 0 || len(m.all) > 0 && *m.all[0].Status == "RUNNING"):
			listed = append([]types.ListMessageMoveTasksResultEntry{m.steps[0]}, m.all...)
			m.steps = m.steps[1:]
		}
		return &sqs.ListMessageMoveTasksOutput{Results: listed}, nil
	})
	awsfake.Answer(m.Cloud, func(in *sqs.StartMessageMoveTaskInput) (*sqs.StartMessageMoveTaskOutput, error) {
		if in.DestinationArn != nil || *in.SourceArn != "arn of "+queue {
			return nil, awsfake.Failure(400, "InvalidAddress", "messages go back to where they came from")
		}
		m.started = append(m.started, aws.ToInt32(in.MaxNumberOfMessagesPerSecond))
		return &sqs.StartMessageMoveTaskOutput{TaskHandle: aws.String("handle")}, nil
	})
	awsfake.Answer(m.Cloud, func(in *sqs.CancelMessageMoveTaskInput) (*sqs.CancelMessageMoveTaskOutput, error) {
		m.cancelled = append(m.cancelled, *in.TaskHandle)
		return &sqs.CancelMessageMoveTaskOutput{ApproximateNumberOfMessagesMoved: 2}, nil
	})
	m.Demand("ReceiveMessage", `"MessageSystemAttributeNames":["All"]`, `"MessageAttributeNames":["All"]`,
		`"MaxNumberOfMessages":10`)
	awsfake.Answer(m.Cloud, func(in *sqs.ReceiveMessageInput) (*sqs.ReceiveMessageOutput, error) {
		if *in.QueueUrl != queue || in.VisibilityTimeout != 1 {
			return nil, awsfake.Failure(400, "InvalidParameterValue", "the move would pass it over")
		}
		return &sqs.ReceiveMessageOutput{Messages: []types.Message{{
			MessageId: aws.String("m1"), Body: aws.String("who\nwhat"),
			Attributes: map[string]string{"SentTimestamp": "1767225600000"},
			MessageAttributes: map[string]types.MessageAttributeValue{
				"user": {DataType: aws.String("String")}, "trace": {DataType: aws.String("String")},
			},
		}}}, nil
	})
	return m
}

func (m *moves) run(t *testing.T, dryRun bool, l replay.Letters) error {
	t.Helper()
	l.Queue, l.DeadLetters = worked, queue
	r := replay.New(awsapi.ChangeOnly(m.WriteConfig("eu-central-1"), replay.Changes...), &m.out, dryRun)
	r.Clock = m
	return r.Back(t.Context(), l)
}

func TestDeadLettersGoBackIntoTheirQueue(t *testing.T) {
	m := newMoves(3)
	m.all = []types.ListMessageMoveTasksResultEntry{move(1, "COMPLETED", 7), move(2, "FAILED", 0)}
	m.unlisted = 2 // the last move is none of this call's
	m.steps = []types.ListMessageMoveTasksResultEntry{
		move(9, "RUNNING", 1), move(9, "RUNNING", 1), move(9, "COMPLETED", 3),
	}
	m.back = 2
	require.NoError(t, m.run(t, false, replay.Letters{PerSecond: 10}))
	assert.Equal(t, []int32{10}, m.started)
	assert.Equal(t, "3 dead letters wait, 0 are being read by somebody\n1 of about 3 messages moved\n"+
		"3 messages are back in their queue\nthe queue has 2 messages that wait, and 0 that are being worked off\n"+
		"A message that fails again comes back to the dead letters after queue.maxReceives: it worked when both\n"+
		"queues are empty (call this again with --dry-run)\n", m.out.String())
}

func TestNothingIsMovedTwice(t *testing.T) {
	for name, row := range map[string]struct {
		letters, taken int
		all, steps     []types.ListMessageMoveTasksResultEntry
		says, err      string
	}{
		"no dead letters":               {0, 0, nil, nil, "nothing to move", ""},
		"all of them are with somebody": {0, 2, nil, nil, "", "SQS moves no message that somebody has received"},
		"a move under way is followed": {
			2, 0,
			[]types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1)},
			[]types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1), move(6, "COMPLETED", 3)},
			"a move is under way since 1970-01-01T00:00:00Z: this call follows it", "",
		},
		"a move that is being stopped": {
			2, 0,
			[]types.ListMessageMoveTasksResultEntry{move(5, "CANCELLING", 1)},
			nil,
			"", "SQS goes on: call this again to follow it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoves(row.letters)
			m.taken, m.all, m.steps = row.taken, row.all, row.steps
			m.interrupt = row.err != "" && row.steps == nil
			err := m.run(t, false, replay.Letters{})
			assert.Empty(t, m.started)
			assert.Contains(t, m.out.String(), row.says)
			if row.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, row.err)
		})
	}
}

func TestAMoveThatFailsLeavesTheRest(t *testing.T) {
	failed, cancelled := move(9, "FAILED", 1), move(9, "CANCELLED", 2)
	failed.FailureReason = aws.String("AccessDenied")
	for err, step := range map[string]*types.ListMessageMoveTasksResultEntry{
		"ended as FAILED after 1 messages: AccessDenied":               &failed,
		"ended as CANCELLED after 2 messages: somebody stopped it":     &cancelled,
		"SQS took the move and does not list it: call this again in s": nil,
	} {
		m := newMoves(3)
		if step != nil {
			m.steps = []types.ListMessageMoveTasksResultEntry{*step}
		}
		failure := m.run(t, false, replay.Letters{})
		require.ErrorContains(t, failure, err)
		require.ErrorAs(t, failure, new(replay.LeftError))
		assert.Equal(t, []int32{0}, m.started)
	}
}

// Whoever interrupts the command has not interrupted SQS.
func TestAnInterruptedCallSaysThatSQSGoesOn(t *testing.T) {
	m := newMoves(3)
	m.interrupt, m.steps = true, []types.ListMessageMoveTasksResultEntry{move(9, "RUNNING", 1)}
	err := m.run(t, false, replay.Letters{})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "SQS goes on: call this again to follow it, or with --cancel to stop it")
}

func TestAMoveIsStopped(t *testing.T) {
	for name, row := range map[string]struct {
		all       []types.ListMessageMoveTasksResultEntry
		dryRun    bool
		says      string
		cancelled []string
	}{
		"one that runs": {
			[]types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1)},
			false, "stopped after about 2 messages",
			[]string{"handle"},
		},
		"dry run": {
			[]types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1)},
			true,
			"would stop the move that began at 1970-01-01T00:00:00Z\n", nil,
		},
		"one that is being stopped": {
			[]types.ListMessageMoveTasksResultEntry{move(5, "CANCELLING", 1)}, false, "being stopped already", nil,
		},
		"one that is over": {
			[]types.ListMessageMoveTasksResultEntry{move(5, "COMPLETED", 1)}, false, "no move is under way", nil,
		},
		"none": {nil, false, "no move is under way", nil},
	} {
		m := newMoves(3)
		m.all = row.all
		require.NoError(t, m.run(t, row.dryRun, replay.Letters{Cancel: true}), name)
		assert.Contains(t, m.out.String(), row.says, name)
		assert.Equal(t, row.cancelled, m.cancelled, name)
		assert.Empty(t, m.started, name)
	}
}

func TestADryRunShowsDeadLettersAndNoBodies(t *testing.T) {
	for bodies, says := range map[bool]string{
		false: "m1: sent 2026-01-01T00:00:00Z, 8 bytes, attributes trace, user\n",
		true:  "m1: sent 2026-01-01T00:00:00Z, 8 bytes, attributes trace, user\n  who\n  what\n",
	} {
		m := newMoves(1)
		m.all = []types.ListMessageMoveTasksResultEntry{move(5, "COMPLETED", 1)}
		require.NoError(t, m.run(t, true, replay.Letters{Bodies: bodies}))
		assert.Equal(t, "1 dead letters wait, 0 are being read by somebody\n"+
			"the queue has 0 messages that wait, and 0 that are being worked off\n"+
			"the last move began at 1970-01-01T00:00:00Z and ended as COMPLETED after 1 messages\n"+says, m.out.String())
		assert.Empty(t, m.started)
	}
	m := newMoves(1)
	m.all = []types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1)}
	require.NoError(t, m.run(t, true, replay.Letters{}))
	assert.Contains(t, m.out.String(), "a move is under way since 1970-01-01T00:00:00Z: 1 messages moved")
	assert.NotContains(t, m.Actions(), "sqs:ReceiveMessage", "a message that is shown is not moved")
}

func TestWhateverIsRefusedTheMoveIsNoSuccess(t *testing.T) {
	for _, row := range []struct {
		dryRun, cancel bool
	}{{false, false}, {true, false}, {false, true}} {
		awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
			m := newMoves(3)
			m.steps = []types.ListMessageMoveTasksResultEntry{move(9, "RUNNING", 1), move(9, "COMPLETED", 3)}
			if row.cancel {
				m.all = []types.ListMessageMoveTasksResultEntry{move(5, "RUNNING", 1)}
			}
			m.FailCall(n)
			if err := m.run(t, row.dryRun, replay.Letters{Cancel: row.cancel}); n == 0 {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, m.Failed().Operation)
			}
			return m.Cloud
		})
	}
}
