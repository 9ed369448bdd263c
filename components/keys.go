package components

import (
	"fmt"

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

// Keys are the stack's customer managed KMS keys, one per data domain, so that access to
// logs never implies access to customer data. AWS rotates their material every year.
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

// TrailName is the physical name of the stack's audit trail. The audit key's policy and
// the trail bucket's name it before the trail exists.
func TrailName(scope Scope) string {
	return scope.Name(NameTrail, "trail")
}

// TrailBucketName is the physical name of the bucket that keeps the trail's events. The log
// bucket's policy names it before it exists.
func TrailBucketName(scope Scope) string {
	return scope.BucketName("trail")
}

// NewKeys makes [Keys].
func NewKeys(ctx *pulumi.Context, name string, args *KeysArgs, opts ...pulumi.ResourceOption) (*Keys, error) {
	k := &Keys{}
	if args != nil {
		k.args = *args
	}
	if err := check(k.args); err != nil {
		return nil, fmt.Errorf("keys %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(keysType, name, k, opts...); err != nil {
		return nil, fmt.Errorf("keys %q: register: %w", name, err)
	}
	for _, domain := range []struct {
		role, description string
		arn               *pulumi.StringOutput
		use               []statement
	}{
		{"data", "Database, its secret and application buckets", &k.DataARN, nil},
		{"logs", "Log groups, exec sessions and alerts", &k.LogsARN, k.logsUse()},
		{"audit", "Audit trail", &k.AuditARN, k.auditUse()},
	} {
		arn, err := newKey(ctx, k, keySpec{
			scope: k.args.Scope, logical: name + "-" + domain.role, role: domain.role, description: domain.description,
			deletionWindowDays: k.args.DeletionWindowDays, use: domain.use,
		})
		if err != nil {
			return nil, fmt.Errorf("keys %q: create %s key: %w", name, domain.role, err)
		}
		*domain.arn = arn
	}
	if err := ctx.RegisterResourceOutputs(k, pulumi.Map{
		"dataArn":  k.DataARN,
		"logsArn":  k.LogsARN,
		"auditArn": k.AuditARN,
	}); err != nil {
		return nil, fmt.Errorf("keys %q: register outputs: %w", name, err)
	}
	return k, nil
}

// keySpec describes a key with its alias.
type keySpec struct {
	scope Scope
	// logical name, and role in the alias.
	logical, role, description string
	deletionWindowDays         int
	protect                    bool
	// use is who may use the key beside the account's own policies.
	use []statement
}

func newKey(ctx *pulumi.Context, parent pulumi.Resource, spec keySpec) (pulumi.StringOutput, error) {
	key, err := kms.NewKey(ctx, spec.logical, &kms.KeyArgs{
		Description:          pulumi.String(spec.description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(spec.deletionWindowDays),
		Policy:               policyDocument(append([]statement{accountUse(spec.scope)}, spec.use...)...),
		Tags:                 named(spec.logical),
	}, pulumi.Parent(parent), pulumi.Protect(spec.protect))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	if _, err := kms.NewAlias(ctx, spec.logical, &kms.AliasArgs{
		Name:        pulumi.String(keyAlias(spec.scope, spec.role)),
		TargetKeyId: key.KeyId,
	}, pulumi.Parent(parent)); err != nil {
		return pulumi.StringOutput{}, err
	}
	return key.Arn, nil
}

// keyAlias is the name by which people, and policies that cannot know its id, find a key.
func keyAlias(scope Scope, role string) string {
	return "alias/" + scope.Name(NameKMSAlias, role)
}

// accountUse hands the key to the account's IAM policies. RDS, S3 and Secrets Manager act
// with their caller's rights and need no statement of their own.
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
			// EventBridge keeps events that it could not deliver.
			messageUse("EventsInQueues", []string{eventsPrincipal}, conditions{
				"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": scope.ARN("sqs", "*")},
			}),
		},
		alertUse(scope)...,
	)
}

// alertUse lets what publishes to the alert topic encrypt its messages. EventBridge does not
// say on whose behalf it calls, and of RDS it is not known; SNS names the topic for them.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func alertUse(scope Scope) []statement {
	return []statement{
		messageUse("Alarms", []string{alarmsPrincipal}, scope.sameAccount()),
		messageUse("EventsInTopics", []string{eventsPrincipal, databaseEventsPrincipal}, conditions{
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
			// A bucket with a bucket key needs it. The trail's has none, and stays right with one.
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
