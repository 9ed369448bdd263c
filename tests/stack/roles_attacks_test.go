package stack_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/iamdoc"
)

// attack is a request that must be denied.
type attack struct {
	// who is the caller: staging is the deploy role of an account with only staging; deploy and preview
	// are the roles of one with both stacks; workload is a role that allows everything within the
	// boundary; guarded allows everything except what the guard denies; and unguarded is staging without
	// the guard.
	who, action, resource string
	// keys of the request besides those that every one has.
	keys map[string]string
	// own is a resource on which the same role may use the same action, if there is one. It shows
	// that the resource is the reason for the denial, not something that the request lacks.
	own     string
	ownKeys map[string]string
}

const (
	arnNames   = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/"
	arnCache   = "arn:aws:elasticache:us-east-1:123456789012:"
	arnEC2     = "arn:aws:ec2:us-east-1:123456789012:"
	arnIAM     = "arn:aws:iam::123456789012:"
	arnKey     = "arn:aws:kms:us-east-1:123456789012:key/1"
	arnLambda  = "arn:aws:lambda:us-east-1:123456789012:function:"
	arnLogs    = "arn:aws:logs:us-east-1:123456789012:log-group:"
	arnRDS     = "arn:aws:rds:us-east-1:123456789012:"
	arnSecret  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
	arnTrail   = "arn:aws:cloudtrail:us-east-1:123456789012:trail/"
	ourLimit   = arnIAM + "policy/aws-webapp-delivery-boundary"
	ourRole    = arnIAM + "role/aws-webapp-staging-rotation-1a2b3c4"
	otherRole  = arnIAM + "role/audit-reader"
	deployerIs = arnIAM + "role/aws-webapp-delivery-deploy"
	stateIn    = "arn:aws:s3:::aws-webapp-delivery-state-123456789012-us-east-1"
)

var (
	bounded   = map[string]string{"iam:PermissionsBoundary": ourLimit}
	unbounded = map[string]string{}
	toECS     = map[string]string{"iam:PassedToService": "ecs-tasks.amazonaws.com"}
	ourTags   = map[string]string{"aws:ResourceTag/Project": "aws-webapp", "aws:ResourceTag/Stack": "staging"}
	prodTags  = map[string]string{"aws:ResourceTag/Project": "aws-webapp", "aws:ResourceTag/Stack": "prod"}
	elsewhere = map[string]string{"aws:ResourceTag/Project": "billing", "aws:ResourceTag/Stack": "prod"}
	ownership = map[string]string{"aws:ResourceTag/Project": "aws-webapp", "aws:ResourceTag/Stack": "delivery"}
	ourDB     = passwordOf("aws-webapp-staging-database")
	prodDB    = passwordOf("aws-webapp-prod-database")
	otherDB   = passwordOf("billing")
	viaRDS    = map[string]string{"kms:ViaService": "rds.us-east-1.amazonaws.com"}
	grant     = map[string]string{"kms:GrantIsForAWSResource": "true"}
	adopting  = map[string]string{"aws:RequestTag/Project": "aws-webapp", "aws:RequestTag/Stack": "staging"}
)

func passwordOf(database string) map[string]string {
	return map[string]string{"aws:ResourceTag/aws:rds:primaryDBInstanceArn": arnRDS + "db:" + database}
}

func both(first, second map[string]string) map[string]string {
	together := map[string]string{}
	maps.Copy(together, first)
	maps.Copy(together, second)
	return together
}

