package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Pipeline moves events by topic, queue and stream into a bucket and a state machine.
func Pipeline(ctx *pulumi.Context) error {
	topic, err := sns.NewTopic(ctx, "events", nil)
	if err != nil {
		return err
	}
	queue, err := sqs.NewQueue(ctx, "events", nil)
	if err != nil {
		return err
	}
	if _, err := sqs.NewQueuePolicy(ctx, "events", &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url,
		Policy: queue.Arn.ApplyT(func(arn string) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
  "Action": "sqs:SendMessage", "Resource": "%s"}]}`, arn)
		}).(pulumi.StringOutput),
	}); err != nil {
		return err
	}
	if _, err := sns.NewTopicSubscription(ctx, "events", &sns.TopicSubscriptionArgs{
		Topic: topic.Arn, Protocol: pulumi.String("sqs"), Endpoint: queue.Arn,
	}); err != nil {
		return err
	}
	bucket, err := s3.NewBucket(ctx, "lake", &s3.BucketArgs{Acl: pulumi.String("private")})
	if err != nil {
		return err
	}
	stream, err := kinesis.NewStream(ctx, "clicks", &kinesis.StreamArgs{ShardCount: pulumi.Int(1)})
	if err != nil {
		return err
	}
	role, err := serviceRole(ctx, "firehose", "firehose.amazonaws.com")
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicy(ctx, "firehose", &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: pulumi.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Action": ["s3:*", "kinesis:*"], "Resource": "*"}]}`),
	}); err != nil {
		return err
	}
	if _, err := kinesis.NewFirehoseDeliveryStream(ctx, "clicks", &kinesis.FirehoseDeliveryStreamArgs{
		Destination: pulumi.String("extended_s3"),
		KinesisSourceConfiguration: kinesis.FirehoseDeliveryStreamKinesisSourceConfigurationArgs{
			KinesisStreamArn: stream.Arn, RoleArn: role.Arn,
		},
		ExtendedS3Configuration: kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs{
			BucketArn: bucket.Arn, RoleArn: role.Arn,
		},
	}); err != nil {
		return err
	}
	steps, err := serviceRole(ctx, "steps", "states.amazonaws.com")
	if err != nil {
		return err
	}
	machine, err := sfn.NewStateMachine(ctx, "import", &sfn.StateMachineArgs{
		RoleArn:    steps.Arn,
		Definition: pulumi.String(`{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}`),
	})
	if err != nil {
		return err
	}
	return nightly(ctx, machine)
}

// nightly starts a state machine with EventBridge.
func nightly(ctx *pulumi.Context, machine *sfn.StateMachine) error {
	starter, err := serviceRole(ctx, "starter", "events.amazonaws.com")
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicy(ctx, "starter", &iam.RolePolicyArgs{
		Role: starter.ID(),
		Policy: machine.Arn.ApplyT(func(arn string) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Action": "states:StartExecution", "Resource": "%s"}]}`, arn)
		}).(pulumi.StringOutput),
	}); err != nil {
		return err
	}
	rule, err := cloudwatch.NewEventRule(ctx, "nightly", &cloudwatch.EventRuleArgs{
		ScheduleExpression: pulumi.String("cron(0 3 * * ? *)"),
	})
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, "nightly", &cloudwatch.EventTargetArgs{
		Rule: rule.Name, Arn: machine.Arn, RoleArn: starter.Arn,
	})
	return err
}

func serviceRole(ctx *pulumi.Context, name, service string) (*iam.Role, error) {
	return iam.NewRole(ctx, name, &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "%s"}, "Action": "sts:AssumeRole"}]}`, service)),
	})
}

// guardedRole creates a role that a service may assume only for resources of one account.
func guardedRole(ctx *pulumi.Context, name, service string) (*iam.Role, error) {
	return iam.NewRole(ctx, name, &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "%s"}, "Action": "sts:AssumeRole",
  "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}`, service)),
	})
}

