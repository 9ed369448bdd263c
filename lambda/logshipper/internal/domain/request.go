package domain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/opensearch-project/opensearch-go/v4"
)

// call is a JSON request to any path; it implements opensearch.Request.
type call struct {
	method, path string
	params       map[string]string
	body         any
}

// GetRequest implements opensearch.Request.
func (c call) GetRequest() (*http.Request, error) {
	var body io.Reader
	if c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", c.method, c.path, err)
		}
		body = bytes.NewReader(text)
	}
	return opensearch.BuildRequest(c.method, c.path, body, c.params, nil)
}

// statusError is an answer with an error status.
type statusError struct {
	call   call
	status int
	answer string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.call.method, e.call.path, explain(e.status, e.answer, notMaster))
}

// send performs the call and decodes the answer into target unless that is nil.
func (c *Client) send(ctx context.Context, request call, target any) error {
	status, body, err := c.do(ctx, request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", request.method, request.path, err)
	}
	if status < 200 || status > 299 {
		const most = 1024
		return &statusError{call: request, status: status, answer: string(body[:min(len(body), most)])}
	}
	if target == nil {
		return nil
	}
	if err := json.Unmarshal(body, target); err != nil {
		return fmt.Errorf("%s %s: unreadable answer: %w", request.method, request.path, err)
	}
	return nil
}
