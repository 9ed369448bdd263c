package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/tests/commands"
)

// call runs the command as the shell would and returns what it printed.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	result := clitest.Call(t, newRoot(), append(args, "--home", t.TempDir())...)
	return result.Out + result.Err, result.Error
}

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	project := filepath.Join("..", "..")
	for name, tc := range map[string]struct {
		args []string
		want string
		code int
	}{
		"unknown command": {
			[]string{"deploy"},
			`unknown command "deploy" of sandbox: allowed are destroy, outputs, preview, refresh, stack, up`,
			cli.ExitUsage,
		},
		"unknown flag": {[]string{"up", "--quick"}, "unknown flag: --quick", cli.ExitUsage},
		"unknown cloud": {
			[]string{"up", "--cloud", "mars"}, `--cloud: found "mars", allowed are sim and moto`, cli.ExitUsage,
		},
		"argument": {[]string{"up", "prod"}, `found the argument "prod", sandbox up takes flags alone`, cli.ExitUsage},
		"half a setting": {
			[]string{"up", "--config", "database.multiAz"}, `--config: found "database.multiAz", expected key=value`, cli.ExitUsage,
		},
		"stack without a file": {
			[]string{"up", "--root", project, "--stack", "nope"}, `stack "nope" has no file`, cli.ExitFailed,
		},
		"no policy pack": {
			[]string{"up", "--root", project, "--policy-pack", "nosuch"}, `policy pack "nosuch": found nothing at`, cli.ExitFailed,
		},
		"no project": {[]string{"up", "--root", t.TempDir()}, "Pulumi.yaml", cli.ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, tc.code, cli.ExitCode(err))
		})
	}
}

func TestParseConfig(t *testing.T) {
	values, err := parseConfig([]string{"database.name=a=b", "logging.retentionDays=7"})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"database.name": "a=b", "logging.retentionDays": "7"}, values)
}

// printed shows a result as an operation would.
func printed(t *testing.T, f *flags, result *engine.Result) string {
	t.Helper()
	var out bytes.Buffer
	command := newUp(f)
	command.SetOut(&out)
	require.NoError(t, f.print(command, result))
	return out.String()
}

func TestSummary(t *testing.T) {
	result := &engine.Result{
		Operation: "up", Stack: "prod", Duration: 1234 * time.Millisecond, Unchanged: 3,
		Steps:      []engine.Step{{Op: "update"}, {Op: "create"}, {Op: "create"}},
		Violations: []engine.Violation{{Level: "mandatory"}, {Level: "advisory"}, {Level: "advisory"}},
		Outputs:    map[string]any{"url": "https://visitors.example.com"},
	}
	assert.Equal(t, `
up of prod: create 2, update 1, unchanged 3, 1.2s
policies: 1 mandatory and 2 advisory violations
url: https://visitors.example.com
`, printed(t, &flags{}, result))
	assert.Equal(t, "\npreview of prod: no change, 0s\n", printed(t, &flags{}, &engine.Result{Operation: "preview", Stack: "prod"}))
}

func TestSummaryAsJSON(t *testing.T) {
	text := printed(t, &flags{json: true}, &engine.Result{Operation: "up", Stack: "prod", Steps: []engine.Step{{Op: "create", Name: "web"}}})
	var decoded engine.Result
	require.NoError(t, json.Unmarshal([]byte(text), &decoded))
	assert.Equal(t, "web", decoded.Steps[0].Name)
}

func TestOutputText(t *testing.T) {
	assert.Equal(t, "https://a", outputText("https://a"))
	assert.JSONEq(t, `{"name":"web"}`, outputText(map[string]any{"name": "web"}))
}

// Whoever is refused a destroy must be told what to change, and only then.
func TestExplainNamesTheKeysToFlip(t *testing.T) {
	refusal := func(operation, text string) error {
		return &engine.Failure{
			Result: &engine.Result{Operation: operation, Stack: "prod", Errors: []string{text}}, Cause: errors.New("exit status 255"),
		}
	}
	explained := explain(refusal("destroy", `resource "..." cannot be deleted because it is protected.`))
	for _, key := range []string{
		"Pulumi.prod.yaml", "environment: staging", "database.deletionProtection: false",
		"loadBalancer.deletionProtection: false", "storage.forceDestroy: true",
	} {
		assert.ErrorContains(t, explained, key)
	}
	for _, other := range []error{refusal("up", "protected"), refusal("destroy", "throttled"), errors.New("protected")} {
		assert.Equal(t, other, explain(other))
	}
}

func TestCommandsOfTheDocumentsAreValid(t *testing.T) {
	problems, checked, err := commands.CheckOwn("../..", "sandbox", "./cmd/sandbox", newRoot)
	require.NoError(t, err)
	assert.NotZero(t, checked)
	assert.Empty(t, problems)
}
