package engine

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script makes a CLI of a shell script.
func script(t *testing.T, text string) *command {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pulumi")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	return &command{path: path, hasState: func(stack string) (bool, error) { return stack == "dev", nil }}
}

func TestCommandRunsTheCLI(t *testing.T) {
	c := script(t, `echo "$@ $EXTRA $PULUMI_AUTOMATION_API"; echo problem >&2; exit 3`)
	var seen, problems bytes.Buffer
	var process *os.Process
	c.started = func(p *os.Process) { process = p }
	stdout, stderr, code, err := c.Run(t.Context(), t.TempDir(), nil, []io.Writer{&seen}, []io.Writer{&problems},
		[]string{"EXTRA=extra"}, "up", "--yes")
	require.Error(t, err)
	assert.Equal(t, 3, code)
	assert.Equal(t, "--non-interactive up --yes extra true\n", stdout)
	assert.Equal(t, "problem\n", stderr)
	assert.Equal(t, stdout, seen.String())
	assert.Equal(t, stderr, problems.String())
	assert.NotNil(t, process)
}

func TestCommandIsInterruptedNotKilled(t *testing.T) {
	c := script(t, `trap 'echo tidied up; exit 0' INT; echo ready; while true; do sleep 0.05; done`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	stdout, _, _, err := c.Run(ctx, t.TempDir(), nil, nil, nil, nil, "up")
	require.Error(t, err)
	assert.Equal(t, "ready\ntidied up\n", stdout)
}

func TestCommandThatCannotStart(t *testing.T) {
	c := &command{path: filepath.Join(t.TempDir(), "missing")}
	_, _, code, err := c.Run(t.Context(), t.TempDir(), nil, nil, nil, nil, "up")
	require.Error(t, err)
	assert.Equal(t, -1, code)
}

func TestQuestionsThatNeedNoEngine(t *testing.T) {
	c := script(t, "echo asked")
	for _, tc := range []struct {
		name   string
		args   []string
		want   string
		failed string
	}{
		{"a stack that exists", []string{"stack", "select", "--stack", "dev"}, "", ""},
		{"one that does not", []string{"stack", "select", "--stack", "prod"}, "", "no stack named 'prod' found"},
		{"history", []string{"stack", "history", "--json", "--show-secrets"}, "[]", ""},
		{"outputs", []string{"stack", "output", "--json"}, "{}", ""},
		{"a new stack", []string{"stack", "init", "prod"}, "asked\n", ""},
		{"an operation", []string{"preview"}, "asked\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stdout, stderr, _, err := c.Run(t.Context(), t.TempDir(), nil, nil, nil, nil, tc.args...)
			assert.Equal(t, tc.failed != "", err != nil)
			assert.Contains(t, stderr, tc.failed)
			assert.Equal(t, tc.want, stdout)
		})
	}
}