var attacks = append(fileAttacks(), []attack{
	// Roles that only look like the workload's, and roles of the workload's names without its boundary.
	{"staging", "iam:UpdateAssumeRolePolicy", otherRole, bounded, ourRole, bounded},
	{"staging", "iam:UpdateAssumeRolePolicy", ourRole, unbounded, ourRole, bounded},
	{
		"staging", "iam:UpdateAssumeRolePolicy", arnIAM + "role/aws-webapp-prod-rotation-1a2b3c4", bounded,
		ourRole, bounded,
	},
	{"staging", "iam:UpdateAssumeRolePolicy", deployerIs, bounded, ourRole, bounded},
	{"staging", "iam:UpdateRole", ourRole, unbounded, ourRole, bounded},
	{"staging", "iam:DeleteRole", arnIAM + "role/database-admin", bounded, ourRole, bounded},
	{"staging", "iam:DeleteRole", ourRole, unbounded, ourRole, bounded},
	{"staging", "iam:TagRole", arnIAM + "role/network-hub", nil, ourRole, nil},
	{"staging", "iam:PutRolePolicy", arnIAM + "role/backup-operator", bounded, ourRole, bounded},
	{"staging", "iam:AttachRolePolicy", deployerIs, bounded, ourRole, bounded},
	{"staging", "iam:DetachRolePolicy", deployerIs, bounded, ourRole, bounded},
	{"staging", "iam:DeleteRolePolicy", arnIAM + "role/aws-webapp-delivery-preview", bounded, ourRole, bounded},
	// Permissions beyond the boundary.
	{"staging", "iam:CreateRole", ourRole, unbounded, ourRole, bounded},
	{
		"staging", "iam:CreateRole", ourRole,
		map[string]string{"iam:PermissionsBoundary": arnIAM + "policy/mine"},
		ourRole, bounded,
	},
	{
		"staging", "iam:PutRolePermissionsBoundary", ourRole,
		map[string]string{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
		ourRole, bounded,
	},
	{"staging", "iam:DeleteRolePermissionsBoundary", ourRole, bounded, "", nil},
	{"staging", "iam:PutRolePolicy", ourRole, unbounded, ourRole, bounded},
	{"staging", "iam:AttachRolePolicy", ourRole, unbounded, ourRole, bounded},
	{"staging", "iam:CreatePolicyVersion", ourLimit, nil, "", nil},
	{"staging", "iam:SetDefaultPolicyVersion", arnIAM + "policy/aws-webapp-delivery-guard", nil, "", nil},
	{"staging", "iam:DeletePolicy", arnIAM + "policy/aws-webapp-delivery-guard", nil, "", nil},
	{"staging", "iam:CreateUser", arnIAM + "user/me", bounded, "", nil},
	{"staging", "iam:CreateAccessKey", arnIAM + "user/admin", nil, "", nil},
	{"staging", "iam:CreateLoginProfile", arnIAM + "user/admin", nil, "", nil},
	{"staging", "iam:CreateInstanceProfile", arnIAM + "instance-profile/me", nil, "", nil},
	{"staging", "iam:CreateOpenIDConnectProvider", arnIAM + "oidc-provider/example.com", nil, "", nil},
	{
		"staging", "iam:UpdateOpenIDConnectProviderThumbprint",
		arnIAM + "oidc-provider/token.actions.githubusercontent.com", nil, "", nil,
	},
	{"staging", "sts:AssumeRole", arnIAM + "role/OrganizationAccountAccessRole", nil, "", nil},
	{
		"staging", "iam:CreateServiceLinkedRole", arnIAM + "role/aws-service-role/eks.amazonaws.com/new",
		map[string]string{"iam:AWSServiceName": "eks.amazonaws.com"},
		arnIAM + "role/aws-service-role/rds.amazonaws.com/new",
		map[string]string{"iam:AWSServiceName": "rds.amazonaws.com"},
	},
	// Roles passed.
	{
		"staging", "iam:PassRole", ourRole,
		map[string]string{"iam:PassedToService": "ec2.amazonaws.com"},
		ourRole, toECS,
	},
	{
		"staging", "iam:PassRole", ourRole,
		map[string]string{"iam:PassedToService": "glue.amazonaws.com"},
		ourRole, toECS,
	},
	{"staging", "iam:PassRole", arnIAM + "role/OrganizationAccountAccessRole", toECS, ourRole, toECS},
	{"staging", "iam:PassRole", arnIAM + "role/database-admin", toECS, ourRole, toECS},
	{"staging", "iam:PassRole", deployerIs, toECS, ourRole, toECS},
	{"staging", "iam:PassRole", arnIAM + "role/aws-webapp-prod-visitor-book-task-1a2b3c4", toECS, ourRole, toECS},
	// Secrets and databases of others; its own secret's value.
	{"deploy", "secretsmanager:GetSecretValue", arnSecret + "rds!db-1-AbCdEf", ourDB, "", nil},
	{"deploy", "secretsmanager:GetSecretValue", arnSecret + "billing/key-AbCdEf", nil, "", nil},
	{
		"deploy", "secretsmanager:RotateSecret", arnSecret + "rds!db-2-AbCdEf", otherDB,
		arnSecret + "rds!db-1-AbCdEf", ourDB,
	},
	{
		"staging", "secretsmanager:RotateSecret", arnSecret + "rds!db-3-AbCdEf", prodDB,
		arnSecret + "rds!db-1-AbCdEf", ourDB,
	},
	{
		"deploy", "secretsmanager:CancelRotateSecret", arnSecret + "rds!db-2-AbCdEf", otherDB,
		arnSecret + "rds!db-1-AbCdEf", ourDB,
	},
	{"deploy", "secretsmanager:PutResourcePolicy", arnSecret + "rds!db-1-AbCdEf", ourDB, "", nil},
	{"deploy", "secretsmanager:DeleteSecret", arnSecret + "billing/key-AbCdEf", nil, "", nil},
	{"deploy", "rds:DeleteDBInstance", arnRDS + "db:billing", nil, arnRDS + "db:aws-webapp-staging-database", nil},
	{"deploy", "rds:ModifyDBInstance", arnRDS + "db:billing", nil, arnRDS + "db:aws-webapp-prod-database", nil},
	{
		"staging", "rds:ModifyDBInstance", arnRDS + "db:aws-webapp-prod-database", nil,
		arnRDS + "db:aws-webapp-staging-database", nil,
	},
	{"deploy", "rds:CreateDBSnapshot", arnRDS + "db:billing", nil, arnRDS + "db:aws-webapp-prod-database", nil},
	{"deploy", "rds:DeleteDBSnapshot", arnRDS + "snapshot:aws-webapp-prod-database-final", nil, "", nil},
	{"deploy", "backup:DeleteRecoveryPoint", "arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:1", nil, "", nil},
	{
		"deploy", "backup:DeleteBackupVaultLockConfiguration",
		"arn:aws:backup:us-east-1:123456789012:backup-vault:billing", nil,
		"arn:aws:backup:us-east-1:123456789012:backup-vault:aws-webapp-prod-backup", nil,
	},
	// States and buckets.
	{
		"staging", "s3:GetObject", stateIn + "/.pulumi/stacks/billing/prod.json", nil,
		stateIn + "/.pulumi/stacks/aws-webapp/staging.json", nil,
	},
	{
		"staging", "s3:PutObject", stateIn + "/.pulumi/stacks/billing/prod.json", nil,
		stateIn + "/.pulumi/stacks/aws-webapp/staging.json", nil,
	},
	{
		"deploy", "s3:PutObject", stateIn + "/.pulumi/stacks/aws-webapp/delivery.json", nil,
		stateIn + "/.pulumi/stacks/aws-webapp/prod.json", nil,
	},
	{
		"deploy", "s3:PutBucketPolicy", stateIn, nil,
		"arn:aws:s3:::aws-webapp-staging-logs-123456789012-us-east-1", nil,
	},
	{
		"deploy", "s3:DeleteObjectVersion", stateIn + "/.pulumi/stacks/aws-webapp/prod.json", nil,
		"arn:aws:s3:::aws-webapp-staging-logs-123456789012-us-east-1/a", nil,
	},
	{
		"deploy", "s3:PutBucketPolicy", "arn:aws:s3:::billing", nil,
		"arn:aws:s3:::aws-webapp-staging-logs-123456789012-us-east-1", nil,
	},
	{"deploy", "s3:GetObject", "arn:aws:s3:::aws-webapp-prod-application-123456789012-us-east-1/a", nil, "", nil},
	{
		"staging", "s3:DeleteBucket", "arn:aws:s3:::aws-webapp-prod-logs-123456789012-us-east-1", nil,
		"arn:aws:s3:::aws-webapp-staging-logs-123456789012-us-east-1", nil,
	},
	// Keys.
	{"staging", "kms:Decrypt", arnKey, ourTags, arnKey, both(ourTags, viaRDS)},
	{"staging", "kms:Decrypt", arnKey, both(elsewhere, viaRDS), arnKey, both(ourTags, viaRDS)},
	{"staging", "kms:Decrypt", arnKey, both(prodTags, viaRDS), arnKey, both(ourTags, viaRDS)},
	{"staging", "kms:CreateGrant", arnKey, ourTags, arnKey, both(ourTags, grant)},
	{"staging", "kms:CreateGrant", arnKey, both(elsewhere, grant), arnKey, both(ourTags, grant)},
	{"deploy", "kms:CreateGrant", arnKey, both(ownership, grant), arnKey, both(ourTags, grant)},
	{
		"staging", "kms:PutKeyPolicy", arnKey, both(elsewhere, map[string]string{"kms:ResourceAliases": "alias/billing"}),
		arnKey, both(ourTags, map[string]string{"kms:ResourceAliases": "alias/aws-webapp-staging-data"}),
	},
	{
		"deploy", "kms:PutKeyPolicy", arnKey,
		both(ownership, map[string]string{"kms:ResourceAliases": "alias/aws-webapp-delivery-state"}),
		"", nil,
	},
	{"staging", "kms:ScheduleKeyDeletion", arnKey, prodTags, arnKey, ourTags},
	{"staging", "kms:ScheduleKeyDeletion", arnKey, elsewhere, arnKey, ourTags},
	{"staging", "kms:TagResource", arnKey, both(elsewhere, adopting), arnKey, adopting},
	{"staging", "kms:TagResource", arnKey, both(prodTags, adopting), arnKey, both(ourTags, adopting)},
	{"deploy", "kms:TagResource", arnKey, both(ownership, adopting), arnKey, adopting},
	{"staging", "kms:CreateAlias", arnKey, elsewhere, arnKey, ourTags},
	// Functions, services, logs, trails, and what reports on all of these.
	{"deploy", "lambda:UpdateFunctionCode", arnLambda + "billing", nil, arnLambda + "aws-webapp-prod-rotation", nil},
	{
		"staging", "lambda:UpdateFunctionCode", arnLambda + "aws-webapp-prod-rotation", nil,
		arnLambda + "aws-webapp-staging-rotation", nil,
	},
	{"deploy", "lambda:AddPermission", arnLambda + "billing", nil, arnLambda + "aws-webapp-prod-rotation", nil},
	{
		"deploy", "lambda:InvokeFunction", arnLambda + "billing", nil,
		arnLambda + "aws-webapp-prod-LogsToOpenSearch-setup", nil,
	},
	{
		"deploy", "ecs:UpdateService", "arn:aws:ecs:us-east-1:123456789012:service/billing/web", nil,
		"arn:aws:ecs:us-east-1:123456789012:service/aws-webapp-prod-cluster/visitor-book", nil,
	},
	{
		"deploy", "ecs:RegisterTaskDefinition", "arn:aws:ecs:us-east-1:123456789012:task-definition/billing:1", nil,
		"arn:aws:ecs:us-east-1:123456789012:task-definition/aws-webapp-prod-visitor-book:1", nil,
	},
	{
		"deploy", "codedeploy:CreateDeployment", "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:billing/web", nil,
		"arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:aws-webapp-prod-visitor-book/visitor-book", nil,
	},
	{"deploy", "cloudtrail:StopLogging", arnTrail + "organization", nil, arnTrail + "aws-webapp-prod-trail", nil},
	{
		"staging", "cloudtrail:DeleteTrail", arnTrail + "aws-webapp-prod-trail", nil,
		arnTrail + "aws-webapp-staging-trail", nil,
	},
	{"staging", "logs:DeleteLogGroup", arnLogs + "/ecs/billing", elsewhere, arnLogs + "/ecs/visitor-book", ourTags},
	{"staging", "servicediscovery:DeleteNamespace", arnNames + "ns-1", elsewhere, arnNames + "ns-2", ourTags},
	{"staging", "servicediscovery:DeleteNamespace", arnNames + "ns-1", prodTags, arnNames + "ns-2", ourTags},
	{"staging", "servicediscovery:DeleteNamespace", arnNames + "ns-1", nil, arnNames + "ns-2", ourTags},
	{
		"staging", "servicediscovery:DeleteNamespace",
		"arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1", ourTags, arnNames + "ns-2", ourTags,
	},
	{"staging", "logs:DeleteLogGroup", arnLogs + "/ecs/untagged", nil, arnLogs + "/ecs/visitor-book", ourTags},
	{
		"staging", "logs:PutSubscriptionFilter", arnLogs + "/ecs/billing", elsewhere,
		arnLogs + "/ecs/visitor-book", ourTags,
	},
	{
		"staging", "logs:TagResource", arnLogs + "/ecs/billing", both(elsewhere, adopting),
		arnLogs + "/ecs/visitor-book", adopting,
	},
	{
		"deploy", "events:DeleteRule", "arn:aws:events:us-east-1:123456789012:rule/guardrails", nil,
		"arn:aws:events:us-east-1:123456789012:rule/aws-webapp-prod-rotation", nil,
	},
	{
		"deploy", "cloudwatch:DeleteAlarms", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:billing", nil,
		"arn:aws:cloudwatch:us-east-1:123456789012:alarm:aws-webapp-prod-backup-failed", nil,
	},
	{
		"staging", "budgets:ModifyBudget", "arn:aws:budgets::123456789012:budget/billing", nil,
		"arn:aws:budgets::123456789012:budget/aws-webapp-staging-spending", nil,
	},
	{
		"unguarded", "budgets:ModifyBudget", "arn:aws:budgets::123456789012:budget/billing", nil,
		"arn:aws:budgets::123456789012:budget/aws-webapp-staging-spending", nil,
	},
	{
		"deploy", "sns:DeleteTopic", "arn:aws:sns:us-east-1:123456789012:security-alerts", nil,
		"arn:aws:sns:us-east-1:123456789012:aws-webapp-prod-app-alerts", nil,
	},
	{
		"deploy", "scheduler:UpdateSchedule", "arn:aws:scheduler:us-east-1:123456789012:schedule/billing/monthly", nil,
		"arn:aws:scheduler:us-east-1:123456789012:schedule/aws-webapp-prod-nightly/aws-webapp-prod-nightly", nil,
	},
	{
		"deploy", "scheduler:DeleteScheduleGroup", "arn:aws:scheduler:us-east-1:123456789012:schedule-group/billing", nil,
		"arn:aws:scheduler:us-east-1:123456789012:schedule-group/aws-webapp-prod-nightly", nil,
	},
	{
		"deploy", "sqs:DeleteQueue", "arn:aws:sqs:us-east-1:123456789012:billing", nil,
		"arn:aws:sqs:us-east-1:123456789012:aws-webapp-prod-rotation-dead-letters", nil,
	},
	{
		"deploy", "elasticache:DeleteReplicationGroup", arnCache + "replicationgroup:billing", nil,
		arnCache + "replicationgroup:aws-webapp-prod-cache", nil,
	},
	{
		"staging", "elasticache:ModifyReplicationGroup", arnCache + "replicationgroup:aws-webapp-prod-cache", nil,
		arnCache + "replicationgroup:aws-webapp-staging-cache", nil,
	},
	{
		"staging", "elasticache:ModifyUser", arnCache + "user:billing", nil,
		arnCache + "user:aws-webapp-staging-visitor-book", nil,
	},
	{
		"workload", "elasticache:Connect", arnCache + "replicationgroup:billing", nil,
		arnCache + "replicationgroup:aws-webapp-staging-cache", nil,
	},
	{
		"workload", "elasticache:Connect", arnCache + "user:billing", nil,
		arnCache + "user:aws-webapp-staging-visitor-book", nil,
	},
	{
		"deploy", "es:DeleteDomain", "arn:aws:es:us-east-1:123456789012:domain/billing", nil,
		"arn:aws:es:us-east-1:123456789012:domain/aws-webapp-prod-search", nil,
	},
	{"deploy", "ec2:RunInstances", arnEC2 + "instance/*", nil, "", nil},
	{
		"deploy", "ec2:DeleteVpc", "arn:aws:ec2:us-east-1:999999999999:vpc/vpc-1",
		map[string]string{"aws:ResourceAccount": "999999999999"},
		arnEC2 + "vpc/vpc-1", nil,
	},
	// The preview role, which every pull request has in effect.
	{"preview", "secretsmanager:GetSecretValue", arnSecret + "rds!db-1-AbCdEf", ourDB, "", nil},
	{"preview", "ssm:GetParameters", "arn:aws:ssm:us-east-1:123456789012:parameter/aws-webapp/x", nil, "", nil},
	{"preview", "logs:GetLogEvents", arnLogs + "/ecs/visitor-book:log-stream:a", ourTags, "", nil},
	{"preview", "s3:GetObject", "arn:aws:s3:::aws-webapp-prod-application-123456789012-us-east-1/a", nil, "", nil},
	{"preview", "s3:PutObject", stateIn + "/.pulumi/stacks/aws-webapp/staging.json", nil, "", nil},
	{
		"preview", "s3:GetObject", stateIn + "/.pulumi/stacks/aws-webapp/delivery.json", nil,
		stateIn + "/.pulumi/stacks/aws-webapp/prod.json", nil,
	},
	{"preview", "ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:repository/visitor-book", nil, "", nil},
	{"preview", "kms:Decrypt", arnKey, both(ourTags, viaRDS), "", nil},
	{"preview", "lambda:InvokeFunction", arnLambda + "aws-webapp-prod-rotation", nil, "", nil},
	{"preview", "lambda:GetFunction", arnLambda + "billing", nil, arnLambda + "aws-webapp-prod-rotation", nil},
	{
		"preview", "es:ESHttpGet", "arn:aws:es:us-east-1:123456789012:domain/aws-webapp-prod-search/_search", nil,
		"", nil,
	},
	{"preview", "iam:PassRole", ourRole, toECS, "", nil},
	// A workload's role with all permissions within the boundary.
	{"workload", "iam:CreateUser", arnIAM + "user/me", nil, "", nil},
	{"workload", "iam:PutRolePolicy", ourRole, bounded, "", nil},
	{
		"workload", "iam:PassRole", ourRole,
		map[string]string{"iam:PassedToService": "lambda.amazonaws.com"},
		ourRole, toECS,
	},
	{"workload", "iam:PassRole", otherRole, toECS, ourRole, toECS},
	{"workload", "sts:AssumeRole", deployerIs, nil, "", nil},
	{
		"workload", "s3:GetObject", stateIn + "/.pulumi/stacks/aws-webapp/staging.json", nil,
		"arn:aws:s3:::aws-webapp-staging-application-123456789012-us-east-1/a", nil,
	},
	{
		"workload", "s3:GetObject", "arn:aws:s3:::billing/a", nil,
		"arn:aws:s3:::aws-webapp-staging-application-123456789012-us-east-1/a", nil,
	},
	{
		"workload", "secretsmanager:GetSecretValue", arnSecret + "billing/key-AbCdEf", nil,
		arnSecret + "aws-webapp/key-AbCdEf", nil,
	},
	{
		"workload", "secretsmanager:GetSecretValue", arnSecret + "rds!db-2-AbCdEf", otherDB,
		arnSecret + "rds!db-1-AbCdEf", ourDB,
	},
	{
		"workload", "ssm:GetParameters", "arn:aws:ssm:us-east-1:123456789012:parameter/billing/x", nil,
		"arn:aws:ssm:us-east-1:123456789012:parameter/aws-webapp/x", nil,
	},
	{
		"workload", "kms:Decrypt", arnKey,
		map[string]string{"kms:ResourceAliases": "alias/billing"},
		arnKey,
		map[string]string{"kms:ResourceAliases": "alias/aws-webapp-staging-data"},
	},
	{"workload", "lambda:UpdateFunctionCode", arnLambda + "aws-webapp-staging-rotation", nil, "", nil},
	{
		"workload", "ecs:RunTask",
		"arn:aws:ecs:us-east-1:999999999999:task-definition/aws-webapp-staging-nightly:1",
		map[string]string{"aws:ResourceAccount": "999999999999"},
		"arn:aws:ecs:us-east-1:123456789012:task-definition/aws-webapp-staging-nightly:1", nil,
	},
	{"workload", "logs:DeleteLogGroup", arnLogs + "/ecs/visitor-book", ourTags, "", nil},
	{"workload", "cloudtrail:StopLogging", arnTrail + "aws-webapp-staging-trail", nil, "", nil},
}...)

// request returns the attack, or the allowed request in its place, with the keys that every
// request carries.
func (a attack) request(resource string, keys map[string]string) iamdoc.Request {
	sent := map[string][]string{
		"aws:PrincipalAccount": {roleAccount}, "aws:ResourceAccount": {roleAccount}, "aws:RequestedRegion": {"us-east-1"},
	}
	for key, value := range keys {
		sent[key] = []string{value}
	}
	return iamdoc.Request{Action: a.action, Resource: resource, Keys: sent}
}

// attackers returns the roles that attacks come from.
func attackers(t *testing.T) map[string]judged {
	t.Helper()
	alone, together := rolesFor(t, "staging"), rolesFor(t, "staging", "production")
	everything := readPolicy(t, "everything", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	guarded := judged{name: "guarded", policies: []judgedPolicy{everything}}
	unguarded := judged{name: "unguarded"}
	for _, policy := range alone.deploy.policies {
		if policy.name == "guard" {
			guarded.policies = append(guarded.policies, policy)
		} else {
			unguarded.policies = append(unguarded.policies, policy)
		}
	}
	return map[string]judged{
		"staging": alone.deploy, "deploy": together.deploy, "preview": together.preview,
		"guarded": guarded, "unguarded": unguarded,
		"workload": {name: "workload", policies: []judgedPolicy{everything}, boundary: &alone.boundary},
	}
}

func TestRolesAreDeniedAttacks(t *testing.T) {
	roles := attackers(t)
	for _, a := range everyAttack() {
		role := roles[a.who]
		allowed, _ := role.decide(a.request(a.resource, a.keys))
		assert.False(t, allowed, "%s may %s on %s with %v", a.who, a.action, a.resource, a.keys)
		if a.own != "" {
			allowed, why := role.decide(a.request(a.own, a.ownKeys))
			assert.True(t, allowed, "%s may not %s on %s with %v, which is its own: %s", a.who, a.action, a.own, a.ownKeys, why)
		}
	}
	assert.Greater(t, len(attacks), 100)
}
