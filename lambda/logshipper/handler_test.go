package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/testdomain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

func TestShipDelivers(t *testing.T) {
	s := newStage(t, hasty, nil, nil)
	lines := []string{"GET /health 200", `{"event_type":"visit","timestamp":"2026-03-01T10:00:00","data":{"page":1}}`}

	answer, err := s.invoke(t, eventOf(t, payloadOf(lines...)))

	require.NoError(t, err)
	assert.Equal(t, &shipped{Events: 2, Delivered: 2}, answer)
	assert.Equal(t, []string{"app-logs-ecs-visitor-book-2026.03.01"}, s.domain.Indices())
	assert.Empty(t, s.queue.Bodies())
}

func TestShipTwiceStoresOnce(t *testing.T) {
	s := newStage(t, hasty, nil, nil)
	event := eventOf(t, payloadOf("a", "b", "a"))

	_, err := s.invoke(t, event)
	require.NoError(t, err)
	answer, err := s.invoke(t, event)

	require.NoError(t, err)
	assert.Equal(t, &shipped{Events: 3, Delivered: 3, Duplicates: 3}, answer)
	assert.Len(t, s.domain.Documents(), 3)
}

func TestShipSkips(t *testing.T) {
	control := payloadOf("CWL CONTROL MESSAGE: Checking health of destination")
	control.MessageType = cwlogs.ControlMessage
	own := payloadOf("a line of the function itself")
	own.LogGroup = ownLogGroup
	tests := map[string]struct {
		payload *cwlogs.Payload
		reason  string
		warns   bool
	}{
		"control messages":      {control, "control message", false},
		"its own log group":     {own, "the function's own log group", true},
		"deliveries of nothing": {payloadOf(), "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, nil, nil)

			answer, err := s.invoke(t, eventOf(t, test.payload))

			require.NoError(t, err)
			assert.Equal(t, &shipped{Skipped: test.reason}, answer)
			requests, _ := s.domain.Requests()
			assert.Zero(t, requests)
			assert.Equal(t, test.warns, strings.Contains(s.output.String(), "remove the subscription filter"))
		})
	}
}

func TestWithoutItsOwnNameTheGuardSkipsNothing(t *testing.T) {
	s := newStage(t, hasty, nil, nil)
	s.handler.config.ownLogGroup = ""
	nameless := payloadOf("x")
	nameless.LogGroup = ""

	answer, err := s.invoke(t, eventOf(t, nameless))

	require.NoError(t, err)
	assert.Equal(t, &shipped{Events: 1, Delivered: 1}, answer)
}

func TestUndeliveredEventsGoToTheQueue(t *testing.T) {
	s := newStage(t, hasty, always(testdomain.Fault{
		Status: http.StatusForbidden,
		Body: `{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},` +
			`"status":403}`,
	}), nil)

	answer, err := s.invoke(t, eventOf(t, payloadOf("a", "password=hunter2", "c")))

	require.NoError(t, err, "the events are safe: nothing to deliver again")
	assert.Equal(t, &shipped{Events: 3, DeadLettered: 3}, answer)
	require.Len(t, s.queue.Bodies(), 1)
	assert.Contains(t, s.queue.Bodies()[0], "password=hunter2")
	assert.Contains(t, s.output.String(), "map the function's role ARN as a backend role")
	assert.Equal(t, 1, strings.Count(s.output.String(), "events go to the dead-letter queue"), "once for all three")
	assert.NotContains(t, s.output.String(), "hunter2", "its log does not repeat what applications log")
}

func TestShipFailsWhenTheQueueFailsToo(t *testing.T) {
	s := newStage(t, hasty, always(testdomain.Fault{Status: 503}), func(int) testqueue.Fault {
		return testqueue.Fault{Status: http.StatusForbidden, Code: "AccessDenied"}
	})

	_, err := s.invoke(t, eventOf(t, payloadOf("a", "b")))

	require.ErrorContains(t, err, "2 of 2 events of /ecs/visitor-book are neither in the domain nor in the "+
		"dead-letter queue")
	assert.ErrorContains(t, err, "AccessDenied")
}

func TestPayloadsThatCannotBeDecodedAreBuried(t *testing.T) {
	bomb := cwlogs.Encode(payloadOf(strings.Repeat("0", 5<<20)))
	tests := map[string]struct{ data, reason string }{
		"no base64": {"%%%", "malformed CloudWatch Logs payload"},
		"a bomb":    {bomb, "decompressed payload is larger than the limit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, nil, nil)
			event, err := json.Marshal(map[string]any{"awslogs": map[string]string{"data": test.data}})
			require.NoError(t, err)

			answer, err := s.invoke(t, event)

			require.NoError(t, err)
			require.IsType(t, &shipped{}, answer)
			assert.Contains(t, answer.(*shipped).Skipped, test.reason)
			require.Len(t, s.queue.Bodies(), 1)
			var kept map[string]any
			require.NoError(t, json.Unmarshal([]byte(s.queue.Bodies()[0]), &kept))
			assert.Equal(t, test.data, kept["payload"])
			assert.Contains(t, kept["reason"], test.reason)
		})
	}
}

