package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// short returns a permission as JSON of its keys.
func short(keys string) edits { return edits{"services[0].permissions": `[{` + keys + `}]`} }

const oneForm = "1 to 20 entries, or one of bucket, queue, topic, table, mail, model and role"

var badShortForms = map[string]bad{
	"permission for nothing": {
		short(`"resources": ["*"]`),
		Error{
			permission0 + ".actions", "nothing", oneForm, "set it, or what the application uses by one of those",
		},
	},
	"permission on nothing": {
		short(`"actions": ["sqs:SendMessage"]`),
		Error{
			permission0 + ".resources", "nothing", oneForm, "set it, or what the application uses by one of those",
		},
	},
	"bucket without access": {
		short(`"bucket": "uploads"`),
		Error{permission0 + ".access", "nothing", "read, write, read-write", "set it, for the bucket"},
	},
	"queue without access": {
		short(`"queue": "orders"`),
		Error{permission0 + ".access", "nothing", "read, write, read-write", "set it, for the queue"},
	},
	"table without access": {
		short(`"table": "orders"`),
		Error{permission0 + ".access", "nothing", "read, write, read-write", "set it, for the table"},
	},
	"access of another word": {
		short(`"bucket": "uploads", "access": "readwrite"`),
		Error{
			permission0 + ".access", `"readwrite"`, "read, write, read-write", `did you mean "read-write"?`,
		},
	},
	"access to a topic": {
		short(`"topic": "news", "access": "write"`),
		Error{
			permission0 + ".access", `"write"`, "nothing with topic, for which there is one access", "remove it",
		},
	},
	"access with actions": {
		short(`"actions": ["sqs:SendMessage"], "resources": ["` + orders + `"], "access": "write"`),
		Error{
			permission0 + ".access", `"write"`, "nothing with actions", "remove it: it is for bucket, queue and table",
		},
	},
	"two short forms in one entry": {
		short(`"mail": "example.com", "topic": "news"`),
		Error{
			permission0 + ".mail", `"example.com"`, "one of bucket, queue, topic, table, mail, model and role",
			"give it an entry of its own",
		},
	},
	"actions beside a short form": {
		short(`"topic": "news", "actions": ["sns:Subscribe"]`),
		Error{
			permission0 + ".actions", `"sns:Subscribe"`, "nothing beside topic, which stands for both",
			"give it an entry of its own",
		},
	},
	"resources beside a short form": {
		short(`"topic": "news", "resources": ["arn:aws:sns:us-east-1:123456789012:old"]`),
		Error{
			permission0 + ".resources", `"arn:aws:sns:us-east-1:123456789012:old"`,
			"nothing beside topic, which stands for both", "give it an entry of its own",
		},
	},
	"every bucket": {
		short(`"bucket": "*", "access": "read"`),
		Error{permission0 + ".bucket", `"*"`, "the name of an S3 bucket", "write it like uploads-example"},
	},
	"bucket by its ARN": {
		short(`"bucket": "arn:aws:s3:::uploads", "access": "read"`),
		Error{
			permission0 + ".bucket", `"arn:aws:s3:::uploads"`, "the name of an S3 bucket", "write it like uploads-example",
		},
	},
	"queue by its address": {
		short(`"queue": "https://sqs.us-east-1.amazonaws.com/123456789012/orders", "access": "read"`),
		Error{
			permission0 + ".queue", `"https://sqs.us-east-1.amazonaws.com/123456789012/orders"`,
			"the name of an SQS queue in the stack's region and account, or its ARN", "write it like orders",
		},
	},
	"topic that is a queue": {
		short(`"topic": "` + orders + `"`),
		Error{
			permission0 + ".topic", `"` + orders + `"`,
			"the name of an SNS topic in the stack's region and account, or its ARN", "write it like news",
		},
	},
	"table of two letters": {
		short(`"table": "ab", "access": "read"`),
		Error{
			permission0 + ".table", `"ab"`, "the name of a DynamoDB table in the stack's region and account, or its ARN",
			"write it like orders",
		},
	},
	"mail from anywhere": {
		short(`"mail": "*"`),
		Error{
			permission0 + ".mail", `"*"`, "a domain or address that SES may send from", "write it like shop.example.com",
		},
	},
	"model without its maker": {
		short(`"model": "claude"`),
		Error{
			permission0 + ".model", `"claude"`, "the id of a model or inference profile of Bedrock",
			"write it like eu.anthropic.claude-sonnet-4-20250514-v1:0",
		},
	},
	"role by its name": {
		short(`"role": "partner"`),
		Error{
			permission0 + ".role", `"partner"`, "the ARN of an IAM role",
			"write it like arn:aws:iam::123456789012:role/support",
		},
	},
}

