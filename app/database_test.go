package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConnectionsAreEncryptedAndVerified(t *testing.T) {
	b := newBook(t)
	start(t, b.env).healthy(t)

	assert.Equal(t, poolSize, b.count(t, `SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
		WHERE ssl AND application_name = 'visitorbook' AND datname = current_database()`))

	t.Run("a server that cannot be verified gets no password", func(t *testing.T) {
		s := start(t, b.env).healthy(t) // sets the variable, which the next one overrides
		s.cancel()
		<-s.ended
		other := filepath.Join(t.TempDir(), "ca.pem")
		require.NoError(t, os.WriteFile(other, foreignAuthority(t), 0o600))
		distrustful := &task{out: &output{}, ended: make(chan struct{})}
		t.Setenv("PGSSLROOTCERT", other)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(distrustful.ended)
			distrustful.err = run(ctx, lookupIn(b.env), distrustful.out)
		}()
		distrustful.url = distrustful.address(t)
		require.Eventually(t, func() bool {
			lost, ok := distrustful.out.find(t, "database_lost")
			return ok && strings.Contains(lost.Data["error"].(string), "certificate signed by unknown authority")
		}, 10*time.Second, 50*time.Millisecond)
		status, body := distrustful.get(t, "/health")
		assert.Equal(t, http.StatusServiceUnavailable, status)
		assert.JSONEq(t, `{"status":"unavailable","reason":"starting"}`, body)
		cancel()
		<-distrustful.ended
	})
}

// Old connections outlive a rotation, and requests are served on them.
func TestARotationStopsNothingWhileConnectionsLast(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)

	b.rotate(t)
	b.disconnect(t, 2)
	var wg sync.WaitGroup
	for worker := range 5 {
		wg.Go(func() {
			for i := range 6 {
				status, _ := s.sign(t, fmt.Sprintf("visitor %d of %d", i, worker), "")
				assert.Equal(t, http.StatusSeeOther, status)
			}
		})
	}
	wg.Wait()
	time.Sleep(healthFor)
	status, body := s.get(t, "/health")

	assert.Equal(t, http.StatusOK, status, body)
	assert.Equal(t, 30, b.count(t, "SELECT count(*) FROM visitors"))
	failed, ok := s.out.find(t, "connect_failed")
	require.True(t, ok, "the log tells that new connections fail")
	assert.Equal(t, "database refuses the password", failed.Data["reason"])
}

// The server may close a connection at any time: a failover, an administrator.
func TestAConnectionThatEndedCostsNoRequest(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)

	for i := range poolSize {
		_, page := s.get(t, "/") // a connection was used a moment ago
		require.Contains(t, page, "<form")
		b.disconnect(t, 0)
		status, _ := s.sign(t, fmt.Sprintf("visitor %d", i), "")
		assert.Equal(t, http.StatusSeeOther, status)
	}
}

// Without a connection left, only a new task, with the new password, can help.
func TestATaskWithAnOldPasswordGivesUp(t *testing.T) {
	b := newBook(t)
	grace(t, 2*time.Second)
	s := start(t, b.env).healthy(t)

	b.rotate(t)
	b.disconnect(t, 0)
	require.Eventually(t, func() bool {
		status, body := s.get(t, "/health")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "database refuses the password")
	}, 10*time.Second, 100*time.Millisecond)
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the task does not give up")
	}

	require.ErrorIs(t, s.err, errCredentials)
	assert.Equal(t, exitCredentials, exitCode(s.err))
	b.env["PGPASSWORD"] = "another"
	start(t, b.env).healthy(t)
}

func TestATaskSurvivesARestartOfTheDatabase(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	s.sign(t, "Before", "")

	require.NoError(t, postgres.Stop())
	require.Eventually(t, func() bool {
		status, body := s.get(t, "/health")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "database does not answer")
	}, 10*time.Second, 100*time.Millisecond)
	response, err := client().Get(s.url + "/")
	require.NoError(t, err)
	status, _ := read(t, response)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "1", response.Header.Get("Retry-After"))
	require.Eventually(t, func() bool { _, ok := s.out.find(t, "database_lost"); return ok }, 2*watchInterval,
		100*time.Millisecond)

	require.NoError(t, postgres.Restart(t.Context()))
	s.healthy(t)
	_, page := s.get(t, "/")
	assert.Contains(t, page, "Before")
	require.Eventually(t, func() bool { _, ok := s.out.find(t, "database_back"); return ok }, 10*time.Second,
		100*time.Millisecond)
}

