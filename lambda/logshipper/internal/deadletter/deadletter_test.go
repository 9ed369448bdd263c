package deadletter

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/document"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

func failureOf(id, message string) bulk.Failure {
	source, err := json.Marshal(map[string]string{"message": message})
	if err != nil {
		panic(err)
	}
	return bulk.Failure{
		Document: document.Document{Index: "app-logs-2026.03.01", ID: id, Source: source},
		Reason:   "status 503",
	}
}

// incompressible text cannot be made to fit.
func incompressible(size int) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, size)
	for i := range text {
		text[i] = byte('0' + random.IntN(75))
	}
	return string(text)
}

func TestPackKeepsEveryDocumentAndBoundsMessages(t *testing.T) {
	const limit = 2000
	sizes := rapid.OneOf(rapid.IntRange(0, limit), rapid.IntRange(1800, limit), rapid.Just(10*limit))
	rapid.Check(t, func(rt *rapid.T) {
		failures := []bulk.Failure{}
		want := map[string]string{}
		for i, size := range rapid.SliceOfN(sizes, 1, 20).Draw(rt, "sizes") {
			failure := failureOf(fmt.Sprint(i), strings.Repeat("x", size))
			failures = append(failures, failure)
			want[failure.Document.ID] = string(failure.Document.Source)
		}

		messages, unfit, err := pack(failures, limit)

		require.NoError(rt, err)
		require.Empty(rt, unfit)
		got := map[string]string{}
		for _, message := range messages {
			require.LessOrEqual(rt, len(message), limit)
			letter, err := open(message)
			require.NoError(rt, err)
			for _, one := range letter.Documents {
				require.NotContains(rt, got, one.ID)
				got[one.ID] = string(one.Source)
			}
		}
		require.Equal(rt, want, got)
	})
}

func TestPackFillsMessages(t *testing.T) {
	failures := []bulk.Failure{}
	for i := range 10 {
		failures = append(failures, failureOf(fmt.Sprint(i), strings.Repeat("x", 400)))
	}
	one, err := json.Marshal(record{Format: recordFormat, Documents: []entry{{failures[0].Document, failures[0].Reason}}})
	require.NoError(t, err)
	const empty = len(`{"format":1,"documents":[]}`)
	exact := empty + 10*(len(one)-empty) + 9

	messages, _, err := pack(failures, exact)
	require.NoError(t, err)
	assert.Len(t, messages, 1)
	assert.Len(t, messages[0], exact)

	messages, _, err = pack(failures, exact-1)
	require.NoError(t, err)
	assert.Len(t, messages, 2)
}

func TestPackReturnsWhatFitsNowhere(t *testing.T) {
	failures := []bulk.Failure{failureOf("1", "a"), failureOf("2", incompressible(5000)), failureOf("3", "c")}

	messages, unfit, err := pack(failures, 2000)

	require.NoError(t, err)
	assert.Equal(t, failures[1:2], unfit)
	require.Len(t, messages, 1)
	letter, err := open(messages[0])
	require.NoError(t, err)
	assert.Len(t, letter.Documents, 2)
}

func TestSend(t *testing.T) {
	large := incompressible(2 * MaxMessage)
	tests := map[string]struct {
		failures []bulk.Failure
		faults   func(int) testqueue.Fault
		kept     int
		err      string
		messages int
	}{
		"one message for all": {
			failures: []bulk.Failure{failureOf("1", "a"), failureOf("2", "b")},
			kept:     2, messages: 1,
		},
		"after an error of the service": {
			failures: []bulk.Failure{failureOf("1", "a")},
			faults:   first(testqueue.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"}),
			kept:     1, messages: 1,
		},
		"after throttling": {
			failures: []bulk.Failure{failureOf("1", "a")},
			faults:   first(testqueue.Fault{Status: http.StatusBadRequest, Code: "ThrottlingException"}),
			kept:     1, messages: 1,
		},
		"twice after a lost answer": {
			failures: []bulk.Failure{failureOf("1", "a")},
			faults:   first(testqueue.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Apply: true}),
			kept:     1, messages: 2,
		},
		"not without permission": {
			failures: []bulk.Failure{failureOf("1", "a")},
			faults:   first(testqueue.Fault{Status: http.StatusForbidden, Code: "AccessDenied"}),
			kept:     0, messages: 0, err: "send to the dead-letter queue",
		},
		"the others when one message fails": {
			failures: []bulk.Failure{
				failureOf("1", strings.Repeat("x", MaxMessage/2)), failureOf("2", "b"),
				failureOf("3", strings.Repeat("x", MaxMessage/2)),
			},
			faults: first(testqueue.Fault{Status: http.StatusForbidden, Code: "AccessDenied"}),
			kept:   1, messages: 1, err: "send to the dead-letter queue",
		},
		"the others when one does not fit": {
			failures: []bulk.Failure{failureOf("1", large), failureOf("2", "b")},
			kept:     1, messages: 1, err: "document 1 of 5",
		},
		"compressed when it fits so": {
			failures: []bulk.Failure{failureOf("1", strings.Repeat("x", 3*MaxMessage))},
			kept:     1, messages: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := testqueue.Start(t, test.faults)
			queue := New(sqs.NewFromConfig(server.Config(2)), server.URL)

			kept, err := queue.Send(t.Context(), test.failures)

			assert.Equal(t, test.kept, kept)
			assert.Equal(t, test.err == "", err == nil)
			assert.ErrorContains(t, fmt.Errorf("%w", errOr(err)), test.err)
			assert.Len(t, server.Bodies(), test.messages)
		})
	}
}

