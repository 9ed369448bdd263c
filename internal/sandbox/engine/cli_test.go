package engine

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeCLI writes a CLI that says a version, and counts how often it is asked.
func fakeCLI(t *testing.T, path, version string) (asked func() int) {
	t.Helper()
	count := filepath.Join(t.TempDir(), "count")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	text := fmt.Sprintf("#!/bin/sh\necho x >> %s\necho v%s\n", count, version)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o700))
	return func() int {
		content, _ := os.ReadFile(count)
		return strings.Count(string(content), "x")
	}
}

func TestFindCLI(t *testing.T) {
	newer := sdk.Version
	newer.Minor++
	for _, tc := range []struct {
		name          string
		onPath, built string
		want          string
	}{
		{"the one on PATH", sdk.Version.String(), "", "path"},
		{"a newer one on PATH", newer.String(), sdk.Version.String(), "path"},
		{"the built one, PATH has an old one", "3.100.0", sdk.Version.String(), "built"},
		{"the built one, PATH has another major version", "4.0.0", sdk.Version.String(), "built"},
		{"the built one, PATH has none", "", sdk.Version.String(), "built"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			home, path := t.TempDir(), t.TempDir()
			// The scripts need a shell.
			t.Setenv("PATH", path+":/bin:/usr/bin")
			require.NoError(t, os.MkdirAll(filepath.Join(home, "bin"), 0o750))
			want := map[string]string{"path": filepath.Join(path, "pulumi"), "built": filepath.Join(home, "bin", "pulumi")}
			for file, version := range map[string]string{want["path"]: tc.onPath, want["built"]: tc.built} {
				if version != "" {
					fakeCLI(t, file, version)
				}
			}
			found, _, err := FindCLI(t.Context(), t.TempDir(), home, io.Discard)
			require.NoError(t, err)
			assert.Equal(t, want[tc.want], found)
		})
	}
}

func TestVersionIsAskedForOnce(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "pulumi")
	asked := fakeCLI(t, path, "3.259.0")
	for range 3 {
		version, err := versionOf(t.Context(), path, home)
		require.NoError(t, err)
		assert.Equal(t, "3.259.0", version.String())
	}
	assert.Equal(t, 1, asked())
	require.NoError(t, os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)))
	_, err := versionOf(t.Context(), path, home)
	require.NoError(t, err)
	assert.Equal(t, 2, asked(), "another file is asked again")
}

func TestBuildThatFailsSaysSo(t *testing.T) {
	root, home := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "tools"), 0o750))
	require.NoError(t, os.MkdirAll(filepath.Join(home, "bin"), 0o750))
	var said strings.Builder
	err := obtainCLI(t.Context(), nowhere(t), root, filepath.Join(home, "bin", "pulumi"), sdk.Version, &said)
	require.ErrorContains(t, err, "build the Pulumi CLI")
	require.ErrorContains(t, err, "install Pulumi "+sdk.Version.String())
	assert.Contains(t, said.String(), "from source, once (usually 4 minutes")
}
