package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// poolSize is the number of connections of a task. All are opened at the start and kept: a
	// rotated password then stops nothing that runs. db.t3.small takes some 200 connections; ten
	// tasks, doubled during a blue/green deployment, need 160.
	poolSize = 8
	// reserved connections are kept for /health and the watch, however busy visitors keep the
	// others.
	reserved = 1
	// connectionLifetime bounds the age of a connection: sooner or later all follow a failover or
	// a resize. It is much longer than the minutes that the stack needs to replace tasks after a
	// rotation.
	connectionLifetime = 2 * time.Hour

	connectTimeout = 3 * time.Second
	// acquireTimeout of a connection, new ones included.
	acquireTimeout = 2 * time.Second
	// statementTimeout is enforced by the server. It is below useTimeout: the server then ends a
	// slow statement itself, and the connection survives. After a rotation no new one could be
	// opened.
	statementTimeout = 3 * time.Second
	useTimeout       = statementTimeout + time.Second
	// queueTimeout of a request that waits for its turn.
	queueTimeout = 2 * time.Second

	watchInterval = 5 * time.Second
	retryPause    = 100 * time.Millisecond
)

// credentialsGrace is the time for which the database may refuse the password while no connection is left
// before the task gives up. A rotation changes database and secret within seconds. A variable,
// so that a test need not wait.
var credentialsGrace = 15 * time.Second

var (
	// errCredentials ends the task: its environment is as old as the task, only a new one gets
	// the new password.
	errCredentials = errors.New("the database refuses the password: it was rotated since this task started, which a new " +
		"task solves, or PGPASSWORD is wrong")
	errStarting = errors.New("the schema is not ready yet")
	errBusy     = errors.New("every database connection is in use")
)

// database is the pool of connections, with the state of the server behind it.
type database struct {
	pool   *pgxpool.Pool
	events *slog.Logger
	// slots are the connections that requests may hold.
	slots chan struct{}
	// ready is set once the schema is up to date.
	ready atomic.Bool
}

// openDatabase makes the pool. It connects in the background, so an error here is always a
// wrong configuration.
func openDatabase(cfg *pgxpool.Config, events *slog.Logger) (*database, error) {
	cfg.MaxConns, cfg.MinConns = poolSize, poolSize
	cfg.MaxConnLifetime, cfg.MaxConnLifetimeJitter = connectionLifetime, connectionLifetime/4
	cfg.MaxConnIdleTime = connectionLifetime
	cfg.HealthCheckPeriod = watchInterval
	// pgx trusts a connection for a second after its last use. One that the server closed in that second would cost a
	// visitor an error, so each is tried first: a round trip to the database.
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return true }
	cfg.ConnConfig.ConnectTimeout = connectTimeout
	cfg.ConnConfig.Tracer = &connectTracer{events: events}
	parameters := cfg.ConnConfig.RuntimeParams
	parameters["application_name"] = "visitorbook"
	parameters["statement_timeout"] = fmt.Sprint(statementTimeout.Milliseconds())
	parameters["idle_in_transaction_session_timeout"] = fmt.Sprint(2 * statementTimeout.Milliseconds())
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		return nil, fmt.Errorf("make the connection pool: %w", err)
	}
	return &database{pool: pool, events: events, slots: make(chan struct{}, poolSize-reserved)}, nil
}

func (d *database) close() { d.pool.Close() }

// acquire takes a connection. While no new one can be made it waits for one that is in use:
// after a rotation those are the only ones that work.
func (d *database) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	var last error
	for {
		conn, err := d.pool.Acquire(ctx)
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil && last != nil {
			return nil, last // what kept it from connecting says more than the deadline
		}
		last = err
		select {
		case <-ctx.Done():
			return nil, last
		case <-time.After(retryPause):
		}
	}
}

