package clitest

import (
	"bytes"
	"os"
	"path/filepath"
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

// Program puts a program of this name before all others of the PATH, as a script of sh. It returns a function for the
// arguments of its calls so far.
func Program(t *testing.T, name, script string) (calls func() []string) {
	t.Helper()
	bin := t.TempDir()
	called := filepath.Join(bin, "called")
	text := "#!/bin/sh\necho \"$*\" >> '" + called + "'\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() []string {
		text, _ := os.ReadFile(called) //nolint:gosec // of this test
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
}
