package stack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/policies/iamdoc"
)

// asked is one request as AWS evaluates it, with the line of the record that it comes from.
type asked struct {
	iamdoc.Request
	from string
}

func (a asked) String() string { return fmt.Sprintf("%s on %s with %v", a.Action, a.Resource, a.Keys) }

// requests returns all requests that AWS evaluates for a call: the operation itself, tags that it
// sets, roles that it passes, and keys that a service uses in the caller's name.
func requests(t *testing.T, c call) []asked {
	t.Helper()
	var found []asked
	for _, action := range c.actions() {
		found = append(found, requestsOf(t, c, action)...)
	}
	if tag := c.tagging(); tag != "" {
		found = append(found, requestsOf(t, c, tag)...)
	}
	found = append(found, passing(t, c)...)
	found = append(found, keyUses(t, c)...)
	for _, besides := range c.alongside() {
		found = append(found, requestsOf(t, c, besides)...)
	}
	return found
}

// alongside lists further actions that AWS requires of the caller of an operation.
var alongside = map[string][]string{
	// Required for an ALB since 2024 (kubernetes-sigs/aws-load-balancer-controller#3917).
	"elbv2:CreateLoadBalancer": {"ec2:GetSecurityGroupsForVpc"},
	"elbv2:SetSecurityGroups":  {"ec2:GetSecurityGroupsForVpc"},
	// An interface endpoint with private DNS names associates a hosted zone of AWS's: "Create a VPC
	// endpoint" in the AWS PrivateLink guide, and the dependent actions of ec2:CreateVpcEndpoint.
	"ec2:CreateVpcEndpoint": {"route53:AssociateVPCWithHostedZone"},
	// "Identity-based policies for AWS WAF", permissions for AssociateWebACL, in the WAF developer guide.
	"wafv2:AssociateWebACL":    {"elasticloadbalancing:SetWebAcl"},
	"wafv2:DisassociateWebACL": {"elasticloadbalancing:SetWebAcl"},
	// "Logging AWS WAF protection pack traffic", permissions for CloudWatch Logs, in the same guide.
	"wafv2:PutLoggingConfiguration": {
		"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies",
		"logs:DescribeLogGroups",
	},
	// "Access policy for backup vaults" and the API's page of CreateBackupVault, backup-storage:MountCapsule.
	"backup:CreateBackupVault": {"backup-storage:MountCapsule"},
	// "Password management with Amazon RDS and Secrets Manager", required permissions, in the RDS user guide.
	"rds:CreateDBInstance": {"secretsmanager:CreateSecret", "secretsmanager:TagResource"},
}

func (c call) alongside() []string {
	if len(c.texts("FinalDBSnapshotIdentifier")) > 0 { // the dependent actions of rds:DeleteDBInstance
		return []string{"rds:AddTagsToResource", "rds:CreateDBSnapshot"}
	}
	return alongside[c.service+":"+c.operation]
}

// requestsOf returns the requests for one action, one for each resource.
func requestsOf(t *testing.T, c call, action string) []asked {
	t.Helper()
	of, known := authorization.Of(action)
	require.True(t, known, "%s is not among AWS's data. It is for %s", action, c.line)
	var found []asked
	for _, on := range c.targets(action, of) {
		keys := c.keys(action, of, on)
		found = append(found, asked{iamdoc.Request{Action: action, Resource: c.onRole(on), Keys: keys}, c.line})
		if strings.HasPrefix(action, "kms:") && len(keys["kms:ResourceAliases"]) > 0 && !afterAlias[action] {
			without := map[string][]string{}
			for key, values := range keys {
				if key != "kms:ResourceAliases" {
					without[key] = values
				}
			}
			found = append(found, asked{iamdoc.Request{Action: action, Resource: on.arn, Keys: without}, c.line})
		}
	}
	return found
}

// afterAlias lists the actions on keys that come long after the key's alias. All others are tested with
// and without one: nothing waits for the alias, and AWS says that it takes effect after five minutes at
// most: https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
var afterAlias = map[string]bool{"kms:PutKeyPolicy": true}