// What short forms stand for, in full.
func TestShortForms(t *testing.T) {
	for name, test := range map[string]struct{ short, long Permission }{
		"read a bucket": {
			Permission{Bucket: "uploads", Access: "read"},
			Permission{
				Actions:   []string{"s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"},
				Resources: []string{"arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"},
			},
		},
		"write a bucket": {
			Permission{Bucket: "uploads", Access: "write"},
			Permission{
				Actions:   []string{"s3:GetBucketLocation", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"},
				Resources: []string{"arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"},
			},
		},
		"read and write a bucket": {
			Permission{Bucket: "uploads", Access: "read-write"},
			Permission{
				Actions: []string{
					"s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject", "s3:AbortMultipartUpload", "s3:DeleteObject",
					"s3:PutObject",
				},
				Resources: []string{"arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"},
			},
		},
		"send to a queue": {
			Permission{Queue: "orders.fifo", Access: "write"},
			Permission{
				Actions:   []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"},
				Resources: []string{"arn:aws:sqs:eu-west-1:222222222222:orders.fifo"},
			},
		},
		"receive from the queue of another account": {
			Permission{Queue: orders, Access: "read"},
			Permission{
				Actions: []string{
					"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
					"sqs:ReceiveMessage",
				},
				Resources: []string{orders},
			},
		},
		"publish": {
			Permission{Topic: "news"},
			Permission{Actions: []string{"sns:Publish"}, Resources: []string{"arn:aws:sns:eu-west-1:222222222222:news"}},
		},
		"read a table with its indexes": {
			Permission{Table: "orders", Access: "read", Reason: "the report reads them"},
			Permission{
				Actions: []string{
					"dynamodb:DescribeTable", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem",
					"dynamodb:Query", "dynamodb:Scan",
				},
				Resources: []string{
					"arn:aws:dynamodb:eu-west-1:222222222222:table/orders",
					"arn:aws:dynamodb:eu-west-1:222222222222:table/orders/index/*",
				},
				Reason: "the report reads them",
			},
		},
		"write a table": {
			Permission{Table: "orders", Access: "write"},
			Permission{
				Actions: []string{
					"dynamodb:DescribeTable", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem",
					"dynamodb:UpdateItem",
				},
				Resources: []string{"arn:aws:dynamodb:eu-west-1:222222222222:table/orders"},
			},
		},
		"mail": {
			Permission{Mail: "shop@example.com"},
			Permission{
				Actions:   []string{"ses:SendEmail", "ses:SendRawEmail"},
				Resources: []string{"arn:aws:ses:eu-west-1:222222222222:identity/shop@example.com"},
			},
		},
		"model": {
			Permission{Model: "amazon.nova-lite-v1:0"},
			Permission{
				Actions:   []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"},
				Resources: []string{"arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"},
			},
		},
		"inference profile": {
			Permission{Model: "eu.amazon.nova-lite-v1:0"},
			Permission{
				Actions: []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"},
				Resources: []string{
					"arn:aws:bedrock:eu-west-1:222222222222:inference-profile/eu.amazon.nova-lite-v1:0",
					"arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
				},
			},
		},
		"role": {
			Permission{Role: "arn:aws:iam::444444444444:role/partner"},
			Permission{
				Actions: []string{"sts:AssumeRole"}, Resources: []string{"arn:aws:iam::444444444444:role/partner"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.long, test.short.Expanded("eu-west-1", "222222222222"))
		})
	}
}

// What a short form stands for passes the checks of long ones: AWS has the actions, and each resource fits.
func TestShortFormsStandForWhatAWSHas(t *testing.T) {
	for _, form := range shortForms {
		accesses := []string{""}
		if form.access {
			accesses = []string{accessRead, accessWrite, accessReadWrite}
		}
		for _, access := range accesses {
			name := map[string]string{
				"mail": "example.com", "model": "eu.amazon.nova-lite-v1:0", "role": "arn:aws:iam::444444444444:role/partner",
			}[form.key]
			if name == "" {
				name = "orders"
			}
			asked := short(`"` + form.key + `": "` + name + `", "access": "` + access + `"`)
			cfg, err := Parse(project, valuesOf(t, prodStack, asked))
			require.NoError(t, err, form.key)
			long := cfg.Services[0].Permissions[0].Expanded("us-east-1", "123456789012")
			_, err = Parse(project, valuesOf(t, prodStack, short(`"actions": `+jsonOf(long.Actions)+`, "resources": `+
				jsonOf(long.Resources))))
			assert.NoError(t, err, "%s %s", form.key, access)
		}
	}
}

// Boundary and workload may say the same in different words.
func TestBoundaryTakesShortForms(t *testing.T) {
	workload := &Config{Services: []Service{{Name: "web", Container: Container{Permissions: []Permission{
		{Queue: "orders", Access: "write"},
	}}}}}
	workload.AWS.PermissionsBoundaryARN = "arn:aws:iam::222222222222:policy/aws-webapp-delivery-boundary"
	workload.AWS.Region = "us-east-1"
	for name, test := range map[string]struct {
		allowed Permission
		lost    bool
	}{
		"the same": {Permission{Queue: "orders", Access: "write"}, false},
		"more":     {Permission{Queue: "orders", Access: "read-write"}, false},
		"in full": {Permission{
			Actions: []string{"sqs:*"}, Resources: []string{"arn:aws:sqs:us-east-1:222222222222:orders"},
		}, false},
		"another access": {Permission{Queue: "orders", Access: "read"}, true},
		"another queue":  {Permission{Queue: "mails", Access: "write"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			delivery := &Delivery{Production: Target{
				Stack: "prod", AccountID: "222222222222", TaskPermissions: []Permission{test.allowed},
			}}
			delivery.AWS.Region = "us-east-1"
			assert.Equal(t, test.lost, swallowed(workload, "prod", delivery) != nil)
		})
	}
}
