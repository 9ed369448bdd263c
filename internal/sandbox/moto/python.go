package moto

import (
	"bytes"
	"context"
	_ "embed" // requirements.txt
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Version is the version of moto whose gaps are known and filled; no other is used.
const Version = "5.2.1"

// minPython is the oldest Python that every package of requirements.txt supports.
const minPython = "3.11"

//go:embed requirements.txt
var requirements []byte

// probe prints moto's version if its server can be started.
const probe = "import moto, moto.server; print(moto.__version__)"

// findPython returns a Python interpreter that has moto's server in the right version: one
// installed on the machine, or the one of the virtual environment.
func findPython(ctx context.Context, venv string, progress io.Writer) (string, error) {
	for _, python := range installed() {
		if hasMoto(ctx, python) {
			return python, nil
		}
	}
	return ensureEnvironment(ctx, venv, progress)
}

// installed lists the interpreters of the machine that may have moto: the Python on the PATH,
// and the one of a moto_server there, which differs when it was installed with pipx.
func installed() []string {
	var found []string
	if python, err := exec.LookPath("python3"); err == nil {
		found = append(found, python)
	}
	if server, err := exec.LookPath("moto_server"); err == nil {
		if python := interpreter(server); python != "" {
			found = append(found, python)
		}
	}
	return found
}

// interpreter returns the Python that a script's first line names, or "" if there is none.
func interpreter(script string) string {
	content, err := os.ReadFile(script)
	if err != nil {
		return ""
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	path, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "#!")
	if !ok || !strings.Contains(filepath.Base(path), "python") || strings.Contains(path, " ") {
		return ""
	}
	return path
}

func hasMoto(ctx context.Context, python string) bool {
	output, err := exec.CommandContext(ctx, python, "-c", probe).Output()
	return err == nil && strings.TrimSpace(string(output)) == Version
}

// ensureEnvironment returns the Python of the virtual environment, which it makes if it is
// missing or was made from another list of requirements.
func ensureEnvironment(ctx context.Context, venv string, progress io.Writer) (string, error) {
	if isCurrent(venv) {
		return venvPython(venv), nil
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return "", fmt.Errorf("python3 is not on the PATH: install Python %s or newer, with its venv module", minPython)
	}
	if err := checkPython(ctx, python); err != nil {
		return "", err
	}
	_, _ = fmt.Fprintf(progress, "installing moto %s into %s (about a minute, once)\n", Version, venv)
	if err := makeEnvironment(ctx, python, venv); err != nil {
		return "", fmt.Errorf("install moto %s: %w", Version, err)
	}
	return venvPython(venv), nil
}

// isCurrent reports whether the environment is complete and has what requirements.txt lists.
func isCurrent(venv string) bool {
	made, err := os.ReadFile(filepath.Join(venv, "requirements.txt"))
	return err == nil && bytes.Equal(made, requirements)
}

func checkPython(ctx context.Context, python string) error {
	script := fmt.Sprintf("import sys; v = tuple(map(int, %q.split('.'))); print(sys.version.split()[0]); "+
		"sys.exit(sys.version_info[:2] < v)", minPython)
	output, err := exec.CommandContext(ctx, python, "-c", script).Output()
	if err != nil {
		return fmt.Errorf("%s is Python %s: want %s or newer (or moto[server] %s installed)",
			python, strings.TrimSpace(string(output)), minPython, Version)
	}
	return nil
}

// makeEnvironment builds the environment in a temporary folder and moves it into place when it
// is complete. Neither an interrupted build nor two at once leave half of one.
func makeEnvironment(ctx context.Context, python, venv string) (err error) {
	parent := filepath.Dir(venv)
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(parent, "venv-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()

	list := filepath.Join(aside, "wanted.txt")
	if err := os.WriteFile(list, requirements, 0o600); err != nil {
		return err
	}
	if err := run(ctx, python, "-m", "venv", aside); err != nil {
		return err
	}
	err = run(ctx, venvPython(aside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
		"-r", list)
	if err != nil {
		return err
	}
	if err := os.Rename(list, filepath.Join(aside, "requirements.txt")); err != nil {
		return err
	}
	if isCurrent(venv) {
		return nil // another process was faster, and may be using it
	}
	if err := os.RemoveAll(venv); err != nil {
		return err
	}
	return os.Rename(aside, venv)
}

func venvPython(venv string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venv, "Scripts", "python.exe")
	}
	return filepath.Join(venv, "bin", "python")
}

// run runs a command and returns what it printed as its error.
func run(ctx context.Context, name string, args ...string) error {
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, bytes.TrimSpace(output))
	}
	return nil
}
