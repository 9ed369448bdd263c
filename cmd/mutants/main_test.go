package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

func execute(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	result := clitest.Call(t, newRoot(), args...)
	return result.Out, result.Err, result.Error
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
