package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"aws-webapp/lambda/logshipper/internal/cwlogs"
)

// Document is one log event on its way into an index.
type Document struct {
	// Index is <prefix>-<log group>-<period> by the event's own time in UTC, so that a second
	// delivery after midnight meets the first.
	Index string `json:"index"`
	// ID is the same for the same event however often it is delivered.
	ID string `json:"id"`
	// Source is the document itself: one line of JSON.
	Source json.RawMessage `json:"source"`
}

// source is the shape of a document. The index template of package domain maps it.
type source struct {
	Time      string  `json:"@timestamp"`
	LogGroup  string  `json:"log_group"`
	LogStream string  `json:"log_stream"`
	Account   string  `json:"account"`
	EventID   string  `json:"event_id"`
	Message   *string `json:"message,omitempty"`
	structured
	// Rejected is the domain's reason for refusing the fields of this line, which are then in
	// Message.
	Rejected string `json:"rejected,omitempty"`
}

// Period is the span of time whose events share an index.
type Period string

// The periods: a day (2026.03.01), an ISO week (2026.w09), a month (2026.03).
const (
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)

// of is the period in which a time lies, as the index's name has it.
func (p Period) of(at time.Time) string {
	switch p {
	case Week:
		year, week := at.ISOWeek()
		return fmt.Sprintf("%d.w%02d", year, week)
	case Month:
		return at.Format("2006.01")
	default:
		return at.Format("2006.01.02")
	}
}

// Builder makes documents. It is not safe for concurrent use: it keeps its buffers.
type Builder struct {
	prefix   string
	period   Period
	scratch  []byte
	buffer   bytes.Buffer
	encoder  *json.Encoder
	logGroup string
	day      int64
	index    string
}

// NewBuilder returns a Builder for the indices <prefix>-<log group>-<period>. Each log group has its
// own indices: a group that keeps logging new fields, or a field with another type, uses up or breaks
// its own mapping (docs/adr/0014-indices-of-each-service.md).
func NewBuilder(prefix string, period Period) *Builder {
	b := &Builder{prefix: prefix, period: period, day: -1}
	b.encoder = json.NewEncoder(&b.buffer)
	b.encoder.SetEscapeHTML(false)
	return b
}

// Build makes one document per event of the payload, in order.
func (b *Builder) Build(payload *cwlogs.Payload) []Document {
	documents := make([]Document, len(payload.LogEvents))
	for i := range payload.LogEvents {
		documents[i] = b.build(payload, &payload.LogEvents[i])
	}
	return documents
}

func (b *Builder) build(payload *cwlogs.Payload, event *cwlogs.Event) Document {
	at := time.UnixMilli(event.Timestamp).UTC()
	body := source{
		Time:      at.Format("2006-01-02T15:04:05.000Z"),
		LogGroup:  payload.LogGroup,
		LogStream: payload.LogStream,
		Account:   payload.Owner,
		EventID:   event.ID,
	}
	if fields, message, ok := parse(event.Message); ok {
		body.structured, body.Message = fields, message
	} else {
		body.Message = &event.Message
	}

	b.buffer.Reset()
	_ = b.encoder.Encode(&body) // texts, and what was read from JSON
	return Document{
		Index:  b.indexOf(payload.LogGroup, at),
		ID:     b.id(payload, event),
		Source: bytes.Clone(bytes.TrimSuffix(b.buffer.Bytes(), []byte("\n"))),
	}
}

// indexOf makes the name once per day rather than once per event.
func (b *Builder) indexOf(logGroup string, at time.Time) string {
	const secondsPerDay = 24 * 60 * 60
	if day := at.Unix() / secondsPerDay; day != b.day || logGroup != b.logGroup || b.index == "" {
		b.day, b.logGroup = day, logGroup
		b.index = b.prefix + "-" + indexPart(logGroup) + "-" + b.period.of(at)
	}
	return b.index
}

// indexPart is a log group's name as part of an index's, which takes lower case, and 255 bytes in all.
// Groups that differ in nothing else share an index, which does no harm.
func indexPart(logGroup string) string {
	const longest = 150
	part := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, logGroup)
	if part = strings.Trim(part, "-"); part == "" {
		return "other"
	}
	return part[:min(len(part), longest)]
}

// id hashes everything that makes the event itself. CloudWatch Logs promises a unique event id;
// the rest is there so that a replayed or hand-made payload cannot overwrite a foreign event.
func (b *Builder) id(payload *cwlogs.Payload, event *cwlogs.Event) string {
	b.scratch = b.scratch[:0]
	for _, part := range []string{
		payload.Owner, payload.LogGroup, payload.LogStream, event.ID, event.Message,
	} {
		// The length keeps the border between two parts: "ab"+"c" is not "a"+"bc".
		b.scratch = binary.AppendUvarint(b.scratch, uint64(len(part)))
		b.scratch = append(b.scratch, part...)
	}
	b.scratch = binary.AppendVarint(b.scratch, event.Timestamp)
	sum := sha256.Sum256(b.scratch)

	const bytesUsed = 16 // 128 bits: a clash within an index is out of reach
	return base64.RawURLEncoding.EncodeToString(sum[:bytesUsed])
}
