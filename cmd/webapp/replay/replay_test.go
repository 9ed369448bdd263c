package replay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const given = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts",
	"rotationRelay":{"functionName":"relay","deadLetterQueueUrl":"https://sqs/relay"},
	"logSearch":{"functionName":"shipper","deadLetterQueueUrl":"https://sqs/logs","lastResortBucket":"artifacts"},
	"services":{"web":{"queueUrl":"","deadLetterUrl":""},
		"orders":{"queueUrl":"https://sqs/orders","deadLetterUrl":"https://sqs/orders-dead"}}}`

func TestReplayEndsAsItsPagesSay(t *testing.T) {
	const waiting = `{"Attributes":{"ApproximateNumberOfMessages":"2","ApproximateNumberOfMessagesNotVisible":"0"}}`
	const done = `{"Results":[{"StartedTimestamp":1,"Status":"COMPLETED","ApproximateNumberOfMessagesMoved":2}]}`
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
		"a worker": {
			given, "worker",
			map[string]string{
				"GetQueueAttributes": waiting, "ListMessageMoveTasks": done, "ReceiveMessage": "{}",
			},
			[]string{"orders", "--dry-run"},
			0, "2 dead letters wait",
		},
		"a move that is over": {
			given, "worker",
			map[string]string{"GetQueueAttributes": waiting, "ListMessageMoveTasks": done},
			[]string{"orders", "--cancel"},
			0, "nothing to stop",
		},
		"a worker whose letters are all with somebody": {
			given, "worker",
			map[string]string{
				"GetQueueAttributes":   strings.NewReplacer(`"2"`, `"0"`, `"0"`, `"1"`).Replace(waiting),
				"ListMessageMoveTasks": "{}",
			},
			[]string{"orders"},
			cli.ExitFailed, "SQS moves no message that somebody has received",
		},
		"a worker, refused": {given, "worker", nil, []string{"orders"}, cli.ExitCannotAsk, "sqs:GetQueueAttributes"},
		"no queue":          {given, "worker", nil, []string{"web"}, cli.ExitUsage, "those that have one: orders"},
		"no queues":         {none, "worker", nil, []string{"web"}, cli.ExitUsage, "no service of the stack has a queue"},
		"the highest rate": {
			given, "worker", nil, []string{"orders", "--per-second", "500"}, cli.ExitCannotAsk, "sqs:GetQueueAttributes",
		},
		"too fast": {
			given, "worker", nil, []string{"orders", "--per-second", "501"}, cli.ExitUsage, "found 501, allowed are 1 to 500",
		},
		"slower than nothing": {
			given, "worker", nil, []string{"orders", "--per-second", "-1"}, cli.ExitUsage, "found -1, allowed are 1 to 500",
		},
		"no name": {given, "worker", nil, nil, cli.ExitUsage, "takes 1 arguments, NAME: found 0"},
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
