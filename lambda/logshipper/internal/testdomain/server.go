package testdomain

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is a failure of one bulk request. The zero Fault is none.
type Fault struct {
	// Name shows in the reports of property tests.
	Name string
	// Status other than 0 answers so, with Body, instead of doing anything.
	Status int
	Body   string
	// Apply carries the request out before the fault shows.
	Apply bool
	// Reset breaks the connection instead of answering.
	Reset bool
	// Delay is waited before the answer.
	Delay time.Duration
	// Answer replaces the body of a successful answer.
	Answer string
	// Cut ends a successful answer after so many bytes, with the length of the whole announced.
	Cut int
	// Items gives items a status of their own: the n-th item gets Items[n % len]; 0 is no fault.
	Items []int
}

// TB is a test, a benchmark or a case of a property test.
type TB interface {
	Helper()
	Cleanup(func())
}

// Server is the domain.
type Server struct {
	// URL is the endpoint.
	URL string

	mu        sync.Mutex
	documents map[string]map[string]json.RawMessage
	next      func(request int) Fault
	refuse    func(source json.RawMessage) *Cause
	requests  int
	largest   int
	headers   []http.Header
}

// Start runs a domain until the end of the test. The faults are asked for each bulk request,
// numbered from 0; nil is a domain without faults.
func Start(tb TB, faults func(request int) Fault) *Server {
	tb.Helper()
	s := &Server{documents: map[string]map[string]json.RawMessage{}, next: faults}
	web := httptest.NewServer(s)
	tb.Cleanup(web.Close)
	s.URL = web.URL
	return s
}

// SetFaults replaces the faults; nil mends the domain.
func (s *Server) SetFaults(faults func(request int) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = faults
}

// RefuseFields makes the domain refuse the documents that match with a mapping error.
func (s *Server) RefuseFields(matches func(source json.RawMessage) bool) {
	s.Refuse(func(source json.RawMessage) *Cause {
		if !matches(source) {
			return nil
		}
		return &Cause{"mapper_parsing_exception", "failed to parse field [data.x]. Preview of field's value: 'hidden'"}
	})
}

// Refuse makes the domain answer 400 for the documents that have a cause; nil mends it.
func (s *Server) Refuse(cause func(source json.RawMessage) *Cause) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = cause
}

// Documents returns every stored document as index/id -> source.
func (s *Server) Documents() map[string]json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]json.RawMessage{}
	for index, documents := range s.documents {
		for id, source := range documents {
			all[index+"/"+id] = source
		}
	}
	return all
}

// Requests returns the number of bulk requests so far and the size of the largest body.
func (s *Server) Requests() (count, largest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.largest
}

// Headers returns the headers of the bulk requests in order.
func (s *Server) Headers() []http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.headers)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/_bulk" {
		http.Error(w, `{"error":"no handler found for uri"}`, http.StatusBadRequest)
		return
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return // the client gave up
	}
	fault := s.begin(r.Header, body.Len())

	if fault.Apply || (fault.Status == 0 && !fault.Reset) {
		answer, status := s.apply(body.Bytes(), fault)
		wait(r, fault.Delay)
		switch {
		case fault.Reset:
			reset(w)
		case fault.Status != 0:
			write(w, fault.Status, fault.Body)
		case fault.Answer != "":
			write(w, http.StatusOK, fault.Answer)
		case fault.Cut > 0:
			w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
			write(w, status, answer[:min(fault.Cut, len(answer)-1)])
		default:
			write(w, status, answer)
		}
		return
	}
	wait(r, fault.Delay)
	if fault.Reset {
		reset(w)
		return
	}
	write(w, fault.Status, fault.Body)
}

func (s *Server) begin(header http.Header, size int) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	number := s.requests
	s.requests++
	s.largest = max(s.largest, size)
	s.headers = append(s.headers, header.Clone())
	if s.next == nil {
		return Fault{}
	}
	return s.next(number)
}

// wait ends early when the client hangs up, so that a test's server can close.
func wait(r *http.Request, delay time.Duration) {
	if delay == 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

func write(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// reset sends a TCP RST, not an orderly end.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// outcome of an item, as OpenSearch words it.
type outcome struct {
	Index  string `json:"_index"`
	ID     string `json:"_id"`
	Status int    `json:"status"`
	Error  *Cause `json:"error,omitempty"`
}

// Cause is the reason for refusing a document, as OpenSearch words it.
type Cause struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

// apply carries a bulk request out.
func (s *Server) apply(body []byte, fault Fault) (answer string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()

	items := []map[string]outcome{}
	failed := false
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var action struct {
			Create struct {
				Index string `json:"_index"`
				ID    string `json:"_id"`
			} `json:"create"`
		}
		if err := json.Unmarshal(lines.Bytes(), &action); err != nil || action.Create.ID == "" || !lines.Scan() {
			return `{"error":{"type":"illegal_argument_exception","reason":"Malformed action/metadata line"},"status":400}`,
				http.StatusBadRequest
		}
		forced := 0
		if len(fault.Items) > 0 {
			forced = fault.Items[len(items)%len(fault.Items)]
		}
		result := outcome{Index: action.Create.Index, ID: action.Create.ID}
		result.Status, result.Error = s.create(result.Index, result.ID, bytes.Clone(lines.Bytes()), forced)
		failed = failed || result.Error != nil
		items = append(items, map[string]outcome{"create": result})
	}
	text, err := json.Marshal(map[string]any{"took": 1, "errors": failed, "items": items})
	if err != nil {
		return err.Error(), http.StatusInternalServerError
	}
	return string(text), http.StatusOK
}

// create stores one document unless a fault or its content forbids it.
func (s *Server) create(index, id string, source json.RawMessage, forced int) (int, *Cause) {
	if forced == 0 && s.refuse != nil {
		if cause := s.refuse(source); cause != nil {
			return http.StatusBadRequest, cause
		}
	}
	switch {
	case forced != 0:
		return forced, &Cause{reasons[forced], "as the test asked for"}
	case !json.Valid(source):
		return http.StatusBadRequest, &Cause{"mapper_parsing_exception", "failed to parse"}
	}
	if s.documents[index] == nil {
		s.documents[index] = map[string]json.RawMessage{}
	}
	if _, exists := s.documents[index][id]; exists {
		return http.StatusConflict, &Cause{"version_conflict_engine_exception", "document already exists"}
	}
	s.documents[index][id] = source
	return http.StatusCreated, nil
}

var reasons = map[int]string{
	http.StatusForbidden:           "security_exception",
	http.StatusTooManyRequests:     "rejected_execution_exception",
	http.StatusServiceUnavailable:  "unavailable_shards_exception",
	http.StatusBadRequest:          "mapper_parsing_exception",
	http.StatusInternalServerError: "engine_exception",
}

// Indices are the names of the indices that have documents, sorted.
func (s *Server) Indices() []string {
	names := map[string]bool{}
	for key := range s.Documents() {
		index, _, _ := strings.Cut(key, "/")
		names[index] = true
	}
	sorted := []string{}
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return sorted
}