// onRole puts service-linked roles on their path.
func (c call) onRole(on target) string {
	if services := c.texts("AWSServiceName"); len(services) > 0 {
		return strings.Replace(on.arn, ":role/new", ":role/aws-service-role/"+services[0]+"/new", 1)
	}
	// moto names them only after the service.
	before, linked, found := strings.Cut(on.arn, ":role/AWSServiceRoleFor")
	if !found {
		return on.arn
	}
	return before + ":role/aws-service-role/" + linked + ".amazonaws.com/AWSServiceRoleFor" + linked
}

// ours returns the tags that every resource of a stack has.
func (c call) ours() map[string]string {
	return map[string]string{"Project": project, "Stack": c.stack}
}

// keys returns the condition keys of a request: exactly those that it carries by AWS's data.
func (c call) keys(action string, of authorization.Action, on target) map[string][]string {
	keys := map[string][]string{"aws:PrincipalAccount": {roleAccount}, "aws:RequestedRegion": {"us-east-1"}}
	set := func(key string, values ...string) {
		if of.Carries(key, on.kind) {
			keys[key] = values
		}
	}
	if authorization.CarriesResourceAccount(action) {
		keys["aws:ResourceAccount"] = []string{roleAccount}
	}
	for tag, value := range c.tags() {
		if !strings.HasPrefix(action, c.prefix()+":") {
			break // nobody says which tags a service sends on
		}
		set("aws:RequestTag/"+tag, value)
		if of.Carries("aws:TagKeys", on.kind) {
			keys["aws:TagKeys"] = append(keys["aws:TagKeys"], tag)
		}
	}
	slices.Sort(keys["aws:TagKeys"])
	if c.operation != "CreateKey" && on.kind != "Secret" {
		for tag, value := range c.ours() {
			set("aws:ResourceTag/"+tag, value)
		}
	}
	if on.kind == "Secret" && c.prefix() == "secretsmanager" {
		set("aws:ResourceTag/aws:rds:primaryDBInstanceArn",
			"arn:aws:rds:us-east-1:"+roleAccount+":db:"+project+"-"+c.stack+"-database")
		set("aws:ResourceTag/aws:secretsmanager:owningService", "rds")
	}
	if strings.HasPrefix(c.operation, "Create") {
		set("elasticfilesystem:CreateAction", c.operation)
	}
	set("iam:PermissionsBoundary", "arn:aws:iam::"+roleAccount+":policy/aws-webapp-delivery-boundary")
	set("iam:PolicyARN", c.texts("PolicyArn")...)
	set("iam:AWSServiceName", c.texts("AWSServiceName")...)
	if c.operation != "CreateKey" {
		set("kms:ResourceAliases", "alias/"+project+"-"+c.stack+"-data")
	}
	return keys
}

// taggers lists the actions for tags that an operation sets on what it creates: "Tag-on-create" in
// the services' guides, and the dependent actions in AWS's data if there are any.
var taggers = map[string]string{
	"acm": "AddTagsToCertificate", "application-autoscaling": "TagResource", "backup": "TagResource",
	"cloudtrail": "AddTags", "cloudwatch": "TagResource", "codedeploy": "TagResource", "ec2": "CreateTags",
	"ecs": "TagResource", "elasticfilesystem": "TagResource",
	"elasticloadbalancing": "AddTags", "es": "AddTags", "events": "TagResource", "guardduty": "TagResource",
	"iam": "TagRole",
	"kms": "TagResource", "lambda": "TagResource", "logs": "TagResource", "rds": "AddTagsToResource", "sns": "TagResource",
	"sqs": "TagQueue", "wafv2": "TagResource", "access-analyzer": "TagResource", "securityhub": "TagResource",
}

// tagging returns the action for the tags that the operation also sets, "" for none.
func (c call) tagging() string {
	tagger := taggers[c.prefix()]
	if c.tags() == nil || tagger == "" || c.operation == tagger || strings.HasPrefix(c.operation, "Tag") ||
		strings.HasPrefix(c.operation, "AddTags") || strings.HasPrefix(c.operation, "Untag") {
		return ""
	}
	return c.prefix() + ":" + tagger
}

// passedBy lists the services to which the operations of a service pass roles.
var passedBy = map[string]string{
	"backup": "backup.amazonaws.com", "cloudtrail": "cloudtrail.amazonaws.com", "codedeploy": "codedeploy.amazonaws.com",
	"config": "config.amazonaws.com", "ec2": "vpc-flow-logs.amazonaws.com", "ecs": "ecs-tasks.amazonaws.com",
	"lambda": "lambda.amazonaws.com", "rds": "monitoring.rds.amazonaws.com",
}

