package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/document"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

const benchmarkEvents = 2000

// benchmarkLines are like a busy service's: most structured, some plain.
func benchmarkLines() []string {
	lines := make([]string, benchmarkEvents)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"event_type":"request","timestamp":"2026-03-01T10:00:00.%06d","level":"INFO",`+
			`"data":{"method":"GET","path":"/visitors/%d","status":200,"duration_ms":%d.5,"user_agent":"Mozilla/5.0"}}`,
			i, i, i%90)
		if i%4 == 0 {
			lines[i] = fmt.Sprintf(`10.0.3.%d - - "GET /health HTTP/1.1" 200 2`, i%250)
		}
	}
	return lines
}

// accepting answers every bulk request with success, and costs as little as possible.
func accepting(tb testing.TB) string {
	tb.Helper()
	answer := []byte(`{"items":[` + strings.TrimSuffix(strings.Repeat(`{"create":{"status":201}},`, benchmarkEvents),
		",") + `]}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(answer)
	}))
	tb.Cleanup(server.Close)
	return server.URL
}

// BenchmarkShip measures an invocation from its event to the domain's answer, over HTTP on
// loopback (the allocations of the server, which discards what it gets, are included).
func BenchmarkShip(b *testing.B) {
	settings, err := loadConfig(environmentOf(map[string]string{
		"OPENSEARCH_ENDPOINT": accepting(b), "DEAD_LETTER_QUEUE_URL": "https://sqs/q",
	}))
	require.NoError(b, err)
	cloud := testqueue.Start(b, nil).Config(1)
	sigV4, err := awsv2.NewSigner(cloud)
	require.NoError(b, err)
	h, err := wire(settings, cloud, sigV4, bulk.Options{}, io.Discard)
	require.NoError(b, err)
	event := eventOf(b, payloadOf(benchmarkLines()...))

	before := startMeasuring(b)
	for b.Loop() {
		answer, err := h.handle(b.Context(), event)
		require.NoError(b, err)
		require.Equal(b, benchmarkEvents, answer.(*shipped).Delivered)
	}
	report(b, before)
}

// BenchmarkBuild measures only the parsing of lines and the making of documents.
func BenchmarkBuild(b *testing.B) {
	payload := payloadOf(benchmarkLines()...)
	before := startMeasuring(b)
	for b.Loop() {
		require.NotEmpty(b, document.NewBuilder("app-logs", document.Day).Build(payload))
	}
	report(b, before)
}

func startMeasuring(b *testing.B) uint64 {
	b.Helper()
	b.ReportAllocs()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.TotalAlloc
}

func report(b *testing.B, before uint64) {
	b.Helper()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	events := float64(b.N) * benchmarkEvents
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(memory.TotalAlloc-before)/events, "B/event")
}
