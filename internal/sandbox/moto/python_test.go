package moto

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInstalledMotoIsUsed(t *testing.T) {
	installFakePython(t, "has moto")
	python, err := findPython(t.Context(), t.TempDir(), io.Discard)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(os.Getenv("PATH"), "python3"), python)
}

func TestMissingMotoIsInstalledOnce(t *testing.T) {
	for _, behaviour := range []string{"without moto", "other moto"} {
		t.Run(behaviour, func(t *testing.T) {
			installFakePython(t, behaviour)
			dir := t.TempDir()

			var progress bytes.Buffer
			python, err := findPython(t.Context(), filepath.Join(dir, "venv"), &progress)
			require.NoError(t, err)
			assert.Equal(t, filepath.Join(dir, "venv", "bin", "python"), python)
			assert.Contains(t, progress.String(), "installing moto "+Version)
			installed, err := os.ReadFile(filepath.Join(dir, "venv", "installed.txt"))
			require.NoError(t, err)
			assert.Equal(t, string(requirements), string(installed))

			progress.Reset()
			_, err = findPython(t.Context(), filepath.Join(dir, "venv"), &progress)
			require.NoError(t, err)
			assert.Empty(t, progress.String())
			assert.Equal(t, []string{"venv"}, names(t, dir), "nothing is left aside")
		})
	}
}

func TestOutdatedEnvironmentIsReplaced(t *testing.T) {
	installFakePython(t, "without moto")
	dir := t.TempDir()
	venv := filepath.Join(dir, "venv")
	require.NoError(t, os.Mkdir(venv, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(venv, "requirements.txt"), []byte("moto==4.0.0\n"), 0o600))

	_, err := findPython(t.Context(), filepath.Join(dir, "venv"), io.Discard)
	require.NoError(t, err)
	assert.True(t, isCurrent(venv))
	assert.FileExists(t, filepath.Join(venv, "installed.txt"))
}

func TestFailedInstallLeavesNothing(t *testing.T) {
	installFakePython(t, "without moto or network")
	dir := t.TempDir()
	_, err := findPython(t.Context(), filepath.Join(dir, "venv"), io.Discard)
	require.ErrorContains(t, err, "install moto "+Version)
	require.ErrorContains(t, err, "ERROR: Could not find a version")
	assert.Empty(t, names(t, dir))
}

func TestNoPython(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findPython(t.Context(), t.TempDir(), io.Discard)
	assert.ErrorContains(t, err, "install Python "+minPython)
}

func TestInterpreter(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"script of an environment", "#!/opt/moto/bin/python3.12\nimport sys\n", "/opt/moto/bin/python3.12"},
		{"launcher", "#!/usr/bin/env bash\nexec moto\n", ""},
		{"looked up by env", "#!/usr/bin/env python3\n", ""},
		{"binary", "\x7fELF", ""},
		{"empty", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "moto_server")
			require.NoError(t, os.WriteFile(script, []byte(test.script), 0o600))
			assert.Equal(t, test.want, interpreter(script))
		})
	}
}

// The environment must hold the version whose gaps are filled, and leave pip nothing to choose.
func TestRequirementsAreExact(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(requirements)), "\n")
	assert.Contains(t, lines, "moto=="+Version)
	for _, line := range lines {
		assert.Regexp(t, `^(#.*|[A-Za-z0-9._-]+==[^=]+)$`, line)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	found := make([]string, 0, len(entries))
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}
