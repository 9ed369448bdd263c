package deliveries

// SNS and SQS encrypt with their caller's permissions, and with the topic's or queue's ARN as
// the encryption context.
const (
	TopicContext = "kms:EncryptionContext:aws:sns:topicArn"
	QueueContext = "kms:EncryptionContext:aws:sqs:arn"
)

const (
	events          = "events.amazonaws.com"
	eventsPage      = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
	topicKeyPage    = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
	queueKeyPage    = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
	alarms          = "cloudwatch.amazonaws.com"
	alarmsPage      = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
	acceleratorNote = "https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/407"
)

// useKey lists the actions that a message needs if it is encrypted with a customer managed key.
var useKey = []string{"kms:GenerateDataKey", "kms:Decrypt"}

// EventBridge's calls for a rule, which is the source.
var (
	// EventsToTopic: SNS policies for EventBridge may have no conditions.
	EventsToTopic = row(Delivery{
		Name: "EventBridge publishes to a topic", Service: events, Actions: []string{"sns:Publish"},
		Readings: append([]Reading{{Sources: []string{
			eventsPage, acceleratorNote, "https://github.com/awsdocs/aws-cloudformation-user-guide/issues/481",
		}}}, documented("{source}", eventsPage)...),
	})
	// EventsToTopicKey: aws:SourceAccount, aws:SourceArn and aws:SourceOrgID "are not supported in
	// EventBridge-to-encrypted topics", says the SNS guide.
	EventsToTopicKey = row(Delivery{
		Name: "EventBridge encrypts for a topic", Service: events, Actions: useKey,
		Readings: []Reading{{
			Keys: map[string]string{TopicContext: "{target}"},
			Sources: []string{
				topicKeyPage, acceleratorNote,
				"https://aws.github.io/modern-data-architecture-accelerator/typedocs/functions/" +
					"_aws-mdaa_cloudwatch-constructs.grantCloudWatchAlarmsTopicAccess.html",
			},
		}},
	})
	EventsToQueue = row(Delivery{
		Name: "EventBridge sends to a queue", Service: events, Actions: []string{"sqs:SendMessage"},
		Readings: []Reading{{
			Keys: map[string]string{SourceARN: "{source}"},
			Sources: []string{
				eventsPage, "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
			},
		}},
	})
	// EventsToQueueKey: the statement in the older guide has no condition; public stacks use the
	// keys of the source.
	EventsToQueueKey = row(Delivery{
		Name: "EventBridge encrypts for a queue", Service: events, Actions: useKey,
		Readings: []Reading{
			{Keys: map[string]string{QueueContext: "{target}"}, Sources: []string{queueKeyPage}},
			{
				Keys:    map[string]string{QueueContext: "{target}", SourceARN: "{source}", SourceAccount: "{account}"},
				Sources: []string{queueKeyPage + "#compatibility-with-aws-services"},
			},
		},
	})
	EventsToFunction = row(Delivery{
		Name: "EventBridge invokes a function", Service: events, Actions: []string{"lambda:InvokeFunction"},
		Readings: []Reading{{Keys: map[string]string{SourceARN: "{source}"}, Sources: []string{eventsPage}}},
	})
)

// TopicToFunction is SNS's call for a subscription; the source is the topic.
var TopicToFunction = row(Delivery{
	Name: "SNS invokes a function", Service: "sns.amazonaws.com", Actions: []string{"lambda:InvokeFunction"},
	Readings: []Reading{{
		Keys:    map[string]string{SourceARN: "{source}"},
		Sources: []string{"https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"},
	}},
})

// CloudWatch's calls for an alarm, which is the source.
var (
	AlarmsToTopic = row(Delivery{
		Name: "a CloudWatch alarm publishes to a topic", Service: alarms, Actions: []string{"sns:Publish"},
		Readings: documented("{source}", alarmsPage),
	})
	AlarmsToTopicKey = row(Delivery{
		Name: "a CloudWatch alarm encrypts for a topic", Service: alarms, Actions: useKey,
		Readings: []Reading{{
			Keys: map[string]string{TopicContext: "{target}", SourceARN: "{source}", SourceAccount: "{account}"},
			Sources: []string{
				topicKeyPage,
				"https://aws.github.io/modern-data-architecture-accelerator/typedocs/functions/" +
					"_aws-mdaa_cloudwatch-constructs.grantCloudWatchAlarmsTopicAccess.html",
			},
		}},
	})
)

const budgetsPage = "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"

// Budgets' calls; the source is the budget.
var (
	BudgetToTopic = row(Delivery{
		Name: "a budget publishes to a topic", Service: "budgets.amazonaws.com", Actions: []string{"sns:Publish"},
		Readings: documented("{source}", budgetsPage),
	})
	// BudgetToTopicKey: Budgets' page has the keys of the source, that on encrypted topics the topic for all services.
	BudgetToTopicKey = row(Delivery{
		Name: "a budget encrypts for a topic", Service: "budgets.amazonaws.com", Actions: useKey,
		Readings: []Reading{{
			Keys:    map[string]string{TopicContext: "{target}", SourceARN: "{source}", SourceAccount: "{account}"},
			Sources: []string{budgetsPage, topicKeyPage},
		}},
	})
)

const failuresPage = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"

// What Lambda does with a function's role.
var (
	// FunctionToQueue keeps the events on which the function failed.
	FunctionToQueue = byRole("Lambda sends to a function's queue for failures", failuresPage, "sqs:SendMessage")
	// FunctionToQueueKey goes through SQS.
	FunctionToQueueKey = Delivery{
		Name: "Lambda encrypts for a function's queue for failures", Actions: useKey,
		Readings: []Reading{{
			Keys:    map[string]string{"kms:ViaService": "sqs.{region}.amazonaws.com", QueueContext: "{target}"},
			Sources: []string{queueKeyPage},
		}},
	}
	// FunctionFindsBucket and FunctionToBucket keep the events on which the function failed as
	// objects.
	FunctionFindsBucket = byRole("Lambda looks at a function's bucket for failures", failuresPage, "s3:ListBucket")
	FunctionToBucket    = byRole("Lambda writes to a function's bucket for failures", failuresPage, "s3:PutObject")
	// FunctionToBucketKey goes through S3. The encryption context is the bucket if it has a bucket
	// key, else the object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
	FunctionToBucketKey = Delivery{
		Name: "Lambda encrypts for a function's bucket for failures", Actions: []string{"kms:GenerateDataKey"},
		Readings: []Reading{{
			Keys: map[string]string{
				"kms:ViaService": "s3.{region}.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "{target}",
			},
			Sources: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"},
		}},
	}
	// FunctionDecrypts decrypts the function's settings. Lambda creates a grant for the role when
	// the function is created or its key changes. The grant names the role by its id: a role that
	// is created again under the same name has no grant. No source says whether Lambda decrypts
	// through kms:ViaService.
	FunctionDecrypts = Delivery{
		Name: "a function decrypts its settings", Actions: []string{"kms:Decrypt"},
		Readings: []Reading{
			{
				Keys: map[string]string{"kms:EncryptionContext:aws:lambda:FunctionArn": "{target}"},
				Sources: []string{
					"https://github.com/aws/serverless-application-model/issues/1989",
					"https://github.com/hashicorp/terraform-provider-aws/issues/9703",
				},
			},
			{
				Keys: map[string]string{
					"kms:EncryptionContext:aws:lambda:FunctionArn": "{target}", "kms:ViaService": "lambda.{region}.amazonaws.com",
				},
				Sources: []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"},
			},
		},
	}
)
