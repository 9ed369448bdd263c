package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func accessLogsProgram(ctx *pulumi.Context) error {
	_, err := NewAccessLogs(ctx, "access-logs", &AccessLogsArgs{
		Scope: testScope, Sources: []string{"one", "two"}, Days: 365, NoncurrentVersionDays: 30,
	})
	return err
}

func TestAccessLogsTakeTheNamedBucketsLogs(t *testing.T) {
	rec := previewed(t, accessLogsProgram)
	rec.keepsContract(t, accessLogsType, "access-logs", map[string]any{
		"bucket": "aws-webapp-prod-logs-123456789012-us-east-1",
	})
	policy := rec.one(t, "aws:s3/bucketPolicy:BucketPolicy", "access-logs").policy(t, "policy")
	delivery := policy.sid(t, "BucketAccessLogs")
	assert.Equal(t, map[string]any{"Service": "logging.s3.amazonaws.com"}, delivery["Principal"])
	assert.Equal(t, "arn:aws:s3:::aws-webapp-prod-logs-123456789012-us-east-1/s3-access/*", delivery["Resource"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
		"ArnLike":      map[string]any{"aws:SourceArn": []any{"arn:aws:s3:::one", "arn:aws:s3:::two"}},
	}, delivery["Condition"])
	assert.Empty(t, rec.names("aws:s3/bucketLoggingV2:BucketLoggingV2"), "a log of its own would never come to rest")
}
