package preflight

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/preflight"
	"aws-webapp/tests/fixtures"
)

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no stack":        {nil, "--stack: found nothing, expected: stack to look at"},
		"unknown command": {[]string{"deploy"}, `unknown command "deploy" of preflight: allowed are destroy, up`},
		"unknown flag": {
			[]string{"--quick"}, "unknown flag: --quick: preflight takes --help, --json, --root, --stack, --strict",
		},
		"argument":      {[]string{"destroy", "prod"}, `found the argument "prod", preflight destroy takes flags alone`},
		"no project":    {[]string{"--stack", "prod", "--root", t.TempDir()}, "Pulumi.yaml"},
		"no stack file": {[]string{"--stack", "nope", "--root", fixtures.Stacks(t)}, "read the stack file: open"},
		"no state": {
			[]string{"destroy", "--stack", "prod", "--root", fixtures.Stacks(t), "--state", "nope.json"},
			"write the file with pulumi stack export",
		},
	} {
		t.Run(name, func(t *testing.T) {
			result := clitest.Call(t, New(), test.args...)
			require.ErrorContains(t, result.Error, test.want)
			assert.Equal(t, cli.ExitUsage, result.Code())
			assert.Empty(t, result.Out+result.Err)
		})
	}
}

func TestAStackFileThatIsWrongIsNotLookedAt(t *testing.T) {
	root := t.TempDir()
	text, err := os.ReadFile(fixtures.File(t, "Pulumi.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), text, 0o600))
	bad := []byte("config: {aws-webapp:environment: production}")
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.bad.yaml"), bad, 0o600))
	result := clitest.Call(t, New(), "--root", root, "--stack", "bad")
	require.ErrorContains(t, result.Error, `aws-webapp:environment: found "production", allowed dev, staging, prod`)
	assert.Equal(t, cli.ExitUsage, result.Code())
	result = clitest.Call(t, New(), "--root", root, "--stack", "Prod")
	require.ErrorContains(t, result.Error, `name of the stack: found "Prod"`)
	assert.Equal(t, cli.ExitUsage, result.Code())
}

func TestExitCodes(t *testing.T) {
	unchecked := &preflight.Report{Findings: []outcome.Finding{
		{Status: outcome.Unchecked}, {Status: outcome.OK}, {Status: outcome.Warning},
	}}
	blocked := &preflight.Report{Operation: "up", Stack: "prod", Findings: []outcome.Finding{
		{Status: outcome.Blocked}, {Status: outcome.Unchecked},
	}}
	require.NoError(t, (&flags{}).judge(unchecked))
	assert.Equal(t, cli.ExitUndecided, cli.ExitCode((&flags{strict: true}).judge(unchecked)))
	for _, strict := range []bool{false, true} {
		err := (&flags{strict: strict}).judge(blocked)
		require.EqualError(t, err, "1 findings stop up of prod: the table says what to change")
		assert.Equal(t, cli.ExitFailed, cli.ExitCode(cli.Failed(err)), "a verdict that nobody has marked")
	}
}

// The names are those that the program gives, as the golden graph of prod shows.
func TestNamesAreThoseOfTheProgram(t *testing.T) {
	cfg, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "prod"))
	require.NoError(t, err)
	text, err := os.ReadFile(fixtures.Repository(t, "tests", "stack", "testdata", "prod.graph"))
	require.NoError(t, err)
	graph := string(text)
	names := namesOf("aws-webapp", "prod", "123456789012", "aws", cfg)
	buckets := map[string]bool{}
	for _, name := range names {
		assert.Contains(t, graph, " = "+name.Value+"\n", name.Role)
		if name.Kind == preflight.BucketName {
			buckets[name.Value] = true
		}
	}
	for line := range strings.Lines(graph) {
		if bucket, found := strings.CutPrefix(strings.TrimSpace(line), "bucket = "); found {
			assert.True(t, buckets[bucket], "a bucket that is not asked for: %s", bucket)
		}
	}
}

func TestNamesThatAreTooLongAreCutAsTheProgramDoes(t *testing.T) {
	cfg := config.Defaults()
	cfg.LogSearch.Enabled = true
	for _, name := range namesOf("aws-webapp", "a-rather-long-stack-name", "123456789012", "aws", &cfg) {
		assert.LessOrEqual(t, len(name.Value), name.Limit, name.Role)
		assert.Equal(t, len(name.Full) > name.Limit, !strings.EqualFold(name.Full, name.Value), name.Role)
	}
}
