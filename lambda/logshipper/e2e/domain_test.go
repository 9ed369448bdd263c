//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// The IAM roles of the two functions, and who may look at the logs by name and password.
const (
	writerRole = "arn:aws:iam::123456789012:role/logs-to-opensearch"
	masterRole = "arn:aws:iam::123456789012:role/logs-setup"

	writerKey = "AKIDWRITER"
	masterKey = "AKIDMASTER"
)

var users = []User{
	{Name: "writer", Password: "writer-password", BackendRoles: []string{writerRole}},
	{Name: "master", Password: "master-password", BackendRoles: []string{"admin", masterRole}},
}

// service plays the part that OpenSearch Service puts in front of a node: it turns a request
// signed by an IAM role into one of a user with that role's ARN as backend role, and it has Index
// State Management. (That plugin is not on Maven Central, so the policy is stored here and
// compared; whether OpenSearch acts on it is not tested.)
type service struct {
	node     *url.URL
	proxy    *httputil.ReverseProxy
	mu       sync.Mutex
	policies map[string]json.RawMessage
	seqNo    int
}

func startService(t *testing.T, address string) (*service, string) {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	s := &service{node: target, policies: map[string]json.RawMessage{}}
	s.proxy = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	signature := r.Header.Get("Authorization")
	for key, user := range map[string]User{writerKey: users[0], masterKey: users[1]} {
		if strings.HasPrefix(signature, "AWS4-HMAC-SHA256 Credential="+key+"/") {
			r.SetBasicAuth(user.Name, user.Password)
		}
	}
	if path, ok := strings.CutPrefix(r.URL.Path, "/_plugins/_ism/"); ok {
		s.manage(w, r, path)
		return
	}
	s.proxy.ServeHTTP(w, r)
}

func (s *service) manage(w http.ResponseWriter, r *http.Request, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		_, _ = io.WriteString(w, `{"updated_indices":0,"failures":false,"failed_indices":[]}`)
	case r.Method == http.MethodPut:
		var body struct {
			Policy json.RawMessage `json:"policy"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.seqNo++
		s.policies[path] = body.Policy
	case s.policies[path] == nil:
		http.Error(w, `{"error":{"type":"status_exception","reason":"Policy not found"},"status":404}`, http.StatusNotFound)
	default:
		_ = json.NewEncoder(w).Encode(map[string]any{"_seq_no": s.seqNo, "_primary_term": 1, "policy": s.policies[path]})
	}
}

// ask sends a request to the node itself and decodes the answer.
func (s *service) ask(t *testing.T, user User, method, path string, body any) (int, map[string]any) {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.node.String()+path, content)
	require.NoError(t, err)
	request.SetBasicAuth(user.Name, user.Password)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	answer := map[string]any{}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(text, &answer), "%s", text)
	}
	return response.StatusCode, answer
}

// search refreshes and returns the matching documents.
func (s *service) search(t *testing.T, user User, query any) (status int, found []map[string]any) {
	t.Helper()
	status, _ = s.ask(t, users[1], http.MethodPost, "/app-logs-*/_refresh", nil)
	require.Equal(t, http.StatusOK, status)
	status, answer := s.ask(t, user, http.MethodPost, "/app-logs-*/_search", map[string]any{
		"size": 1000, "query": query, "sort": []any{map[string]any{"event_id": "asc"}},
	})
	hits, _ := answer["hits"].(map[string]any)
	list, _ := hits["hits"].([]any)
	for _, hit := range list {
		source, ok := hit.(map[string]any)["_source"].(map[string]any)
		require.True(t, ok)
		found = append(found, source)
	}
	return status, found
}
