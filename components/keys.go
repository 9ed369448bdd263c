package components

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const keysType = "aws-webapp:encryption:Keys"

// KeysArgs describe [Keys].
type KeysArgs struct {
	// Scope of the stack.
	Scope Scope
	// DeletionWindowDays that a deleted key can be brought back, 7 to 30.
	DeletionWindowDays int
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
	if err := k.args.validate(); err != nil {
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
		arn, err := k.createKey(ctx, name, domain.role, domain.description, domain.use)
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

func (a KeysArgs) validate() error {
	errs := []error{a.Scope.validate()}
	if a.DeletionWindowDays < 7 || a.DeletionWindowDays > 30 {
		errs = append(errs, fmt.Errorf("DeletionWindowDays is %d: KMS allows 7 to 30", a.DeletionWindowDays))
	}
	return errors.Join(errs...)
}

func (k *Keys) createKey(ctx *pulumi.Context, name, role, description string, use []statement) (pulumi.StringOutput, error) {
	logical := name + "-" + role
	key, err := kms.NewKey(ctx, logical, &kms.KeyArgs{
		Description:          pulumi.String(description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(k.args.DeletionWindowDays),
		Policy:               policyDocument(append([]statement{k.accountUse()}, use...)...),
		Tags:                 named(logical),
	}, pulumi.Parent(k))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	if _, err := kms.NewAlias(ctx, logical, &kms.AliasArgs{
		Name:        pulumi.String("alias/" + k.args.Scope.Name(NameKMSAlias, role)),
		TargetKeyId: key.KeyId,
	}, pulumi.Parent(k)); err != nil {
		return pulumi.StringOutput{}, err
	}
	return key.Arn, nil
}

// accountUse hands the key to the account's IAM policies. RDS, S3 and Secrets Manager act
// with their caller's rights and need no statement of their own.
func (k *Keys) accountUse() statement {
	return statement{
		Sid:       "AccountThroughIAM",
		Effect:    "Allow",
		Principal: map[string]any{"AWS": k.args.Scope.rootARN()},
		Action:    "kms:*",
		Resource:  "*",
	}
}

func (k *Keys) logsUse() []statement {
	scope := k.args.Scope
	return []statement{
		logGroupUse(scope),
		{
			Sid:       "PublishersOfAlerts",
			Effect:    "Allow",
			Principal: map[string]any{"Service": alertPublishers},
			Action:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
			Resource:  "*",
			Condition: scope.sameAccount(),
		},
	}
}

func (k *Keys) auditUse() []statement {
	scope := k.args.Scope
	trail := scope.ARN("cloudtrail", "trail/"+TrailName(scope))
	cloudTrail := map[string]any{"Service": "cloudtrail.amazonaws.com"}
	return []statement{
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
		logGroupUse(scope),
	}
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
