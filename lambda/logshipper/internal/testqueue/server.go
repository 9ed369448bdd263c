package testqueue

import (
	"bytes"
	"crypto/md5" //nolint:gosec // SQS's own checksum of a message
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Fault is a failure of one call. The zero Fault is none.
type Fault struct {
	// Status other than 0 answers so, with the error Code.
	Status int
	Code   string
	// Apply carries the call out although the answer says otherwise.
	Apply bool
}

// TB is a test, a benchmark or a case of a property test.
type TB interface {
	Helper()
	Cleanup(func())
}

// Server is the queue.
type Server struct {
	// URL is the queue's URL.
	URL string

	endpoint string
	mu       sync.Mutex
	next     func(call int) Fault
	calls    int
	sent     int
	waiting  []message
	inFlight map[string]message
}

type message struct {
	id, body string
}

// Start runs a queue until the end of the test. The faults are asked for each call, numbered
// from 0; nil is a queue without faults.
func Start(tb TB, faults func(call int) Fault) *Server {
	tb.Helper()
	s := &Server{next: faults, inFlight: map[string]message{}}
	web := httptest.NewServer(s)
	tb.Cleanup(web.Close)
	s.endpoint = web.URL
	s.URL = web.URL + "/123456789012/dead-letters"
	return s
}

// Config is an AWS configuration whose calls end up here. The SDK tries each attempts times,
// without waiting in between.
func (s *Server) Config(attempts int) aws.Config {
	return aws.Config{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String(s.endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", ""),
		HTTPClient:   &http.Client{Transport: ownBody{http.DefaultTransport}},
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = attempts
				o.MaxBackoff = 1
			})
		},
	}
}

// ownBody sends a request with a copy of its body. The SDK closes the body as soon as an answer
// begins; when the transport is still looking for the body's end at that moment, it takes the
// close for a failed write and cuts the connection, and with it a long answer. Against a queue on
// loopback that happens in one of ten calls on a busy machine. SQS would show the messages of
// such an answer again after the visibility timeout; this queue only does on Return.
type ownBody struct {
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (o ownBody) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	copied := request.Clone(request.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	return o.next.RoundTrip(copied)
}

// SetFaults replaces the faults; nil mends the queue.
func (s *Server) SetFaults(faults func(call int) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = faults
}

// maxMessage is the largest message that the queue takes: the highest limit that the provider
// in use can set.
const maxMessage = 256 << 10

// Put adds a message, as Lambda does when a function's attempts are used up. It returns false for a
// message that is too large for the queue, which Lambda drops.
func (s *Server) Put(body string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(body) > maxMessage {
		return false
	}
	s.put(body)
	return true
}

func (s *Server) put(body string) string {
	s.sent++
	id := fmt.Sprintf("m-%d", s.sent)
	s.waiting = append(s.waiting, message{id, body})
	return id
}

// Bodies returns the messages in the queue, in flight or not.
func (s *Server) Bodies() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	bodies := []string{}
	for _, one := range s.waiting {
		bodies = append(bodies, one.body)
	}
	for _, one := range s.inFlight {
		bodies = append(bodies, one.body)
	}
	return bodies
}

// Return puts the messages in flight back, as the visibility timeout does.
func (s *Server) Return() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, one := range s.inFlight {
		s.waiting = append(s.waiting, one)
		delete(s.inFlight, id)
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	var asked struct {
		MessageBody         string
		ReceiptHandle       string
		MaxNumberOfMessages int
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var fault Fault
	if s.next != nil {
		fault = s.next(s.calls)
	}
	s.calls++
	if fault.Status != 0 && !fault.Apply {
		refuse(w, fault.Status, fault.Code)
		return
	}

	answer := map[string]any{}
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "SendMessage":
		if len(asked.MessageBody) > maxMessage {
			refuse(w, http.StatusBadRequest, "InvalidParameterValue")
			return
		}
		answer["MessageId"] = s.put(asked.MessageBody)
		answer["MD5OfMessageBody"] = checksum(asked.MessageBody)
	case "ReceiveMessage":
		answer["Messages"] = s.receive(asked.MaxNumberOfMessages)
	case "DeleteMessage":
		delete(s.inFlight, asked.ReceiptHandle)
	default:
		refuse(w, http.StatusBadRequest, "InvalidAction")
		return
	}
	if fault.Status != 0 {
		refuse(w, fault.Status, fault.Code)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) receive(most int) []map[string]string {
	received := []map[string]string{}
	for len(s.waiting) > 0 && len(received) < most {
		one := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.inFlight[one.id] = one
		received = append(received, map[string]string{
			"MessageId": one.id, "ReceiptHandle": one.id, "Body": one.body, "MD5OfBody": checksum(one.body),
		})
	}
	return received
}

func checksum(body string) string {
	sum := md5.Sum([]byte(body)) //nolint:gosec // SQS's own checksum of a message
	return hex.EncodeToString(sum[:])
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{
		"__type":  "com.amazonaws.sqs#" + code,
		"message": "as the test asked for",
	})
}
