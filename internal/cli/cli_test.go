package cli_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/cli"
)

func TestExitCode(t *testing.T) {
	cause := errors.New("no such stack")
	failed := cli.Failed(cause)
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(failed))
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(fmt.Errorf("up: %w", failed)), "a wrapped failure stays one")
	assert.Equal(t, cli.ExitUsage, cli.ExitCode(cause))
	assert.ErrorIs(t, failed, cause)
	assert.EqualError(t, failed, "no such stack")
}
