package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/tests/commands"
)

// each calls a test for every command of the program, with the words that lead to it.
func each(t *testing.T, test func(t *testing.T, cmd *cobra.Command, path []string)) {
	t.Helper()
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		path := strings.Fields(cmd.CommandPath())[1:]
		t.Run(strings.Join(path, " "), func(t *testing.T) { test(t, cmd, path) })
		for _, below := range cmd.Commands() {
			if below.IsAvailableCommand() && below.Name() != "help" {
				walk(below)
			}
		}
	}
	walk(newRoot())
}

// holds says whether a command only holds others.
func holds(cmd *cobra.Command) bool {
	return cmd.HasSubCommands() && !cmd.Flags().HasAvailableFlags()
}

// widest is the widest line of help, in columns, that fits on a terminal of usual width.
const widest = 100

func TestEveryCommandExplainsItself(t *testing.T) {
	each(t, func(t *testing.T, cmd *cobra.Command, path []string) {
		assert.Regexp(t, `^[A-Z].*[^.]$`, cmd.Short)
		assert.LessOrEqual(t, len(cmd.Short), 80)
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			assert.LessOrEqual(t, len([]rune(line)), widest, line)
		}
		if len(path) == 0 {
			return
		}
		require.NotEmpty(t, cmd.Example, "an example says more than a list of flags")
		for line := range strings.Lines(cmd.Example) {
			if call, found := strings.CutPrefix(strings.TrimSpace(line), cli.Self+" "); found {
				assertCallable(t, call)
			}
		}
	})
}

// assertCallable finds the command of an example, and each of its flags.
func assertCallable(t *testing.T, call string) {
	t.Helper()
	call, _, _ = strings.Cut(call, " | ")
	cmd, args, err := newRoot().Find(strings.Fields(call))
	require.NoError(t, err, call)
	require.False(t, holds(cmd), call)
	for _, arg := range args {
		if name, found := strings.CutPrefix(arg, "--"); found {
			assert.NotNil(t, cmd.Flag(name), "%s of %s", arg, call)
		}
	}
}

// Flags of one name are one flag, wherever they are.
func TestFlagsAreDescribedAndMeanTheSameEverywhere(t *testing.T) {
	shorthands := map[string]string{"stack": "s", "help": "h"}
	same := map[string]string{"root": "", "json": "", "outputs": "", "fail-at": ""}
	each(t, func(t *testing.T, cmd *cobra.Command, _ []string) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			assert.NotEmpty(t, f.Usage, f.Name)
			assert.NotRegexp(t, `^[A-Z][a-z]|\.$`, f.Usage, "--%s: begin small, end without a dot", f.Name)
			assert.Equal(t, shorthands[f.Name], f.Shorthand, f.Name)
			if usage, kept := same[f.Name]; kept && usage != "" {
				assert.Equal(t, usage, f.Usage, f.Name)
			} else if kept {
				same[f.Name] = f.Usage
			}
			if f.Name == "json" {
				assert.Equal(t, "bool", f.Value.Type())
			}
		})
	})
}

func TestWrongCallsEndWithTwoAndNameWhatIsAllowed(t *testing.T) {
	each(t, func(t *testing.T, cmd *cobra.Command, path []string) {
		result := clitest.Call(t, newRoot(), append(path, "--quick")...)
		require.ErrorContains(t, result.Error, "unknown flag: --quick: "+cmd.CommandPath()+" takes --")
		cmd.Flags().VisitAll(func(f *pflag.Flag) { assert.ErrorContains(t, result.Error, "--"+f.Name) })
		assert.Equal(t, cli.ExitUsage, result.Code())
		assert.Empty(t, result.Out+result.Err, "no usage after a failure: the error says it all")

		if cmd.Name() == "compliance" {
			return // takes as many files as there are
		}
		result = clitest.Call(t, newRoot(), append(path, "surplus")...)
		require.Error(t, result.Error)
		assert.Equal(t, cli.ExitUsage, result.Code())
		assert.Empty(t, result.Out+result.Err)
		for _, below := range cmd.Commands() {
			assert.ErrorContains(t, result.Error, below.Name())
		}
	})
}