// PipelineCareful is [Pipeline] with a key, narrow policies and a place for failures.
func PipelineCareful(ctx *pulumi.Context) error {
	key, err := carefulKey(ctx, "events", acme, `,
  {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
   "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}`)
	if err != nil {
		return err
	}
	topic, err := sns.NewTopic(ctx, "events", &sns.TopicArgs{KmsMasterKeyId: key.Arn})
	if err != nil {
		return err
	}
	if _, err := sns.NewTopicPolicy(ctx, "events", &sns.TopicPolicyArgs{
		Arn: topic.Arn,
		Policy: topic.Arn.ApplyT(func(arn string) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/shop"}, "Action": "sns:Publish",
   "Resource": "%[1]s"},
  {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "%[1]s",
   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`, arn)
		}).(pulumi.StringOutput),
	}); err != nil {
		return err
	}
	failed, err := sqs.NewQueue(ctx, "events-failed", &sqs.QueueArgs{
		KmsMasterKeyId: key.Arn, MessageRetentionSeconds: pulumi.Int(1209600),
	})
	if err != nil {
		return err
	}
	queue, err := sqs.NewQueue(ctx, "events", &sqs.QueueArgs{
		KmsMasterKeyId: key.Arn,
		RedrivePolicy:  pulumi.Sprintf(`{"deadLetterTargetArn": "%s", "maxReceiveCount": 5}`, failed.Arn),
	})
	if err != nil {
		return err
	}
	if _, err := sqs.NewQueuePolicy(ctx, "events", &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url,
		Policy: pulumi.All(queue.Arn, topic.Arn).ApplyT(func(arns []any) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "%[1]s",
   "Condition": {"ArnEquals": {"aws:SourceArn": "%[2]s"}}},
  {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "%[1]s",
   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`, arns...)
		}).(pulumi.StringOutput),
	}); err != nil {
		return err
	}
	if _, err := sns.NewTopicSubscription(ctx, "events", &sns.TopicSubscriptionArgs{
		Topic: topic.Arn, Protocol: pulumi.String("sqs"), Endpoint: queue.Arn,
	}); err != nil {
		return err
	}
	return carefulLake(ctx, key)
}

// carefulLake creates the stream into the bucket, and the state machine with its log.
func carefulLake(ctx *pulumi.Context, key *kms.Key) error {
	logs, err := carefulBucket(ctx, "access-logs", nil, nil)
	if err != nil {
		return err
	}
	lake, err := carefulBucket(ctx, "lake", key, logs)
	if err != nil {
		return err
	}
	for name, bucket := range map[string]*s3.BucketV2{"access-logs": logs, "lake": lake} {
		if err := tlsOnly(ctx, name, bucket, nil); err != nil {
			return err
		}
	}
	stream, err := kinesis.NewStream(ctx, "clicks", &kinesis.StreamArgs{
		EncryptionType: pulumi.String("KMS"), KmsKeyId: key.Arn, RetentionPeriod: pulumi.Int(48),
		StreamModeDetails: kinesis.StreamStreamModeDetailsArgs{StreamMode: pulumi.String("ON_DEMAND")},
	})
	if err != nil {
		return err
	}
	role, err := serviceRole(ctx, "firehose", "firehose.amazonaws.com")
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicy(ctx, "firehose", &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: pulumi.All(lake.Arn, stream.Arn, key.Arn).ApplyT(func(arns []any) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["s3:PutObject", "s3:AbortMultipartUpload"], "Resource": "%[1]s/*"},
  {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": "%[1]s"},
  {"Effect": "Allow", "Resource": "%[2]s",
   "Action": ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"]},
  {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "%[3]s"}]}`, arns...)
		}).(pulumi.StringOutput),
	}); err != nil {
		return err
	}
	if _, err := kinesis.NewFirehoseDeliveryStream(ctx, "clicks", &kinesis.FirehoseDeliveryStreamArgs{
		Destination: pulumi.String("extended_s3"),
		KinesisSourceConfiguration: kinesis.FirehoseDeliveryStreamKinesisSourceConfigurationArgs{
			KinesisStreamArn: stream.Arn, RoleArn: role.Arn,
		},
		ExtendedS3Configuration: kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs{
			BucketArn: lake.Arn, RoleArn: role.Arn, KmsKeyArn: key.Arn, CompressionFormat: pulumi.String("GZIP"),
		},
	}); err != nil {
		return err
	}
	steps, err := guardedRole(ctx, "steps", "states.amazonaws.com")
	if err != nil {
		return err
	}
	// The delivery of logs has no resource types in IAM.
	// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
	if _, err := iam.NewRolePolicy(ctx, "steps", &iam.RolePolicyArgs{
		Role: steps.ID(),
		Policy: pulumi.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": [
  "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"]}]}`),
	}); err != nil {
		return err
	}
	group, err := logGroup(ctx, "steps", "/aws/vendedlogs/states/import", key)
	if err != nil {
		return err
	}
	machine, err := sfn.NewStateMachine(ctx, "import", &sfn.StateMachineArgs{
		RoleArn:    steps.Arn,
		Definition: pulumi.String(`{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}`),
		LoggingConfiguration: sfn.StateMachineLoggingConfigurationArgs{
			Level: pulumi.String("ERROR"), LogDestination: pulumi.Sprintf("%s:*", group.Arn),
		},
	})
	if err != nil {
		return err
	}
	return nightly(ctx, machine)
}
