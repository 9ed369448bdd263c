package awsplugin

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// machine makes the test binary stand in for go and for the built plugin.
const machine = "FAKE_MACHINE"

func TestMain(m *testing.M) {
	if behaviour := os.Getenv(machine); behaviour != "" {
		if err := pretend(behaviour, filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pretend plays the program that the package calls.
func pretend(behaviour, program string, args []string) error {
	command := strings.Join(args, " ")
	switch {
	case program == "go" && behaviour == "build fails":
		return fmt.Errorf("undefined: xpprovider")
	case program == "go":
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return os.Symlink(self, args[len(args)-2])
	case program == "pulumi-resource-aws" && command == "write-schema":
		return os.WriteFile(filepath.Join(filepath.Dir(os.Args[0]), "schema.json"), []byte("{}"), 0o600)
	default:
		return fmt.Errorf("unexpected: %s %s", program, command)
	}
}

// newInstaller returns an installer on a machine where the server of official plugins answers
// with the status, and programs behave as named.
func newInstaller(t *testing.T, behaviour string, status int) (installer Installer, progress *bytes.Buffer) {
	t.Helper()
	programs := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(programs, "go")))
	t.Setenv("PATH", programs)
	t.Setenv(machine, behaviour)
	t.Setenv("GORACE", "atexit_sleep_ms=0")

	wanted := fmt.Sprintf("/pulumi-resource-aws-v%s-%s-%s.tar.gz", version(), runtime.GOOS, runtime.GOARCH)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != wanted {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)

	source := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(source, "main.go"), []byte("package main\n"), 0o600))
	progress = &bytes.Buffer{}
	return Installer{Home: t.TempDir(), Source: source, Progress: progress, downloads: server.URL}, progress
}

func TestOfficialPluginIsLeftToTheEngine(t *testing.T) {
	installer, progress := newInstaller(t, "works", http.StatusOK)
	require.NoError(t, installer.Ensure(t.Context()))
	assert.NoFileExists(t, installer.Path())
	assert.Empty(t, progress.String())
}

func TestInstalledOfficialPluginIsKept(t *testing.T) {
	installer, progress := newInstaller(t, "works", http.StatusForbidden)
	require.NoError(t, os.MkdirAll(installer.dir(), 0o750))
	require.NoError(t, os.WriteFile(installer.Path(), []byte("official"), 0o600))
	require.NoError(t, installer.Ensure(t.Context()))
	assert.Empty(t, progress.String())
	content, err := os.ReadFile(installer.Path())
	require.NoError(t, err)
	assert.Equal(t, "official", string(content))
}

func TestPluginIsBuiltWhereItCannotBeDownloaded(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusProxyAuthRequired} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			installer, progress := newInstaller(t, "works", status)
			require.NoError(t, installer.Ensure(t.Context()))
			assert.Contains(t, progress.String(), "building the AWS provider plugin "+version())
			assert.FileExists(t, installer.Path())
			assert.FileExists(t, filepath.Join(installer.dir(), "schema.json"))
			assert.Equal(t, []string{"plugins"}, names(t, installer.Home), "nothing is left aside")

			progress.Reset()
			require.NoError(t, installer.Ensure(t.Context()))
			assert.Empty(t, progress.String(), "it is built")
		})
	}
}

func TestUnreachableServer(t *testing.T) {
	installer, progress := newInstaller(t, "works", http.StatusOK)
	installer.downloads = "http://127.0.0.1:1"
	require.NoError(t, installer.Ensure(t.Context()))
	assert.Contains(t, progress.String(), "building")
}

func TestBuiltPluginFollowsItsSources(t *testing.T) {
	installer, progress := newInstaller(t, "works", http.StatusForbidden)
	require.NoError(t, installer.Ensure(t.Context()))

	progress.Reset()
	require.NoError(t, os.WriteFile(filepath.Join(installer.Source, "main_test.go"), nil, 0o600))
	require.NoError(t, installer.Ensure(t.Context()))
	assert.Empty(t, progress.String(), "a test is no source")

	require.NoError(t, os.WriteFile(filepath.Join(installer.Source, "mapping.json"), []byte("{}"), 0o600))
	require.NoError(t, installer.Ensure(t.Context()))
	assert.Contains(t, progress.String(), "building")
}

func TestFailedBuildSaysWhy(t *testing.T) {
	installer, _ := newInstaller(t, "build fails", http.StatusForbidden)
	err := installer.Ensure(t.Context())
	require.ErrorContains(t, err, "aws plugin: go build")
	require.ErrorContains(t, err, "undefined: xpprovider")
	assert.NoFileExists(t, installer.Path())
	assert.Equal(t, []string{"plugins"}, names(t, installer.Home), "nothing is left aside")
}

func TestMissingSources(t *testing.T) {
	installer, _ := newInstaller(t, "works", http.StatusForbidden)
	installer.Source = t.TempDir()
	assert.ErrorContains(t, installer.Ensure(t.Context()), "no sources in "+installer.Source)
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
