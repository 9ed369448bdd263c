package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var content = strings.Repeat("a file of some length\n", 1000)

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// server serves the content with ranges, and keeps the ranges that it was asked for.
func server(t *testing.T) (address string, ranges *[]string) {
	t.Helper()
	ranges = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*ranges = append(*ranges, r.Header.Get("Range"))
		http.ServeContent(w, r, "file", time.Time{}, strings.NewReader(content))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/file", ranges
}

func TestAFileIsFetchedOnce(t *testing.T) {
	address, ranges := server(t)
	target := filepath.Join(t.TempDir(), "below", "file")
	last := int64(0)
	file := File{Address: address, SHA256: sumOf(content), Progress: func(done, whole int64) {
		assert.Greater(t, done, last)
		assert.EqualValues(t, len(content), whole)
		last = done
	}}
	require.NoError(t, file.Into(t.Context(), target))
	require.NoError(t, file.Into(t.Context(), target))
	assert.Equal(t, []string{""}, *ranges)
	assert.EqualValues(t, len(content), last)
	have, err := os.ReadFile(target)
	require.NoError(t, err)
	assert.Equal(t, content, string(have))
	assert.NoFileExists(t, target+partial)
}

func TestAnInterruptedDownloadGoesOn(t *testing.T) {
	address, ranges := server(t)
	for name, left := range map[string]string{"half": content[:5000], "all": content} {
		target := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(target+partial, []byte(left), 0o600))
		require.NoError(t, File{Address: address, SHA256: sumOf(content)}.Into(t.Context(), target), name)
	}
	assert.ElementsMatch(t, []string{"bytes=5000-", "bytes=22000-"}, *ranges)
}

// What does not fit the checksum is no file, and nothing that the next try goes on with.
func TestAnotherContentIsRefused(t *testing.T) {
	address, _ := server(t)
	target := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(target+partial, []byte("something else"), 0o600))
	file := File{Address: address, SHA256: sumOf(content)}
	require.ErrorContains(t, file.Into(t.Context(), target), "expected "+sumOf(content))
	assert.NoFileExists(t, target)
	assert.NoFileExists(t, target+partial)
	require.NoError(t, file.Into(t.Context(), target))
}

func TestAnErrorOfTheServerIsSaid(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	err := File{Address: s.URL, SHA256: "0"}.Into(t.Context(), filepath.Join(t.TempDir(), "file"))
	require.ErrorContains(t, err, "the server answers 404 Not Found")
}