func TestAPayloadThatFitsNowhereFailsTheInvocation(t *testing.T) {
	s := newStage(t, hasty, nil, nil)
	event, err := json.Marshal(map[string]any{"awslogs": map[string]string{"data": strings.Repeat("%", 300<<10)}})
	require.NoError(t, err)

	_, err = s.invoke(t, event)

	require.ErrorContains(t, err, "malformed CloudWatch Logs payload")
	assert.ErrorContains(t, err, "does not fit into a message of the dead-letter queue")
}

func TestHandleRefusesOtherInvocations(t *testing.T) {
	tests := map[string]struct{ event, err string }{
		"no JSON of a known shape": {`"hello"`, "not JSON of a known shape"},
		"nothing to do":            {`{}`, "neither awslogs.data nor an action"},
		"an unknown action":        {`{"action":"delete"}`, `action: found "delete", allowed are replay and setup`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, hasty, nil, nil)
			_, err := s.invoke(t, json.RawMessage(test.event))
			require.ErrorContains(t, err, test.err)
		})
	}
}

// CloudWatch reads these metrics out of the line:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func TestShipWritesMetrics(t *testing.T) {
	s := newStage(t, hasty, func(request int) testdomain.Fault {
		return []testdomain.Fault{{Items: []int{0, 429, 403}}, {}}[min(request, 1)]
	}, nil)

	_, err := s.invoke(t, eventOf(t, payloadOf("a", "b", "c")))
	require.NoError(t, err)

	lines := strings.Split(strings.TrimSpace(s.output.String()), "\n")
	var line struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	var values map[string]any
	last := []byte(lines[len(lines)-1])
	require.NoError(t, json.Unmarshal(last, &line))
	require.NoError(t, json.Unmarshal(last, &values))
	require.Len(t, line.AWS.CloudWatchMetrics, 1)
	assert.Positive(t, line.AWS.Timestamp)
	assert.Equal(t, "LogShipper", line.AWS.CloudWatchMetrics[0].Namespace)
	assert.Equal(t, [][]string{{"LogGroup"}, {"FunctionName"}}, line.AWS.CloudWatchMetrics[0].Dimensions)
	units := map[string]string{}
	for _, metric := range line.AWS.CloudWatchMetrics[0].Metrics {
		units[metric.Name] = metric.Unit
	}
	for name, value := range values {
		if _, counts := value.(float64); counts && name != "Duration" {
			assert.Equal(t, "Count", units[name], name)
			delete(units, name)
		}
	}
	assert.Equal(t, map[string]string{"Duration": "Milliseconds"}, units, "every metric has its value in the line")
	assert.Positive(t, values["Duration"])
	delete(values, "_aws")
	delete(values, "Duration")
	assert.Equal(t, map[string]any{
		"LogGroup": "/ecs/visitor-book", "FunctionName": "LogsToOpenSearch",
		"Events": 3.0, "Delivered": 2.0, "Duplicates": 0.0, "Flattened": 0.0, "DeadLettered": 1.0, "Retried": 1.0,
	}, values)
}

func TestTimeIsLeftForTheQueue(t *testing.T) {
	s := newStage(t, bulk.Options{}, always(testdomain.Fault{Status: 503, Delay: time.Minute}), nil)

	s.asLambda(t, payloadOf("a"), 1)

	require.Len(t, s.queue.Bodies(), 1)
	assert.Contains(t, s.queue.Bodies()[0], `"documents":[{`, "a record of the function, not the event that Lambda keeps")
}

func always(fault testdomain.Fault) func(int) testdomain.Fault {
	return func(int) testdomain.Fault { return fault }
}

// Half a minute before its end an invocation still delivers for all but eight seconds of it, near its end for three
// quarters, and without an end for ever.
func TestHowMuchTimeIsLeftForTheQueue(t *testing.T) {
	h := &handler{}
	for left, want := range map[time.Duration]time.Duration{
		time.Minute: 52 * time.Second, 8 * time.Second: 6 * time.Second,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), left)
		shipping, done := h.leaveTime(ctx)
		deadline, ok := shipping.Deadline()
		assert.True(t, ok)
		assert.InDelta(t, want.Seconds(), time.Until(deadline).Seconds(), 1)
		done()
		cancel()
	}
	shipping, done := h.leaveTime(context.Background())
	_, ok := shipping.Deadline()
	assert.False(t, ok)
	done()
	require.ErrorIs(t, shipping.Err(), context.Canceled)
}

// full takes nothing more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

// Metrics that cannot be written are told in the log, and the delivery counts.
func TestMetricsThatCannotBeWritten(t *testing.T) {
	err := writeMetrics(full{}, "f", "g", &shipped{}, &bulk.Result{}, time.Second)
	require.ErrorContains(t, err, "write metrics: no space")
}
