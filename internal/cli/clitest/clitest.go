package clitest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
)

// Result of a call.
type Result struct {
	// Out and Err hold the command's standard output and standard error.
	Out, Err string
	// Error is nil if the command ended with 0.
	Error error
}

// Code is the exit code.
func (r Result) Code() int { return cli.ExitCode(r.Error) }

// Call calls a command.
func Call(t *testing.T, cmd *cobra.Command, args ...string) Result {
	t.Helper()
	return CallWith(t, "", cmd, args...)
}

// CallWith calls a command with something on its standard input.
func CallWith(t *testing.T, stdin string, cmd *cobra.Command, args ...string) Result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	if args == nil {
		args = []string{} // cobra takes those of the process for nil
	}
	cmd.SetArgs(args)
	err := cli.Run(t.Context(), cmd)
	return Result{Out: out.String(), Err: errs.String(), Error: err}
}
