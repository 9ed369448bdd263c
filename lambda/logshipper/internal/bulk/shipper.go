package bulk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"aws-webapp/lambda/logshipper/internal/document"
)

// Poster sends one bulk request. An error means that no answer came.
type Poster interface {
	Bulk(ctx context.Context, body []byte) (Response, error)
}

// Response is the domain's answer.
type Response struct {
	Status int
	Body   []byte
}

// Options bound the delivery. A zero field gets its default.
type Options struct {
	// MaxBytes bounds the body of a request; a single larger document travels alone. 5 MiB by
	// default: small instance types of OpenSearch Service accept 10 MiB.
	MaxBytes int
	// MaxAttempts is the number of attempts in a row that may deliver nothing. 8 by default, which
	// takes about half a minute with the default backoff.
	MaxAttempts int
	// BaseDelay and MaxDelay bound the exponential backoff: 200 ms and 10 s by default.
	BaseDelay, MaxDelay time.Duration
	// RequestTimeout bounds one request: 30 s by default.
	RequestTimeout time.Duration
	// Explain words a failure for the operator; by default it is quoted.
	Explain func(status int, reason string) string
}

// Failure is a document that was not delivered, as it was given, and why.
type Failure struct {
	Document document.Document
	Reason   string
}

// Result accounts for every document: Delivered + len(Failures) is the number of documents
// given.
type Result struct {
	// Delivered are in the domain now; Duplicates of them were there already.
	Delivered, Duplicates int
	// Flattened of the delivered lost their parsed fields (see document.Flatten).
	Flattened int
	// Requests counts the bulk requests, Retried the documents that were sent again.
	Requests, Retried int
	Failures          []Failure
}

// Shipper delivers documents.
type Shipper struct {
	poster  Poster
	options Options
}

// New returns a Shipper.
func New(poster Poster, options Options) *Shipper {
	setDefault(&options.MaxBytes, 5<<20)
	setDefault(&options.MaxAttempts, 8)
	setDefault(&options.BaseDelay, 200*time.Millisecond)
	setDefault(&options.MaxDelay, 10*time.Second)
	setDefault(&options.RequestTimeout, 30*time.Second)
	if options.Explain == nil {
		options.Explain = func(status int, reason string) string {
			return fmt.Sprintf("status %d: %s", status, reason)
		}
	}
	return &Shipper{poster: poster, options: options}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// item is a document on its way through the attempts.
type item struct {
	document document.Document
	// original is the document as it was given, once this one is flattened.
	original *document.Document
	reason   string // of the latest failure
}

// failure gives the original back: whoever delivers it later delivers its fields.
func (i *item) failure(reason string) Failure {
	if i.original != nil {
		return Failure{Document: *i.original, Reason: reason}
	}
	return Failure{Document: i.document, Reason: reason}
}

// Ship delivers what it can before ctx ends and says what it could not deliver. It gives up on a
// document that the domain refuses for good, and on all of them when MaxAttempts in a row bring
// nothing or when the next attempt would start after the deadline of ctx.
func (s *Shipper) Ship(ctx context.Context, documents []document.Document) Result {
	pending := make([]item, len(documents))
	for i := range documents {
		pending[i].document = documents[i]
	}

	var result Result
	fruitless := 0
	for {
		delivered := result.Delivered
		pending = s.attempt(ctx, pending, &result)
		if len(pending) == 0 {
			return result
		}
		if fruitless++; result.Delivered > delivered {
			fruitless = 0
		}
		if fruitless >= s.options.MaxAttempts {
			return abandon(result, pending, fmt.Sprintf("gave up after %d attempts in a row", fruitless))
		}
		if err := s.pause(ctx, fruitless); err != nil {
			return abandon(result, pending, "ran out of time")
		}
		result.Retried += len(pending)
	}
}

func abandon(result Result, pending []item, why string) Result {
	for i := range pending {
		result.Failures = append(result.Failures, pending[i].failure(why+": "+pending[i].reason))
	}
	return result
}

// attempt sends every item once, in as many requests as their size asks for, and returns those
// that are worth another attempt. When a whole request fails it sends no further ones: a domain
// that is overloaded needs a pause, not the rest of the queue.
func (s *Shipper) attempt(ctx context.Context, items []item, result *Result) (again []item) {
	for len(items) > 0 {
		var chunk []item
		chunk, items = split(items, s.options.MaxBytes)
		failed, pause := s.send(ctx, chunk, result)
		again = append(again, failed...)
		if pause {
			return append(again, withReason(items, again[0].reason)...)
		}
	}
	return again
}

func withReason(items []item, reason string) []item {
	for i := range items {
		if items[i].reason == "" {
			items[i].reason = reason
		}
	}
	return items
}

// send posts one request. It returns the items worth another attempt, and whether the request as
// a whole failed (there is at least one item then).
func (s *Shipper) send(ctx context.Context, chunk []item, result *Result) (again []item, pause bool) {
	requestCtx, cancel := context.WithTimeout(ctx, s.options.RequestTimeout)
	defer cancel()

	result.Requests++
	response, err := s.poster.Bulk(requestCtx, encode(chunk))
	if err != nil {
		return all(chunk, "no answer from the domain: "+err.Error()), true
	}
	switch verdictOf(response.Status) {
	case deliver:
		return s.sortOut(chunk, response.Body, result)
	case retry:
		return all(chunk, s.options.Explain(response.Status, excerpt(response.Body))), true
	case refuse:
		if len(chunk) > 1 && narrowable(response.Status) {
			return s.halve(ctx, chunk, result)
		}
		s.refuse(chunk, s.options.Explain(response.Status, excerpt(response.Body)), result)
	}
	return nil, false
}

// halve looks for what makes the domain refuse a request as a whole: a body that is too large, or
// one document that spoils it.
func (s *Shipper) halve(ctx context.Context, chunk []item, result *Result) (again []item, pause bool) {
	first, second := chunk[:len(chunk)/2], chunk[len(chunk)/2:]
	again, pause = s.send(ctx, first, result)
	if pause {
		return append(again, withReason(second, again[0].reason)...), true
	}
	more, pause := s.send(ctx, second, result)
	return append(again, more...), pause
}

func (s *Shipper) refuse(chunk []item, reason string, result *Result) {
	for i := range chunk {
		result.Failures = append(result.Failures, chunk[i].failure(reason))
	}
}

// all marks the items with the reason why they have to be sent again. It copies: chunk aliases
// the list that attempt walks along.
func all(chunk []item, reason string) []item {
	again := make([]item, len(chunk))
	copy(again, chunk)
	for i := range again {
		again[i].reason = reason
	}
	return again
}

var errNoTime = errors.New("the next attempt would start after the deadline")

// pause waits before the next attempt: exponential backoff with full jitter, so that functions
// that failed together do not come back together.
func (s *Shipper) pause(ctx context.Context, failures int) error {
	ceiling := s.options.MaxDelay
	if shift := max(failures-1, 0); shift < 16 {
		ceiling = min(ceiling, s.options.BaseDelay<<shift)
	}
	delay := rand.N(ceiling) + 1 //nolint:gosec // jitter needs no secrecy

	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= delay {
		return errNoTime
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
