package stack_test

import (
	"regexp"
	"slices"
)

// promise states under which conditions something is allowed or denied.
type promise struct {
	// kind of the policy, the caller (who), and one of the actions or the statement's Sid; "" for
	// any.
	kind, who, action string
	// name is a pattern of the resource's name; "" for any.
	name string
	when []string
}

var (
	fromSource  = []string{"ArnLike aws:SourceArn", "StringEquals aws:SourceAccount"}
	fromARN     = []string{"ArnLike aws:SourceArn"}
	fromTrail   = []string{"StringEquals aws:SourceArn"}
	fromAccount = []string{"StringEquals aws:SourceAccount"}
	viaService  = []string{"StringEquals kms:ViaService"}
	forLogs     = []string{"ArnLike kms:EncryptionContext:aws:logs:arn"}
	inTopics    = []string{"ArnLike kms:EncryptionContext:aws:sns:topicArn"}
	ownACL      = "StringEquals s3:x-amz-acl"
	gitHub      = "token.actions.githubusercontent.com"
)

// allowed lists the conditions of what policies allow. The first match counts. Without a match, an
// action is allowed without a condition in the policy of a role, and not at all for a principal.
var allowed = []promise{
	// Who may assume a role. docs/first-contact.md says what each service sends.
	{"Role", "lambda.amazonaws.com", "", "", nil},
	{"Role", "backup.amazonaws.com", "", "", nil},
	{"Role", "cloudtrail.amazonaws.com", "", "", nil},
	{"Role", "codedeploy.amazonaws.com", "", "", nil},
	{"Role", "codepipeline.amazonaws.com", "", "", nil},
	{"Role", "ecs-tasks.amazonaws.com", "", "-execution", nil},
	{"Role", "ecs-tasks.amazonaws.com", "", "-task", fromSource},
	{"Role", "codebuild.amazonaws.com", "", "", fromSource},
	{"Role", "scheduler.amazonaws.com", "", "-schedule$", fromSource},
	{"Role", "monitoring.rds.amazonaws.com", "", "", fromSource},
	{"Role", "vpc-flow-logs.amazonaws.com", "", "", fromSource},
	{"Role", "GitHub", "", "-preview$", []string{
		"StringEquals " + gitHub + ":aud", "StringEquals " + gitHub + ":sub", "StringNotEquals " + gitHub + ":actor",
	}},
	{"Role", "GitHub", "", "-deploy$", []string{
		"StringEquals " + gitHub + ":aud", "StringEquals " + gitHub + ":sub", "StringEqualsIfExists " + gitHub + ":ref",
	}},
	{"Role", "role", "Builds", "-deploy$", nil},
	// What roles may do.
	{"RolePolicy", "", "kms:DescribeKey", "", nil},
	{"RolePolicy", "", "kms:CreateGrant", "", []string{"Bool kms:GrantIsForAWSResource"}},
	{"RolePolicy", "", "kms:Decrypt", "settings-key", []string{
		"StringEquals kms:EncryptionContext:aws:lambda:FunctionArn",
	}},
	{"RolePolicy", "", "kms:Decrypt", "exec-key", nil}, // the agent decrypts, through no service
	{"RolePolicy", "", "kms:Decrypt", "", viaService},
	{"RolePolicy", "", "kms:GenerateDataKey", "", viaService},
	{"RolePolicy", "", "iam:PassRole", "", []string{"StringEquals iam:PassedToService"}},
	{"RolePolicy", "", "ecs:ListTasks", "", []string{"ArnEquals ecs:cluster"}},
	{"RolePolicy", "", "ecs:RunTask", "-schedule-run$", []string{"ArnEquals ecs:cluster"}},
	{"RolePolicy", "", "MountFiles", "-task-files-", []string{"StringEquals elasticfilesystem:AccessPointArn"}},
	{"RolePolicy", "", "FindCache", "", []string{"StringLike s3:prefix"}},
	// Who may use a key.
	{"Key", "account", "kms:*", "", nil},
	{"Key", "cloudtrail.amazonaws.com", "kms:GenerateDataKey*", "", []string{
		"StringEquals aws:SourceArn", "StringLike kms:EncryptionContext:aws:cloudtrail:arn",
	}},
	{"Key", "cloudtrail.amazonaws.com", "", "", fromTrail},
	{"Key", "logs.amazonaws.com", "", "", forLogs},
	{"Key", "config.amazonaws.com", "", "", fromAccount},
	{"Key", "events.amazonaws.com", "EventsInQueues", "", []string{"ArnLike kms:EncryptionContext:aws:sqs:arn"}},
	{"Key", "events.amazonaws.com", "EventsInTopics", "", inTopics},
	{"Key", "budgets.amazonaws.com", "EventsInTopics", "", inTopics},
	{"Key", "cloudwatch.amazonaws.com", "", "", fromAccount},
	{"Key", "other account", "", "", []string{"ArnEquals aws:PrincipalArn"}},
	// Who may use a bucket, a topic, a queue, and the rest.
	{"BucketPolicy", "cloudtrail.amazonaws.com", "s3:PutObject", "", append(slices.Clone(fromARN), ownACL)},
	{"BucketPolicy", "cloudtrail.amazonaws.com", "", "", fromARN},
	{"BucketPolicy", "config.amazonaws.com", "s3:PutObject", "", append(slices.Clone(fromAccount), ownACL)},
	{"BucketPolicy", "config.amazonaws.com", "", "", fromAccount},
	{"BucketPolicy", "logging.s3.amazonaws.com", "", "", fromSource},
	{"BucketPolicy", "logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject", "", nil},
	{"BucketPolicy", "other account", "", "", []string{"ArnEquals aws:PrincipalArn"}},
	{"TopicPolicy", "cloudwatch.amazonaws.com", "", "", fromAccount},
	{"TopicPolicy", "budgets.amazonaws.com", "", "", fromAccount},
	{"TopicPolicy", "events.amazonaws.com", "sns:Publish", "", nil},
	{"QueuePolicy", "events.amazonaws.com", "", "", fromARN},
	{"RepositoryPolicy", "other account", "ecr:BatchGetImage", "", nil},
	{"LogResourcePolicy", "es.amazonaws.com", "", "", fromSource},
	{"LogResourcePolicy", "delivery.logs.amazonaws.com", "", "", fromSource},
	{"Domain", "role", "es:ESHttpPost", "", nil},
	{"Domain", "role", "es:ESHttpPut", "", nil},
	{"VpcEndpoint", "*", "s3:GetObject", "", nil}, // layers of images, in AWS's own bucket
	{"VpcEndpoint", "*", "", "", []string{"StringEquals aws:PrincipalAccount"}},
}

