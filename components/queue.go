package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const queueType = "aws-webapp:queue:Queue"

// QueueArgs describe a [Queue].
type QueueArgs struct {
	// Scope of the stack.
	Scope Scope
	// DataKeyARN is the KMS key of the messages.
	DataKeyARN pulumi.StringInput
	// VisibilitySeconds in which a message has to be deleted after it was received, 0 to 43200.
	VisibilitySeconds int
	// MaxReceives of a message before it goes to the dead letters, 1 to 1000.
	MaxReceives int
	// RetentionDays of a message, 1 to 14. Dead letters stay for 14.
	RetentionDays int
	// AgeMinutes of the oldest message above which an alarm goes off.
	AgeMinutes int
	// TopicARN is notified of the alarms.
	TopicARN pulumi.StringInput
}

// Queue is a worker's queue on SQS, with a second one for messages that were received too often.
type Queue struct {
	pulumi.ResourceState

	// Name of the queue, and of that of the dead letters.
	Name, DeadLetterName string
	// URL of the queue, and of that of the dead letters.
	URL, DeadLetterURL pulumi.StringOutput
	alarms

	args    QueueArgs
	letters *sqs.Queue
	queue   *sqs.Queue
}

// NewQueue makes a [Queue]. Its name is that of the worker.
func NewQueue(ctx *pulumi.Context, name string, args *QueueArgs, opts ...pulumi.ResourceOption) (*Queue, error) {
	q := &Queue{args: given(args)}
	q.Name = q.args.Scope.Name(NameQueue, name)
	q.DeadLetterName = q.args.Scope.Name(NameQueue, name, "dead-letters")
	return construct(ctx, name, q, opts, construction{
		kind: "queue", token: queueType, wrong: check(q.args),
		steps: []step{
			{"create dead letters", q.createDeadLetters},
			{"create queue", q.createQueue},
			{"create alarms", q.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{"name": pulumi.String(q.Name), "url": q.URL, "deadLetterUrl": q.DeadLetterURL}
		},
	})
}

// createDeadLetters lets the worker's queue alone send there: SQS keeps the time at which a message was sent first, so
// a message of another queue could be gone at once
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
func (q *Queue) createDeadLetters(ctx *pulumi.Context, name string) (err error) {
	q.letters, err = newQueue(ctx, q, q.args.Scope, name+"-dead-letters", q.DeadLetterName, &sqs.QueueArgs{
		KmsMasterKeyId:          q.args.DataKeyARN,
		MessageRetentionSeconds: pulumi.Int(deadLetterSeconds),
		RedriveAllowPolicy: pulumi.JSONMarshal(map[string]any{
			"redrivePermission": "byQueue", "sourceQueueArns": []string{q.arn(q.Name)},
		}),
	})
	if err == nil {
		q.DeadLetterURL = q.letters.Url
	}
	return err
}

func (q *Queue) createQueue(ctx *pulumi.Context, name string) (err error) {
	q.queue, err = newQueue(ctx, q, q.args.Scope, name, q.Name, &sqs.QueueArgs{
		KmsMasterKeyId:           q.args.DataKeyARN,
		VisibilityTimeoutSeconds: pulumi.Int(q.args.VisibilitySeconds),
		MessageRetentionSeconds:  pulumi.Int(q.args.RetentionDays * secondsPerDay),
		// A receive waits for messages for as long as SQS allows, which costs fewer requests than asking again.
		ReceiveWaitTimeSeconds: pulumi.Int(20),
		RedrivePolicy: pulumi.JSONMarshal(map[string]any{
			"deadLetterTargetArn": q.letters.Arn, "maxReceiveCount": q.args.MaxReceives,
		}),
	})
	if err == nil {
		q.URL = q.queue.Url
	}
	return err
}

// newQueue makes a queue that refuses requests without TLS.
func newQueue(
	ctx *pulumi.Context, parent pulumi.Resource, scope Scope, logical, physical string, args *sqs.QueueArgs,
) (*sqs.Queue, error) {
	args.Name = pulumi.String(physical)
	args.Tags = named(physical)
	queue, err := sqs.NewQueue(ctx, logical, args, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	_, err = sqs.NewQueuePolicy(ctx, logical, &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url, Policy: policyDocument(tlsOnlyQueue(scope.ARN("sqs", physical))),
	}, pulumi.Parent(parent))
	return queue, err
}

// tlsOnlyQueue refuses requests without TLS.
func tlsOnlyQueue(arn string) statement {
	return deny("TLSOnly", "sqs:*", arn, conditions{"Bool": {"aws:SecureTransport": "false"}})
}

func (q *Queue) arn(physical string) string { return q.args.Scope.ARN("sqs", physical) }

func (q *Queue) createAlarms(ctx *pulumi.Context, name string) error {
	for _, spec := range []alarmSpec{
		{
			name:       name + "-dead-letters",
			runbook:    "worker-dead-letters",
			metric:     "ApproximateNumberOfMessagesVisible",
			dimensions: pulumi.StringMap{"QueueName": pulumi.String(q.DeadLetterName)},
			description: "Worker " + name + " failed on messages, which wait among the dead letters for 14 days at most. Look " +
				"at one and at the worker's log, then send them back.",
		},
		{
			name:       name + "-queue-age",
			runbook:    "worker-queue-age",
			urgency:    urgencyPage,
			metric:     "ApproximateAgeOfOldestMessage",
			dimensions: pulumi.StringMap{"QueueName": pulumi.String(q.Name)},
			threshold:  float64(q.args.AgeMinutes * alarmMinute),
			description: "Messages wait for worker " + name + " for too long: it has stopped, is too slow, or one message " +
				"comes " +
				"back. They are lost after the queue's retention.",
		},
	} {
		spec.scope, spec.topicARN = q.args.Scope, q.args.TopicARN
		spec.namespace, spec.statistic, spec.periodSeconds = queueNamespace, "Maximum", alarmMinute
		spec.comparison, spec.evaluationPeriods = comparisonAbove, 5
		// SQS reports nothing about a queue that was not used for six hours: "Available CloudWatch metrics for Amazon SQS".
		spec.missing = missingIsGood
		if err := q.addAlarm(ctx, q, spec); err != nil {
			return err
		}
	}
	return nil
}

// ForWorker returns what the worker itself needs, under a variable's name.
func (q *Queue) ForWorker(variable string) ServiceUse {
	return q.use("queue", variable, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility",
		"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage")
}

// ForSender returns what a service needs that sends work to it, under a variable's name.
func (q *Queue) ForSender(worker, variable string) ServiceUse {
	return q.use("queue-of-"+worker, variable, "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage")
}

// use of an encrypted queue takes its key in both directions:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (q *Queue) use(name, variable string, actions ...string) ServiceUse {
	return ServiceUse{
		Name:        name,
		Environment: map[string]pulumi.StringInput{variable: q.URL},
		rights: []statement{
			{Sid: "UseQueue", Effect: "Allow", Action: actions, Resource: q.arn(q.Name)},
			{
				Sid: "UseQueueKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
				Resource:  q.args.DataKeyARN,
				Condition: q.args.Scope.viaService("sqs"),
			},
		},
	}
}

// DashboardRow shows the queue.
func (q *Queue) DashboardRow() DashboardRow {
	of := func(queue, statistic string, names ...string) []metric {
		var metrics []metric
		for _, name := range names {
			metrics = append(metrics, metric{
				queueNamespace, name, "QueueName", queue, map[string]any{"stat": statistic, "label": name},
			})
		}
		return metrics
	}
	title := "Queue " + q.Name + ": "
	return DashboardRow{[]tile{
		q.args.Scope.graph(title+"messages", of(q.Name, "Maximum",
			"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible")...),
		q.args.Scope.graph(title+"age of the oldest, s", of(q.Name, "Maximum", "ApproximateAgeOfOldestMessage")...),
		q.args.Scope.graph(title+"sent and deleted", of(q.Name, "Sum", "NumberOfMessagesSent", "NumberOfMessagesDeleted")...),
		q.args.Scope.graph(title+"dead letters", of(q.DeadLetterName, "Maximum", "ApproximateNumberOfMessagesVisible")...),
	}}
}
