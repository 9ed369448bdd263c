package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// published is the last line that a probe has written, which has the metrics.
func published(t *testing.T, out *bytes.Buffer) map[string]any {
	t.Helper()
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var line map[string]any
	require.NoError(t, json.Unmarshal(lines[len(lines)-1], &line))
	return line
}

func probeOf(t *testing.T, server *httptest.Server, addresses map[string]string) (*probe, *bytes.Buffer) {
	t.Helper()
	text, err := json.Marshal(addresses)
	require.NoError(t, err)
	out := &bytes.Buffer{}
	p, err := start(func(name string) string {
		return map[string]string{"ADDRESSES": string(text), "AWS_LAMBDA_FUNCTION_NAME": "prod-probe"}[name]
	}, out)
	require.NoError(t, err)
	trusted := server.Client().Transport.(*http.Transport).TLSClientConfig
	p.http.Transport.(*http.Transport).TLSClientConfig = trusted
	p.pause = time.Millisecond
	return p, out
}

func TestProbe(t *testing.T) {
	var once atomic.Bool
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/broken", http.StatusFound)
		case "/once":
			if !once.Swap(true) {
				w.WriteHeader(http.StatusBadGateway)
			}
		case "/broken":
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer server.Close()
	for name, test := range map[string]struct {
		addresses map[string]string
		failed    float64
	}{
		"all answer":           {map[string]string{"a": "/", "b": "/moved"}, 0},
		"one stumbles":         {map[string]string{"a": "/once"}, 0},
		"one of two is broken": {map[string]string{"a": "/", "b": "/broken"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			addresses := map[string]string{}
			for name, path := range test.addresses {
				addresses[name] = server.URL + path
			}
			p, out := probeOf(t, server, addresses)
			end := server.Certificate().NotAfter
			p.now = func() time.Time { return end.Add(-48 * time.Hour) }
			require.NoError(t, p.handle(t.Context()))
			line := published(t, out)
			assert.Equal(t, test.failed, line["Failed"])
			assert.Equal(t, 2.0, line["CertificateDays"])
			assert.Equal(t, "prod-probe", line["FunctionName"])
			metrics := line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)[0].(map[string]any)
			assert.Equal(t, "Probe", metrics["Namespace"])
			assert.Equal(t, []any{[]any{"FunctionName"}}, metrics["Dimensions"])
			assert.Len(t, metrics["Metrics"], 2)
		})
	}
}

// A certificate that nobody trusts, a name that is not there: no answer, and no days.
func TestProbeOfWhatNobodyReaches(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	p, out := probeOf(t, server, map[string]string{"a": server.URL, "b": "https://127.0.0.1:1/"})
	p.http.Transport.(*http.Transport).TLSClientConfig = nil
	require.NoError(t, p.handle(t.Context()))
	line := published(t, out)
	assert.Equal(t, 2.0, line["Failed"])
	assert.NotContains(t, line, "CertificateDays")
	server.Close()
}

func TestProbeRefusesItsSettings(t *testing.T) {
	for _, addresses := range []string{"", "{}", "web", `{"web":"http://example.com"}`, `{"web":"https://"}`} {
		_, err := start(func(string) string { return addresses }, &bytes.Buffer{})
		assert.ErrorContains(t, err, "ADDRESSES: found", addresses)
	}
}
