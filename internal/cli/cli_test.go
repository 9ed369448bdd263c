package cli_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

func TestErrorsCarryTheirExitCode(t *testing.T) {
	cause := errors.New("no such stack")
	for code, mark := range map[int]func(error) error{
		cli.ExitFailed: cli.Failed, cli.ExitUsage: cli.Usage,
		cli.ExitUndecided: cli.Undecided, cli.ExitCannotAsk: cli.CannotAsk,
	} {
		marked := mark(cause)
		assert.Equal(t, code, cli.ExitCode(marked))
		assert.Equal(t, code, cli.ExitCode(fmt.Errorf("up: %w", marked)), "a wrapped one keeps it")
		require.ErrorIs(t, marked, cause)
		require.EqualError(t, marked, "no such stack")
		require.NoError(t, mark(nil))
		assert.Contains(t, cli.Codes(), fmt.Sprintf("  %d  ", code))
	}
	assert.Equal(t, cli.ExitUsage, cli.ExitCode(cause), "what keeps a command from being run is a wrong call")
	assert.Zero(t, cli.ExitCode(nil))
}

// program is one with a command that ends as the test wants.
func program(ends error) *cobra.Command {
	var stack, file string
	var json bool
	run := &cobra.Command{Use: "run", Args: cli.Args(), RunE: func(cmd *cobra.Command, _ []string) error {
		fmt.Fprintln(cmd.OutOrStdout(), "ran", stack, file)
		return ends
	}}
	cli.StackFlag(run, &stack, "stack to run")
	run.Flags().StringVar(&file, "file", "", "what to read")
	cli.JSONFlag(run, &json)
	cli.Require(run, "stack", "file")
	compare := &cobra.Command{
		Use: "compare A B", Args: cli.Args("A", "B"), RunE: func(*cobra.Command, []string) error { return ends },
	}
	more := cli.Group(&cobra.Command{Use: "more"}, &cobra.Command{Use: "deep", RunE: run.RunE})
	return cli.Group(&cobra.Command{Use: "prog"}, run, compare, more)
}

func TestWrongCalls(t *testing.T) {
	const flags = "--file, --help, --json, --stack"
	for want, args := range map[string][]string{
		`unknown command "x" of prog: allowed are compare, more, run`:  {"x"},
		`unknown command "x" of prog more: allowed are deep`:           {"more", "x"},
		"prog more: found no command, allowed are deep":                {"more"},
		"unknown flag: --quick: prog run takes " + flags:               {"run", "--quick"},
		"unknown shorthand flag: 'q' in -q: prog run takes " + flags:   {"run", "-q"},
		"flag needs an argument: --file":                               {"run", "--file"},
		`found the argument "x", prog run takes flags alone: ` + flags: {"run", "x"},
		"prog compare takes 2 arguments, A B: found 1":                 {"compare", "x"},
		"--file: found nothing, expected: what to read\n--stack: found nothing, expected: stack to run": {
			"run", "--file", "",
		},
		`--stack: found "../x", expected the name of a stack such as prod`: {
			"run", "-s", "../x", "--file", "f",
		},
		`--stack: found "--yes", expected the name of a stack such as prod`: {
			"run", "--stack", "--yes", "--file", "f",
		},
	} {
		result := clitest.Call(t, program(nil), args...)
		require.EqualError(t, result.Error, want)
		assert.Equal(t, cli.ExitUsage, result.Code(), want)
		assert.Empty(t, result.Out+result.Err, "whoever calls it says what is wrong")
	}
}

func TestWhatACommandReturnsIsAFailure(t *testing.T) {
	call := func(ends error) clitest.Result {
		return clitest.Call(t, program(ends), "run", "-s", "prod", "--file", "f")
	}
	assert.Equal(t, clitest.Result{Out: "ran prod f\n"}, call(nil))
	failed := call(errors.New("no"))
	assert.Equal(t, cli.ExitFailed, failed.Code())
	assert.Equal(t, "ran prod f\n", failed.Out, "no usage after a failure")
	assert.Empty(t, failed.Err)
	assert.Equal(t, cli.ExitUndecided, call(cli.Undecided(errors.New("wait"))).Code())
	assert.Equal(t, cli.ExitUsage, call(cli.Usage(errors.New("what"))).Code())
}

func TestTheProgramAloneShowsItsHelp(t *testing.T) {
	result := clitest.Call(t, program(nil))
	require.NoError(t, result.Error)
	assert.Contains(t, result.Out, "prog [command]")
}

// A file, such as the log of a pipeline, gets no colours; a terminal cannot be had here.
func TestColor(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/log")
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // it was never written to
	assert.False(t, cli.Color(file))
	assert.False(t, cli.Color(nil))
}
