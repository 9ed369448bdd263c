package release_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/release"
	"aws-webapp/internal/verify"
)

// tested is a release of a version whose answers on the test listener are the statuses, one after the other.
func tested(t *testing.T, w *world, statuses ...int) (asked int, said string, err error) {
	t.Helper()
	listener := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if in.Host == "example.com:8443" {
			assert.False(t, w.services["web"].deployments[0].proceeds, "nobody is moved before the test")
			asked++
			out.WriteHeader(statuses[min(asked, len(statuses))-1])
		}
	}))
	t.Cleanup(listener.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(listener.Certificate())
	web := verify.NewWeb(authorities, func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, listener.Listener.Addr().String())
	})
	w.services["web"].waits = true
	stack := stackOf(t, map[string]registered{
		"web": {revision: 2, blueGreen: true, testURL: "https://example.com:8443/health"},
	})
	said, err = w.releases(t.Context(), t, release.Options{Stack: stack, Web: web})
	return asked, said, err
}

func TestNobodyIsMovedBeforeTheTest(t *testing.T) {
	w := newWorld("bg:web")
	asked, said, err := tested(t, w, 200, 503, 200)
	require.NoError(t, err)
	assert.Equal(t, 5, asked, "a bad answer counts from the beginning")
	assert.Contains(t, said, "the test listener has no good answer yet: answer: found status 503, wanted status 200-399")
	assert.Contains(t, said, "answers on the test listener: requests may move")
	assert.Equal(t, definitions+"web:2", w.services["web"].primary.definition)
}

func TestVersionThatFailsItsTestIsStopped(t *testing.T) {
	w := newWorld("bg:web")
	_, _, err := tested(t, w, 500)
	require.ErrorAs(t, err, new(release.FailureError))
	require.ErrorContains(t, err, "failed its test at https://example.com:8443/health, and nobody was moved to it: "+
		"answer: found status 500")
	assert.Equal(t, definitions+"web:1", w.services["web"].primary.definition)
	assert.Equal(t, "Stopped", string(w.services["web"].deployments[0].Status))
	assert.False(t, w.services["web"].suspended())
}
