package moto

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeVariable makes the test binary behave as a Python interpreter, in the way that it names.
const fakeVariable = "FAKE_PYTHON"

func TestMain(m *testing.M) {
	if behaviour := os.Getenv(fakeVariable); behaviour != "" {
		fakePython(behaviour, os.Args[1:])
	}
	os.Exit(m.Run())
}

// installFakePython puts the test binary as python3 on a PATH with nothing else.
func installFakePython(t *testing.T, behaviour string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := t.TempDir()
	require.NoError(t, os.Symlink(self, filepath.Join(path, "python3")))
	t.Setenv("PATH", path)
	t.Setenv(fakeVariable, behaviour)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // else each run of it takes a second under the race detector
}

// fakePython plays the Python that the package runs, and never returns.
func fakePython(behaviour string, args []string) {
	command := strings.Join(args, " ")
	switch {
	case command == "-c "+probe:
		fakeProbe(behaviour)
	case args[0] == "-c":
		fmt.Println("3.12.1")
	case strings.HasPrefix(command, "-m venv "):
		fakeVenv(args[2])
	case strings.HasPrefix(command, "-m pip install "):
		fakeInstall(args[len(args)-1])
	default:
		fakeServer(behaviour, args[2:])
	}
	os.Exit(0)
}

func fakeProbe(behaviour string) {
	if strings.HasPrefix(behaviour, "without moto") {
		fmt.Fprintln(os.Stderr, "ModuleNotFoundError: No module named 'moto'")
		os.Exit(1)
	}
	if behaviour == "other moto" {
		fmt.Println("4.0.0")
		return
	}
	fmt.Println(Version)
}

func fakeVenv(venv string) {
	self, _ := os.Executable()
	bin := filepath.Join(venv, "bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		os.Exit(1)
	}
	if err := os.Symlink(self, filepath.Join(bin, "python")); err != nil {
		os.Exit(1)
	}
}

// fakeInstall fails if the interpreter is told to; otherwise it records what it was asked to
// install.
func fakeInstall(list string) {
	if os.Getenv(fakeVariable) == "without moto or network" {
		fmt.Println("ERROR: Could not find a version")
		os.Exit(1)
	}
	content, err := os.ReadFile(list)
	if err != nil || os.WriteFile(filepath.Join(filepath.Dir(list), "installed.txt"), content, 0o600) != nil {
		os.Exit(1)
	}
}

func fakeServer(behaviour string, args []string) {
	switch behaviour {
	case "crashes":
		fmt.Fprintln(os.Stderr, "ImportError: cannot import name 'flask'")
		os.Exit(1)
	case "hangs":
		time.Sleep(time.Hour)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(1)
	}
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(fakeAnswer))
	}()
	fmt.Printf("listening %d\n", listener.Addr().(*net.TCPAddr).Port)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if behaviour == "does not end" || len(args) > 0 {
		time.Sleep(time.Minute)
	}
}

// fakeAnswer answers the package's requests to moto, and shows its environment to the tests.
func fakeAnswer(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /moto-api/data.json":
		if os.Getenv(fakeVariable) == "answers with an error" {
			http.Error(w, "no", http.StatusInternalServerError)
		}
	case "POST /moto-api/reset":
		fmt.Fprintln(os.Stderr, "was reset")
	case "GET /moto-api/sandbox/identity":
		_, _ = fmt.Fprint(w, os.Args[len(os.Args)-1])
	case "POST /moto-api/sandbox/stop":
		time.AfterFunc(50*time.Millisecond, func() { os.Exit(0) })
	case "POST /moto-api/sandbox/hosted-zone":
		fmt.Fprintln(os.Stderr, "zone", r.FormValue("id"), r.FormValue("name"))
	case "GET /environment":
		_, _ = fmt.Fprint(w, strings.Join(os.Environ(), "\n"))
	default:
		http.NotFound(w, r)
	}
}