func TestATaskWaitsForADatabaseThatComesLater(t *testing.T) {
	b := newBook(t)
	require.NoError(t, postgres.Stop())
	s := start(t, b.env)
	status, body := s.get(t, "/health")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Contains(t, body, "starting")
	status, _ = s.get(t, "/")
	assert.Equal(t, http.StatusServiceUnavailable, status)

	require.NoError(t, postgres.Restart(t.Context()))
	s.healthy(t)
}

// A slow table is no reason to replace tasks: new ones would meet it, too.
func TestASlowDatabaseCostsRequestsNotTasks(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	unlock := b.lock(t)

	started := time.Now()
	var wg sync.WaitGroup
	for range 2 * poolSize {
		wg.Go(func() {
			status, _ := s.get(t, "/")
			assert.Equal(t, http.StatusServiceUnavailable, status)
		})
	}
	time.Sleep(time.Second)
	asked := time.Now()
	status, body := s.get(t, "/health")
	assert.Equal(t, http.StatusOK, status, body)
	assert.Less(t, time.Since(asked), time.Second, "the load balancer waits 5 s")
	wg.Wait()
	assert.Less(t, time.Since(started), queueTimeout+acquireTimeout+useTimeout+2*time.Second)

	unlock()
	status, _ = s.get(t, "/")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, poolSize,
		b.count(t,
			`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'visitorbook' AND datname = current_database()`),
		"statements that took too long kept their connections")
}

func TestABurstIsServedWithFewConnections(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	const burst = 600

	var mu sync.Mutex
	answers := map[int]int{}
	most := 0
	var wg sync.WaitGroup
	for i := range burst {
		wg.Go(func() {
			var status int
			if i%3 == 0 {
				status, _ = s.sign(t, fmt.Sprint("visitor ", i), "in a burst")
			} else {
				status, _ = s.get(t, "/")
			}
			mu.Lock()
			defer mu.Unlock()
			answers[status]++
		})
	}
	for range 5 {
		most = max(most,
			b.count(t,
				`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'visitorbook' AND datname = current_database()`))
	}
	wg.Wait()

	assert.LessOrEqual(t, most, poolSize)
	assert.Equal(t, burst, answers[http.StatusOK]+answers[http.StatusSeeOther]+answers[http.StatusServiceUnavailable],
		"%v", answers)
	assert.Equal(t, answers[http.StatusSeeOther], b.count(t, "SELECT count(*) FROM visitors"),
		"what was confirmed is stored, and nothing else")
	s.healthy(t)
}

func TestRequestsAboveTheLimitAreTurnedAwayAtOnce(t *testing.T) {
	s := newServer(nil, newEvents(&output{})) // without a database: it must not be asked
	handler := s.handler()
	for range maxInFlight {
		s.inFlight <- struct{}{}
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, http.StatusServiceUnavailable, answer.Code)
	assert.Equal(t, "1", answer.Header().Get("Retry-After"))

	<-s.inFlight
	answer = httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/style.css", nil))
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Len(t, s.inFlight, maxInFlight-1, "a request gives its place back")
}

// A visitor who hangs up must not cost a connection that a rotated password could not replace.
func TestAVisitorWhoLeavesCostsNoConnection(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	pids := func() (all string) {
		require.NoError(t,
			postgres.Query(t.Context(), b.name,
				`SELECT coalesce(string_agg(pid::text, ' ' ORDER BY pid), '') FROM pg_stat_activity
			WHERE application_name = 'visitorbook' AND datname = current_database()`, &all))
		return all
	}
	before := pids()
	unlock := b.lock(t)
	ctx, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer leave()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/", nil)
	require.NoError(t, err)
	_, err = client().Do(request) //nolint:bodyclose // there is no answer
	require.ErrorIs(t, err, context.DeadlineExceeded)
	time.Sleep(500 * time.Millisecond) // the service has noticed
	unlock()

	require.Eventually(t, func() bool { _, ok := s.out.find(t, "request"); return ok }, 5*time.Second, 20*time.Millisecond)
	assert.Equal(t, before, pids())
}

// lookupIn reads variables from a map.
func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := env[name]; return value, ok }
}

func grace(t *testing.T, d time.Duration) {
	t.Helper()
	before := credentialsGrace
	credentialsGrace = d
	t.Cleanup(func() { credentialsGrace = before })
}

