package workflows_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder replaces every program that a script starts: it records how it was called.
const recorder = `#!/bin/sh
{ printf '%s' "${0##*/}"; for a in "$@"; do printf '\037%s' "$a"; done; printf '\n'; } >> "$CALLS"
`

// hostile is a text that a pull request could put into every value that it controls.
const hostile = "x\"; touch pwned; $(touch pwned) `touch pwned` ' && touch pwned #"

// expression is a value that GitHub fills in.
var expression = regexp.MustCompile(`\$\{\{.*?\}\}`)

// calls runs a script as a GitHub runner does, and returns the programs that it started.
func calls(t *testing.T, script string, env map[string]string) [][]string {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	require.NoError(t, os.MkdirAll(bin, 0o750))
	programs := []string{"go", "make", "pulumi", "git", "aws", "python3", "gh"}
	for _, program := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte(recorder), 0o750))
	}
	// What earlier steps have built.
	for _, program := range []string{".sandbox/bin/webapp", ".sandbox/zizmor/bin/pip", ".sandbox/zizmor/bin/zizmor"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, program)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, program), []byte(recorder), 0o750))
	}
	file := filepath.Join(dir, "script.sh")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
	record := filepath.Join(dir, "calls")
	// Unset variables are errors here, so a script cannot rely on a variable that nobody sets.
	run := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-euo", "pipefail", file)
	run.Dir = dir
	run.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "CALLS=" + record, "HOME=" + dir}
	for name, value := range env {
		run.Env = append(run.Env, name+"="+value)
	}
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s\n%s", script, output)
	assert.NoFileExists(t, filepath.Join(dir, "pwned"), "a value was run as a script")
	content, err := os.ReadFile(record)
	require.NoError(t, err, "the script starts nothing")
	var found [][]string
	for line := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n") {
		found = append(found, strings.Split(line, "\x1f"))
	}
	return found
}

// environment returns the variables of a step from the workflow, the job and the step, with
// every expression filled in.
func environment(w workflow, j job, s step, fill string) map[string]string {
	env := map[string]string{}
	for _, from := range []map[string]string{w.Env, j.Env, s.Env} {
		for name, value := range from {
			env[name] = expression.ReplaceAllLiteralString(value, fill)
		}
	}
	return env
}

// TestScripts runs every script of every workflow with programs that only record how they are
// called, and checks that the called commands and flags exist.
func TestScripts(t *testing.T) {
	ran := 0
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Run == "" {
					continue
				}
				ran++
				t.Run(fmt.Sprintf("%s/%s/%s", filepath.Base(w.file), name, s.Name), func(t *testing.T) {
					assert.Equal(t, "bash", w.Defaults.Run.Shell, "other shells go on after a failure")
					for _, fill := range []string{"staging", hostile} {
						for _, call := range calls(t, s.Run, environment(w, j, s, fill)) {
							requireCallable(t, call)
						}
					}
				})
			}
		}
	}
	assert.GreaterOrEqual(t, ran, 6)
}

// TestCommandsBehindTheScripts looks at what webapp starts in turn.
func TestCommandsBehindTheScripts(t *testing.T) {
	for _, call := range []string{
		"go run ./cmd/lambdazip",
		"go run ./cmd/sandbox up --stack staging --home h --policy-pack none --fast",
		"go run ./cmd/sandbox preview --stack staging --home h --event-log e",
		"go run ./cmd/webapp cost estimate --stack staging --json",
		"webapp cost estimate --stack staging --json",
		"webapp preflight --stack staging",
		"webapp release pin --stack staging",
	} {
		t.Run(call, func(t *testing.T) {
			words := strings.Fields(call)
			requireCallable(t, words)
		})
	}
}

// requireCallable checks that a target or a command exists, with its flags.
func requireCallable(t *testing.T, call []string) {
	t.Helper()
	switch call[0] {
	case "make":
		makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
		require.NoError(t, err)
		for _, target := range call[1:] {
			if !strings.Contains(target, "=") {
				assert.Regexp(t, `(?m)^`+regexp.QuoteMeta(target)+`:`, string(makefile))
			}
		}
	case "webapp":
		requireFlags(t, "./cmd/webapp", call[1:])
	case "gh":
		assert.Equal(t, []string{"release", "create"}, call[1:3])
	case "python3", "pip", "zizmor": // not the project's own
	case "go":
		require.GreaterOrEqual(t, len(call), 3)
		switch call[1] {
		case "build":
			assert.DirExists(t, filepath.Join(root, call[len(call)-1]))
			return
		case "vet", "test":
			for _, packages := range call[2:] {
				assert.DirExists(t, filepath.Join(root, strings.TrimSuffix(packages, "...")))
			}
			return
		}
		require.Equal(t, "run", call[1], "%q", call)
		requireFlags(t, call[2], call[3:])
	default:
		assert.Fail(t, "a script starts something else than make or go", "%q", call)
	}
}

// requireFlags asks a command for the help of its subcommand, and looks for the flags in it.
func requireFlags(t *testing.T, pkg string, args []string) {
	t.Helper()
	words := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "-") })
	if words < 0 {
		words = len(args)
	}
	help := helpOf(t, pkg, args[:words])
	for _, arg := range args[words:] {
		if strings.HasPrefix(arg, "--") {
			flag, _, _ := strings.Cut(arg, "=")
			assert.Regexp(t, `(?m)(^|[\s,])`+regexp.QuoteMeta(flag)+`\s`, help, "%s %v has no %s", pkg, args[:words], flag)
		}
	}
}

var (
	builtMu sync.Mutex
	built   = map[string]string{}
	folder  string
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "workflows-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left lies in the system's temporary folder
	folder = dir
	return m.Run()
}

// helpOf builds a command, once, and returns its help.
func helpOf(t *testing.T, pkg string, subcommand []string) string {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
	require.NoError(t, err)
	if len(sources) == 0 {
		require.Fail(t, "there is no command "+pkg)
	}
	for _, source := range sources {
		// Go caches a test's result until a file changes that the test itself has read.
		_, err := os.ReadFile(source)
		require.NoError(t, err)
	}
	builtMu.Lock()
	defer builtMu.Unlock()
	if built[pkg] == "" {
		target := filepath.Join(folder, filepath.Base(pkg))
		build := exec.CommandContext(t.Context(), "go", "build", "-o", target, pkg)
		build.Dir = root
		output, err := build.CombinedOutput()
		require.NoError(t, err, "%s", output)
		built[pkg] = target
	}
	var help bytes.Buffer
	ask := exec.CommandContext(t.Context(), built[pkg], append(slices.Clone(subcommand), "--help")...)
	ask.Stdout, ask.Stderr = &help, &help
	// The flag package answers --help with an exit code of 2.
	if err := ask.Run(); err != nil {
		assert.Contains(t, help.String(), "Usage", "%s %v", pkg, subcommand)
	}
	assert.NotContains(t, help.String(), "unknown command", "%s %v", pkg, subcommand)
	return help.String()
}