// What a command needs is missing where nothing is: it says so, prints no usage, and nothing that a program would read.
func TestFailuresAreErrorsAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PATH", t.TempDir())
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "PULUMI_BACKEND_URL", "GITHUB_TOKEN", "GITHUB_STEP_SUMMARY",
	} {
		t.Setenv(name, "")
	}
	each(t, func(t *testing.T, cmd *cobra.Command, path []string) {
		if len(path) == 0 || holds(cmd) || cmd.CommandPath() == "webapp deploy wait" {
			return // it finds nothing to wait for
		}
		args := path
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			switch {
			case f.Name == "json":
				args = append(args, "--json")
			case strings.HasSuffix(f.Usage, cli.Required) || f.Name == "stack":
				args = append(args, "--"+f.Name, "nothing")
			}
		})
		if strings.Contains(cmd.Use, "BEFORE") {
			args = append(args, "before.json", "after.json")
		} else if strings.Contains(cmd.Use, "EVIDENCE") {
			args = append(args, "evidence.json")
		}
		result := clitest.Call(t, newRoot(), args...)
		require.Error(t, result.Error)
		assert.NotContains(t, result.Error.Error(), "unknown")
		assert.NotContains(t, result.Out+result.Err, "Usage:")
		assert.Empty(t, result.Out)
	})
}

// state has one resource with a price.
const state = `{"deployment": {"resources": [
	{"urn": "urn:pulumi:prod::p::pulumi:providers:aws::aws", "type": "pulumi:providers:aws",
		"inputs": {"region": "us-east-1"}},
	{"urn": "urn:pulumi:prod::p::aws:ec2/natGateway:NatGateway::nat", "type": "aws:ec2/natGateway:NatGateway",
		"inputs": {}}
]}}`

// Commands that need AWS or an engine show it in the tests of their packages.
func TestJSONIsAllThatIsPrinted(t *testing.T) {
	logs, err := filepath.Abs("../../internal/preview/report/testdata/iam-widened.jsonl.gz")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	var estimate string
	for _, test := range []struct{ stdin, call string }{
		{state, "cost estimate --stack prod --file - --json"},
		{"", "cost diff estimate.json estimate.json --json"},
		{"", "report --event-log " + logs + " --json"},
	} {
		result := clitest.CallWith(t, test.stdin, newRoot(), strings.Fields(test.call)...)
		require.NoError(t, result.Error, test.call)
		assert.True(t, json.Valid([]byte(result.Out)), result.Out)
		if estimate == "" {
			estimate = result.Out
			require.NoError(t, os.WriteFile("estimate.json", []byte(estimate), 0o600))
		}
	}
}

// The exit codes are in one table each: of the help and of the documentation.
func TestExitCodesAreDocumented(t *testing.T) {
	help := clitest.Call(t, newRoot(), "--help").Out
	assert.Contains(t, help, cli.Codes())
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	codes := regexp.MustCompile(`(?m)^  (\d)  `).FindAllStringSubmatch(cli.Codes(), -1)
	require.Len(t, codes, 5)
	for _, code := range codes {
		assert.Equal(t, 1, strings.Count(string(page), "\n| "+code[1]+" | "), "docs/operations.md: Exit codes, %s", code[1])
	}
}

// A command of a document that is not ours any more fails when somebody needs it.
func TestCommandsOfTheDocumentsAreValid(t *testing.T) {
	problems, checked, err := commands.CheckOwn("../..", cli.Self, "./cmd/webapp", newRoot)
	require.NoError(t, err)
	assert.Greater(t, checked, 40)
	assert.Empty(t, problems, strings.Join(problems, "\n"))
}