const (
	sse      = "s3:x-amz-server-side-encryption"
	notByAWS = "Bool aws:PrincipalIsAWSService"
	notAudit = "^(access|pipeline|state|storage)"
)

// denied lists what every policy of a kind and name denies.
var denied = []promise{
	{"BucketPolicy", "*", "s3:*", "", []string{"Bool aws:SecureTransport"}},
	{"BucketPolicy", "*", "s3:*", "", []string{"NumericLessThan s3:TlsVersion"}},
	// CloudTrail and AWS Config choose the key of the trail's bucket themselves.
	{"BucketPolicy", "*", "s3:PutObject", "^audit", []string{notByAWS, "Null " + sse, "StringNotEquals " + sse}},
	{"BucketPolicy", "*", "s3:PutObject", "^audit", []string{notByAWS, "Null " + sse + "-customer-algorithm"}},
	{"BucketPolicy", "*", "s3:PutObject", notAudit, []string{"Null " + sse, "StringNotEquals " + sse}},
	{"BucketPolicy", "*", "s3:PutObject", notAudit, []string{"Null " + sse + "-customer-algorithm"}},
	// Load balancers and S3 write logs without a customer's key.
	{"BucketPolicy", "*", "s3:PutObject", "(application|artifacts|state)$", []string{
		"StringEquals " + sse, "StringNotEquals " + sse + "-aws-kms-key-id",
	}},
	// A function's code must not touch the network interfaces that Lambda creates with its role:
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
	{"RolePolicy", "", "ec2:CreateNetworkInterface", "^(deployment-test|search-.*)-run$|^probe-run-in", []string{
		"ArnEquals lambda:SourceFunctionArn",
	}},
	{"TopicPolicy", "*", "sns:Publish", "", []string{"Bool aws:SecureTransport"}},
	{"QueuePolicy", "*", "sqs:*", "", []string{"Bool aws:SecureTransport"}},
	{"FileSystemPolicy", "*", "*", "", []string{"Bool aws:SecureTransport"}},
	{
		"FileSystemPolicy", "*", "elasticfilesystem:ClientMount", "",
		[]string{"StringNotEquals elasticfilesystem:AccessPointArn"},
	},
}

