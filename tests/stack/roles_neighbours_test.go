package stack_test

import (
	"slices"
	"strings"
)

// layers lists attacks on only the guard, and on what is left without it: each must hold by
// itself.
var layers = []attack{
	{"unguarded", "iam:CreateRole", ourRole, unbounded, ourRole, bounded},
	{"guarded", "iam:CreateRole", ourRole, unbounded, ourRole, bounded},
	{"guarded", "iam:CreateUser", arnIAM + "user/me", bounded, "", nil},
	{"guarded", "iam:TagRole", deployerIs, nil, ourRole, nil},
	{"guarded", "s3:PutBucketPolicy", stateIn, nil, "arn:aws:s3:::aws-webapp-staging-logs-123456789012-us-east-1", nil},
	{"guarded", "kms:PutKeyPolicy", arnKey, ownership, arnKey, ourTags},
	{"guarded", "kms:TagResource", arnKey, both(ourTags, ofBilling), arnKey, ourTags},
	{"guarded", "kms:TagResource", arnKey, prodTags, arnKey, nil},
}

// neighbours lists attacks on resources similar to those that a role may use.
var neighbours = []attack{
	{"staging", "s3:GetBucketPolicy", "arn:aws:s3:::billing", nil, "arn:aws:s3:::aws-webapp-staging-logs-1", nil},
	{"staging", "s3:ListBucket", "arn:aws:s3:::billing", nil, stateIn, nil},
	{"staging", "lambda:GetFunction", arnLambda + "billing", nil, arnLambda + "aws-webapp-staging-rotation", nil},
	{"staging", "iam:PassRole", configRole, toECS, configRole, toConfig},
	{"staging", "iam:PassRole", otherRole, toConfig, configRole, toConfig},
	{"preview", "s3:GetBucketPolicy", "arn:aws:s3:::billing", nil, "arn:aws:s3:::aws-webapp-prod-logs-1", nil},
	{"preview", "s3:ListBucket", "arn:aws:s3:::billing", nil, stateIn, nil},
	{
		"workload", "lambda:InvokeFunction", arnLambda + "billing", nil,
		arnLambda + "aws-webapp-staging-deployment-test", nil,
	},
	{"workload", "rds:CreateDBSnapshot", theirs(arnRDS) + "db:a", inTheirs, arnRDS + "db:a", nil},
	{"workload", "logs:PutLogEvents", theirs(arnLogs) + "/ecs/a", inTheirs, arnLogs + "/ecs/a", nil},
	{"workload", "ecr:BatchGetImage", theirs(arnECR) + "a", inTheirs, arnECR + "a", nil},
	{
		"workload", "es:ESHttpPost", arnES + "billing/_bulk", nil,
		arnES + "aws-webapp-staging-search/_bulk", nil,
	},
	{
		"workload", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:billing", nil,
		"arn:aws:sns:us-east-1:123456789012:aws-webapp-staging-app-alerts", nil,
	},
	{"workload", "sqs:SendMessage", arnSQS + "billing", nil, arnSQS + "aws-webapp-staging-rotation-dead-letters", nil},
	{
		"workload", "secretsmanager:GetSecretValue", arnSecret + "billing/key-AbCdEf", ourDB,
		arnSecret + "rds!db-1-AbCdEf", ourDB,
	},
	{"workload", "kms:Decrypt", theirs(arnKey), ourAlias, arnKey, ourAlias},
	{"workload", "kms:CreateGrant", theirs(arnKey), both(ourAlias, grant), arnKey, both(ourAlias, grant)},
	{"workload", "kms:CreateGrant", arnKey, ourAlias, arnKey, both(ourAlias, grant)},
	{"workload", "kms:CreateGrant", arnKey, grant, arnKey, both(ourAlias, grant)},
	{
		"workload", "codedeploy:GetApplicationRevision", arnDeploy + "application:billing", nil,
		arnDeploy + "application:aws-webapp-staging-visitor-book", nil,
	},
	{
		"workload", "codedeploy:GetDeploymentConfig", arnDeploy + "deploymentconfig:billing", nil,
		arnDeploy + "deploymentconfig:CodeDeployDefault.ECSAllAtOnce", nil,
	},
	{
		"workload", "codedeploy:CreateDeployment", arnDeploy + "deploymentgroup:billing/web", nil,
		arnDeploy + "deploymentgroup:aws-webapp-staging-visitor-book/visitor-book", nil,
	},
	{
		"workload", "ecs:UpdateService", arnECS + "service/billing/web", nil,
		arnECS + "service/aws-webapp-staging-cluster/visitor-book", nil,
	},
	{
		"workload", "ecs:DeleteTaskSet", arnECS + "task-set/billing/web/1", nil,
		arnECS + "task-set/aws-webapp-staging-cluster/visitor-book/1", nil,
	},
}

const (
	arnDeploy  = "arn:aws:codedeploy:us-east-1:123456789012:"
	arnECR     = "arn:aws:ecr:us-east-1:123456789012:repository/"
	arnECS     = "arn:aws:ecs:us-east-1:123456789012:"
	arnES      = "arn:aws:es:us-east-1:123456789012:domain/"
	arnSQS     = "arn:aws:sqs:us-east-1:123456789012:"
	configRole = arnIAM + "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
)

var (
	ofBilling = map[string]string{"aws:ResourceTag/Project": "billing"}
	toConfig  = map[string]string{"iam:PassedToService": "config.amazonaws.com"}
	ourAlias  = map[string]string{"kms:ResourceAliases": "alias/aws-webapp-staging-data"}
	inTheirs  = map[string]string{"aws:ResourceAccount": "999999999999"}
)

// theirs returns the same ARN in another account.
func theirs(arn string) string { return strings.Replace(arn, roleAccount, "999999999999", 1) }

// everyAttack returns all attacks.
func everyAttack() []attack { return slices.Concat(attacks, layers, neighbours) }
