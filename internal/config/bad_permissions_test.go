package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/quotas"
)

const (
	permission0 = "services[0].permissions[0]"
	orders      = "arn:aws:sqs:us-east-1:123456789012:orders"
)

// permitting returns a service's permission to use an action on a resource, and further keys of the entry.
func permitting(action, resource string, more ...string) edits {
	text := `[{"actions": ["` + action + `"], "resources": ["` + resource + `"]`
	for _, key := range more {
		text += ", " + key
	}
	return edits{"services[0].permissions": text + "}]"}
}

var badPermissions = map[string]bad{
	"action in other letters than AWS's": {
		permitting("SQS SendMessage", orders),
		Error{
			permission0 + ".actions[0]", `"SQS SendMessage"`, "an action as AWS writes it, service:Action",
			"write it like sqs:SendMessage",
		},
	},
	"action that is misspelt": {
		permitting("sqs:SendMesage", orders),
		Error{permission0 + ".actions[0]", `"sqs:SendMesage"`, "actions that AWS has", "did you mean sqs:SendMessage?"},
	},
	"action of no service": {
		permitting("queue:Send", orders),
		Error{
			permission0 + ".actions[0]", `"queue:Send"`, "actions that AWS has",
			"look it up in https://docs.aws.amazon.com/service-authorization/latest/reference/",
		},
	},
	"action of IAM": {
		permitting("iam:PassRole", "arn:aws:iam::123456789012:role/other"),
		Error{
			permission0 + ".actions[0]", `"iam:PassRole"`, "actions of other services than IAM",
			"remove it: applications change no permissions",
		},
	},
	"all actions of a service": {
		permitting("sqs:*", orders, `"reason": "the worker does everything"`),
		Error{
			permission0 + ".actions[0]", `"sqs:*"`, "less than all actions of a service",
			"list the actions that the application needs",
		},
	},
	"action that manages permissions": {
		permitting("sqs:Add*", orders, `"reason": "the worker adds things"`),
		Error{
			permission0 + ".actions[0]", `"sqs:Add*"`, "actions that grant nothing to others",
			"remove it, or list single actions: AWS says that sqs:AddPermission manages permissions",
		},
	},
	"actions by a pattern without a reason": {
		permitting("sqs:SendMess*", orders),
		Error{
			permission0 + ".reason", "nothing", `a reason for "sqs:SendMess*", which stands for 1 action`,
			"set it, or list the actions that the application needs",
		},
	},
	"every queue without a reason": {
		permitting("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:*"),
		Error{
			permission0 + ".reason", "nothing",
			`a reason for "arn:aws:sqs:us-east-1:123456789012:*", which names every resource of a kind`,
			"set it, or name the resources that the application uses",
		},
	},
	"everything without a reason": {
		permitting("sqs:SendMessage", "*"),
		Error{
			permission0 + ".reason", "nothing", `a reason for "*", which names every resource of a kind`,
			"set it, or name the resources that the application uses",
		},
	},
	"any role, with a reason": {
		permitting("sts:AssumeRole", "*", `"reason": "the worker visits all accounts"`),
		Error{
			permission0 + ".resources[0]", `"*"`, "single keys, secrets and roles", "name each by its ARN, even with a reason",
		},
	},
	"every key of an account, with a reason": {
		permitting("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/*", `"reason": "the worker reads everything"`),
		Error{
			permission0 + ".resources[0]", `"arn:aws:kms:us-east-1:123456789012:key/*"`, "single keys, secrets and roles",
			"name each by its ARN, even with a reason",
		},
	},
	"reason that no Sid can hold": {
		permitting("sqs:SendMessage", "*", `"reason": "поиск читает очереди"`),
		Error{
			permission0 + ".reason", `"поиск читает очереди"`,
			"a reason with 10 letters of a to z and digits or more",
			"write it in English: IAM takes no other letters in the name of a statement",
		},
	},
	"resource of another service": {
		permitting("sqs:SendMessage", "arn:aws:sns:us-east-1:123456789012:orders"),
		Error{
			permission0 + ".resources[0]", `"arn:aws:sns:us-east-1:123456789012:orders"`, "a resource of one of the actions",
			"write it like arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
		},
	},
	"resource without a region": {
		permitting("sqs:SendMessage", "arn:aws:sqs::123456789012:orders"),
		Error{
			permission0 + ".resources[0]", `"arn:aws:sqs::123456789012:orders"`, "a resource of one of the actions",
			"write it like arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
		},
	},
	"resource that is a name": {
		permitting("sqs:SendMessage", "orders"),
		Error{
			permission0 + ".resources[0]", `"orders"`, "an ARN, or * alone",
			"write it like arn:aws:sqs:us-east-1:123456789012:orders",
		},
	},
	"objects for an action on a bucket": {
		permitting("s3:ListBucket", "arn:aws:s3:::shared/*"),
		Error{
			permission0 + ".resources[0]", `"arn:aws:s3:::shared/*"`, "a resource of one of the actions",
			"write it like arn:${Partition}:s3:::${BucketName}",
		},
	},
	"resource for an action without any": {
		permitting("rekognition:DetectLabels", "arn:aws:rekognition:us-east-1:123456789012:collection/faces"),
		Error{
			permission0 + ".resources[0]", `"arn:aws:rekognition:us-east-1:123456789012:collection/faces"`, `"*" alone`,
			"set it: AWS has no resources for rekognition:DetectLabels",
		},
	},
	"action that none of the resources fits": {
		edits{"services[0].permissions": `[{"actions": ["s3:ListBucket", "s3:GetObject"],
			"resources": ["arn:aws:s3:::shared"]}]`},
		Error{
			permission0 + ".actions[1]", `"s3:GetObject"`, "actions on one of resources",
			"add a resource like arn:${Partition}:s3:::${BucketName}/${ObjectName}, or give the action an entry of its own",
		},
	},
	"more permissions than a role has room for": {
		edits{"services[0].permissions": `[{"actions": ["sqs:SendMessage"], "resources": ["` + orders +
			strings.Repeat("1", 3600) + `"]}]`},
		Error{
			"services[0].permissions", "3718 characters of permissions", "at most 3584, half of what the others leave: " +
				quotas.RoleInlinePolicies.String(), "name several resources by one ARN with a *, or split the service",
		},
	},
}