// process runs the service as ECS does: as a process that is told to end by a signal.
func process(t *testing.T, env map[string]string) (*task, *exec.Cmd) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	s := &task{out: &output{}, ended: make(chan struct{})}
	command := exec.Command(program)
	command.Env = []string{asProgram + "=1", "PGSSLROOTCERT=" + postgres.CAFile}
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Stdout = s.out
	require.NoError(t, command.Start())
	go func() {
		defer close(s.ended)
		s.err = command.Wait()
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-s.ended
	})
	return s, command
}

func TestSIGTERMFinishesWhatIsUnderWay(t *testing.T) {
	b := newBook(t)
	b.env["DRAIN_DELAY"] = "1s"
	s, command := process(t, b.env)
	s.url = s.address(t)
	s.healthy(t)
	unlock := b.lock(t)
	underWay := make(chan int, 1)
	go func() {
		status, _ := s.sign(t, "Slow", "")
		underWay <- status
	}()
	require.Eventually(t, func() bool {
		return b.count(t,
			`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`) == 1
	}, 5*time.Second, 20*time.Millisecond)

	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool {
		status, body := s.get(t, "/health")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "draining")
	}, time.Second, 20*time.Millisecond, "the load balancer is told to send no more")
	status, _ := s.get(t, "/style.css")
	assert.Equal(t, http.StatusOK, status, "what the load balancer still sends is served")
	time.Sleep(1200 * time.Millisecond)
	unlock()

	assert.Equal(t, http.StatusSeeOther, <-underWay)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the service does not end")
	}
	require.NoError(t, s.err, "it ends with 0")
	assert.Equal(t, 1, b.count(t, "SELECT count(*) FROM visitors"))
	_, drained := s.out.find(t, "drained")
	assert.True(t, drained)
}

func TestAWrongConfigurationEndsAtOnce(t *testing.T) {
	s, _ := process(t, map[string]string{"DATABASE_URL": "mysql://x"})
	<-s.ended
	var exit *exec.ExitError
	require.ErrorAs(t, s.err, &exit)
	assert.Equal(t, exitConfig, exit.ExitCode())
	stopped, ok := s.out.find(t, "stopped")
	require.True(t, ok)
	assert.Contains(t, stopped.Data["error"], "DATABASE_URL: found no PostgreSQL address")
}

func TestTasksThatStartTogetherMigrateOnce(t *testing.T) {
	b := newBook(t)
	var tasks []*task
	for range 5 {
		tasks = append(tasks, start(t, b.env))
	}
	for _, s := range tasks {
		s.healthy(t)
	}
	steps, err := loadMigrations(migrationFiles)
	require.NoError(t, err)
	assert.Equal(t, len(steps), b.count(t, "SELECT count(*) FROM schema_migrations"))
	for _, s := range tasks {
		_, lost := s.out.find(t, "database_lost")
		assert.False(t, lost, "nobody met an error: %s", s.out)
	}
}

func connect(t *testing.T, b book) *pgx.Conn {
	t.Helper()
	t.Setenv("PGSSLROOTCERT", postgres.CAFile)
	t.Setenv("PGPASSWORD", password)
	conn, err := pgx.Connect(t.Context(), b.env["DATABASE_URL"])
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func TestAMigrationIsDoneWhollyOrNotAtAll(t *testing.T) {
	b := newBook(t)
	conn, events := connect(t, b), newEvents(&output{})
	first := migration{1, "0001_a", "CREATE TABLE a (x int)"}

	err := migrate(t.Context(), conn, []migration{first, {2, "0002_b", "CREATE TABLE b (y nosuchtype)"}}, events)
	require.ErrorContains(t, err, "migration 0002_b: ")
	assert.Zero(t, b.count(t, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))

	require.NoError(t, migrate(t.Context(), conn, []migration{first, {2, "0002_b", "CREATE TABLE b (y int)"}}, events))
	require.NoError(t, migrate(t.Context(), conn, []migration{first}, events),
		"an older version leaves a newer schema alone")
	assert.Equal(t, 3, b.count(t, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
}

func TestMigrationsAreNumberedWithoutAGap(t *testing.T) {
	_, err := loadMigrations(fstest.MapFS{"migrations/0001_a.sql": {}, "migrations/0003_c.sql": {}})
	assert.ErrorContains(t, err, `migrations/0003_c.sql: found number "0003", expected 0002`)
}
