package cwlogs

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The two values of [Payload.MessageType]: log events, and the message by which CloudWatch
// Logs checks that the destination can be reached (it carries no events of the log group).
const (
	DataMessage    = "DATA_MESSAGE"
	ControlMessage = "CONTROL_MESSAGE"
)

// DefaultLimit is the largest size of a payload after decompression: 64 MiB. An invocation event
// holds 1 MiB at most, so only text that shrinks to less than a hundredth of its size gets
// there, and a forged payload cannot make the function run out of memory.
const DefaultLimit = 64 << 20

// ErrTooLarge says that a payload decompresses to more than the limit.
var ErrTooLarge = errors.New("decompressed payload is larger than the limit")

// ErrMalformed says that a payload is not base64, not gzip or not the expected JSON: delivering
// it again cannot help.
var ErrMalformed = errors.New("malformed CloudWatch Logs payload")

// Event is one log line.
type Event struct {
	// ID is unique for the event: 56 digits.
	ID string `json:"id"`
	// Timestamp is the time of the event in milliseconds since 1970, UTC.
	Timestamp int64 `json:"timestamp"`
	// Message is the line as the application wrote it.
	Message string `json:"message"`
}

// Payload is one delivery: events of a single log stream.
type Payload struct {
	MessageType string  `json:"messageType"`
	Owner       string  `json:"owner"`
	LogGroup    string  `json:"logGroup"`
	LogStream   string  `json:"logStream"`
	LogEvents   []Event `json:"logEvents"`
}

// Decode turns the base64 text of an invocation event into a Payload. It reads at most limit
// bytes of decompressed JSON and fails with [ErrTooLarge] if there are more.
func Decode(data string, limit int64) (*Payload, error) {
	zipped, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: read gzip header: %w", ErrMalformed, err)
	}

	var text bytes.Buffer
	text.Grow(int(min(limit, int64(len(data))*expectedRatio)))
	if _, err := io.Copy(&text, io.LimitReader(zipped, limit+1)); err != nil {
		return nil, fmt.Errorf("%w: decompress: %w", ErrMalformed, err)
	}
	if int64(text.Len()) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes out of %d", ErrTooLarge, limit, len(data))
	}

	var payload Payload
	if err := json.Unmarshal(text.Bytes(), &payload); err != nil {
		return nil, fmt.Errorf("%w: parse JSON: %w", ErrMalformed, err)
	}
	switch payload.MessageType {
	case DataMessage, ControlMessage:
		return &payload, nil
	default:
		return nil, fmt.Errorf("%w: messageType is %q, expected %s or %s",
			ErrMalformed, payload.MessageType, DataMessage, ControlMessage)
	}
}

// expectedRatio is the factor by which logs usually shrink. A buffer of that size seldom has to
// grow.
const expectedRatio = 6

// Encode is the inverse of [Decode]: it makes the text that CloudWatch Logs would deliver.
// Nothing of it can fail: a payload always has a JSON form, and memory takes every write.
func Encode(payload *Payload) string {
	var text strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &text)
	zipped := gzip.NewWriter(encoder)
	_ = json.NewEncoder(zipped).Encode(payload)
	_, _ = zipped.Close(), encoder.Close()
	return text.String()
}
