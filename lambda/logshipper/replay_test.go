package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/testdomain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

const replayEvent = `{"action":"replay"}`

func letterOf(id string) string {
	return fmt.Sprintf(
		`{"format":1,"documents":[{"index":"app-logs-2026.03.01","id":%q,"source":{"message":"x"},"reason":"status 503"}]}`,
		id)
}

func TestReplayDeliversEveryKindOfMessage(t *testing.T) {
	s := newStage(t, hasty, nil, nil)
	event := string(eventOf(t, payloadOf("a", "b")))
	s.queue.Put(letterOf("1"))
	s.queue.Put(event)
	s.queue.Put(`{"version":"1.0","requestPayload":` + string(eventOf(t, payloadOf("c"))) + `}`)

	answer, err := s.invoke(t, json.RawMessage(replayEvent))

	require.NoError(t, err)
	assert.Equal(t, &replayed{Messages: 3, Deleted: 3, Events: 4, Empty: true}, answer)
	assert.Len(t, s.domain.Documents(), 4)
	assert.Empty(t, s.queue.Bodies())
}

func TestReplayLeavesWhatItCannotDeliver(t *testing.T) {
	own := payloadOf("loop")
	own.LogGroup = ownLogGroup
	tests := map[string]struct {
		body   string
		faults func(int) testdomain.Fault
		want   *replayed
		left   int
	}{
		"a message that is none of its own": {
			`hello`, nil, &replayed{Messages: 1, Left: 1, Reason: "message m-1: message is not JSON", Empty: true}, 1,
		},
		"a payload that is broken": {
			`{"awslogs":{"data":"%%%"}}`, nil,
			&replayed{Messages: 1, Left: 1, Reason: "message m-1: malformed CloudWatch Logs payload", Empty: true}, 1,
		},
		"documents that the domain still refuses": {
			letterOf("1"), always(testdomain.Fault{Items: []int{404}}),
			&replayed{Messages: 1, Left: 1, Reason: "status 404", Empty: true}, 1,
		},
		"but not the function's own log": {
			string(eventOf(t, own)), nil, &replayed{Messages: 1, Deleted: 1, Empty: true}, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, test.faults, nil)
			s.queue.Put(test.body)

			answer, err := s.invoke(t, json.RawMessage(replayEvent))

			require.NoError(t, err)
			require.IsType(t, &replayed{}, answer)
			got := *answer.(*replayed)
			assert.True(t, strings.HasPrefix(got.Reason, test.want.Reason), got.Reason)
			got.Reason = test.want.Reason
			assert.Equal(t, *test.want, got)
			assert.Len(t, s.queue.Bodies(), test.left)
		})
	}
}

func TestReplayKeepsAMessageOfWhichAPartIsRefused(t *testing.T) {
	s := newStage(t, hasty, always(testdomain.Fault{Items: []int{0, 404}}), nil)
	s.queue.Put(string(eventOf(t, payloadOf("a", "b"))))

	answer, err := s.invoke(t, json.RawMessage(replayEvent))
	require.NoError(t, err)
	require.IsType(t, &replayed{}, answer)
	assert.Equal(t, 1, answer.(*replayed).Events)
	assert.Len(t, s.queue.Bodies(), 1)

	s.queue.Return()
	s.domain.SetFaults(nil)
	answer, err = s.invoke(t, json.RawMessage(replayEvent))
	require.NoError(t, err)
	assert.Equal(t, &replayed{Messages: 1, Deleted: 1, Events: 2, Empty: true}, answer)
	assert.Len(t, s.domain.Documents(), 2, "no duplicate of the first")
}

func TestReplayStops(t *testing.T) {
	tests := map[string]struct {
		event  string
		faults func(int) testdomain.Fault
		left   int
	}{
		"at the limit, rounded up to ten":           {`{"action":"replay","limit":15}`, nil, 25 - 20},
		"when the domain takes nothing":             {replayEvent, always(testdomain.Fault{Status: 503}), 25},
		"never before the queue is empty otherwise": {replayEvent, nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, test.faults, nil)
			for i := range 25 {
				s.queue.Put(letterOf(fmt.Sprint(i)))
			}

			_, err := s.invoke(t, json.RawMessage(test.event))

			require.NoError(t, err)
			assert.Len(t, s.queue.Bodies(), test.left)
		})
	}
}

func TestReplayOfAQueueThatIsDownForEachMessageEndsEarly(t *testing.T) {
	s := newStage(t, hasty, always(testdomain.Fault{Status: 503}), nil)
	for i := range 25 {
		s.queue.Put(letterOf(fmt.Sprint(i)))
	}

	answer, err := s.invoke(t, json.RawMessage(replayEvent))

	require.NoError(t, err)
	require.IsType(t, &replayed{}, answer)
	assert.Equal(t, 10, answer.(*replayed).Messages, "it asks for no second batch")
	assert.False(t, answer.(*replayed).Empty)
}

// Three messages in a row that deliver nothing are enough, two are not.
func TestReplayGivesUpAfterThreeInVain(t *testing.T) {
	for messages, empty := range map[int]bool{2: true, 3: false} {
		s := newStage(t, hasty, always(testdomain.Fault{Status: 503}), nil)
		for i := range messages {
			s.queue.Put(letterOf(fmt.Sprint(i)))
		}
		answer, err := s.invoke(t, json.RawMessage(replayEvent))
		require.NoError(t, err)
		require.IsType(t, &replayed{}, answer)
		assert.Equal(t, messages, answer.(*replayed).Left)
		assert.Equal(t, empty, answer.(*replayed).Empty, "it asks the queue again after %d", messages)
	}
}

func TestReplayReportsAQueueThatFails(t *testing.T) {
	denied := testqueue.Fault{Status: 403, Code: "AccessDenied"}
	tests := map[string]struct {
		failing int
		err     string
	}{
		"to give messages":   {0, "receive from the dead-letter queue"},
		"to delete messages": {1, "delete message m-1 from the dead-letter queue"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, nil, func(call int) testqueue.Fault {
				return map[bool]testqueue.Fault{true: denied}[call == test.failing]
			})
			s.queue.Put(letterOf("1"))

			_, err := s.invoke(t, json.RawMessage(replayEvent))

			require.ErrorContains(t, err, test.err)
		})
	}
}