// anywhere lists what roles may do with resources beyond the stack's own, and with which.
var anywhere = map[string][]string{
	// Lambda creates network interfaces with the role; the function's own code is denied it.
	"ec2:AssignPrivateIpAddresses":   {"*"},
	"ec2:CreateNetworkInterface":     {"*"},
	"ec2:DeleteNetworkInterface":     {"*"},
	"ec2:UnassignPrivateIpAddresses": {"*"},
	// AWS Backup looks for the database among all, and deletes its own expired snapshots.
	"rds:DescribeDBInstances": {databases, snapshots + "*"},
	"rds:DescribeDBSnapshots": {databases, snapshots + "*"},
	"rds:ListTagsForResource": {databases, snapshots + "*"},
	"rds:AddTagsToResource":   {snapshots + "awsbackup:*"},
	"rds:CreateDBSnapshot":    {snapshots + "awsbackup:*"},
	"rds:DeleteDBSnapshot":    {snapshots + "awsbackup:*"},
	// Continuous backups are RDS's own, whose ids RDS makes up.
	"rds:DeleteDBInstanceAutomatedBackup": {"arn:aws:rds:us-east-1:123456789012:auto-backup:ab-*"},
	"backup:TagResource":                  {"arn:aws:backup:us-east-1:123456789012:recovery-point:continuous:*"},
	// Tasks of the one cluster, by the condition.
	"ecs:ListTasks": {"*"},
	// CodeDeploy looks for the alarms of a group among all.
	"cloudwatch:DescribeAlarms": {"arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
	// One of AWS's own.
	"codedeploy:GetDeploymentConfig": {
		"arn:aws:codedeploy:us-east-1:123456789012:deploymentconfig:CodeDeployDefault.ECSAllAtOnce",
	},
	// The session agent looks for its group among all.
	"logs:DescribeLogGroups": {"arn:aws:logs:us-east-1:123456789012:log-group:*"},
	// What a variant's services[].permissions ask for.
	"sqs:SendMessage":  {"arn:aws:sqs:us-east-1:222222222222:orders"},
	"dynamodb:Get*":    {"arn:aws:dynamodb:us-east-1:222222222222:table/*"},
	"dynamodb:Query":   {"arn:aws:dynamodb:us-east-1:222222222222:table/*"},
	"sns:Publish":      {"arn:aws:sns:us-east-1:123456789012:news"},
	"ses:SendEmail":    {"arn:aws:ses:us-east-1:123456789012:identity/shop.example.com"},
	"ses:SendRawEmail": {"arn:aws:ses:us-east-1:123456789012:identity/shop.example.com"},
	"sts:AssumeRole":   {"arn:aws:iam::444444444444:role/partner"},
	"bedrock:InvokeModel": {
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
		"arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
	},
	"bedrock:InvokeModelWithResponseStream": {
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
		"arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
	},
	"s3:GetBucketLocation":    {"arn:aws:s3:::uploads-example", "arn:aws:s3:::uploads-example/*"},
	"s3:ListBucket":           {"arn:aws:s3:::uploads-example", "arn:aws:s3:::uploads-example/*"},
	"s3:AbortMultipartUpload": {"arn:aws:s3:::uploads-example", "arn:aws:s3:::uploads-example/*"},
	"s3:DeleteObject":         {"arn:aws:s3:::uploads-example", "arn:aws:s3:::uploads-example/*"},
	"s3:PutObject":            {"arn:aws:s3:::uploads-example", "arn:aws:s3:::uploads-example/*"},
	// What the same variant's services[].secrets name, and their key.
	"secretsmanager:GetSecretValue": {
		"arn:aws:secretsmanager:us-east-1:222222222222:secret:api-AbCdEf",
		"arn:aws:secretsmanager:us-east-1:222222222222:secret:aws-webapp/watcher-AbCdEf",
	},
	"ssm:GetParameters": {
		"arn:aws:ssm:us-east-1:123456789012:parameter/web/smtp", "arn:aws:ssm:us-east-1:123456789012:parameter/agent/api-key",
	},
	"kms:Decrypt": {"arn:aws:kms:us-east-1:222222222222:key/12345678-1234-1234-1234-123456789012"},
	// ECR keeps layers in a bucket of AWS's; images of other registries may be anywhere.
	"s3:GetObject": {
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "arn:aws:s3:::*/*", "arn:aws:s3:::uploads-example",
		"arn:aws:s3:::uploads-example/*",
	},
}

const (
	databases = "arn:aws:rds:us-east-1:123456789012:db:*"
	snapshots = "arn:aws:rds:us-east-1:123456789012:snapshot:"
)

// ofStack matches the ARNs of what a stack creates, and of what its file names: images, secrets, log
// groups, tables, other accounts' roles.
var ofStack = regexp.MustCompile(`^arn:aws:mock:|[:/](aws-waf-logs-)?aws-webapp-(staging|prod|delivery|local)-|` +
	`:repository/(visitor-book|nginx)$|:log-group:/ecs/(visitor-book|api|news|operator|nightly|often|import):\*$|` +
	`:secret:rds!db-1$|:table/orders(/index/\*)?$`)
