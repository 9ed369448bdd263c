package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const keysType = "aws-webapp:encryption:Keys"

// KeysArgs describe [Keys].
type KeysArgs struct {
	// Scope of the stack.
	Scope Scope
	// DeletionWindowDays that a deleted key can be brought back.
	DeletionWindowDays int
	// ConfigRecorder lets AWS Config encrypt its history with the audit key.
	ConfigRecorder bool
}

// Keys holds the stack's customer managed KMS keys, one per data domain: access to logs never
// implies access to customer data. AWS rotates the key material every year.
type Keys struct {
	pulumi.ResourceState

	// DataARN is the key of the database, its secret and the application's buckets.
	DataARN pulumi.StringOutput
	// LogsARN is the key of log groups, exec sessions and alerts.
	LogsARN pulumi.StringOutput
	// AuditARN is the key of the audit trail.
	AuditARN pulumi.StringOutput

	args KeysArgs
}

// TrailName returns the physical name of the stack's audit trail. The policies of the audit key
// and of the trail's bucket name the trail before it exists.
func TrailName(scope Scope) string {
	return scope.Name(NameTrail, "trail")
}

// TrailBucketName returns the physical name of the bucket that keeps the trail's events. The
// log bucket's policy names the bucket before it exists.
func TrailBucketName(scope Scope) string {
	return scope.BucketName("trail")
}

// NewKeys makes [Keys].
func NewKeys(ctx *pulumi.Context, name string, args *KeysArgs, opts ...pulumi.ResourceOption) (*Keys, error) {
	k := &Keys{args: given(args)}
	key := func(role, description string, arn *pulumi.StringOutput, use []statement) step {
		return keySpec{
			scope: k.args.Scope, role: role, description: description,
			deletionWindowDays: k.args.DeletionWindowDays, use: use,
		}.step(k, arn)
	}
	return construct(ctx, name, k, opts, construction{
		kind: "keys", token: keysType, wrong: check(k.args),
		steps: []step{
			key("data", "Database, its secret and application buckets", &k.DataARN, nil),
			key("logs", "Log groups, exec sessions and alerts", &k.LogsARN, k.logsUse()),
			key("audit", "Audit trail", &k.AuditARN, k.auditUse()),
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"dataArn":  k.DataARN,
				"logsArn":  k.LogsARN,
				"auditArn": k.AuditARN,
			}
		},
	})
}

// keySpec describes a key with its alias.
type keySpec struct {
	scope Scope
	// role ends the key's logical name and its alias.
	role, description  string
	deletionWindowDays int
	protect            bool
	// use holds statements for others who may use the key, besides those allowed by the account's
	// own policies.
	use []statement
}

// step makes the key and its alias, and sets the key's ARN.
func (k keySpec) step(parent pulumi.Resource, arn *pulumi.StringOutput) step {
	return step{"create " + k.role + " key", func(ctx *pulumi.Context, name string) error {
		logical := name + "-" + k.role
		key, err := kms.NewKey(ctx, logical, &kms.KeyArgs{
			Description:          pulumi.String(k.description),
			EnableKeyRotation:    pulumi.Bool(true),
			DeletionWindowInDays: pulumi.Int(k.deletionWindowDays),
			Policy:               policyDocument(append([]statement{accountUse(k.scope)}, k.use...)...),
			Tags:                 named(logical),
		}, pulumi.Parent(parent), pulumi.Protect(k.protect))
		if err != nil {
			return err
		}
		*arn = key.Arn
		_, err = kms.NewAlias(ctx, logical, &kms.AliasArgs{
			Name:        pulumi.String(keyAlias(k.scope, k.role)),
			TargetKeyId: key.KeyId,
		}, pulumi.Parent(parent))
		return err
	}}
}

// keyAlias returns the name by which people, and policies that cannot know its id, find a key.
func keyAlias(scope Scope, role string) string {
	return "alias/" + scope.Name(NameKMSAlias, role)
}

