package moto

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func keepServer(ctx context.Context, t *testing.T, dir string) *Server {
	t.Helper()
	server, err := Keep(ctx, dir)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, Stop(context.Background(), dir)) })
	return server
}

func TestKeptServerIsFoundAgain(t *testing.T) {
	installFakePython(t, "serves")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	first := keepServer(ctx, t, dir)
	assert.True(t, first.Fresh())
	require.NoError(t, first.Close())
	cancel()

	again, err := Keep(t.Context(), dir)
	require.NoError(t, err)
	assert.Equal(t, first.Endpoint(), again.Endpoint())
	assert.False(t, again.Fresh())
	require.NoError(t, again.Reset(t.Context()))

	require.NoError(t, Stop(t.Context(), dir))
	_, err = get(t, again.Endpoint())
	require.Error(t, err, "it has ended when Stop returns")
	require.NoError(t, Stop(t.Context(), dir), "stopping twice")

	next := keepServer(t.Context(), t, dir)
	assert.True(t, next.Fresh())
}

func TestServersOfTwoDirectoriesAreApart(t *testing.T) {
	installFakePython(t, "serves")
	one, other := keepServer(t.Context(), t, t.TempDir()), keepServer(t.Context(), t, t.TempDir())
	assert.NotEqual(t, one.Endpoint(), other.Endpoint())
}

// A port that was free has been taken by something else: it must be neither used nor stopped.
func TestForeignServerIsNotTaken(t *testing.T) {
	installFakePython(t, "serves")
	foreign := keepServer(t.Context(), t, t.TempDir())
	dir := t.TempDir()
	content, err := json.Marshal(record{Endpoint: foreign.Endpoint(), Identity: "another"})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "moto"), 0o750))
	require.NoError(t, os.WriteFile(recordFile(dir), content, 0o600))

	require.NoError(t, Stop(t.Context(), dir))
	_, err = get(t, foreign.Endpoint())
	require.NoError(t, err, "the foreign server was stopped")

	require.NoError(t, os.WriteFile(recordFile(dir), content, 0o600))
	own := keepServer(t.Context(), t, dir)
	assert.NotEqual(t, foreign.Endpoint(), own.Endpoint())
	assert.True(t, own.Fresh())
}

func TestDamagedRecord(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "moto"), 0o750))
	require.NoError(t, os.WriteFile(recordFile(dir), []byte("{"), 0o600))
	_, err := Keep(t.Context(), dir)
	require.ErrorContains(t, err, recordFile(dir)+" is damaged")
	require.ErrorContains(t, Stop(t.Context(), dir), "remove it")
}

func TestKeepFails(t *testing.T) {
	installFakePython(t, "crashes")
	dir := t.TempDir()
	_, err := Keep(t.Context(), dir)
	require.ErrorContains(t, err, "ImportError")
	assert.NoFileExists(t, recordFile(dir))
}
