package main

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project is a module with one small function, in a directory of its own.
func project(t *testing.T, message string) string {
	t.Helper()
	directory := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":              "module example\n\ngo 1.25.0\n\ntoolchain " + runtime.Version() + "\n",
		"functions/a/main.go": "package main\n\nfunc main() { println(" + `"` + message + `"` + ") }\n",
		"functions/b/main.go": "package main\n\nfunc main() { undefined() }\n",
	} {
		path := filepath.Join(directory, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return directory
}

// buildIn builds the function of the project, from inside of it, and returns the zip.
func buildIn(t *testing.T, directory string, packages ...string) ([]byte, string, error) {
	t.Helper()
	t.Chdir(directory)
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"-o", "out"}, packages...), &out, io.Discard)
	if err != nil {
		return nil, out.String(), err
	}
	content, err := os.ReadFile(filepath.Join(directory, "out", "a.zip"))
	require.NoError(t, err)
	return content, out.String(), nil
}

func TestTheSameSourceGivesTheSameBytes(t *testing.T) {
	first, report, err := buildIn(t, project(t, "hello"), "./functions/a")
	require.NoError(t, err)
	assert.Contains(t, report, "out/a.zip (")
	assert.Contains(t, report, " MB, new)")

	// Another directory, another time of day, another machine's preferences.
	t.Setenv("GOTOOLCHAIN", "go1.21.99")
	t.Setenv("GOFLAGS", "-trimpath=false -ldflags=-X=main.a=b -tags=other")
	t.Setenv("GOOS", "darwin")
	t.Setenv("GOARCH", "amd64")
	t.Setenv("CGO_ENABLED", "1")
	second, _, err := buildIn(t, project(t, "hello"), "./functions/a")
	require.NoError(t, err)
	assert.Equal(t, fingerprint(first), fingerprint(second))

	other, _, err := buildIn(t, project(t, "hello!"), "./functions/a")
	require.NoError(t, err)
	assert.NotEqual(t, fingerprint(first), fingerprint(other), "other source, other bytes")
}

func TestTheZipIsWhatLambdaRuns(t *testing.T) {
	directory := project(t, "hello")
	content, _, err := buildIn(t, directory, "./functions/a")
	require.NoError(t, err)

	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.Len(t, archive.File, 1)
	file := archive.File[0]
	assert.Equal(t, "bootstrap", file.Name)
	assert.Equal(t, os.FileMode(0o755), file.Mode())
	assert.True(t, file.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)))

	reader, err := file.Open()
	require.NoError(t, err)
	program, err := io.ReadAll(reader)
	require.NoError(t, err)
	binary, err := elf.NewFile(bytes.NewReader(program))
	require.NoError(t, err)
	assert.Equal(t, elf.EM_AARCH64, binary.Machine)
	libraries, err := binary.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries, "static: the runtime brings no libraries")
	assert.Nil(t, binary.Section(".symtab"), "no symbols")
	assert.NotContains(t, string(program), directory, "no path of the machine")
	info, err := buildinfo.Read(bytes.NewReader(program))
	require.NoError(t, err)
	assert.Equal(t, runtime.Version(), info.GoVersion, "the release that go.mod names")
	for _, setting := range info.Settings {
		assert.NotContains(t, setting.Key, "vcs")
	}
}

func TestAZipThatWouldNotChangeIsNotWritten(t *testing.T) {
	directory := project(t, "hello")
	_, _, err := buildIn(t, directory, "./functions/a")
	require.NoError(t, err)
	target := filepath.Join(directory, "out", "a.zip")
	past := time.Now().Add(-time.Hour).Truncate(time.Second)
	require.NoError(t, os.Chtimes(target, past, past))

	_, report, err := buildIn(t, directory, "./functions/a")
	require.NoError(t, err)
	assert.Empty(t, report)
	info, err := os.Stat(target)
	require.NoError(t, err)
	assert.True(t, info.ModTime().Equal(past))

	require.NoError(t, os.WriteFile(target, []byte("cut"), 0o600))
	_, report, err = buildIn(t, directory, "./functions/a")
	require.NoError(t, err)
	assert.Contains(t, report, ", changed)")
	left, err := filepath.Glob(filepath.Join(directory, "out", "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{target}, left, "nothing else stays behind")
}

func TestRunReportsWhatFails(t *testing.T) {
	tests := map[string]struct {
		args []string
		err  string
	}{
		"code that does not compile":            {[]string{"-o", "out", "./functions/b"}, "undefined: undefined"},
		"no such package":                       {[]string{"-o", "out", "./functions/none"}, "build ./functions/none"},
		"a file as output directory":            {[]string{"-o", "go.mod", "./functions/a"}, "make the output directory"},
		"a directory as zip file":               {[]string{"-o", "taken", "./functions/a"}, "write taken/a.zip"},
		"an unknown flag":                       {[]string{"-x"}, "flag provided but not defined"},
		"the repository's functions, elsewhere": {nil, "build ./lambda/deploymenttest"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			directory := project(t, "hello")
			require.NoError(t, os.MkdirAll(filepath.Join(directory, "taken", "a.zip"), 0o750))
			t.Chdir(directory)

			err := run(t.Context(), test.args, io.Discard, io.Discard)

			require.ErrorContains(t, err, test.err)
		})
	}
}

// A function that is added has to be built by default.
func TestEveryFunctionOfTheRepositoryIsBuilt(t *testing.T) {
	mains, err := filepath.Glob("../../lambda/*/main.go")
	require.NoError(t, err)
	found := []string{}
	for _, main := range mains {
		found = append(found, "./lambda/"+filepath.Base(filepath.Dir(main)))
	}
	assert.Equal(t, functions, found)
}