// accountUse lets the account's IAM policies decide about the key. RDS, S3 and Secrets Manager
// act with their caller's permissions and need no statement.
func accountUse(scope Scope) statement {
	return statement{
		Sid:       "AccountThroughIAM",
		Effect:    "Allow",
		Principal: map[string]any{"AWS": scope.rootARN()},
		Action:    "kms:*",
		Resource:  "*",
	}
}

func (k *Keys) logsUse() []statement {
	scope := k.args.Scope
	return append(
		[]statement{
			logGroupUse(scope),
			// EventBridge puts events that it could not deliver into queues.
			messageUse("EventsInQueues", []string{eventsPrincipal}, conditions{
				"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": scope.ARN("sqs", "*")},
			}),
		},
		alertUse(scope)...,
	)
}

// alertUse lets publishers to the alert topic encrypt their messages. EventBridge does not send
// on whose behalf it calls, and Budgets does not document it; for both, SNS names the topic.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func alertUse(scope Scope) []statement {
	return []statement{
		messageUse("Alarms", []string{alarmsPrincipal}, scope.sameAccount()),
		messageUse("EventsInTopics", []string{budgetsPrincipal, eventsPrincipal}, conditions{
			"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": scope.ARN("sns", "*")},
		}),
	}
}

// messageUse lets services encrypt messages for a topic or queue.
func messageUse(sid string, services []string, when conditions) statement {
	return statement{
		Sid:       sid,
		Effect:    "Allow",
		Principal: map[string]any{"Service": services},
		Action:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		Resource:  "*",
		Condition: when,
	}
}

func (k *Keys) auditUse() []statement {
	scope := k.args.Scope
	trail := scope.ARN("cloudtrail", "trail/"+TrailName(scope))
	cloudTrail := map[string]any{"Service": cloudTrailPrincipal}
	statements := []statement{
		{
			Sid:       "CloudTrailEncrypts",
			Effect:    "Allow",
			Principal: cloudTrail,
			Action:    "kms:GenerateDataKey*",
			Resource:  "*",
			Condition: conditions{
				"StringEquals": {"aws:SourceArn": trail},
				"StringLike":   {"kms:EncryptionContext:aws:cloudtrail:arn": scope.ARN("cloudtrail", "trail/*")},
			},
		},
		{
			Sid:       "CloudTrailDescribes",
			Effect:    "Allow",
			Principal: cloudTrail,
			Action:    "kms:DescribeKey",
			Resource:  "*",
			Condition: conditions{"StringEquals": {"aws:SourceArn": trail}},
		},
		{
			// Needed for a bucket with a bucket key. The trail's bucket has none; the statement keeps the policy
			// right if it gets one.
			// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
			Sid:       "CloudTrailDecrypts",
			Effect:    "Allow",
			Principal: cloudTrail,
			Action:    "kms:Decrypt",
			Resource:  "*",
			Condition: conditions{"StringEquals": {"aws:SourceArn": trail}},
		},
		logGroupUse(scope),
	}
	if k.args.ConfigRecorder {
		// https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
		statements = append(statements, statement{
			Sid:       "ConfigEncrypts",
			Effect:    "Allow",
			Principal: map[string]any{"Service": configPrincipal},
			Action:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource:  "*",
			Condition: scope.sameAccount(),
		})
	}
	return statements
}

// logGroupUse lets CloudWatch Logs encrypt this account's log groups and nothing else.
func logGroupUse(scope Scope) statement {
	return statement{
		Sid:       "CloudWatchLogs",
		Effect:    "Allow",
		Principal: map[string]any{"Service": "logs." + scope.Region + ".amazonaws.com"},
		Action:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resource:  "*",
		Condition: conditions{"ArnLike": {"kms:EncryptionContext:aws:logs:arn": scope.LogGroupARN("*")}},
	}
}
