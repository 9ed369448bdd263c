package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func keysProgram(ctx *pulumi.Context) error {
	_, err := NewKeys(ctx, "keys", &KeysArgs{Scope: testScope, DeletionWindowDays: 30})
	return err
}

func TestKeysOneEachDataDomain(t *testing.T) {
	rec := deployed(t, keysProgram)

	rec.keepsContract(t, keysType, "keys", map[string]any{
		"dataArn":  arnOf("aws:kms/key:Key", "keys-data"),
		"logsArn":  arnOf("aws:kms/key:Key", "keys-logs"),
		"auditArn": arnOf("aws:kms/key:Key", "keys-audit"),
	})
	for _, domain := range []string{"data", "logs", "audit"} {
		key := rec.one(t, "aws:kms/key:Key", "keys-"+domain)
		assert.Equal(t, true, key.inputs["enableKeyRotation"], domain)
		assert.InDelta(t, 30, key.inputs["deletionWindowInDays"], 0, domain)
		alias := rec.one(t, "aws:kms/alias:Alias", "keys-"+domain)
		assert.Equal(t, "alias/aws-webapp-prod-"+domain, alias.inputs["name"])
		assert.Equal(t, key.name+"-id", alias.inputs["targetKeyId"])
	}
}

// A reviewer of a preview must see who may use a key before the key exists.
func TestKeyPoliciesAreScopedAndKnownAtPreview(t *testing.T) {
	rec := previewed(t, keysProgram)
	policy := func(domain string) policyText {
		return rec.one(t, "aws:kms/key:Key", "keys-"+domain).policy(t, "policy")
	}

	assert.Len(t, policy("data").Statement, 1, "RDS, S3 and Secrets Manager use the caller's rights")
	for _, domain := range []string{"data", "logs", "audit"} {
		assert.Equal(t, map[string]any{
			"Effect": "Allow", "Action": "kms:*", "Resource": "*",
			"Principal": map[string]any{"AWS": "arn:aws:iam::123456789012:root"},
		}, policy(domain).sid(t, "AccountThroughIAM"))
	}
	for _, domain := range []string{"logs", "audit"} {
		logs := policy(domain).sid(t, "CloudWatchLogs")
		assert.Equal(t, map[string]any{"Service": "logs.us-east-1.amazonaws.com"}, logs["Principal"])
		assert.Equal(t, map[string]any{"ArnLike": map[string]any{
			"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:*",
		}}, logs["Condition"])
	}
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}},
		policy("logs").sid(t, "Alarms")["Condition"])
	for sid, context := range map[string]map[string]any{
		"EventsInTopics": {"kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-east-1:123456789012:*"},
		"EventsInQueues": {"kms:EncryptionContext:aws:sqs:arn": "arn:aws:sqs:us-east-1:123456789012:*"},
	} {
		assert.Equal(t, map[string]any{"ArnLike": context}, policy("logs").sid(t, sid)["Condition"],
			"EventBridge sends no source to ask for")
	}
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{
			"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/aws-webapp-prod-trail",
		},
	}, policy("audit").sid(t, "CloudTrailDecrypts")["Condition"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{
			"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/aws-webapp-prod-trail",
		},
		"StringLike": map[string]any{
			"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/*",
		},
	}, policy("audit").sid(t, "CloudTrailEncrypts")["Condition"])
}

func TestAuditKeyEncryptsForConfigOnRequest(t *testing.T) {
	program := func(recorder bool) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			_, err := NewKeys(ctx, "keys", &KeysArgs{Scope: testScope, DeletionWindowDays: 30, ConfigRecorder: recorder})
			return err
		}
	}
	use := previewed(t, program(true)).one(t, "aws:kms/key:Key", "keys-audit").policy(t, "policy").sid(t, "ConfigEncrypts")
	assert.Equal(t, map[string]any{"Service": "config.amazonaws.com"}, use["Principal"])
	assert.Equal(t, []any{"kms:Decrypt", "kms:GenerateDataKey"}, use["Action"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}}, use["Condition"])

	without := previewed(t, program(false)).one(t, "aws:kms/key:Key", "keys-audit").policy(t, "policy")
	for _, statement := range without.Statement {
		assert.NotEqual(t, "ConfigEncrypts", statement["Sid"])
	}
}
