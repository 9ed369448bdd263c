package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const stateBucketARN = "arn:aws:s3:::aws-webapp-prod-state-123456789012-us-east-1"

func stateProgram(ctx *pulumi.Context) error {
	_, err := NewStateBackend(ctx, "state", &StateBackendArgs{
		Scope: testScope, KeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/1"), LogBucket: "logs",
		NoncurrentVersionDays: 365, Protect: true,
		Users: []StateUser{{
			AccountID: "222222222222", Stack: "prod",
			ReaderARNs: []string{"arn:aws:iam::222222222222:role/preview"}, WriterARNs: []string{
				"arn:aws:iam::222222222222:role/deploy",
			},
		}},
	})
	return err
}

func TestStateBackendTellsPulumiWhereItIs(t *testing.T) {
	rec := deployed(t, stateProgram)
	rec.keepsContract(t, stateBackendType, "state", map[string]any{
		"bucket":          "aws-webapp-prod-state-123456789012-us-east-1",
		"url":             "s3://aws-webapp-prod-state-123456789012-us-east-1?region=us-east-1",
		"secretsProvider": "awskms:///arn:aws:kms:us-east-1:123456789012:key/1?region=us-east-1",
	})
	assert.True(t, rec.one(t, "aws:s3/bucketV2:BucketV2", "state").request.GetProtect())
	versioning := rec.one(t, "aws:s3/bucketVersioningV2:BucketVersioningV2", "state")
	assert.Equal(t, map[string]any{"status": "Enabled"}, versioning.inputs["versioningConfiguration"])
	logging := rec.one(t, "aws:s3/bucketLoggingV2:BucketLoggingV2", "state")
	assert.Equal(t, "logs", logging.inputs["targetBucket"])
}

// If a state expires, its stack can no longer be changed.
func TestStatesNeverExpire(t *testing.T) {
	rules := deployed(t, stateProgram).one(t, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"state").inputs["rules"].([]any)
	noncurrent := map[string]any{}
	for _, entry := range rules {
		rule := entry.(map[string]any)
		assert.NotContains(t, rule, "transitions")
		if expiration, ok := rule["expiration"].(map[string]any); ok {
			assert.Equal(t, map[string]any{"expiredObjectDeleteMarker": true}, expiration)
		}
		if versions, ok := rule["noncurrentVersionExpiration"].(map[string]any); ok {
			noncurrent[rule["filter"].(map[string]any)["prefix"].(string)] = versions["noncurrentDays"]
		}
	}
	assert.Equal(t, map[string]any{"": 365.0, ".pulumi/locks/": 1.0}, noncurrent)
}

// A role of another account reads and writes only the state of its own stack.
func TestStateOfOtherAccounts(t *testing.T) {
	document := previewed(t, stateProgram).one(t, "aws:s3/bucketPolicy:BucketPolicy", "state").policy(t, "policy")
	files := []any{
		stateBucketARN + "/.pulumi/stacks/aws-webapp/prod.*",
		stateBucketARN + "/.pulumi/backups/aws-webapp/prod/*",
		stateBucketARN + "/.pulumi/history/aws-webapp/prod/*",
		stateBucketARN + "/.pulumi/locks/organization/aws-webapp/prod/*",
	}
	account := map[string]any{"AWS": "arn:aws:iam::222222222222:root"}
	only := func(role string) map[string]any {
		return map[string]any{
			"ArnEquals": map[string]any{"aws:PrincipalArn": []any{"arn:aws:iam::222222222222:role/" + role}},
		}
	}
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Principal": account, "Condition": only("preview"),
		"Action": "s3:GetObject", "Resource": append([]any{stateBucketARN + "/.pulumi/meta.yaml"}, files...),
	}, document.sid(t, "ReadprodOf2222222222222"))
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Principal": account, "Condition": only("deploy"),
		"Action": []any{"s3:DeleteObject", "s3:PutObject"}, "Resource": files,
	}, document.sid(t, "WriteprodOf2222222222223"))
	for _, statement := range document.Statement {
		if statement["Effect"] == "Allow" && assert.ObjectsAreEqual(only("preview"), statement["Condition"]) {
			assert.NotContains(t, statement["Action"], "s3:PutObject")
		}
	}
}
