// Command visitorbook is the service that the stack runs by default: a visitor book in
// PostgreSQL, small enough to read in one sitting, and written the way a container behind a load
// balancer has to behave. README.md has its contract with the stack. It is a module of its own:
// it imports nothing of the stack, and the stack knows only its image.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// The exit codes. ECS shows them on a stopped task.
const (
	exitFailed      = 1
	exitConfig      = 2
	exitCredentials = 3
)

func main() {
	// ECS sends SIGTERM, and SIGKILL stopTimeout seconds later.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, os.LookupEnv, os.Stdout)
	stop()
	if err != nil {
		os.Exit(exitCode(err))
	}
}

// configError is a configuration that cannot work, whatever the database does.
type configError struct{ error }

func (e configError) Unwrap() error { return e.error }

func exitCode(err error) int {
	switch {
	case errors.As(err, &configError{}):
		return exitConfig
	case errors.Is(err, errCredentials):
		return exitCredentials
	default:
		return exitFailed
	}
}

// run serves until ctx ends, or until only a new task can help.
func run(ctx context.Context, lookup func(string) (string, bool), out io.Writer) error {
	events := newEvents(out)
	err := serve(ctx, lookup, events)
	if err != nil {
		events.Error("stopped", slog.String("error", err.Error()), slog.Int("exit_code", exitCode(err)))
	}
	return err
}

func serve(ctx context.Context, lookup func(string) (string, bool), events *slog.Logger) (err error) {
	cfg, err := loadConfig(lookup)
	if err != nil {
		return configError{err}
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)

	db, err := openDatabase(cfg.pool, events)
	if err != nil {
		return configError{err}
	}
	defer db.close()
	web := newServer(db, events)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("", cfg.port))
	if err != nil {
		return fmt.Errorf("listen on port %s: %w", cfg.port, err)
	}
	// It listens before the database answers; until then /health says why it is not ready.
	failed := make(chan error, 1)
	httpServer := web.httpServer()
	go func() { failed <- httpServer.Serve(listener) }()
	events.Info("started", slog.String("address", listener.Addr().String()), slog.String("sslmode", cfg.sslMode))
	go func() {
		if err := db.watch(ctx); err != nil {
			giveUp(err)
		}
	}()

	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	if err := drain(httpServer, web, cfg, events); err != nil {
		return err
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// drain shuts down in two steps that together take less than ECS's stopTimeout. First, the
// server still takes requests, since the load balancer may send some until it has noticed that
// this task is leaving; but /health fails and connections are not kept alive. Then the server
// only finishes the requests under way.
func drain(httpServer *http.Server, web *server, cfg config, events *slog.Logger) error {
	started := time.Now()
	events.Info("draining", slog.String("delay", cfg.drainDelay.String()),
		slog.String("timeout", cfg.drainTimeout.String()))
	web.leave()
	httpServer.SetKeepAlivesEnabled(false)
	time.Sleep(cfg.drainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), cfg.drainTimeout)
	defer cancel()
	if err := httpServer.Shutdown(ctx); err != nil {
		return fmt.Errorf("finish the requests under way within %s: %w", cfg.drainTimeout,
			errors.Join(err, httpServer.Close()))
	}
	events.Info("drained", slog.Int64("milliseconds", time.Since(started).Milliseconds()))
	return nil
}
