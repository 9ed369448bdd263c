package verify

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/verify"
)

const fromStack = `{"clusterName": "app", "services": {"web": {
	"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1"}}}`

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":         {nil, "--cluster: found nothing"},
		"unknown flag":    {[]string{"--quick"}, "unknown flag: --quick: verify takes --alarm, --bake, --ca-file"},
		"argument":        {[]string{"web"}, `found the argument "web", verify takes flags alone`},
		"no file":         {[]string{"--outputs", "nope.json"}, "write the file with pulumi stack output --json"},
		"other service":   {[]string{"--outputs", "-", "--service", "api"}, `--service: found "api", but the stack has web`},
		"no authority":    {[]string{"--outputs", "-", "--ca-file", empty}, "--ca-file: found no PEM certificate"},
		"no duration":     {[]string{"--outputs", "-", "--timeout", "20"}, "missing unit in duration"},
		"outside of ECR":  {[]string{"--outputs", "-", "--image", "nginx:1.29"}, "which is not in a private ECR registry"},
		"plain http":      {[]string{"--outputs", "-", "--url", "http://example.com"}, "--url: found no https:// URL"},
		"a bake too long": {[]string{"--outputs", "-", "--bake", "1h"}, "the bake shorter than the timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			result := clitest.CallWith(t, fromStack, New(), test.args...)
			require.ErrorContains(t, result.Error, test.want)
			assert.Equal(t, cli.ExitUsage, result.Code())
			assert.Empty(t, result.Out+result.Err)
		})
	}
}

func TestWrongCallsOfAlertsSayWhatIsAllowed(t *testing.T) {
	for want, args := range map[string][]string{
		"--stack: found nothing: name the stack": nil,
		"--outputs: found no alertTopicArn":      {"--outputs", "-"},
		"--outputs: open nope.json":              {"--outputs", "nope.json"},
		`--stack: found "../x"`:                  {"--stack", "../x"},
	} {
		result := clitest.CallWith(t, fromStack, NewAlerts(), args...)
		require.ErrorContains(t, result.Error, want)
		assert.Equal(t, cli.ExitUsage, result.Code(), want)
	}
}

// Whoever asks for the stack's own outputs needs the Pulumi CLI and the state.
func TestOutputsThatPulumiDoesNotHaveAreNoVerdict(t *testing.T) {
	called := clitest.Program(t, "pulumi", "echo 'no stack' >&2; exit 255")
	result := clitest.Call(t, NewAlerts(), "--stack", "prod")
	require.EqualError(t, result.Error, "pulumi stack output: exit status 255")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.Contains(t, result.Err, "no stack")
	assert.Equal(t, []string{"stack output --json --stack prod"}, called())
}

func TestExitCodes(t *testing.T) {
	for verdict, want := range map[verify.Verdict]int{
		verify.NotAsRequested: cli.ExitFailed, verify.TimedOut: cli.ExitUndecided,
	} {
		var out bytes.Buffer
		err := (&flags{}).print(&out, &verify.Report{Verdict: verdict, Reason: "why"})
		assert.EqualError(t, err, string(verdict)+": why")
		assert.Equal(t, want, cli.ExitCode(err))
	}
	require.NoError(t, (&flags{}).print(&bytes.Buffer{}, &verify.Report{Verdict: verify.Verified}))
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(judged(verify.NotHeardError("subscriptions: found 1 confirmed"))))
	assert.Equal(t, cli.ExitCannotAsk, cli.ExitCode(judged(errors.New("no credentials"))))
}

func TestTheRegionIsThatOfTheOutputs(t *testing.T) {
	for region, args := range map[string][]string{"eu-west-1": nil, "us-east-1": {"--region", "us-east-1"}} {
		f := &flags{}
		// It is wrong in what is looked at after the outputs.
		args = append(args, "--outputs", "-", "--url", "http://example.com")
		result := clitest.CallWith(t, fromStack, newCommand(f), args...)
		require.ErrorContains(t, result.Error, "--url: ")
		assert.Equal(t, region, f.region, "what is given wins")
	}
}
