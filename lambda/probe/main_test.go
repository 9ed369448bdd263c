package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	topicARN    = "arn:aws:sns:us-east-1:123456789012:alerts"
	passwordARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"
	// quiet after the hour it looks at nothing but its addresses.
	quiet = time.Minute
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

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
		return map[string]string{
			"ADDRESSES": string(text), "AWS_LAMBDA_FUNCTION_NAME": "prod-probe", "TOPIC_ARN": topicARN, "SUBSCRIPTIONS": "2",
			"PUBLISHERS": "cloudwatch.amazonaws.com,events.amazonaws.com", "PASSWORD_SECRET_ARN": passwordARN,
		}[name]
	}, out)
	require.NoError(t, err)
	trusted := server.Client().Transport.(*http.Transport).TLSClientConfig
	p.http.Transport.(*http.Transport).TLSClientConfig = trusted
	p.pause = time.Millisecond
	p.now = func() time.Time { return noon.Add(quiet) }
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
			p.now = func() time.Time { return end.Add(-48*time.Hour + quiet) }
			require.NoError(t, p.handle(t.Context(), nil))
			line := published(t, out)
			assert.Equal(t, test.failed, line["Failed"])
			assert.InDelta(t, 2, line["CertificateDays"], 0.001)
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
	require.NoError(t, p.handle(t.Context(), nil))
	line := published(t, out)
	assert.Equal(t, 2.0, line["Failed"])
	assert.NotContains(t, line, "CertificateDays")
	server.Close()
}

func TestProbeRefusesItsSettings(t *testing.T) {
	good := map[string]string{
		"ADDRESSES": "{}", "TOPIC_ARN": topicARN, "SUBSCRIPTIONS": "0", "PASSWORD_SECRET_ARN": passwordARN,
	}
	_, err := start(func(name string) string { return good[name] }, &bytes.Buffer{})
	require.NoError(t, err)
	hosted := maps.Clone(good)
	hosted["HOST"], hosted["ADDRESSES"] = "example.com", `{"web":"/health","api":"https://api.example.com/v1"}`
	p, err := start(func(name string) string { return hosted[name] }, &bytes.Buffer{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"web": "https://example.com/health", "api": "https://api.example.com/v1",
	}, p.addresses)
	for name, values := range map[string][]string{
		"ADDRESSES": {"", "web", `{"web":"http://example.com"}`, `{"web":"https://"}`, `{"web":"/health"}`},
		"TOPIC_ARN": {"", "alerts"}, "PASSWORD_SECRET_ARN": {"", "password"}, "SUBSCRIPTIONS": {"", "-1", "two"},
	} {
		for _, value := range values {
			_, err := start(func(key string) string {
				if key == name {
					return value
				}
				return good[key]
			}, &bytes.Buffer{})
			assert.ErrorContains(t, err, name+": found", value)
		}
	}
}
