package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/verify"
)

func call(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

const outputs = `{"clusterName": "app", "services": {"web": {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1"}}}`

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":         {nil, "--cluster: found nothing"},
		"no topic":        {[]string{"alerts"}, "--outputs: found no alertTopicArn"},
		"unknown flag":    {[]string{"--quick"}, "unknown flag: --quick"},
		"argument":        {[]string{"web"}, `unknown command "web"`},
		"no file":         {[]string{"--outputs", "nope.json"}, "write the file with pulumi stack output --json"},
		"other service":   {[]string{"--outputs", "-", "--service", "api"}, `--service: found "api", but the stack has web`},
		"no authority":    {[]string{"--outputs", "-", "--ca-file", empty}, "--ca-file: found no PEM certificate"},
		"no duration":     {[]string{"--outputs", "-", "--timeout", "20"}, "missing unit in duration"},
		"outside of ECR":  {[]string{"--outputs", "-", "--image", "nginx:1.29"}, "which is not in a private ECR registry"},
		"plain http":      {[]string{"--outputs", "-", "--url", "http://example.com"}, "--url: found no https:// URL"},
		"a bake too long": {[]string{"--outputs", "-", "--bake", "1h"}, "the bake shorter than the timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, outputs, test.args...)
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, exitUsage, exitCode(err))
		})
	}
}

func TestExitCodes(t *testing.T) {
	for verdict, want := range map[verify.Verdict]int{verify.NotAsRequested: exitNotAsRequested, verify.TimedOut: exitTimedOut} {
		var out bytes.Buffer
		err := (&flags{}).print(&out, &verify.Report{Verdict: verdict, Reason: "why"})
		assert.EqualError(t, err, string(verdict)+": why")
		assert.Equal(t, want, exitCode(err))
	}
	require.NoError(t, (&flags{}).print(&bytes.Buffer{}, &verify.Report{Verdict: verify.Verified}))
	assert.Equal(t, exitNotAsRequested, exitCode(verify.NotHeardError("subscriptions: found 1 confirmed")))
	assert.Equal(t, exitCannotLook, exitCode(lookError{errors.New("no credentials")}))
	assert.Equal(t, exitUsage, exitCode(errors.New("anything else")))
}

func TestTheRegionIsThatOfTheOutputs(t *testing.T) {
	f := &flags{outputs: "-"}
	require.NoError(t, f.readOutputs(strings.NewReader(outputs)))
	assert.Equal(t, "eu-west-1", f.region)
	f = &flags{outputs: "-", region: "us-east-1"}
	require.NoError(t, f.readOutputs(strings.NewReader(outputs)))
	assert.Equal(t, "us-east-1", f.region, "what is given wins")
}
