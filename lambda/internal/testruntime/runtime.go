package testruntime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Function is a running function.
type Function struct {
	events  chan invocation
	ended   chan struct{}
	timeout time.Duration

	mu      sync.Mutex
	pending map[string]chan outcome
	next    int
	output  bytes.Buffer
}

type invocation struct {
	id       string
	event    json.RawMessage
	deadline time.Time
}

type outcome struct {
	body json.RawMessage
	err  error
}

// ErrEnded says that the function's process ended without an answer.
var ErrEnded = errors.New("the function ended")

// Start runs the program until the end of the test, with these environment variables and no
// others. The timeout bounds each invocation.
func Start(tb testing.TB, program string, environment map[string]string, timeout time.Duration) *Function {
	tb.Helper()
	f := &Function{
		events:  make(chan invocation),
		ended:   make(chan struct{}),
		timeout: timeout,
		pending: map[string]chan outcome{},
	}
	api := httptest.NewServer(f)

	process := exec.CommandContext(tb.Context(), program)
	process.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"),
		"AWS_LAMBDA_FUNCTION_NAME=test",
		"AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=example",
	}
	for name, value := range environment {
		process.Env = append(process.Env, name+"="+value)
	}
	for _, name := range []string{"MUTANT", "MUTANT_REACHED"} { // which mistake runs (internal/mutants)
		if value, given := os.LookupEnv(name); given {
			process.Env = append(process.Env, name+"="+value)
		}
	}
	process.Stdout, process.Stderr = locked{f}, locked{f}
	if err := process.Start(); err != nil {
		api.Close()
		tb.Fatalf("start %s: %v", program, err)
	}
	go func() {
		_ = process.Wait() // what it means is for whoever waits for an answer
		close(f.ended)
	}()
	tb.Cleanup(func() {
		_ = process.Process.Kill()
		<-f.ended
		api.CloseClientConnections()
		api.Close()
	})
	return f
}

// Invoke gives the function an event and returns its answer, or the error that it returned.
func (f *Function) Invoke(ctx context.Context, event any) (json.RawMessage, error) {
	text, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	answer := make(chan outcome, 1)
	f.mu.Lock()
	f.next++
	id := "request-" + strconv.Itoa(f.next)
	f.pending[id] = answer
	f.mu.Unlock()

	select {
	case f.events <- invocation{id, text, time.Now().Add(f.timeout)}:
	case <-f.ended:
		return nil, fmt.Errorf("%w: %s", ErrEnded, f.Output())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case got := <-answer:
		return got.body, got.err
	case <-f.ended:
		return nil, fmt.Errorf("%w: %s", ErrEnded, f.Output())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Output returns everything that the function has logged so far.
func (f *Function) Output() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.output.String()
}

// Ended is closed when the process is gone.
func (f *Function) Ended() <-chan struct{} { return f.ended }

// ServeHTTP is the runtime API.
func (f *Function) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/"), "/")
	switch {
	case r.Method == http.MethodGet && len(path) == 2 && path[1] == "next":
		f.giveEvent(w, r)
	case r.Method == http.MethodPost && len(path) == 3:
		f.takeAnswer(w, r, path[1], path[2])
	default: // init/error: the process ends after it, with the reason in its output
		w.WriteHeader(http.StatusAccepted)
	}
}

func (f *Function) giveEvent(w http.ResponseWriter, r *http.Request) {
	select {
	case next := <-f.events:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", next.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(next.deadline.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:test")
		_, _ = w.Write(next.event)
	case <-r.Context().Done():
	}
}

func (f *Function) takeAnswer(w http.ResponseWriter, r *http.Request, id, kind string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)

	f.mu.Lock()
	answer := f.pending[id]
	delete(f.pending, id)
	f.mu.Unlock()
	if answer == nil {
		return
	}
	if kind != "error" {
		answer <- outcome{body: body}
		return
	}
	var failure struct {
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(body, &failure); err != nil {
		failure.Message = string(body)
	}
	answer <- outcome{err: errors.New(failure.Message)}
}

// locked makes the output safe to read while the process writes it.
type locked struct{ f *Function }

func (l locked) Write(p []byte) (int, error) {
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	return l.f.output.Write(p)
}

// Build compiles the function in the package for this machine, and returns the program's path.
func Build(tb testing.TB, pkg string) string {
	tb.Helper()
	program := tb.TempDir() + "/bootstrap"
	build := exec.CommandContext(tb.Context(), "go", "build", "-o", program, pkg) //nolint:gosec // a test's own package
	if output, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("go build %s: %v\n%s", pkg, err, output)
	}
	return program
}
