package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/document"
	"aws-webapp/lambda/logshipper/internal/testdomain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

// domainFaults lists everything that the domain or the network may do to a bulk request.
var domainFaults = []testdomain.Fault{
	{Name: "none"},
	{Name: "none"},
	{
		Name: "overloaded", Status: http.StatusTooManyRequests,
		Body: `{"error":"rejected_execution_exception","status":429}`,
	},
	{Name: "unavailable", Status: http.StatusServiceUnavailable, Body: "<html>503</html>"},
	{Name: "gateway", Status: http.StatusBadGateway},
	{Name: "broken", Status: http.StatusInternalServerError, Body: `{}`},
	{Name: "stored, but the answer says 504", Apply: true, Status: http.StatusGatewayTimeout},
	{
		Name: "too large", Status: http.StatusRequestEntityTooLarge,
		Body: `{"Message":"Request size exceeded 10485760 bytes"}`,
	},
	{
		Name: "denied", Status: http.StatusForbidden,
		Body: `{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},"status":403}`,
	},
	{Name: "refused", Status: http.StatusBadRequest, Body: `{"error":"bad","status":400}`},
	{Name: "reset before", Reset: true},
	{Name: "reset after", Apply: true, Reset: true},
	{Name: "slow, nothing stored", Status: http.StatusServiceUnavailable, Delay: time.Minute},
	{Name: "slow, stored", Apply: true, Delay: time.Minute},
	{Name: "empty answer", Apply: true, Answer: " "},
	{Name: "other JSON", Apply: true, Answer: `[1,2,3]`},
	{Name: "no items", Apply: true, Answer: `{"errors":false}`},
	{Name: "items without outcome", Apply: true, Answer: `{"items":[{},{}]}`},
	{Name: "cut answer", Cut: 25},
	{Name: "every other item overloaded", Items: []int{0, http.StatusTooManyRequests}},
	{Name: "most shards away", Items: []int{http.StatusServiceUnavailable, http.StatusServiceUnavailable, 0}},
	{Name: "some items refused", Items: []int{0, 0, http.StatusBadRequest}},
	{Name: "some items denied", Items: []int{0, 0, 0, http.StatusForbidden}},
}

var queueFaults = []testqueue.Fault{
	{},
	{},
	{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"},
	{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Apply: true},
	{Status: http.StatusBadRequest, Code: "RequestThrottled"},
	{Status: http.StatusForbidden, Code: "AccessDenied"},
}

// schedule plays the faults in order and then goes on with the last.
func schedule[F any](faults []F) func(int) F {
	return func(call int) F { return faults[min(call, len(faults)-1)] }
}

var lines = rapid.OneOf(
	rapid.String(),
	rapid.StringMatching(`[a-z ]{0,40}`),
	rapid.Map(rapid.String(), func(text string) string {
		value, err := json.Marshal(text)
		if err != nil {
			return text
		}
		return `{"event_type":"visit","timestamp":"2026-03-01T10:00:00","data":{"x":` + string(value) + `}}`
	}),
	rapid.Just(strings.Repeat("long ", 2_000)),
)

// Whatever goes wrong, and however often: every event is in the domain or in the queue, under
// its own id; and once everything works again, a replay brings all of them to the domain.
func TestNoEventIsLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		payload := payloadOf(rapid.SliceOfN(lines, 1, 30).Draw(rt, "lines")...)
		domainSchedule := rapid.SliceOfN(rapid.SampledFrom(domainFaults), 1, 8).Draw(rt, "domain")
		queueSchedule := rapid.SliceOfN(rapid.SampledFrom(queueFaults), 1, 6).Draw(rt, "queue")

		options := hasty
		options.RequestTimeout = 30 * time.Millisecond
		options.MaxBytes = rapid.SampledFrom([]int{1 << 10, 64 << 10, 5 << 20}).Draw(rt, "request size")
		s := newStage(rt, options, schedule(domainSchedule), schedule(queueSchedule))

		s.asLambda(rt, payload, 3)

		want := idsOf(rt, payload)
		s.queue.SetFaults(nil)
		kept := s.queued(rt)
		for key := range s.domain.Documents() {
			kept[key] = true
		}
		require.Equal(rt, want, kept, "in the domain or in the queue")

		s.domain.SetFaults(nil)
		s.patient(rt)
		s.replayAll(rt)
		require.Equal(rt, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(s.domain.Documents())), "after the replay")
		require.Empty(rt, s.queue.Bodies(), "queue after the replay")
	})
}

// An event that is too large for the queue is kept in the bucket and comes back from there whole.
func TestALargeEventComesBackFromTheLastResort(t *testing.T) {
	down := testdomain.Fault{Status: http.StatusServiceUnavailable}
	s := newStage(t, hasty, func(int) testdomain.Fault { return down },
		func(int) testqueue.Fault { return testqueue.Fault{Status: http.StatusServiceUnavailable} })
	noise := make([]byte, 300<<10)
	_, err := rand.Read(noise)
	require.NoError(t, err)
	payload := payloadOf(base64.StdEncoding.EncodeToString(noise))

	s.asLambda(t, payload, 3)

	require.Empty(t, s.queue.Bodies(), "it does not fit")
	require.Len(t, s.lastResort, 1)
	s.domain.SetFaults(nil)
	s.queue.SetFaults(nil)
	answer, err := s.invoke(t, s.lastResort[0])
	require.NoError(t, err)
	require.Equal(t, &shipped{Events: 1, Delivered: 1}, answer)
}

// asLambda invokes the function like Lambda does for an asynchronous event: again after an
// error, and after the last attempt to the function's dead-letter queue, and to the bucket.
func (s *stage) asLambda(t test, payload *cwlogs.Payload, attempts int) {
	t.Helper()
	event := eventOf(t, payload)
	for range attempts {
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		_, err := s.handler.handle(ctx, event)
		cancel()
		if err == nil {
			return
		}
	}
	s.queue.Put(string(event))
	s.lastResort = append(s.lastResort, event)
}

func idsOf(t test, payload *cwlogs.Payload) map[string]bool {
	t.Helper()
	documents := document.NewBuilder("app-logs", document.Day).Build(payload)
	ids := map[string]bool{}
	for i := range documents {
		ids[documents[i].Index+"/"+documents[i].ID] = true
	}
	require.Len(t, ids, len(payload.LogEvents), "ids are distinct")
	return ids
}

// queued returns the documents that wait in the queue.
func (s *stage) queued(t test) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for {
		messages, err := s.handler.letters.Receive(t.Context())
		require.NoError(t, err)
		if len(messages) == 0 {
			break
		}
		for i := range messages {
			documents, err := s.handler.unfold(&messages[i])
			require.NoError(t, err)
			for j := range documents {
				ids[documents[j].Index+"/"+documents[j].ID] = true
			}
		}
	}
	s.queue.Return()
	return ids
}

// patient gives the domain time to answer, as it has outside of this test.
func (s *stage) patient(t test) {
	t.Helper()
	client, err := s.handler.connect(t.Context())
	require.NoError(t, err)
	s.handler.shipper = bulk.New(client, bulk.Options{})
}

func (s *stage) replayAll(t test) {
	t.Helper()
	answer, err := s.invoke(t, json.RawMessage(`{"action":"replay"}`))
	require.NoError(t, err)
	require.IsType(t, &replayed{}, answer)
	require.Equal(t, &replayed{
		Messages: answer.(*replayed).Messages,
		Deleted:  answer.(*replayed).Messages,
		Events:   answer.(*replayed).Events,
		Empty:    true,
	}, answer, "nothing is left")
}
