//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/internal/testruntime"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

// cache is the directory for the jars, beside the other things that this repository builds
// once.
const cache = "../../../.sandbox/opensearch"

var viewer = User{Name: "viewer", Password: "Not-a-real-0ne!"}

// world is everything around the two functions.
type world struct {
	node           *Node
	service        *service
	queue          *testqueue.Server
	shipper, setup *testruntime.Function
}

func newWorld(t *testing.T, java string) *world {
	t.Helper()
	w := &world{queue: testqueue.Start(t, nil)}
	var endpoint string
	w.node = Start(t, java, cache, users)
	w.service, endpoint = startService(t, w.node.URL)
	secrets := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		secret, err := json.Marshal(map[string]string{"username": viewer.Name, "password": viewer.Password})
		if err == nil {
			_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": string(secret)})
		}
	}))
	t.Cleanup(secrets.Close)

	program := testruntime.Build(t, "aws-webapp/lambda/logshipper")
	common := map[string]string{
		"OPENSEARCH_ENDPOINT":              endpoint,
		"DEAD_LETTER_QUEUE_URL":            w.queue.URL,
		"AWS_ENDPOINT_URL_SQS":             strings.TrimSuffix(w.queue.URL, "/123456789012/dead-letters"),
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets.URL,
		"INDEX_REPLICAS":                   "0",
		"WRITER_ROLE_ARN":                  writerRole,
		"INTERNAL_USER_SECRET_ARN":         "arn:aws:secretsmanager:eu-central-1:123456789012:secret:viewer",
	}
	w.shipper = testruntime.Start(t, program, with(common, "AWS_ACCESS_KEY_ID", writerKey), time.Minute)
	w.setup = testruntime.Start(t, program, with(common, "AWS_ACCESS_KEY_ID", masterKey), time.Minute)
	return w
}

func with(environment map[string]string, name, value string) map[string]string {
	copied := map[string]string{name: value}
	for name, value := range environment {
		copied[name] = value
	}
	return copied
}

// today is the index that visitor-book's events of today go to.
func today() string { return "app-logs-ecs-visitor-book-" + time.Now().UTC().Format("2006.01.02") }

// ship delivers lines as CloudWatch Logs does; their event ids begin with the prefix.
func (w *world) ship(t *testing.T, prefix string, lines ...string) map[string]any {
	t.Helper()
	return w.shipFrom(t, "/ecs/visitor-book", prefix, lines...)
}

func (w *world) shipFrom(t *testing.T, logGroup, prefix string, lines ...string) map[string]any {
	t.Helper()
	payload := &cwlogs.Payload{
		MessageType: cwlogs.DataMessage, Owner: "123456789012", LogGroup: logGroup, LogStream: "visitor-book/1",
	}
	for i, line := range lines {
		payload.LogEvents = append(payload.LogEvents, cwlogs.Event{
			ID: fmt.Sprintf("%s-%04d", prefix, i), Timestamp: time.Now().UnixMilli(), Message: line,
		})
	}
	data := cwlogs.Encode(payload)
	return invoke(t, w.shipper, map[string]any{"awslogs": map[string]string{"data": data}})
}

func invoke(t *testing.T, function *testruntime.Function, event any) map[string]any {
	t.Helper()
	answer, err := function.Invoke(t.Context(), event)
	require.NoError(t, err)
	decoded := map[string]any{}
	require.NoError(t, json.Unmarshal(answer, &decoded), "%s", answer)
	return decoded
}