// do lets a request use a connection.
func (d *database) do(ctx context.Context, use func(context.Context, *pgx.Conn) error) error {
	if !d.ready.Load() {
		return errStarting
	}
	select {
	case d.slots <- struct{}{}:
	case <-ctx.Done():
		return errBusy
	case <-time.After(queueTimeout):
		return errBusy
	}
	defer func() { <-d.slots }()
	// Cancelling a statement closes its connection, so a visitor who leaves must not cancel it.
	ctx = context.WithoutCancel(ctx)
	conn, err := d.acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Release()
	ctx, cancel := context.WithTimeout(ctx, useTimeout)
	defer cancel()
	return use(ctx, conn.Conn())
}

// check says whether the service can do its work.
func (d *database) check(ctx context.Context) error {
	if !d.ready.Load() {
		return errStarting
	}
	return d.ping(ctx)
}

func (d *database) ping(ctx context.Context) error {
	conn, err := d.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	ctx, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	_, err = conn.Exec(ctx, "SELECT 1")
	return err
}

// watch migrates the schema as soon as the database answers, then looks after it until ctx ends.
// It returns an error when only a new task can help.
func (d *database) watch(ctx context.Context) error {
	steps, err := loadMigrations(migrationFiles)
	if err != nil {
		return err
	}
	var refusedSince time.Time
	var down string
	for {
		err := d.visit(ctx, steps)
		if ctx.Err() != nil {
			return nil
		}
		switch reason := reasonOf(err); {
		case err == nil && down != "":
			d.events.Info("database_back", slog.String("after", down))
			down = ""
		case err != nil && reason != down:
			d.events.Error("database_lost", slog.String("reason", reason), slog.String("error", err.Error()))
			down = reason
		}
		if refused(err) {
			if refusedSince.IsZero() {
				refusedSince = time.Now()
			}
			if time.Since(refusedSince) >= credentialsGrace {
				return errCredentials
			}
		} else {
			refusedSince = time.Time{}
		}
		pause := watchInterval
		if err != nil {
			pause = min(watchInterval, time.Second)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// visit migrates, or looks whether the database still answers.
func (d *database) visit(ctx context.Context, steps []migration) error {
	if d.ready.Load() {
		return d.ping(ctx)
	}
	conn, err := d.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := migrate(ctx, conn.Conn(), steps, d.events); err != nil {
		return err
	}
	d.ready.Store(true)
	return nil
}

// refused says whether the server turned the credentials down: SQLSTATE class 28.
func refused(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && strings.HasPrefix(answer.Code, "28")
}

// reasonOf returns a reason for an error that may be shown to anybody, or "" if there is none.
func reasonOf(err error) string {
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errStarting):
		return "starting"
	case refused(err):
		return "database refuses the password"
	case errors.As(err, &answer) && strings.HasPrefix(answer.Code, "57P"): // it starts or stops
		return "database does not answer"
	case errors.As(err, &answer):
		return "database error " + answer.Code
	default:
		return "database does not answer"
	}
}

// connectTracer logs connections that could not be made, including those that the pool makes in
// the background. They are the first sign that the password was rotated.
type connectTracer struct {
	events *slog.Logger
	last   atomic.Int64
}

// connectEventPause keeps an outage from filling the log.
const connectEventPause = 10 * time.Second

func (t *connectTracer) TraceConnectStart(ctx context.Context, _ pgx.TraceConnectStartData) context.Context {
	return ctx
}

func (t *connectTracer) TraceConnectEnd(_ context.Context, data pgx.TraceConnectEndData) {
	now, last := time.Now().UnixNano(), t.last.Load()
	if data.Err == nil || errors.Is(data.Err, context.Canceled) || now-last < int64(connectEventPause) ||
		!t.last.CompareAndSwap(last, now) {
		return
	}
	t.events.Warn("connect_failed", slog.String("reason", reasonOf(data.Err)), slog.String("error", data.Err.Error()))
}

// The pool asks a connection's tracer for queries, too.
func (t *connectTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (t *connectTracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
