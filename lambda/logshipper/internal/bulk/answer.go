package bulk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"aws-webapp/lambda/logshipper/internal/document"
)

// verdict is what a status means for a document or a whole request.
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
	if item.flattened {
		result.Flattened++
	}
}

// flatten answers a refusal of the document's fields (a type that differs from the mapping, more
// fields than the index may have) by a second try as plain text. There is no third: what is text
// already cannot be flattened.
func flatten(refused *item, outcome *outcome) (item, bool) {
	if outcome.Status != http.StatusBadRequest {
		return item{}, false
	}
	flat, ok, err := document.Flatten(refused.document, outcome.reason())
	if err != nil || !ok {
		return item{}, false
	}
	return item{
		document:  flat,
		flattened: true,
		reason:    fmt.Sprintf("status %d: %s", outcome.Status, outcome.reason()),
	}, true
}

// excerpt bounds what of a foreign answer goes into messages, logs and the dead-letter queue.
func excerpt(body []byte) string {
	const most = 512
	text := strings.TrimSpace(string(body[:min(len(body), most)]))
	if len(body) > most {
		text += "..."
	}
	return strings.ToValidUTF8(text, "?")
}
