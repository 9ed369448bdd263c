package moto

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func startServer(t *testing.T) *Server {
	t.Helper()
	server, err := Start(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return server
}

func get(t *testing.T, url string) (string, error) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer func() { assert.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestServerAnswersUntilClosed(t *testing.T) {
	installFakePython(t, "serves")
	server := startServer(t)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, server.Endpoint())

	require.NoError(t, server.Reset(t.Context()))
	require.NoError(t, server.AddHostedZone(t.Context(), "Z1", "a.example.com"))
	log, err := os.ReadFile(server.LogFile())
	require.NoError(t, err)
	assert.Contains(t, string(log), "was reset")
	assert.Contains(t, string(log), "zone Z1 a.example.com")

	require.NoError(t, server.Close())
	_, err = get(t, server.Endpoint())
	require.Error(t, err)
	require.NoError(t, server.Close(), "closing twice")
	require.ErrorContains(t, server.Reset(t.Context()), "moto: reset:")
}

func TestServerRunsTheEmbeddedScript(t *testing.T) {
	installFakePython(t, "serves")
	dir := t.TempDir()
	server, err := Start(t.Context(), dir)
	require.NoError(t, err)
	require.NoError(t, server.Close())
	for _, name := range []string{"server.py", "calls/__init__.py", "gaps/__init__.py", "gaps/storage.py"} {
		embedded, err := scripts.ReadFile(name)
		require.NoError(t, err)
		written, err := os.ReadFile(filepath.Join(dir, "moto", filepath.FromSlash(name)))
		require.NoError(t, err)
		assert.Equal(t, string(embedded), string(written), name)
	}
}

// Real credentials and endpoints of the caller must not reach a process that speaks AWS.
func TestServerSeesNoRealAccount(t *testing.T) {
	installFakePython(t, "serves")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("MOTO_PORT", "1")
	environment, err := get(t, startServer(t).Endpoint()+"/environment")
	require.NoError(t, err)
	assert.NotContains(t, environment, "AKIAREAL")
	assert.NotContains(t, environment, "production")
	assert.NotContains(t, environment, "MOTO_PORT")
	assert.Contains(t, environment, "AWS_ACCESS_KEY_ID=testing")
}

func TestServerEndsWithItsContext(t *testing.T) {
	installFakePython(t, "does not end")
	ctx, cancel := context.WithCancel(t.Context())
	server, err := Start(ctx, t.TempDir())
	require.NoError(t, err)
	cancel()
	select {
	case <-server.done:
	case <-time.After(stopTimeout):
		t.Fatal("still running")
	}
	require.NoError(t, server.Close())
}

func TestStubbornServerIsKilled(t *testing.T) {
	installFakePython(t, "does not end")
	server := startServer(t)
	server.grace = 100 * time.Millisecond
	started := time.Now()
	require.NoError(t, server.Close())
	assert.GreaterOrEqual(t, time.Since(started), server.grace, "it was not given the time to end by itself")
	_, err := get(t, server.Endpoint())
	assert.Error(t, err)
}

func TestStartFailures(t *testing.T) {
	for _, test := range []struct{ behaviour, want string }{
		{"crashes", "ImportError: cannot import name 'flask'"},
		{"hangs", "the server did not start in time"},
		{"answers with an error", "GET /moto-api/data.json: 500"},
	} {
		t.Run(test.behaviour, func(t *testing.T) {
			installFakePython(t, test.behaviour)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, err := Start(ctx, t.TempDir())
			assert.ErrorContains(t, err, "moto: ")
			assert.ErrorContains(t, err, test.want)
		})
	}
}
