package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/app/internal/postgrestest"
)

// asProgram lets the test binary be the service, for tests that need a process.
const asProgram = "VISITORBOOK_AS_PROGRAM"

// postgres is the one server of all tests; each has a database and a user of its own.
var postgres *postgrestest.Server

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	cache, err := filepath.Abs(filepath.Join("..", ".sandbox"))
	if err != nil {
		panic(err)
	}
	postgres, err = postgrestest.Start(context.Background(), cache)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start PostgreSQL:", err)
		return 1
	}
	code := m.Run()
	if err := postgres.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// password has every kind of character that a generated one may have.
const password = `p@ss:w/o?r#d%20&"'`

// book is an empty database and the environment of tasks that use it.
type book struct {
	name string
	env  map[string]string
}

func newBook(t *testing.T) book {
	t.Helper()
	name := strings.ToLower(strings.Map(func(r rune) rune {
		if r == '/' || r == ' ' {
			return '_'
		}
		return r
	}, t.Name()))
	name = name[:min(len(name), 50)]
	ctx := context.Background()
	for _, sql := range []string{
		fmt.Sprintf(`CREATE ROLE %q LOGIN PASSWORD '%s'`, name, strings.ReplaceAll(password, "'", "''")),
		fmt.Sprintf(`CREATE DATABASE %q OWNER %q`, name, name),
	} {
		require.NoError(t, postgres.Exec(ctx, sql))
	}
	t.Cleanup(func() {
		assert.NoError(t, postgres.Exec(ctx, fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name)))
		assert.NoError(t, postgres.Exec(ctx, fmt.Sprintf(`DROP ROLE %q`, name)))
	})
	return book{name: name, env: map[string]string{
		"DATABASE_URL":  postgres.URL(name, name, "verify-full"),
		"PGUSER":        name,
		"PGPASSWORD":    password,
		"PORT":          "0",
		"DRAIN_DELAY":   "0s",
		"DRAIN_TIMEOUT": "10s",
	}}
}

// rotate changes the password, as RDS does.
func (b book) rotate(t *testing.T) {
	t.Helper()
	require.NoError(t, postgres.Exec(t.Context(), fmt.Sprintf(`ALTER ROLE %q PASSWORD 'another'`, b.name)))
}

// disconnect ends all connections of the book except the number to keep, and returns when they have ended: a request
// that takes one while it ends would fail.
func (b book) disconnect(t *testing.T, keep int) {
	t.Helper()
	require.NoError(t, postgres.Exec(t.Context(),
		`SELECT pg_terminate_backend(pid, 10000) FROM `+
			`(SELECT pid FROM pg_stat_activity WHERE datname = $1 ORDER BY pid OFFSET $2) AS c`, b.name, keep))
}

func (b book) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	require.NoError(t, postgres.ExecIn(t.Context(), b.name, sql, args...))
}

func (b book) count(t *testing.T, sql string) int {
	t.Helper()
	var n int
	require.NoError(t, postgres.Query(t.Context(), b.name, sql, &n))
	return n
}

// lock keeps everybody from the table until the returned function is called.
func (b book) lock(t *testing.T) (unlock func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = postgres.ExecIn(ctx, b.name, `BEGIN; LOCK TABLE visitors; SELECT pg_sleep(60)`)
	}()
	require.Eventually(t, func() bool {
		return b.count(t,
			`SELECT count(*) FROM pg_locks WHERE relation = 'visitors'::regclass AND mode = 'AccessExclusiveLock' AND `+
				`granted`) == 1
	}, 5*time.Second, 20*time.Millisecond)
	var once sync.Once
	unlock = func() { once.Do(func() { cancel(); <-done }) }
	t.Cleanup(unlock)
	return unlock
}

// output collects what a task logs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(content []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(content)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// event is a line of the log.
type event struct {
	Timestamp time.Time      `json:"timestamp"`
	Level     string         `json:"level"`
	Type      string         `json:"event_type"`
	Data      map[string]any `json:"data"`
}

func (o *output) events(t *testing.T) []event {
	t.Helper()
	var events []event
	for lines := bufio.NewScanner(strings.NewReader(o.String())); lines.Scan(); {
		var e event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e), lines.Text())
		events = append(events, e)
	}
	return events
}

// find returns the first event of a type.
func (o *output) find(t *testing.T, name string) (event, bool) {
	t.Helper()
	for _, e := range o.events(t) {
		if e.Type == name {
			return e, true
		}
	}
	return event{}, false
}

// task is a running service.
type task struct {
	url    string
	out    *output
	cancel context.CancelFunc
	ended  chan struct{}
	err    error
}

// start runs the service in the test until its end.
func start(t *testing.T, env map[string]string) *task {
	t.Helper()
	t.Setenv("PGSSLROOTCERT", postgres.CAFile)
	ctx, cancel := context.WithCancel(context.Background())
	s := &task{out: &output{}, cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.err = run(ctx, func(name string) (string, bool) { v, ok := env[name]; return v, ok }, s.out)
	}()
	t.Cleanup(func() {
		cancel()
		<-s.ended
		assert.NotContains(t, s.out.String(), env["PGPASSWORD"], "the log shows the password")
	})
	s.url = s.address(t)
	return s
}

func (s *task) address(t *testing.T) string {
	t.Helper()
	var address string
	require.Eventually(t, func() bool {
		started, ok := s.out.find(t, "started")
		if ok {
			_, port, _ := strings.Cut(strings.TrimPrefix(started.Data["address"].(string), "[::]"), ":")
			address = "http://127.0.0.1:" + port
		}
		return ok
	}, 5*time.Second, 5*time.Millisecond, "the service does not start: %s", s.out)
	return address
}

// healthy waits until the task says so.
func (s *task) healthy(t *testing.T) *task {
	t.Helper()
	require.Eventually(t, func() bool {
		status, _ := s.get(t, "/health")
		return status == http.StatusOK
	}, 15*time.Second, 50*time.Millisecond, "the service does not become healthy: %s", s.out)
	return s
}

func (s *task) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	response, err := client().Get(s.url + path)
	require.NoError(t, err)
	return read(t, response)
}

func (s *task) sign(t *testing.T, name, message string) (status int, body string) {
	t.Helper()
	response, err := client().PostForm(s.url+"/visitors", url.Values{"name": {name}, "message": {message}})
	require.NoError(t, err)
	return read(t, response)
}

func read(t *testing.T, response *http.Response) (int, string) {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// client does not follow redirects and keeps no connections.
func client() *http.Client {
	return &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