// One node and one course of events: a deployment, its users and its operators at work.
func TestLogsReachOpenSearch(t *testing.T) {
	java, err := Java()
	if err != nil {
		t.Skipf("NOTICE: the log shipper is not tested against a real OpenSearch node: %v", err)
	}
	w := newWorld(t, java)
	visit := `{"event_type":"visit","timestamp":"2026-03-01T10:00:00.123456","data":{"page":"home","duration_ms":%d}}`

	t.Run("before the setup, fine-grained access control refuses", func(t *testing.T) {
		answer := w.ship(t, "early", "GET /health 200", fmt.Sprintf(visit, 5))

		assert.EqualValues(t, 2, answer["dead_lettered"])
		assert.Contains(t, w.shipper.Output(), "map the function's role ARN as a backend role of the writer role")
	})

	t.Run("the domain's own logs are off", func(t *testing.T) {
		assert.NotContains(t, w.node.Log(), `"audit_category"`)
		status, answer := w.service.ask(t, users[1], http.MethodPut, "/app-logs-old", nil)
		require.Equal(t, http.StatusOK, status, "%v", answer)
	})

	t.Run("the setup applies", func(t *testing.T) {
		report := invoke(t, w.setup, map[string]string{"action": "setup"})

		for part, change := range report {
			assert.Contains(t, []any{"created", "updated"}, change, part)
		}
		assert.Len(t, report, 10)
		assert.Equal(t, "created", report["writer role"])
	})

	t.Run("the setup applies again without changing anything", func(t *testing.T) {
		report := invoke(t, w.setup, map[string]string{"action": "setup"})

		assert.Equal(t, map[string]any{
			"index template": "updated", "internal user": "updated", // these cannot be compared
			"audit log": "unchanged", "slow logs": "unchanged",
			"retention policy": "unchanged", "writer role": "unchanged", "writer role mapping": "unchanged",
			"reader role": "unchanged", "reader role mapping": "unchanged", "dashboards role mapping": "unchanged",
		}, report)
	})

	t.Run("the domain's own logs are on", func(t *testing.T) {
		status, _ := w.service.ask(t, User{Name: "stranger", Password: "wrong"}, http.MethodGet, "/_cat/indices", nil)
		require.Equal(t, http.StatusUnauthorized, status)
		assert.Eventually(t, func() bool { return strings.Contains(w.node.Log(), `"audit_category":"FAILED_LOGIN"`) },
			10*time.Second, 100*time.Millisecond, "the audit log")

		_, answer := w.service.ask(t, users[1], http.MethodGet, "/app-logs-old/_settings?flat_settings=true", nil)
		text, err := json.Marshal(answer)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"index.search.slowlog.threshold.query.warn":"5s"`, "an index from before the setup")
	})

	t.Run("the shipper may not set up", func(t *testing.T) {
		_, err := w.shipper.Invoke(t.Context(), map[string]string{"action": "setup"})
		require.ErrorContains(t, err, "its role has to be the domain's master user")
	})

	t.Run("a replay delivers what was refused", func(t *testing.T) {
		answer := invoke(t, w.shipper, map[string]string{"action": "replay"})

		assert.EqualValues(t, 2, answer["events"])
		assert.Empty(t, w.queue.Bodies())
		_, found := w.service.search(t, viewer, prefix("early"))
		require.Len(t, found, 2)
		assert.Equal(t, "GET /health 200", found[0]["message"])
		assert.Equal(t, map[string]any{"page": "home", "duration_ms": 5.0}, found[1]["data"])
	})

	t.Run("the daily index follows the template", func(t *testing.T) {
		index := "/" + today()
		_, answer := w.service.ask(t, users[1], http.MethodGet, index, nil)

		created, ok := answer[index[1:]].(map[string]any)
		require.True(t, ok, "%v", answer)
		text, err := json.Marshal(created)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"number_of_replicas":"0"`)
		assert.Contains(t, string(text), `"slowlog":{"source":"false","threshold":{"index":{"warn":"5s"}}}`)
		assert.Contains(t, string(text), `"@timestamp":{"type":"date"}`)
		assert.Contains(t, string(text), `"event_type":{"ignore_above":1024,"type":"keyword"}`)
		assert.Contains(t, string(text), `"duration_ms":{"type":"double"}`)
		_, health := w.service.ask(t, users[1], http.MethodGet, "/_cluster/health"+index, nil)
		assert.Equal(t, "green", health["status"])
	})

	t.Run("questions that people ask", func(t *testing.T) {
		lines := []string{"a plain line about a fox", `{"level":"ERROR","message":"no database","trace":"t-1"}`}
		for i := range 50 {
			lines = append(lines, fmt.Sprintf(visit, i*10))
		}
		answer := w.ship(t, "asked", lines...)
		require.EqualValues(t, 52, answer["delivered"])

		for question, query := range map[string]struct {
			query any
			hits  int
		}{
			"by event type": {term("event_type", "visit"), 50},
			"slow ones": {
				map[string]any{"range": map[string]any{"data.duration_ms": map[string]any{"gte": 400}}}, 10,
			},
			"words of a line": {map[string]any{"match": map[string]any{"message": "fox"}}, 1},
			"errors":          {term("level", "ERROR"), 1},
			"any other field": {term("fields.trace", "t-1"), 1},
			"by the application's time": {
				map[string]any{"range": map[string]any{"timestamp": map[string]any{"gte": "2026-03-01", "lt": "2026-03-02"}}}, 50,
			},
			"of the last hour": {map[string]any{"range": map[string]any{"@timestamp": map[string]any{"gte": "now-1h"}}}, 52},
			"of a log group":   {term("log_group", "/ecs/visitor-book"), 52},
		} {
			status, found := w.service.search(t, viewer, all(prefix("asked"), query.query))
			assert.Equal(t, http.StatusOK, status)
			assert.Len(t, found, query.hits, question)
		}
	})

	t.Run("a second delivery stores nothing twice", func(t *testing.T) {
		payload := &cwlogs.Payload{
			MessageType: cwlogs.DataMessage, Owner: "1", LogGroup: "g", LogStream: "s",
			LogEvents: []cwlogs.Event{{ID: "twice-0", Timestamp: time.Now().UnixMilli(), Message: "once"}},
		}
		data := cwlogs.Encode(payload)
		event := map[string]any{"awslogs": map[string]string{"data": data}}
		invoke(t, w.shipper, event)

		answer := invoke(t, w.shipper, event)

		assert.EqualValues(t, 1, answer["duplicates"])
		_, found := w.service.search(t, viewer, prefix("twice"))
		assert.Len(t, found, 1)
	})

	t.Run("lines that break the mapping stay searchable", func(t *testing.T) {
		thousand := map[string]int{}
		for i := range 1200 {
			thousand[fmt.Sprintf("field_%d", i)] = i
		}
		crowd, err := json.Marshal(map[string]any{"event_type": "crowd", "data": thousand})
		require.NoError(t, err)
		answer := w.ship(t, "odd",
			`{"data":{"cart":{"items":3}}}`,
			`{"level":"FATAL","event_type":"conflict","timestamp":"2026-03-01T10:00:00","data":{"cart":"empty marker-one"}}`,
			`{"data":{"duration_ms":"fast"}}`,
			`{"timestamp":"yesterday","event_type":"late"}`,
			`{"data":{"":1},"event_type":"nameless marker-two"}`,
			`{"data":{"twice":"first","twice":"second"}}`,
			`{"user":"third","user":"fourth"}`,
			`{"data":{"a.b":1,"a":2}}`,
			string(crowd),
			"NUL \x00, a lone surrogate \xed\xa0\x80 and \u2028",
		)

		assert.EqualValues(t, 10, answer["delivered"], "%v", answer)
		assert.Zero(t, answer["dead_lettered"])
		_, found := w.service.search(t, viewer, prefix("odd"))
		require.Len(t, found, 10)
		_, flat := w.service.search(t, viewer,
			all(prefix("odd"), map[string]any{"exists": map[string]any{"field": "rejected"}}))
		assert.EqualValues(t, answer["flattened"], len(flat))
		assert.NotEmpty(t, flat)
		_, found = w.service.search(t, viewer,
			all(prefix("odd"), map[string]any{"match_phrase": map[string]any{"message": "empty marker one"}}))
		assert.Len(t, found, 1, "as text")
		_, found = w.service.search(t, viewer, all(prefix("odd"), term("level", "FATAL"), term("event_type", "conflict"),
			map[string]any{"range": map[string]any{"timestamp": map[string]any{"gte": "2026-03-01", "lt": "2026-03-02"}}}))
		assert.Len(t, found, 1, "a conflict in data takes nothing from the fields that are fixed")
		for _, word := range []string{"first", "second", "third", "fourth"} {
			_, found = w.service.search(t, viewer, all(prefix("odd"), map[string]any{"match": map[string]any{"message": word}}))
			assert.Len(t, found, 1, word)
		}
		for _, one := range flat {
			assert.NotContains(t, one["rejected"], "marker", "the reason does not repeat the line")
		}
	})

	t.Run("a service that fills its mapping takes nothing from another", func(t *testing.T) {
		fields := map[string]int{}
		for i := range 900 {
			fields[fmt.Sprintf("field_%d", i)] = i
		}
		crowd, err := json.Marshal(map[string]any{"data": fields})
		require.NoError(t, err)
		w.ship(t, "noisy", string(crowd))

		answer := w.shipFrom(t, "/ecs/quiet", "quiet", string(crowd), `{"data":{"cart":"another type","new_field":1}}`)

		assert.EqualValues(t, 2, answer["delivered"])
		assert.Zero(t, answer["flattened"], "%v", answer)
	})

	t.Run("roles allow what they have to and no more", func(t *testing.T) {
		index := "/" + today()
		for attempt, test := range map[string]struct {
			user         User
			method, path string
			body         any
			status       int
		}{
			"the writer cannot read":             {users[0], http.MethodPost, index + "/_search", nil, 403},
			"the writer cannot delete":           {users[0], http.MethodDelete, index, nil, 403},
			"the writer keeps to its indices":    {users[0], http.MethodPut, "/other/_create/1", map[string]int{"a": 1}, 403},
			"the writer cannot change roles":     {users[0], http.MethodGet, "/_plugins/_security/api/roles", nil, 403},
			"the viewer cannot write":            {viewer, http.MethodPut, index + "/_create/1", map[string]int{"a": 1}, 403},
			"the viewer cannot delete":           {viewer, http.MethodDelete, index, nil, 403},
			"the viewer can look at the mapping": {viewer, http.MethodGet, index + "/_mapping", nil, 200},
		} {
			status, _ := w.service.ask(t, test.user, test.method, test.path, test.body)
			assert.Equal(t, test.status, status, attempt)
		}
	})

	t.Run("a disk that is full is told apart from a missing permission", func(t *testing.T) {
		block := func(on any) {
			status, answer := w.service.ask(t, users[1], http.MethodPut, "/app-logs-*/_settings",
				map[string]any{"index.blocks.write": on})
			require.Equal(t, http.StatusOK, status, "%v", answer)
		}
		block(true)
		answer := w.ship(t, "full", "no room")
		block(nil)

		assert.EqualValues(t, 1, answer["dead_lettered"], "%v", answer)
		assert.Contains(t, w.shipper.Output(), "its disk is nearly full")
		answer = invoke(t, w.shipper, map[string]string{"action": "replay"})
		assert.EqualValues(t, 1, answer["events"])
		_, found := w.service.search(t, viewer, prefix("full"))
		assert.Len(t, found, 1)
	})
}

func prefix(id string) any { return map[string]any{"prefix": map[string]any{"event_id": id}} }

func term(field, value string) any { return map[string]any{"term": map[string]any{field: value}} }

func all(queries ...any) any { return map[string]any{"bool": map[string]any{"filter": queries}} }
