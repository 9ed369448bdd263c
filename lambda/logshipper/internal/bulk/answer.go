package bulk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"aws-webapp/lambda/logshipper/internal/document"
)

// verdict is the consequence of a status for a document or a whole request.
type verdict int

const (
	deliver verdict = iota // it is in the domain
	retry                  // it may succeed later
	refuse                 // sending the same again fails again
)

func verdictOf(status int) verdict {
	switch {
	case status >= 200 && status < 300, status == http.StatusConflict:
		return deliver
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500,
		status < 200: // no status at all: an answer that is not one
		return retry
	default:
		return refuse
	}
}

// narrowable says whether a part of a refused request may be accepted.
func narrowable(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge
}

// answer is the part of a bulk response that decides; opensearchapi.BulkReq asks for no more.
type answer struct {
	Items []struct {
		Create outcome `json:"create"`
	} `json:"items"`
}

type outcome struct {
	Status int `json:"status"`
	Error  struct {
		Type   string `json:"type"`
		Reason string `json:"reason"`
	} `json:"error"`
}

// reason leaves out the piece of the document that OpenSearch quotes in mapping errors: it is log
// content, and reasons end up in the function's own log.
func (o *outcome) reason() string {
	reason, _, _ := strings.Cut(o.Error.Reason, " Preview of field's value")
	return o.Error.Type + ": " + reason
}

// sortOut reads the answer to a request that was carried out: per item, because some of them may
// have failed. An answer that does not speak of every item proves nothing about any of them; they
// are sent again, and those that arrived answer 409.
func (s *Shipper) sortOut(chunk []item, body []byte, result *Result) (again []item, pause bool) {
	var parsed answer
	if err := json.Unmarshal(body, &parsed); err != nil {
		return all(chunk, fmt.Sprintf("unreadable bulk answer: %v", err)), true
	}
	if len(parsed.Items) != len(chunk) {
		return all(chunk, fmt.Sprintf("bulk answer speaks of %d of %d documents", len(parsed.Items), len(chunk))), true
	}
	for i := range chunk {
		outcome := &parsed.Items[i].Create
		switch verdictOf(outcome.Status) {
		case deliver:
			s.count(&chunk[i], outcome.Status, result)
		case retry:
			chunk[i].reason = s.options.Explain(outcome.Status, outcome.reason())
			again = append(again, chunk[i])
		case refuse:
			if flat, ok := flatten(&chunk[i], outcome); ok {
				again = append(again, flat)
				continue
			}
			s.refuse(chunk[i:i+1], s.options.Explain(outcome.Status, outcome.reason()), result)
		}
	}
	return again, false
}

func (s *Shipper) count(item *item, status int, result *Result) {
	result.Delivered++
	if status == http.StatusConflict {
		result.Duplicates++
	}
	if item.original != nil {
		result.Flattened++
	}
}

// flatten prepares another try, with fewer fields, for a document whose fields were refused (a type
// that differs from the mapping, more fields than the index may have). A document that is already
// text cannot be flattened.
func flatten(refused *item, outcome *outcome) (item, bool) {
	if !outcome.aboutFields() {
		return item{}, false
	}
	flat, ok := document.Flatten(refused.document, outcome.reason())
	if !ok {
		return item{}, false
	}
	original := refused.original
	if original == nil {
		original = &refused.document
	}
	return item{
		document: flat,
		original: original,
		reason:   fmt.Sprintf("status %d: %s", outcome.Status, outcome.reason()),
	}, true
}

// aboutFields tells whether the document's fields were refused. Other causes answer 400 too: no
// room for another index, a closed index, a missing pipeline. There, another form of the
// document would not help, and it would lose its fields if the cause went away meanwhile.
// OpenSearch words it in DocumentParser, MapperService and the mappers' merge (server module,
// 2.19).
func (o *outcome) aboutFields() bool {
	if o.Status != http.StatusBadRequest {
		return false
	}
	switch o.Error.Type {
	case "mapper_parsing_exception", "strict_dynamic_mapping_exception", "document_parsing_exception":
		return true
	case "illegal_argument_exception":
		reason := strings.ToLower(o.Error.Reason)
		return slices.ContainsFunc([]string{"field", "mapper", "mapping"}, func(word string) bool {
			return strings.Contains(reason, word)
		})
	default:
		return false
	}
}

// excerpt bounds how much of the domain's answer goes into messages, logs and the dead-letter
// queue.
func excerpt(body []byte) string {
	const most = 512
	text := strings.TrimSpace(string(body[:min(len(body), most)]))
	if len(body) > most {
		text += "..."
	}
	return strings.ToValidUTF8(text, "?")
}
