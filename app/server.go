package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// maxBody of a form, far above what the fields may hold.
	maxBody = 16 << 10
	// maxInFlight requests; more are turned away at once rather than served late.
	maxInFlight = 256
	// keepAlive exceeds the load balancer's idle timeout of 60 s, so that it never sends a
	// request on a connection that is being closed here: that would be a 502.
	keepAlive = 75 * time.Second
	// healthFor is the time for which an answer of the health check is reused, so that checks cannot become a load.
	healthFor = time.Second
)

//go:embed page.html style.css
var assets embed.FS

var page = template.Must(template.ParseFS(assets, "page.html"))

// server answers requests.
type server struct {
	db       *database
	events   *slog.Logger
	inFlight chan struct{}
	leaving  atomic.Bool

	healthMu  sync.Mutex
	healthAt  time.Time
	healthErr error
}

func newServer(db *database, events *slog.Logger) *server {
	return &server{db: db, events: events, inFlight: make(chan struct{}, maxInFlight)}
}

// leave makes the health check fail from now on.
func (s *server) leave() { s.leaving.Store(true) }

func (s *server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       keepAlive,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(eventWriter{s.events}, "", 0),
	}
}

// eventWriter turns net/http's log messages into events.
type eventWriter struct{ events *slog.Logger }

func (w eventWriter) Write(line []byte) (int, error) {
	w.events.Warn("http_error", slog.String("error", string(bytes.TrimSpace(line))))
	return len(line), nil
}

func (s *server) handler() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", s.list)
	pages.HandleFunc("POST /visitors", s.add)
	pages.Handle("GET /style.css", http.FileServerFS(assets))
	// Browsers say where a request comes from; forms of other sites are refused.
	guarded := s.limit(withHeaders(http.NewCrossOriginProtection().Handler(pages)))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("/", s.logged(guarded))
	return mux
}

// limit turns requests away when there are too many.
func (s *server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.inFlight <- struct{}{}:
			defer func() { <-s.inFlight }()
			next.ServeHTTP(w, r)
		default:
			unavailable(w)
		}
	})
}

// withHeaders forbids browsers everything that the pages do not need.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
				"base-uri 'none'",
			"X-Content-Type-Options":    "nosniff",
			"Referrer-Policy":           "no-referrer",
			"Strict-Transport-Security": "max-age=31536000",
			"Cache-Control":             "no-store",
		} {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes an event for each request, and survives one that panics.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		answer := &recorder{ResponseWriter: w}
		defer func() {
			if fault := recover(); fault != nil {
				s.events.Error("panic", slog.Any("fault", fault))
				if answer.status == 0 {
					http.Error(answer, "internal error", http.StatusInternalServerError)
				}
			}
			s.events.Info("request",
				slog.String("method", r.Method), slog.String("path", clip(r.URL.Path)), slog.Int("status", answer.status),
				slog.Int64("bytes", answer.bytes), slog.Int64("milliseconds", time.Since(started).Milliseconds()),
				// The load balancer's own log has it, too.
				slog.String("trace", clip(r.Header.Get("X-Amzn-Trace-Id"))))
		}()
		next.ServeHTTP(answer, r)
	})
}

// clip bounds what a visitor can write into the log.
func clip(text string) string {
	const limit = 200
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}

// recorder remembers the status and the size of the answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(content []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(content)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets net/http reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// health answers the load balancer's check. It succeeds while this task can serve, even on
// connections that could no longer be opened after a rotation. Its answer names a reason, but
// no details: anybody can ask.
func (s *server) health(w http.ResponseWriter, r *http.Request) {
	answer := struct {
		Status string `json:"status"`
		Reason string `json:"reason,omitempty"`
	}{Status: "ok"}
	switch err := s.checked(r.Context()); {
	case s.leaving.Load():
		answer.Reason = "draining"
	case err != nil:
		answer.Reason = reasonOf(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if answer.Reason != "" {
		answer.Status = "unavailable"
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // the check may have hung up
}

// checked asks the database, at most once per healthFor.
func (s *server) checked(ctx context.Context) error {
	s.healthMu.Lock()
	defer s.healthMu.Unlock()
	if time.Since(s.healthAt) < healthFor {
		return s.healthErr
	}
	// A caller that hangs up must not decide for the others.
	s.healthErr = s.db.check(context.WithoutCancel(ctx))
	s.healthAt = time.Now()
	return s.healthErr
}

// fail answers a request that could not be served because of the database.
func (s *server) fail(w http.ResponseWriter, event string, err error) {
	s.events.Error(event, slog.String("reason", reasonOf(err)), slog.String("error", err.Error()))
	if transient(err) {
		unavailable(w)
		return
	}
	http.Error(w, "internal error", http.StatusInternalServerError)
}

// transient says whether the same request may succeed a moment later.
func transient(err error) bool {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return true // not the server's answer: busy, out of time, or out of reach
	}
	const queryCanceled = "57014" // by statement_timeout
	class := answer.Code[:min(2, len(answer.Code))]
	// Classes: 28 credentials, 40 rollback, 53 resources, 57 operator intervention such as a
	// restart.
	return answer.Code == queryCanceled || class == "28" || class == "40" || class == "53" || class == "57"
}

func unavailable(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "busy: please try again in a moment", http.StatusServiceUnavailable)
}