// What an application needs is accepted, and goes without a reason where it names its resources.
func TestPermissionsThatAreWellFormed(t *testing.T) {
	for _, change := range []edits{
		permitting("sqs:SendMessage", orders),
		permitting("sqs:SendMessage", orders+"-*"),
		permitting("s3:GetObject", "arn:aws:s3:::shared/*"),
		permitting("rekognition:DetectLabels", "*"),
		permitting("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2"),
		permitting("sts:AssumeRole", "arn:aws:iam::444444444444:role/partner"),
		permitting("dynamodb:Query", "arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/*"),
		permitting("sqs:SendMess*", "*", `"reason": "it writes to queues that customers make"`),
		{"services[0].permissions": `[{"actions": ["s3:ListBucket", "s3:GetObject"],
			"resources": ["arn:aws:s3:::shared", "arn:aws:s3:::shared/*"]}]`},
	} {
		_, err := Parse(project, valuesOf(t, prodStack, change))
		assert.NoError(t, err, "%v", change)
	}
}

func asking(action, resource string) Permission {
	return Permission{Actions: []string{action}, Resources: []string{resource}}
}

// The boundary of the delivery stack takes away what its taskPermissions do not have: either stack's preview says so.
func TestPermissionsThatTheBoundaryTakesAway(t *testing.T) {
	allowed := []Permission{
		{Actions: []string{"sqs:SendMessage", "s3:Get*"}, Resources: []string{orders, "arn:aws:s3:::shared/*"}},
	}
	for name, test := range map[string]struct {
		asked Permission
		stack string
		lost  bool
	}{
		"the same":            {asking("sqs:SendMessage", orders), "prod", false},
		"within patterns":     {asking("s3:GetObject", "arn:aws:s3:::shared/a/*"), "prod", false},
		"another action":      {asking("sqs:ReceiveMessage", orders), "prod", true},
		"another resource":    {asking("sqs:SendMessage", orders+"-2"), "prod", true},
		"a wider resource":    {asking("s3:GetObject", "arn:aws:s3:::shared*"), "prod", true},
		"stack of no target":  {asking("sqs:ReceiveMessage", orders), "dev", false},
		"the staging's alone": {asking("sqs:SendMessage", orders), "staging", true},
	} {
		t.Run(name, func(t *testing.T) {
			workload := &Config{Services: []Service{{Name: "web", Container: Container{Permissions: []Permission{test.asked}}}}}
			workload.AWS.PermissionsBoundaryARN = "arn:aws:iam::222222222222:policy/aws-webapp-delivery-boundary"
			delivery := &Delivery{Staging: Target{Stack: "staging"}, Production: Target{Stack: "prod", TaskPermissions: allowed}}
			own := &sibling{stack: test.stack, workload: workload}
			errs := own.meets(&sibling{stack: "delivery", delivery: delivery}, root(project), "Pulumi.delivery.yaml")
			fromDelivery := (&sibling{stack: "delivery", delivery: delivery}).meets(own, root(project), "Pulumi.prod.yaml")
			assert.Equal(t, errs, fromDelivery)
			require.Equal(t, test.lost, len(errs) == 1, "%v", errs)
			if test.lost {
				assert.ErrorContains(t, errs, "taskPermissions: found nothing that lets web of stack "+test.stack+" use "+
					test.asked.Actions[0]+" on "+test.asked.Resources[0])
			}
			workload.AWS.PermissionsBoundaryARN = ""
			assert.Empty(t, own.meets(&sibling{delivery: delivery}, root(project), ""), "without a boundary nothing is lost")
		})
	}
}

// The names of the stacks come from those of their files.
func TestPermissionsAreComparedWithTheDeliverysFile(t *testing.T) {
	folder := twoStacks(t, "delivery", "name: visitor-book", "name: shop")
	c := &Config{Services: []Service{{Name: "web", Container: Container{Permissions: []Permission{
		{Actions: []string{"sqs:SendMessage"}, Resources: []string{orders}},
	}}}}}
	c.AWS.PermissionsBoundaryARN = "arn:aws:iam::222222222222:policy/aws-webapp-delivery-boundary"
	require.FileExists(t, filepath.Join(folder, "Pulumi.delivery.yaml"))
	assert.Contains(t, refusedKeys(t, CheckSiblings(folder, project, "prod", c)), "aws-webapp:production.taskPermissions")
}
