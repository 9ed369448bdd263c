package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
)

func execute(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

func TestWrongCalls(t *testing.T) {
	for _, call := range []string{"sidr", "--sample 0", "--workers 0", "--seed -1", "--limit -1s"} {
		args := strings.Fields(call)
		_, _, err := execute(t, args...)
		require.Error(t, err, "%v", args)
		assert.Equal(t, cli.ExitUsage, cli.ExitCode(err), "%v", args)
	}
}

// In this directory there is no module to measure.
func TestWhatCannotBeMeasuredFails(t *testing.T) {
	t.Chdir(t.TempDir())
	out, progress, err := execute(t, "--sample", "1", "cidr")
	require.Error(t, err)
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
	assert.Contains(t, progress, "cidr: ")
	assert.Contains(t, out, "target ", "what was measured is reported")
}
