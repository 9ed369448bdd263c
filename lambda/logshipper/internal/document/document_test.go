package document

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aws-webapp/lambda/logshipper/internal/cwlogs"
)

func payloadOf(events ...cwlogs.Event) *cwlogs.Payload {
	return &cwlogs.Payload{
		MessageType: cwlogs.DataMessage,
		Owner:       "123456789012",
		LogGroup:    "/ecs/visitor-book",
		LogStream:   "visitor-book/1",
		LogEvents:   events,
	}
}

func build(t require.TestingT, payload *cwlogs.Payload) []Document {
	documents := NewBuilder("app-logs", Day).Build(payload)
	require.Len(t, documents, len(payload.LogEvents))
	return documents
}

const header = `"@timestamp":"2026-03-01T23:59:59.999Z","log_group":"/ecs/visitor-book",` +
	`"log_stream":"visitor-book/1","account":"123456789012","event_id":"1"`

func TestBuildReadsLines(t *testing.T) {
	tests := map[string]struct{ line, want string }{
		"a plain line is the message": {
			`GET /health 200`, `"message":"GET /health 200"`,
		},
		"an empty line is kept": {
			``, `"message":""`,
		},
		"the plan's structured line": {
			`{"event_type": "visit", "timestamp": "2026-03-01T23:59:59.123456", "data": {"page": 3}}`,
			`"event_type":"visit","timestamp":"2026-03-01T23:59:59.123456","data":{"page":3}`,
		},
		"space and line ends around it": {
			" {\"event_type\":\"visit\"}\r\n", `"event_type":"visit"`,
		},
		"message and level of a structured line": {
			`{"level":"ERROR","message":"no <database>","logger":"app","pid":7}`,
			`"message":"no <database>","level":"ERROR","fields":{"logger":"app","pid":7}`,
		},
		"well-known names with other types go to fields": {
			`{"event_type":7,"level":["x"],"message":{"a":1},"timestamp":{"s":1}}`,
			`"fields":{"event_type":7,"level":["x"],"message":{"a":1},"timestamp":{"s":1}}`,
		},
		"an empty event type is kept": {
			`{"event_type":""}`, `"fields":{"event_type":""}`,
		},
		"a time in milliseconds": {
			`{"timestamp":1772409599123}`, `"timestamp":1772409599123`,
		},
		"data that is no object": {
			`{"data":[1,2]}`, `"data":{"value":[1,2]}`,
		},
		"numbers keep their digits": {
			`{"data":{"id":12345678901234567890}}`, `"data":{"id":12345678901234567890}`,
		},
		"names of the document's own fields cannot be overwritten": {
			`{"@timestamp":"1999-01-01","log_group":"forged"}`,
			`"fields":{"@timestamp":"1999-01-01","log_group":"forged"}`,
		},
		"a name twice: JSON would keep the last value alone": {
			`{"user":"a","user":"b"}`, `"message":"{\"user\":\"a\",\"user\":\"b\"}"`,
		},
		"a name twice, written differently": {
			`{"level":"ERROR","l\u0065vel":"INFO"}`, `"message":"{\"level\":\"ERROR\",\"l\\u0065vel\":\"INFO\"}"`,
		},
		"JSON that is no object":  {`[1,2,3]`, `"message":"[1,2,3]"`},
		"an object without names": {`{}`, `"message":"{}"`},
		"an object that is cut":   {`{"event_type":"vi`, `"message":"{\"event_type\":\"vi"`},
		"two objects on a line":   {`{"a":1}{"b":2}`, `"message":"{\"a\":1}{\"b\":2}"`},
		"braces that are no JSON": {`{hello}`, `"message":"{hello}"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			documents := build(t, payloadOf(cwlogs.Event{
				ID:        "1",
				Timestamp: time.Date(2026, 3, 1, 23, 59, 59, 999e6, time.UTC).UnixMilli(),
				Message:   test.line,
			}))

			assert.Equal(t, "{"+header+","+test.want+"}", string(documents[0].Source))
		})
	}
}

func TestBuildChoosesTheIndexByTheEventsTime(t *testing.T) {
	newYear := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	payload := payloadOf(
		cwlogs.Event{ID: "1", Timestamp: newYear.UnixMilli() - 1},
		cwlogs.Event{ID: "2", Timestamp: newYear.UnixMilli()},
		cwlogs.Event{ID: "3", Timestamp: newYear.UnixMilli() - 1},
		cwlogs.Event{ID: "4", Timestamp: newYear.AddDate(0, 0, 4).UnixMilli()},
	)
	for period, want := range map[Period][]string{
		Day:   {"2025.12.31", "2026.01.01", "2025.12.31", "2026.01.05"},
		Week:  {"2026.w01", "2026.w01", "2026.w01", "2026.w02"},
		Month: {"2025.12", "2026.01", "2025.12", "2026.01"},
	} {
		documents := NewBuilder("app-logs", period).Build(payload)
		for i, document := range documents {
			assert.Equal(t, "app-logs-ecs-visitor-book-"+want[i], document.Index, "%s of event %d", period, i)
		}
	}
}

// A service that keeps logging new fields fills its own mapping, not that of the others.
func TestEveryLogGroupHasItsIndices(t *testing.T) {
	builder := NewBuilder("app-logs", Day)
	seen := map[string]bool{}
	for group, want := range map[string]string{
		"/ecs/visitor-book":                "ecs-visitor-book",
		"/ecs/Orders_v2.1":                 "ecs-orders-v2-1",
		"#/":                               "other",
		"/aws/" + strings.Repeat("x", 507): "aws-" + strings.Repeat("x", 146),
	} {
		payload := payloadOf(cwlogs.Event{ID: "1"})
		payload.LogGroup = group
		documents := builder.Build(payload)
		assert.Equal(t, "app-logs-"+want+"-1970.01.01", documents[0].Index)
		seen[documents[0].Index] = true
	}
	assert.Len(t, seen, 4)
}

func TestTheIDDependsOnTheWholeEventAndNothingElse(t *testing.T) {
	base := payloadOf(cwlogs.Event{ID: "1", Timestamp: 1000, Message: "line"})
	id := build(t, base)[0].ID
	assert.Regexp(t, `^[A-Za-z0-9_-]{22}$`, id, "needs no escaping in JSON or in a URL")

	again := payloadOf(
		cwlogs.Event{ID: "0", Timestamp: 999, Message: "another"},
		base.LogEvents[0],
	)
	assert.Equal(t, id, build(t, again)[1].ID, "the same event in another delivery")

	changes := map[string]func(*cwlogs.Payload){
		"account":                  func(p *cwlogs.Payload) { p.Owner = "210987654321" },
		"log group":                func(p *cwlogs.Payload) { p.LogGroup = "/ecs/other" },
		"log stream":               func(p *cwlogs.Payload) { p.LogStream = "visitor-book/2" },
		"event id":                 func(p *cwlogs.Payload) { p.LogEvents[0].ID = "2" },
		"time":                     func(p *cwlogs.Payload) { p.LogEvents[0].Timestamp = 1001 },
		"message":                  func(p *cwlogs.Payload) { p.LogEvents[0].Message = "line." },
		"border between two parts": func(p *cwlogs.Payload) { p.LogEvents[0].ID, p.LogEvents[0].Message = "1l", "ine" },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			other := payloadOf(base.LogEvents[0])
			change(other)
			assert.NotEqual(t, id, build(t, other)[0].ID)
		})
	}
}

// The fields that the index template fixes cannot be at fault: error lines stay findable by their
// level. What still does not fit (an index older than its template) becomes text altogether.
func TestFlattenGivesUpNoMoreThanItMust(t *testing.T) {
	line := `{"data":{"x":{"y":1}},"event_type":"visit","level":"ERROR","logger":"a<b","message":"hello","timestamp":5}`
	documents := build(t, payloadOf(cwlogs.Event{ID: "1", Message: line}))
	bare := map[string]any{
		"@timestamp": "1970-01-01T00:00:00.000Z",
		"log_group":  "/ecs/visitor-book",
		"log_stream": "visitor-book/1",
		"account":    "123456789012",
		"event_id":   "1",
		"message":    line,
		"rejected":   "mapper_parsing_exception: no",
	}
	kept := maps.Clone(bare)
	kept["event_type"], kept["level"], kept["timestamp"] = "visit", "ERROR", 5.0

	flat := documents[0]
	for _, want := range []map[string]any{kept, bare} {
		next, ok := Flatten(flat, "mapper_parsing_exception: no")
		require.True(t, ok)
		assert.Equal(t, documents[0].ID, next.ID)
		assert.Equal(t, documents[0].Index, next.Index)
		var got map[string]any
		require.NoError(t, json.Unmarshal(next.Source, &got))
		assert.Equal(t, want, got)
		flat = next
	}
	_, ok := Flatten(flat, "again")
	assert.False(t, ok, "there is nothing left to flatten")
}

func TestFlattenRefusesWhatIsNoDocument(t *testing.T) {
	for _, text := range []string{`[]`, `{`, `{"data":1,"level":2}`} {
		flat, ok := Flatten(Document{ID: "x", Source: json.RawMessage(text)}, "")
		assert.False(t, ok, text)
		assert.Zero(t, flat, text)
	}
}

// Any line makes a one-line JSON document, with all that the line said.
func FuzzBuild(f *testing.F) {
	f.Add(`plain`)
	f.Add(`{"event_type":"visit","data":{"a":1}}`)
	f.Add(`{"a":"\ud800","data":null,"timestamp":1e999}`)
	f.Fuzz(func(t *testing.T, line string) {
		documents := build(t, payloadOf(cwlogs.Event{ID: "1", Timestamp: 1, Message: line}))
		source := string(documents[0].Source)
		require.True(t, json.Valid(documents[0].Source), "valid JSON: %s", source)
		require.NotContains(t, source, "\n", "one line")

		flat, _ := Flatten(documents[0], "why")
		require.True(t, len(flat.Source) == 0 || json.Valid(flat.Source))
	})
}

// The members of a structured line are in the document and in its flattened form, whatever their
// names and types.
func TestNothingOfAStructuredLineIsLost(t *testing.T) {
	names := rapid.OneOf(
		rapid.SampledFrom([]string{"event_type", "timestamp", "data", "level", "message"}),
		rapid.StringN(0, 8, -1),
	)
	values := rapid.OneOf(
		rapid.Map(rapid.String(), func(v string) any { return strings.ToValidUTF8(v, "?") }),
		rapid.Map(rapid.Int32(), func(v int32) any { return float64(v) }),
		rapid.Map(rapid.Bool(), func(v bool) any { return v }),
		rapid.Just[any](nil),
		rapid.Just[any](map[string]any{"a": "b"}),
		rapid.Just[any]([]any{"a", 1.0}),
	)
	rapid.Check(t, func(rt *rapid.T) {
		members := map[string]any{}
		for name, value := range rapid.MapOfN(names, values, 1, 6).Draw(rt, "members") {
			members[strings.ToValidUTF8(name, "?")] = value
		}
		line, err := json.Marshal(members)
		require.NoError(rt, err)
		built := build(rt, payloadOf(cwlogs.Event{ID: "1", Message: string(line)}))[0]

		want := members
		if data, given := members["data"]; given {
			if _, object := data.(map[string]any); !object {
				want["data"] = map[string]any{"value": data}
			}
		}
		require.Equal(rt, want, said(rt, built))

		flat, ok := Flatten(built, "why")
		if !ok {
			flat = built // only a message: nothing to flatten
		}
		var body struct {
			Message *string `json:"message"`
		}
		require.NoError(rt, json.Unmarshal(flat.Source, &body))
		require.NotNil(rt, body.Message)
	})
}

// said collects what the application said out of a document.
func said(t require.TestingT, document Document) map[string]any {
	var body map[string]any
	require.NoError(t, json.Unmarshal(document.Source, &body))
	all := map[string]any{}
	for name, value := range body {
		switch name {
		case "event_type", "timestamp", "data", "level", "message":
			all[name] = value
		case "fields":
			for name, value := range value.(map[string]any) {
				all[name] = value
			}
		}
	}
	return all
}
