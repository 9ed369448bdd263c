package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/deadletter"
	"aws-webapp/lambda/logshipper/internal/document"
	"aws-webapp/lambda/logshipper/internal/domain"
)

// handler answers invocations.
type handler struct {
	config  *config
	shipper *bulk.Shipper
	letters *deadletter.Queue
	// connect makes the client for the setup action, which may need other credentials.
	connect func(context.Context) (*domain.Client, error)
	// user reads the internal user to create; nil for none.
	user func(context.Context) (*domain.InternalUser, error)
	log  *slog.Logger
	// measure writes the metrics of a delivery.
	measure func(logGroup string, answer *shipped, result *bulk.Result, took time.Duration)
}

// request is an event that invokes the function, from CloudWatch Logs or from an operator.
type request struct {
	AWSLogs struct {
		Data string `json:"data"`
	} `json:"awslogs"`
	// Action is empty, "replay" or "setup".
	Action string `json:"action"`
	// Limit bounds how many messages a replay takes; 0 is no bound.
	Limit int `json:"limit"`
}

// handle is the function.
func (h *handler) handle(ctx context.Context, event json.RawMessage) (any, error) {
	var asked request
	if err := json.Unmarshal(event, &asked); err != nil {
		return nil, fmt.Errorf("invocation event is not JSON of a known shape: %w", err)
	}
	switch {
	case asked.Action == "replay":
		return h.replay(ctx, asked.Limit)
	case asked.Action == "setup":
		return h.setup(ctx)
	case asked.Action != "":
		return nil, fmt.Errorf("action: found %q, allowed are replay and setup", asked.Action)
	case asked.AWSLogs.Data == "":
		return nil, errors.New("invocation event has neither awslogs.data nor an action")
	default:
		return h.ship(ctx, asked.AWSLogs.Data)
	}
}

// shipped is the answer to a delivery of log events.
type shipped struct {
	// Skipped says why the payload was not shipped: a control message, or the function's own log.
	Skipped      string `json:"skipped,omitempty"`
	Events       int    `json:"events"`
	Delivered    int    `json:"delivered"`
	Duplicates   int    `json:"duplicates"`
	Flattened    int    `json:"flattened"`
	DeadLettered int    `json:"dead_lettered"`
}

// ship delivers one payload. Every event of it is in the domain or in the dead-letter queue when
// it returns without an error.
func (h *handler) ship(ctx context.Context, data string) (*shipped, error) {
	payload, err := cwlogs.Decode(data, int64(h.config.maxPayloadBytes))
	if err != nil {
		return h.bury(ctx, data, err)
	}
	if reason := h.skip(payload); reason != "" {
		return &shipped{Skipped: reason}, nil
	}
	documents := document.NewBuilder(h.config.indexPrefix, h.config.indexPeriod).Build(payload)

	started := time.Now()
	shipCtx, cancel := h.leaveTime(ctx)
	result := h.shipper.Ship(shipCtx, documents)
	cancel()

	answer := &shipped{
		Events:     len(documents),
		Delivered:  result.Delivered,
		Duplicates: result.Duplicates,
		Flattened:  result.Flattened,
	}
	if len(result.Failures) > 0 {
		h.explain(payload.LogGroup, result.Failures)
		if answer.DeadLettered, err = h.letters.Send(ctx, result.Failures); err != nil {
			err = fmt.Errorf("%d of %d events of %s are neither in the domain nor in the dead-letter queue; "+
				"Lambda will deliver them again: %w",
				len(result.Failures)-answer.DeadLettered, len(documents), payload.LogGroup, err)
		}
	}
	h.measure(payload.LogGroup, answer, &result, time.Since(started))
	return answer, err
}

// skip guards against loops and against events that are not an application's log.
func (h *handler) skip(payload *cwlogs.Payload) string {
	switch {
	case payload.MessageType == cwlogs.ControlMessage:
		return "control message"
	case payload.LogGroup == h.config.ownLogGroup && h.config.ownLogGroup != "":
		// Shipping a line would write a line about it, for ever.
		h.log.Error("this function's own log group is subscribed to it: remove the subscription filter",
			"log_group", payload.LogGroup)
		return "the function's own log group"
	default:
		return ""
	}
}

// bury keeps a payload that cannot be decoded: delivering it again would fail the same way.
func (h *handler) bury(ctx context.Context, data string, cause error) (*shipped, error) {
	h.log.Error("payload goes to the dead-letter queue", "reason", cause.Error())
	if err := h.letters.SendPayload(ctx, data, cause.Error()); err != nil {
		return nil, errors.Join(cause, err)
	}
	return &shipped{Skipped: cause.Error()}, nil
}

// leaveTime ends delivery while there is still time to write to the dead-letter queue.
func (h *handler) leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	const longest = 8 * time.Second
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(longest, time.Until(deadline)/4)))
}

// explain logs each distinct reason once, with how many events it concerns.
func (h *handler) explain(logGroup string, failures []bulk.Failure) {
	counts := map[string]int{}
	for i := range failures {
		counts[failures[i].Reason]++
	}
	for reason, count := range counts {
		h.log.Error("events go to the dead-letter queue", "log_group", logGroup, "events", count, "reason", reason)
	}
}