// passing returns the requests for the roles that a call passes to a service. OpenSearch's master
// role is only compared with callers, not passed.
func passing(t *testing.T, c call) []asked {
	t.Helper()
	var found []asked
	for _, arn := range c.arns() {
		if !strings.Contains(arn, ":role/") || c.prefix() == "iam" || c.prefix() == "es" {
			continue
		}
		service := passedBy[c.prefix()]
		require.NotEmpty(t, service, "say in passedBy to whom %s passes %s", c.operation, arn)
		found = append(found, asked{iamdoc.Request{Action: "iam:PassRole", Resource: arn, Keys: map[string][]string{
			"iam:PassedToService": {service}, "aws:ResourceAccount": {roleAccount},
		}}, c.line})
	}
	return found
}

// keyUse lists the actions on a customer managed key that a service performs with its caller's permissions.
type keyUse struct {
	via     string
	actions []string
}

// keyUsers lists the operations with a key, and the actions on it that the caller needs
// permission for.
var keyUsers = map[string][]keyUse{
	// "API permissions" of AWS Backup, CreateBackupVault: kms:CreateGrant, GenerateDataKey, Decrypt,
	// RetireGrant, DescribeKey, https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html
	"backup:CreateBackupVault": {{"backup", []string{"CreateGrant", "Decrypt", "GenerateDataKey", "RetireGrant"}}},
	// The dependent actions of rds:CreateDBInstance, and "Password management with Amazon RDS and Secrets
	// Manager", required permissions.
	"rds:CreateDBInstance": {
		{"rds", []string{"CreateGrant", "Decrypt", "GenerateDataKey"}},
		{"secretsmanager", []string{"Decrypt", "GenerateDataKey"}},
	},
	// "Amazon EFS key policies for AWS KMS" in the EFS user guide, what it requires; PutLifecycleConfiguration takes the
	// same.
	"elasticfilesystem:CreateFileSystem": {
		{"elasticfilesystem", []string{"CreateGrant", "Decrypt", "GenerateDataKeyWithoutPlaintext"}},
	},
	"elasticfilesystem:PutLifecycleConfiguration": {
		{"elasticfilesystem", []string{"CreateGrant", "Decrypt", "GenerateDataKeyWithoutPlaintext"}},
	},
	"secretsmanager:RotateSecret": {{"secretsmanager", []string{"Decrypt", "GenerateDataKey"}}},
	// "Encryption of data at rest for Amazon OpenSearch Service", permissions.
	"es:CreateDomain": {{"es", []string{"CreateGrant", "Decrypt", "GenerateDataKey"}}},
	// "Securing Lambda environment variables", permissions to the server-side encryption key:
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
	"lambda:CreateFunction":              {{"lambda", []string{"CreateGrant", "Decrypt", "Encrypt"}}},
	"lambda:UpdateFunctionConfiguration": {{"lambda", []string{"CreateGrant", "Decrypt", "Encrypt"}}},
	"lambda:GetFunction":                 {{"lambda", []string{"Decrypt"}}},
}

func keyUses(t *testing.T, c call) []asked {
	t.Helper()
	var found []asked
	for _, use := range keyUsers[c.prefix()+":"+c.operation] {
		for _, name := range use.actions {
			action := "kms:" + name
			of, known := authorization.Of(action)
			require.True(t, known, action)
			on := target{"key", "arn:aws:kms:us-east-1:" + roleAccount + ":key/00000000-0000-0000-0000-000000000000"}
			user := call{service: "kms", operation: name, stack: c.stack, line: c.line}
			for _, alias := range []bool{true, false} {
				keys := user.keys(action, of, on)
				keys["kms:ViaService"] = []string{use.via + ".us-east-1.amazonaws.com"}
				if name == "CreateGrant" {
					keys["kms:GrantIsForAWSResource"] = []string{"true"}
				}
				if !alias {
					delete(keys, "kms:ResourceAliases")
				}
				found = append(found, asked{iamdoc.Request{Action: action, Resource: on.arn, Keys: keys}, c.line})
			}
		}
	}
	return found
}
