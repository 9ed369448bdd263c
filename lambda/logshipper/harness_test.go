package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/testdomain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

const ownLogGroup = "/aws/lambda/LogsToOpenSearch"

// test is a test, a benchmark or a case of a property test.
type test interface {
	require.TestingT
	testdomain.TB
	Context() context.Context
}

// stage is the function between a domain and a queue.
type stage struct {
	domain  *testdomain.Server
	queue   *testqueue.Server
	handler *handler
	output  *bytes.Buffer
	// lastResort are the events on which asLambda gave up.
	lastResort []json.RawMessage
}

// hasty makes an outage take milliseconds.
var hasty = bulk.Options{
	MaxAttempts:    3,
	BaseDelay:      100 * time.Microsecond,
	MaxDelay:       time.Millisecond,
	RequestTimeout: 2 * time.Second,
}

func newStage(
	t test, options bulk.Options, faults func(int) testdomain.Fault, queueFaults func(int) testqueue.Fault,
) *stage {
	t.Helper()
	s := &stage{
		domain: testdomain.Start(t, faults),
		queue:  testqueue.Start(t, queueFaults),
		output: &bytes.Buffer{},
	}
	settings, err := loadConfig(environmentOf(map[string]string{
		"OPENSEARCH_ENDPOINT":       s.domain.URL,
		"DEAD_LETTER_QUEUE_URL":     s.queue.URL,
		"AWS_LAMBDA_LOG_GROUP_NAME": ownLogGroup,
		"AWS_LAMBDA_FUNCTION_NAME":  "LogsToOpenSearch",
		"MAX_PAYLOAD_BYTES":         "4194304",
	}))
	require.NoError(t, err)
	cloud := s.queue.Config(2)
	sigV4, err := awsv2.NewSigner(cloud)
	require.NoError(t, err)
	s.handler, err = wire(settings, cloud, sigV4, options, s.output)
	require.NoError(t, err)
	return s
}

func environmentOf(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// payloadOf returns the payload that CloudWatch Logs delivers for the lines.
func payloadOf(lines ...string) *cwlogs.Payload {
	payload := &cwlogs.Payload{
		MessageType: cwlogs.DataMessage,
		Owner:       "123456789012",
		LogGroup:    "/ecs/visitor-book",
		LogStream:   "visitor-book/1",
	}
	for i, line := range lines {
		payload.LogEvents = append(payload.LogEvents, cwlogs.Event{
			ID:        fmt.Sprintf("%056d", i),
			Timestamp: time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC).UnixMilli() + int64(i),
			Message:   line,
		})
	}
	return payload
}

func eventOf(t test, payload *cwlogs.Payload) json.RawMessage {
	t.Helper()
	data := cwlogs.Encode(payload)
	event, err := json.Marshal(map[string]any{"awslogs": map[string]string{"data": data}})
	require.NoError(t, err)
	return event
}

// invoke calls the function with time for one invocation, as Lambda does.
func (s *stage) invoke(t test, event json.RawMessage) (any, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return s.handler.handle(ctx, event)
}
