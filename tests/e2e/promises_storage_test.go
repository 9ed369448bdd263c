//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// bucket holds the expected properties of a bucket, besides those that all buckets share.
type bucket struct {
	name string
	// key is the domain of the key that encrypts it; empty means S3's own key, the only one with
	// which the load balancer can write.
	key string
	// expiry of its objects, in days; 0 keeps them.
	expiry int
	// logged says that access to it is logged.
	logged bool
}

func (d *deployment) buckets(t *testing.T) []bucket {
	t.Helper()
	return []bucket{
		{d.output(t, "applicationBucket"), "data", 0, true},
		{d.output(t, "artifactBucket"), "data", d.cfg.Storage.ArtifactDays, true},
		{d.output(t, "logBucket"), "", d.cfg.Storage.AccessLogDays, false},
		{d.trailBucket(t), "audit", d.cfg.AuditTrail.BucketDays, true},
	}
}

func checkBuckets(t *testing.T, d *deployment) {
	for _, b := range d.buckets(t) {
		t.Run(b.name, func(t *testing.T) {
			checkPrivate(t, d, b)
			checkBucketPolicy(t, d, b)
			checkEncryption(t, d, b)
			checkLifecycle(t, d, b)
		})
	}
}

func checkPrivate(t *testing.T, d *deployment, b bucket) {
	t.Helper()
	block := got(d.s3.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &b.name}))(
		t).PublicAccessBlockConfiguration
	assert.True(t, *block.BlockPublicAcls && *block.BlockPublicPolicy && *block.IgnorePublicAcls &&
		*block.RestrictPublicBuckets, "%+v", block)
	ownership := got(d.s3.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: &b.name}))(
		t).OwnershipControls
	assert.Equal(t, s3types.ObjectOwnershipBucketOwnerEnforced, only(t, ownership.Rules).ObjectOwnership)
	versioning := got(d.s3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &b.name}))(t)
	assert.Equal(t, s3types.BucketVersioningStatusEnabled, versioning.Status)
	logging := got(d.s3.GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: &b.name}))(t).LoggingEnabled
	if b.logged {
		require.NotNil(t, logging, "access is not logged")
		assert.Equal(t, d.output(t, "logBucket"), *logging.TargetBucket)
	}
}

// Plain HTTP is refused, and so is an upload that asks for other encryption.
func checkBucketPolicy(t *testing.T, d *deployment, b bucket) {
	t.Helper()
	policy := *got(d.s3.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &b.name}))(t).Policy
	var plain, encryption bool
	for _, s := range statements(t, policy) {
		plain = plain || s.denies("Bool", "aws:SecureTransport", "false")
		for operator, keys := range s.Condition {
			_, names := keys["s3:x-amz-server-side-encryption"]
			encryption = encryption || s.Effect == "Deny" && names && operator != ""
		}
		if s.Effect == "Allow" {
			assert.True(t, s.serves(), "%s lets in more than services", s.Sid)
			for _, place := range s.Resource { // load balancers are known by the place alone
				own := strings.Contains(place, "/AWSLogs/"+moto.Account+"/")
				assert.True(t, own || len(s.Condition) > 0, "%s lets a service write on anybody's behalf", s.Sid)
			}
		}
	}
	assert.True(t, plain, "plain HTTP is not refused: %s", policy)
	assert.True(t, encryption, "other encryption is not refused: %s", policy)
}

func checkEncryption(t *testing.T, d *deployment, b bucket) {
	t.Helper()
	encryption := got(d.s3.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &b.name}))(t)
	rule := only(t, encryption.ServerSideEncryptionConfiguration.Rules)
	if b.key == "" {
		assert.Equal(t, s3types.ServerSideEncryptionAes256, rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm)
		return
	}
	assert.Equal(t, s3types.ServerSideEncryptionAwsKms, rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm)
	assert.Equal(t, d.key(t, b.key), *rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID)
	assert.Equal(t, b.key != "audit", aws.ToBool(rule.BucketKeyEnabled), "a trail's needs kms:Decrypt with one")
}

func checkLifecycle(t *testing.T, d *deployment, b bucket) {
	t.Helper()
	rules := got(d.s3.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{
		Bucket: &b.name,
	}))(t).Rules
	var uploads, versions bool
	expiry := 0
	for _, rule := range rules {
		assert.Equal(t, s3types.ExpirationStatusEnabled, rule.Status)
		uploads = uploads || rule.AbortIncompleteMultipartUpload != nil
		versions = versions || rule.NoncurrentVersionExpiration != nil
		if rule.Expiration != nil && rule.Expiration.Days != nil {
			expiry = int(*rule.Expiration.Days)
		}
	}
	assert.True(t, uploads, "abandoned uploads stay")
	assert.True(t, versions, "old versions stay")
	assert.Equal(t, b.expiry, expiry)
}
