package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// structured holds what a JSON line says, under names whose types the index template fixes.
// Whatever does not have the expected type goes to Fields, so that one application cannot break
// the mapping for all.
type structured struct {
	EventType string          `json:"event_type,omitempty"`
	Level     string          `json:"level,omitempty"`
	Timestamp json.RawMessage `json:"timestamp,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`
	// Fields are the other top-level members of the line.
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
}

// parse reads a structured line: a JSON object. For any other text ok is false and the line is
// the message. The second result is the object's own message, if it has one.
func parse(line string) (fields structured, message *string, ok bool) {
	text := strings.TrimSpace(line)
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return structured{}, nil, false
	}
	if len(members) == 0 || len(members) != countMembers(text) {
		return structured{}, nil, false
	}
	for name, value := range members {
		if fields.lift(name, value, &message) {
			delete(members, name)
		}
	}
	if len(members) > 0 {
		fields.Fields = members
	}
	return fields, message, true
}

// countMembers of a valid JSON object. An object with a name twice cannot become fields: a map keeps
// only the last value. (Deeper down the domain itself refuses such an object, and it becomes text.)
func countMembers(object string) int {
	depth, count, inText := 0, 0, false
	for i := 0; i < len(object); i++ {
		switch char := object[i]; {
		case inText && char == '\\':
			i++
		case char == '"':
			inText = !inText
		case inText:
		case char == '{' || char == '[':
			depth++
		case char == '}' || char == ']':
			depth--
		case char == ':' && depth == 1:
			count++
		}
	}
	return count
}

// lift moves a well-known member of the right type to its place. It returns false for all
// others.
func (s *structured) lift(name string, value json.RawMessage, message **string) bool {
	switch name {
	case "event_type":
		return asString(value, &s.EventType)
	case "level":
		return asString(value, &s.Level)
	case "message":
		var text string
		if !asString(value, &text) {
			return false
		}
		*message = &text
		return true
	case "timestamp":
		if kind := value[0]; kind != '"' && kind != '-' && (kind < '0' || kind > '9') {
			return false
		}
		s.Timestamp = value
		return true
	case "data":
		s.Data = value
		if value[0] != '{' {
			// data is mapped as an object; a scalar under that name would be refused.
			s.Data = fmt.Appendf(nil, `{"value":%s}`, value)
		}
		return true
	default:
		return false
	}
}

// asString is false for the empty string too: it would vanish from the document, whereas Fields
// keeps it.
func asString(value json.RawMessage, target *string) bool {
	if value[0] != '"' {
		return false
	}
	return json.Unmarshal(value, target) == nil && *target != ""
}

// Flatten gives a document another form when the domain refuses its fields: a mapping conflict, too
// many fields. The line becomes the text of message, where it stays searchable, and rejected says
// why. Fields whose types the index template fixes stay: they cannot be at fault. Flattened a
// second time, for an index older than its template, the document loses these as well. A document
// without parsed fields cannot be flattened further, nor what is no document: ok is false.
func Flatten(document Document, reason string) (flat Document, ok bool) {
	var body source
	if json.Unmarshal(document.Source, &body) != nil {
		return Document{}, false
	}
	if body.Rejected == "" {
		line := original(&body)
		if line == "" {
			return Document{}, false
		}
		body.Message = &line
	} else if body.empty() {
		return Document{}, false
	}
	if len(body.Data)+len(body.Fields) > 0 {
		body.Data, body.Fields = nil, nil
	} else {
		body.structured = structured{}
	}
	body.Rejected = reason
	document.Source = lineOf(&body)
	return document, true
}

// lineOf writes texts, and what was read from JSON, as one line of JSON, as people would write it.
func lineOf(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

// empty reports whether nothing of the line was parsed.
func (s *structured) empty() bool {
	return s.EventType == "" && s.Level == "" && len(s.Timestamp)+len(s.Data)+len(s.Fields) == 0
}

// original rebuilds the JSON object that the parsed fields came from; it returns "" if there
// are none.
func original(body *source) string {
	members := map[string]any{}
	for name, value := range body.Fields {
		members[name] = value
	}
	if body.EventType != "" {
		members["event_type"] = body.EventType
	}
	if body.Level != "" {
		members["level"] = body.Level
	}
	if len(body.Timestamp) > 0 {
		members["timestamp"] = body.Timestamp
	}
	if len(body.Data) > 0 {
		members["data"] = body.Data
	}
	if len(members) == 0 {
		return ""
	}
	if body.Message != nil {
		members["message"] = *body.Message
	}
	return string(lineOf(members))
}
