package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nowhere is a place without releases.
func nowhere(t *testing.T) releases {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return releases{archives: s.URL, checksums: s.URL}
}

// archive of a release whose CLI says a version, without what is left out.
func archive(t *testing.T, version, leftOut string) []byte {
	t.Helper()
	var content bytes.Buffer
	compressed := gzip.NewWriter(&content)
	files := tar.NewWriter(compressed)
	for _, name := range append([]string{"pulumi/pulumi-language-nodejs"}, wantedPrograms...) {
		text := fmt.Sprintf("#!/bin/sh\necho v%s\n", version)
		if name == leftOut {
			continue
		}
		require.NoError(t, files.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}))
		_, err := io.WriteString(files, text)
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	require.NoError(t, compressed.Close())
	return content.Bytes()
}

// releasing serves an archive, and a list with the checksum of what is listed.
func releasing(t *testing.T, served, listed []byte) releases {
	t.Helper()
	version := sdk.Version.String()
	name := fmt.Sprintf("pulumi-v%s-%s.tar.gz", version, published[runtime.GOOS+"/"+runtime.GOARCH])
	sum := sha256.Sum256(listed)
	mux := http.NewServeMux()
	mux.HandleFunc("/sdk/"+name, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(served) })
	mux.HandleFunc("/list/v"+version+"/pulumi-"+version+"-checksums.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%s  another.tar.gz\n%s  %s\n", strings.Repeat("0", 64), hex.EncodeToString(sum[:]), name)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return releases{archives: s.URL + "/sdk", checksums: s.URL + "/list"}
}

// sourceless is a project with nothing to build a CLI from.
func sourceless(t *testing.T) (root, target string) {
	t.Helper()
	root, home := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "tools"), 0o750))
	require.NoError(t, os.MkdirAll(filepath.Join(home, "bin"), 0o750))
	return root, filepath.Join(home, "bin", "pulumi")
}

func TestTheCLIIsThatOfTheRelease(t *testing.T) {
	content := archive(t, sdk.Version.String(), "")
	root, target := sourceless(t)
	var said strings.Builder
	require.NoError(t, obtainCLI(t.Context(), releasing(t, content, content), root, target, sdk.Version, &said))
	found, err := versionOf(t.Context(), target, filepath.Dir(target))
	require.NoError(t, err)
	assert.True(t, found.EQ(sdk.Version))
	entries, err := filepath.Glob(filepath.Join(filepath.Dir(target), "pulumi*"))
	require.NoError(t, err)
	assert.Equal(t, []string{target, target + "-language-go"}, entries, "nothing else is left")
	assert.NotContains(t, said.String(), "from source")

	require.NoError(t, obtainCLI(t.Context(), nowhere(t), root, target, sdk.Version, io.Discard), "it is there")
}

// Whatever is wrong with a release, it is said, and the CLI is built from source, which fails here.
func TestWithoutAReleaseTheCLIIsBuilt(t *testing.T) {
	good := archive(t, sdk.Version.String(), "")
	for name, test := range map[string]struct {
		from releases
		said string
	}{
		"no network":      {releases{archives: "http://127.0.0.1:1", checksums: "http://127.0.0.1:1"}, "connection refused"},
		"no release":      {nowhere(t), "the server answers 404 Not Found"},
		"another content": {releasing(t, archive(t, "1.0.0", ""), good), "SHA-256 is "},
		"another version": {releasing(t, archive(t, "1.0.0", ""), archive(t, "1.0.0", "")), "it does not run here"},
		"no CLI in it": {
			releasing(t, archive(t, "3", wantedPrograms[0]), archive(t, "3", wantedPrograms[0])), "has no pulumi/pulumi",
		},
		"no archive": {releasing(t, []byte("text"), []byte("text")), "unexpected EOF"},
	} {
		root, target := sourceless(t)
		var said strings.Builder
		err := obtainCLI(t.Context(), test.from, root, target, sdk.Version, &said)
		require.ErrorContains(t, err, "build the Pulumi CLI", name)
		assert.Contains(t, said.String(), "The release cannot be had: ", name)
		assert.Contains(t, said.String(), test.said, name)
		assert.Contains(t, said.String(), "from source, once", name)
	}
}

// A pack that cannot be built is said at once, and is what is said: not that the other one was stopped.
func TestTheFirstFailureIsSaid(t *testing.T) {
	root, target := sourceless(t)
	fakeCLI(t, target, sdk.Version.String())
	t.Setenv("PATH", "/bin:/usr/bin")
	e := &Engine{options: Options{PolicyPack: "missing", Progress: io.Discard}}
	e.folders.root, e.folders.home = root, filepath.Dir(filepath.Dir(target))
	_, _, err := e.prepare(t.Context())
	require.ErrorContains(t, err, `policy pack "missing": found nothing`)
	e.options.PolicyPack = NoPolicyPack
	found, version, err := e.prepare(t.Context())
	require.NoError(t, err)
	assert.Equal(t, target, found)
	assert.True(t, version.EQ(sdk.Version))
}