func errOr(err error) error {
	if err == nil {
		return fmt.Errorf("none")
	}
	return err
}

func first(fault testqueue.Fault) func(int) testqueue.Fault {
	return func(call int) testqueue.Fault {
		if call == 0 {
			return fault
		}
		return testqueue.Fault{}
	}
}

func TestReceiveReadsEveryKindOfMessage(t *testing.T) {
	tests := map[string]struct {
		body   string
		letter Letter
		err    string
	}{
		"documents": {
			`{"format":1,"documents":[{"index":"i","id":"a","source":{"message":"x"},"reason":"status 503"}]}`,
			Letter{Documents: []document.Document{{Index: "i", ID: "a", Source: json.RawMessage(`{"message":"x"}`)}}},
			"",
		},
		"a payload": {
			`{"format":1,"payload":"H4s","reason":"malformed"}`,
			Letter{Payload: "H4s"},
			"",
		},
		"an event from Lambda": {`{"awslogs":{"data":"H4s"}}`, Letter{Payload: "H4s"}, ""},
		"an event from Lambda's on-failure": {
			`{"version":"1.0","requestContext":{},"requestPayload":{"awslogs":{"data":"H4s"}}}`, Letter{Payload: "H4s"}, "",
		},
		"text":                             {`hello`, Letter{}, "not JSON"},
		"something else":                   {`{"hello":1}`, Letter{}, "neither documents nor an invocation event"},
		"packed documents that are broken": {`{"format":1,"packed":"aGVsbG8="}`, Letter{}, "unpack dead letter"},
		"packed text that is no list": {
			`{"format":1,"packed":"` + zipped("hello") + `"}`, Letter{}, "unpack dead letter",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := testqueue.Start(t, nil)
			server.Put(test.body)
			queue := New(sqs.NewFromConfig(server.Config(1)), server.URL)

			messages, err := queue.Receive(t.Context())

			require.NoError(t, err)
			require.Len(t, messages, 1)
			assert.Equal(t, test.letter, messages[0].Letter)
			assert.Equal(t, test.err == "", messages[0].Unread == nil)
			assert.ErrorContains(t, errOr(messages[0].Unread), test.err)
		})
	}
}

// A document whose JSON is broken cannot be kept, and nothing is sent.
func TestSendRefusesWhatIsNotJSON(t *testing.T) {
	server := testqueue.Start(t, nil)
	queue := New(sqs.NewFromConfig(server.Config(1)), server.URL)
	broken := failureOf("2", "b")
	broken.Document.Source = json.RawMessage(`{`)
	kept, err := queue.Send(t.Context(), []bulk.Failure{failureOf("1", "a"), broken})
	require.ErrorContains(t, err, "encode dead letter")
	assert.Zero(t, kept)
	assert.Empty(t, server.Bodies())
}

// The border of what one message takes: compressed from one byte more on, and no longer when even that is too large.
func TestPackAtTheBorder(t *testing.T) {
	failure := failureOf("1", strings.Repeat("x", 400))
	messages, _, err := pack([]bulk.Failure{failure}, 1000)
	require.NoError(t, err)
	size := len(messages[0])
	for limit, packed := range map[int]bool{size: false, size - 1: true} {
		messages, unfit, err := pack([]bulk.Failure{failure}, limit)
		require.NoError(t, err)
		require.Empty(t, unfit)
		assert.Equal(t, packed, strings.Contains(messages[0], `"packed"`), limit)
	}
	random := failureOf("1", incompressible(400)+strings.Repeat("x", 2000))
	messages, _, err = pack([]bulk.Failure{random}, 2000)
	require.NoError(t, err)
	size = len(messages[0])
	require.Contains(t, messages[0], `"packed"`)
	for limit, unfit := range map[int]int{size: 0, size - 1: 1} {
		_, left, err := pack([]bulk.Failure{random}, limit)
		require.NoError(t, err)
		assert.Len(t, left, unfit, limit)
	}
}

// Both borders of a payload that could not be decoded.
func TestSendPayloadAtTheBorder(t *testing.T) {
	server := testqueue.Start(t, nil)
	queue := New(sqs.NewFromConfig(server.Config(1)), server.URL)
	rest := len(`{"format":1,"payload":"","reason":"why"}`)
	require.NoError(t, queue.SendPayload(t.Context(), strings.Repeat("x", MaxMessage-rest), "why"))
	require.ErrorIs(t, queue.SendPayload(t.Context(), strings.Repeat("x", MaxMessage-rest+1), "why"), ErrTooLarge)
	require.Len(t, server.Bodies(), 1)
	assert.Len(t, server.Bodies()[0], MaxMessage)
	assert.Equal(t, 258048, MaxMessage, "256 KiB less 4 KiB")
}

// zipped is a text as Packed has it.
func zipped(text string) string {
	var packed strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &packed)
	writer := gzip.NewWriter(encoder)
	_, _ = writer.Write([]byte(text))
	_, _ = writer.Close(), encoder.Close()
	return packed.String()
}
