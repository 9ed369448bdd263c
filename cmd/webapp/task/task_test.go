package task

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const (
	topic = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts"`
	given = topic + `,"clusterName":"app","operator":{"taskDefinitionArn":"arn:operator:3","subnetIds":["subnet-1"],` +
		`"securityGroupId":"sg-1"}}`
	running = `{"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:1:task/app/0a1b","taskDefinitionArn":"arn:operator:3",` +
		`"desiredStatus":"RUNNING","lastStatus":"RUNNING","containers":[{"runtimeId":"r-1","managedAgents":[` +
		`{"name":"ExecuteCommandAgent","lastStatus":"RUNNING"}]}]}]}`
	session = `{"session":{"sessionId":"s-1","streamUrl":"wss://x","tokenValue":"the-token"}}`
)

// The plugin gets what the AWS CLI gives it; nothing that is printed has the token.
func TestThePluginGetsTheSession(t *testing.T) {
	plugged := clitest.Program(t, plugin, "echo from the session")
	called := awsfake.Serve(t, map[string]string{
		"GetCallerIdentity": awsfake.Caller("123456789012"), "ListTasks": `{"taskArns":[]}`, "RunTask": running,
		"DescribeTasks": running, "ExecuteCommand": session, "StopTask": "{}",
	})
	result := clitest.CallWith(t, given, New(), "psql", "--outputs", "-", "--reason", "count the orders")
	require.NoError(t, result.Error)
	assert.Equal(t, "from the session\n", result.Out)
	assert.NotContains(t, result.Err, "the-token")
	assert.Equal(t, []string{
		`{"sessionId":"s-1","streamUrl":"wss://x","tokenValue":"the-token"} eu-west-1 StartSession  ` +
			`{"Target":"ecs:app_0a1b_r-1"} ` + os.Getenv("AWS_ENDPOINT_URL"),
	}, plugged())
	assert.Equal(t, "StopTask", called()[len(called())-1])
}

func TestTaskEndsAsItsPagesSay(t *testing.T) {
	clitest.Program(t, plugin, "exit 3")
	answers := map[string]string{
		"GetCallerIdentity": awsfake.Caller("123456789012"), "ListTasks": `{"taskArns":[]}`, "RunTask": running,
		"DescribeTasks": running, "ExecuteCommand": session, "StopTask": "{}",
	}
	for name, row := range map[string]struct {
		outputs, reason string
		answers         map[string]string
		code            int
		says            string
	}{
		"no reason":       {given, "x", nil, cli.ExitUsage, "--reason: found"},
		"not enabled":     {topic + "}", "count the orders", nil, cli.ExitFailed, "set operator.enabled to true"},
		"no permission":   {given, "count the orders", nil, cli.ExitCannotAsk, "sts:GetCallerIdentity"},
		"a plugin's fall": {given, "count the orders", answers, cli.ExitFailed, plugin + ": exit status 3"},
	} {
		awsfake.Serve(t, row.answers)
		result := clitest.CallWith(t, row.outputs, New(), "shell", "--outputs", "-", "--reason", row.reason)
		assert.Equal(t, row.code, result.Code(), name)
		require.ErrorContains(t, result.Error, row.says, name)
		assert.False(t, strings.Contains(result.Error.Error(), "the-token"), name)
	}
	t.Setenv("PATH", t.TempDir())
	result := clitest.CallWith(t, given, New(), "shell", "--outputs", "-", "--reason", "count the orders")
	require.ErrorContains(t, result.Error, "found no session-manager-plugin: install it")
}
