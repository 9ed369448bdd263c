package main

import (
	"context"
	"fmt"
	"time"

	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/deadletter"
	"aws-webapp/lambda/logshipper/internal/document"
)

// replayed is the answer to a replay.
type replayed struct {
	// Messages that were received; Deleted of them are delivered and gone from the queue.
	Messages int `json:"messages"`
	Deleted  int `json:"deleted"`
	// Events that were delivered out of these messages.
	Events int `json:"events"`
	// Left are messages that stay in the queue, with the reason of the latest.
	Left   int    `json:"left"`
	Reason string `json:"reason,omitempty"`
	// Empty says that the queue had no more messages.
	Empty bool `json:"empty"`
}

// replay delivers the contents of the dead-letter queue. A message is deleted when all of it is
// in the domain; the others come back after the queue's visibility timeout. It stops at the
// limit, when the queue is empty, when three messages in a row deliver nothing, or when time is
// nearly up.
func (h *handler) replay(ctx context.Context, limit int) (*replayed, error) {
	const hopeless = 3
	ctx, cancel := h.leaveTime(ctx)
	defer cancel()

	answer := &replayed{}
	for inVain := 0; inVain < hopeless; {
		messages, err := h.letters.Receive(ctx)
		if err != nil {
			return answer, err
		}
		if len(messages) == 0 {
			answer.Empty = true
			return answer, nil
		}
		for i := range messages {
			before := answer.Events
			if err := h.replayMessage(ctx, &messages[i], answer); err != nil {
				return answer, err
			}
			if inVain++; answer.Events > before {
				inVain = 0
			}
		}
		if limit > 0 && answer.Messages >= limit || !timeLeft(ctx) {
			return answer, nil
		}
	}
	return answer, nil
}

// timeLeft says whether another round of messages can be delivered.
func timeLeft(ctx context.Context) bool {
	const round = 5 * time.Second
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > round
}

func (h *handler) replayMessage(ctx context.Context, message *deadletter.Message, answer *replayed) error {
	answer.Messages++
	documents, err := h.unfold(message)
	if err != nil {
		answer.Left++
		answer.Reason = fmt.Sprintf("message %s: %v", message.ID, err)
		return nil
	}
	result := h.shipper.Ship(ctx, documents)
	answer.Events += result.Delivered
	if len(result.Failures) > 0 {
		answer.Left++
		answer.Reason = result.Failures[len(result.Failures)-1].Reason
		return nil
	}
	if err := h.letters.Delete(ctx, message); err != nil {
		return err
	}
	answer.Deleted++
	return nil
}

// unfold makes documents of a message, whichever kind it is.
func (h *handler) unfold(message *deadletter.Message) ([]document.Document, error) {
	if message.Unread != nil {
		return nil, message.Unread
	}
	if message.Letter.Payload == "" {
		return message.Letter.Documents, nil
	}
	payload, err := cwlogs.Decode(message.Letter.Payload, int64(h.config.maxPayloadBytes))
	if err != nil {
		return nil, err
	}
	if h.skip(payload) != "" {
		return message.Letter.Documents, nil
	}
	documents := document.NewBuilder(h.config.indexPrefix, h.config.indexPeriod).Build(payload)
	return append(documents, message.Letter.Documents...), nil
}
