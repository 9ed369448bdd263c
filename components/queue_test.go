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

// What a worker may do with its own queue, and what each alarm and graph of it shows.
func TestWhatAQueueTells(t *testing.T) {
	var row DashboardRow
	rec := deployed(t, func(ctx *pulumi.Context) error {
		queue, err := NewQueue(ctx, "mailer", testQueueArgs())
		if err != nil {
			return err
		}
		row = queue.DashboardRow()
		assert.Equal(t, []string{"aws-webapp-prod-mailer-dead-letters", "aws-webapp-prod-mailer-queue-age"}, queue.AlarmNames)
		assert.Equal(t, []string{
			"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes",
			"sqs:GetQueueUrl", "sqs:SendMessage",
		}, queue.ForWorker("QUEUE_URL").rights[0].Action, "it puts back what it cannot do now")
		return nil
	})
	rec.keepsContract(t, queueType, "mailer", map[string]any{
		"name": "aws-webapp-prod-mailer", "url": "https://sqs.us-east-1.amazonaws.com/123456789012/mailer",
		"deadLetterUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/mailer-dead-letters",
	})
	for name, want := range map[string]map[string]any{
		"mailer-dead-letters": {
			"metricName": "ApproximateNumberOfMessagesVisible", "threshold": 0.0,
			"dimensions": map[string]any{"QueueName": "aws-webapp-prod-mailer-dead-letters"},
		},
		"mailer-queue-age": {
			"metricName": "ApproximateAgeOfOldestMessage", "threshold": 1800.0,
			"dimensions": map[string]any{"QueueName": "aws-webapp-prod-mailer"},
		},
	} {
		alarm := rec.one(t, alarmType, name).inputs
		for input, value := range want {
			assert.Equal(t, value, alarm[input], "%s of %s", input, name)
		}
		assert.Equal(t, []any{"AWS/SQS", "Maximum", 60.0, 5.0, "GreaterThanThreshold", "notBreaching"}, []any{
			alarm["namespace"], alarm["statistic"], alarm["period"], alarm["evaluationPeriods"],
			alarm["comparisonOperator"], alarm["treatMissingData"],
		}, name)
		assert.Equal(t, []any{topicARN}, alarm["alarmActions"], name)
	}
	queue := rec.one(t, sqsQueueType, "mailer").inputs
	assert.Equal(t, "aws-webapp-prod-mailer", queue["name"])
	assert.EqualValues(t, 20, queue["receiveWaitTimeSeconds"], "as long as SQS waits")
	assert.Equal(t, "aws-webapp-prod-mailer-dead-letters", rec.one(t, sqsQueueType, "mailer-dead-letters").inputs["name"])
	shown := map[string][]metric{}
	for _, tile := range row.tiles {
		shown[tile.properties["title"].(string)], _ = tile.properties["metrics"].([]metric)
	}
	of := func(queue, name, statistic string) metric {
		return metric{"AWS/SQS", name, "QueueName", queue, map[string]any{"stat": statistic, "label": name}}
	}
	const own, dead = "aws-webapp-prod-mailer", "aws-webapp-prod-mailer-dead-letters"
	assert.Equal(t, map[string][]metric{
		"Queue " + own + ": messages": {
			of(own, "ApproximateNumberOfMessagesVisible", "Maximum"),
			of(own, "ApproximateNumberOfMessagesNotVisible", "Maximum"),
		},
		"Queue " + own + ": age of the oldest, s": {of(own, "ApproximateAgeOfOldestMessage", "Maximum")},
		"Queue " + own + ": sent and deleted": {
			of(own, "NumberOfMessagesSent", "Sum"), of(own, "NumberOfMessagesDeleted", "Sum"),
		},
		"Queue " + own + ": dead letters": {of(dead, "ApproximateNumberOfMessagesVisible", "Maximum")},
	}, shown)
}
