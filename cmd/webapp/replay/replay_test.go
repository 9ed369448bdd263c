package replay

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const given = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts",
	"rotationRelay":{"functionName":"relay","deadLetterQueueUrl":"https://sqs/relay"},
	"logSearch":{"functionName":"shipper","deadLetterQueueUrl":"https://sqs/logs","lastResortBucket":"artifacts"}}`

func TestReplayEndsAsItsPagesSay(t *testing.T) {
	const waiting = `{"Attributes":{"ApproximateNumberOfMessages":"2","ApproximateNumberOfMessagesNotVisible":"0"}}`
	const none = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts"}`
	for name, row := range map[string]struct {
		outputs, sub string
		answers      map[string]string
		args         []string
		code         int
		says         string
	}{
		"dry run": {
			given, "rotation", map[string]string{"GetQueueAttributes": waiting}, []string{"--dry-run"}, 0, "2 events wait",
		},
		"refused": {given, "rotation", nil, nil, cli.ExitCannotAsk, "needs the permission sqs:GetQueueAttributes"},
		"empty": {
			given, "rotation", map[string]string{"GetQueueAttributes": waiting, "ReceiveMessage": "{}"}, nil, 0, "is empty",
		},
		"no relay":     {none, "rotation", nil, nil, cli.ExitFailed, "the stack has no rotation relay"},
		"no search":    {none, "search", nil, nil, cli.ExitFailed, "the stack has no log search"},
		"no outputs":   {"{}", "search", nil, nil, cli.ExitUsage, "found no alertTopicArn"},
		"no JSON":      {"x", "search", nil, nil, cli.ExitUsage, "found no JSON"},
		"not the logs": {given, "search", nil, []string{"--dry-run"}, cli.ExitCannotAsk, "sqs:GetQueueAttributes"},
	} {
		awsfake.Serve(t, row.answers)
		result := clitest.CallWith(t, row.outputs, New(), append([]string{row.sub, "--outputs", "-"}, row.args...)...)
		assert.Equal(t, row.code, result.Code(), name)
		if row.code == 0 {
			assert.Contains(t, result.Out, row.says, name)
			continue
		}
		assert.ErrorContains(t, result.Error, row.says, name)
	}
}
