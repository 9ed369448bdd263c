package runonce

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const given = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts","clusterName":"app",` +
	`"jobs":{"nightly":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/p-nightly:3",` +
	`"container":"nightly","subnetIds":["subnet-1"],"securityGroupId":"sg-1",` +
	`"logGroup":"/ecs/nightly","timeoutMinutes":5}}}`

func ended(code string) map[string]string {
	return map[string]string{
		"ListTasks": `{"taskArns":[]}`,
		"RunTask":   `{"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:1:task/app/0a1b"}]}`,
		"DescribeTasks": `{"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:1:task/app/0a1b","lastStatus":"STOPPED",` +
			`"containers":[{"name":"nightly","exitCode":` + code + `}]}]}`,
	}
}

func TestRunEndsAsItsPagesSay(t *testing.T) {
	job := Kind{Noun: "job", List: "jobs", Short: "Run a job now", None: "list it in jobs of the stack file, and deploy"}
	const none = `{"alertTopicArn":"arn:aws:sns:eu-west-1:1:a"`
	for name, row := range map[string]struct {
		outputs, named string
		answers        map[string]string
		code           int
		says           string
	}{
		"fine":          {given, "nightly", ended("0"), 0, ""},
		"a bad end":     {given, "nightly", ended("2"), cli.ExitFailed, "nightly failed after 0s: exit code 2"},
		"another name":  {given, "hourly", nil, cli.ExitUsage, `found "hourly", the stack has: nightly`},
		"no job":        {none + "}", "nightly", nil, cli.ExitUsage, "the stack has: none"},
		"no permission": {given, "nightly", nil, cli.ExitCannotAsk, "ecs:ListTasks"},
		"no outputs":    {none + `,"jobs":[]}`, "x", nil, cli.ExitUsage, "jobs is not what"},
	} {
		called := awsfake.Serve(t, row.answers)
		result := clitest.CallWith(t, row.outputs, New(job), row.named, "--outputs", "-")
		assert.Equal(t, row.code, result.Code(), name)
		if row.says == "" {
			require.NoError(t, result.Error, name)
			assert.Equal(t, []string{"ListTasks", "RunTask", "DescribeTasks"}, called(), name)
			continue
		}
		require.ErrorContains(t, result.Error, row.says, name)
	}
}

func TestADryRunOnlyLooks(t *testing.T) {
	called := awsfake.Serve(t, ended("0"))
	result := clitest.CallWith(t, given, New(Kind{Noun: "job", List: "jobs"}), "nightly", "--outputs", "-", "--dry-run")
	require.NoError(t, result.Error)
	assert.Equal(t, []string{"ListTasks"}, called())
	assert.Contains(t, result.Err, "would run nightly: task definition p-nightly:3")
}
