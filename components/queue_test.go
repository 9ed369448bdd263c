package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	sqsQueueType       = "aws:sqs/queue:Queue"
	sqsQueuePolicyType = "aws:sqs/queuePolicy:QueuePolicy"
	mailQueue          = "arn:aws:sqs:us-east-1:123456789012:aws-webapp-prod-mailer"
)

func testQueueArgs() *QueueArgs {
	return &QueueArgs{
		Scope: testScope, DataKeyARN: pulumi.String(dataKey), VisibilitySeconds: 120, MaxReceives: 3, RetentionDays: 2,
		AgeMinutes: 30, TopicARN: pulumi.String(topicARN),
	}
}

func queueProgram(ctx *pulumi.Context) error {
	_, err := NewQueue(ctx, "mailer", testQueueArgs())
	return err
}

func TestQueueIsEncryptedAndKeepsDeadLetters(t *testing.T) {
	made := deployed(t, queueProgram)
	queue := made.one(t, sqsQueueType, "mailer").inputs
	assert.Equal(t, dataKey, queue["kmsMasterKeyId"])
	assert.EqualValues(t, 120, queue["visibilityTimeoutSeconds"])
	assert.EqualValues(t, 2*24*60*60, queue["messageRetentionSeconds"])
	assert.JSONEq(t, `{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:mailer-dead-letters",
		"maxReceiveCount": 3}`, queue["redrivePolicy"].(string))

	letters := made.one(t, sqsQueueType, "mailer-dead-letters").inputs
	assert.Equal(t, dataKey, letters["kmsMasterKeyId"])
	assert.EqualValues(t, 14*24*60*60, letters["messageRetentionSeconds"], "the longest that SQS keeps a message")
	assert.JSONEq(t, `{"redrivePermission": "byQueue", "sourceQueueArns": ["`+mailQueue+`"]}`,
		letters["redriveAllowPolicy"].(string))
	for _, name := range []string{"mailer", "mailer-dead-letters"} {
		assert.Contains(t, made.one(t, sqsQueuePolicyType, name).inputs["policy"], `"aws:SecureTransport":"false"`)
	}
}

// Whoever sends work may not take it, and both use the queue's key through SQS alone.
func TestWhoMayUseAQueue(t *testing.T) {
	var worker, sender ServiceUse
	deployed(t, func(ctx *pulumi.Context) error {
		queue, err := NewQueue(ctx, "mailer", testQueueArgs())
		if err == nil {
			worker, sender = queue.ForWorker("QUEUE_URL"), queue.ForSender("mailer", "MAILER_QUEUE_URL")
		}
		return err
	})
	assert.Contains(t, worker.Environment, "QUEUE_URL")
	assert.Contains(t, sender.Environment, "MAILER_QUEUE_URL")
	assert.NotEqual(t, worker.Name, sender.Name, "a worker may send to another worker's queue")
	assert.Contains(t, worker.rights[0].Action, "sqs:ReceiveMessage")
	assert.Contains(t, worker.rights[0].Action, "sqs:DeleteMessage")
	assert.Equal(t, []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}, sender.rights[0].Action)
	for _, use := range []ServiceUse{worker, sender} {
		assert.Equal(t, mailQueue, use.rights[0].Resource)
		assert.Equal(t, []string{"kms:Decrypt", "kms:GenerateDataKey"}, use.rights[1].Action)
		assert.Equal(t, conditions{"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}},
			use.rights[1].Condition)
	}
}
