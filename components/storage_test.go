package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const testDataKeyARN = "arn:aws:kms:us-east-1:123456789012:key/data"

// The type tokens of the resources that make up a bucket.
const (
	bucketToken       = "aws:s3/bucketV2:BucketV2"
	ownershipToken    = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	publicAccessToken = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	encryptionToken   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	versioningToken   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	bucketPolicyToken = "aws:s3/bucketPolicy:BucketPolicy"
	lifecycleToken    = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	loggingToken      = "aws:s3/bucketLoggingV2:BucketLoggingV2"
)

// The physical names of the test's buckets.
const (
	applicationBucketName = "aws-webapp-prod-application-123456789012-us-east-1"
	logsBucketName        = "aws-webapp-prod-logs-123456789012-us-east-1"
	artifactsBucketName   = "aws-webapp-prod-artifacts-123456789012-us-east-1"
)

var bucketNames = map[string]string{
	"storage-application": applicationBucketName,
	"storage-logs":        logsBucketName,
	"storage-artifacts":   artifactsBucketName,
}

func testStorageArgs() StorageArgs {
	return StorageArgs{
		Scope:                 testScope,
		DataKeyARN:            pulumi.String(testDataKeyARN),
		Protect:               true,
		NoncurrentVersionDays: 30,
		InfrequentAccessDays:  90,
		AccessLogDays:         365,
		ArtifactDays:          14,
	}
}

func storageProgram(args StorageArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewStorage(ctx, "storage", &args)
		return err
	}
}

func TestStorageKeepsTheContract(t *testing.T) {
	deployed(t, storageProgram(testStorageArgs())).keepsContract(t, storageType, "storage", map[string]any{
		"applicationBucket":    applicationBucketName,
		"applicationBucketArn": "arn:aws:s3:::" + applicationBucketName,
		"logBucket":            logsBucketName,
		"logBucketArn":         "arn:aws:s3:::" + logsBucketName,
		"artifactBucket":       artifactsBucketName,
		"artifactBucketArn":    "arn:aws:s3:::" + artifactsBucketName,
	})
}

func TestEveryBucketIsPrivateAndVersioned(t *testing.T) {
	rec := previewed(t, storageProgram(testStorageArgs()))
	for logical, physical := range bucketNames {
		t.Run(logical, func(t *testing.T) {
			assert.Equal(t, map[string]any{
				"bucket":       physical,
				"forceDestroy": false,
				"tags":         map[string]any{"Name": physical},
			}, rec.one(t, bucketToken, logical).inputs)
			assert.Equal(t, map[string]any{
				"bucket":            physical,
				"blockPublicAcls":   true,
				"blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
			}, rec.one(t, publicAccessToken, logical).inputs)
			assert.Equal(t, map[string]any{
				"bucket": physical,
				"rule":   map[string]any{"objectOwnership": "BucketOwnerEnforced"},
			}, rec.one(t, ownershipToken, logical).inputs)
			assert.Equal(t, map[string]any{
				"bucket":                  physical,
				"versioningConfiguration": map[string]any{"status": "Enabled"},
			}, rec.one(t, versioningToken, logical).inputs)
		})
	}
}

func TestBucketsAreEncrypted(t *testing.T) {
	rec := previewed(t, storageProgram(testStorageArgs()))
	withDataKey := []any{map[string]any{
		"bucketKeyEnabled":                   true,
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": testDataKeyARN},
	}}
	withS3Key := []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}
	assert.Equal(t, withDataKey, rec.one(t, encryptionToken, "storage-application").inputs["rules"])
	assert.Equal(t, withDataKey, rec.one(t, encryptionToken, "storage-artifacts").inputs["rules"])
	assert.Equal(t, withS3Key, rec.one(t, encryptionToken, "storage-logs").inputs["rules"],
		"load balancers cannot write with a KMS key")
}

// TestBucketSettingsWaitForEachOther guards against OperationAborted, which S3 answers
// when two settings of a bucket change at the same time.
func TestBucketSettingsWaitForEachOther(t *testing.T) {
	rec := deployed(t, storageProgram(testStorageArgs()))
	for logical := range bucketNames {
		t.Run(logical, func(t *testing.T) {
			chain := []string{
				bucketToken, ownershipToken, publicAccessToken, encryptionToken, versioningToken, bucketPolicyToken, lifecycleToken,
			}
			for i := 1; i < len(chain); i++ {
				assert.Truef(t, rec.one(t, chain[i], logical).dependsOn(rec.one(t, chain[i-1], logical)),
					"%s does not wait for %s", chain[i], chain[i-1])
			}
		})
	}
}

func TestBucketsWriteAccessLogs(t *testing.T) {
	rec := deployed(t, storageProgram(testStorageArgs()))
	assert.Equal(t, []string{"storage-application", "storage-artifacts"}, rec.names(loggingToken),
		"a log bucket that logs its own logs never comes to rest")
	for _, logical := range rec.names(loggingToken) {
		logging := rec.one(t, loggingToken, logical)
		assert.Equal(t, map[string]any{
			"bucket":       bucketNames[logical],
			"targetBucket": logsBucketName,
			"targetPrefix": "s3-access/",
			"targetObjectKeyFormat": map[string]any{
				"partitionedPrefix": map[string]any{"partitionDateSource": "EventTime"},
			},
		}, logging.inputs)
		assert.True(t, logging.dependsOn(rec.one(t, bucketPolicyToken, "storage-logs")), "the log bucket must let S3 write")
		assert.True(t, logging.dependsOn(rec.one(t, lifecycleToken, logical)))
	}
}

func TestBucketLifecycles(t *testing.T) {
	rule := func(id string, more map[string]any) map[string]any {
		more["id"], more["status"], more["filter"] = id, "Enabled", map[string]any{"prefix": ""}
		return more
	}
	aborted := rule("abort-abandoned-uploads", map[string]any{
		"abortIncompleteMultipartUpload": map[string]any{"daysAfterInitiation": 7.0},
	})
	versions := rule("expire-noncurrent-versions", map[string]any{
		"noncurrentVersionExpiration": map[string]any{"noncurrentDays": 30.0},
		"expiration":                  map[string]any{"expiredObjectDeleteMarker": true},
	})
	rec := deployed(t, storageProgram(testStorageArgs()))
	for logical, want := range map[string][]any{
		"storage-application": {aborted, versions, rule("move-to-infrequent-access", map[string]any{
			"transitions": []any{map[string]any{"days": 90.0, "storageClass": "STANDARD_IA"}},
		})},
		"storage-logs": {
			aborted, versions, rule("expire-objects", map[string]any{"expiration": map[string]any{"days": 365.0}}),
		},
		"storage-artifacts": {
			aborted, versions, rule("expire-objects", map[string]any{"expiration": map[string]any{"days": 14.0}}),
		},
	} {
		assert.Equal(t, want, rec.one(t, lifecycleToken, logical).inputs["rules"], logical)
	}
}

func TestApplicationObjectsCanStayInStandard(t *testing.T) {
	args := testStorageArgs()
	args.InfrequentAccessDays = 0
	rules := deployed(t, storageProgram(args)).one(t, lifecycleToken, "storage-application").inputs["rules"]
	assert.Len(t, rules, 2)
}

func TestOnlyTheApplicationBucketIsProtected(t *testing.T) {
	rec := deployed(t, storageProgram(testStorageArgs()))
	assert.True(t, rec.one(t, bucketToken, "storage-application").request.GetProtect())
	assert.False(t, rec.one(t, bucketToken, "storage-logs").request.GetProtect())
	assert.False(t, rec.one(t, bucketToken, "storage-artifacts").request.GetProtect())

	args := testStorageArgs()
	args.Protect = false
	assert.False(t, deployed(t, storageProgram(args)).one(t, bucketToken, "storage-application").request.GetProtect())
}

func TestForceDestroyReachesEveryBucket(t *testing.T) {
	args := testStorageArgs()
	args.ForceDestroy = true
	rec := deployed(t, storageProgram(args))
	for logical := range bucketNames {
		assert.Equal(t, true, rec.one(t, bucketToken, logical).inputs["forceDestroy"], logical)
	}
}

func TestLogBucketIsReadyWithItsPolicy(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		args := testStorageArgs()
		storage, err := NewStorage(ctx, "storage", &args)
		if err != nil {
			return err
		}
		var consumer pulumi.ResourceState
		return ctx.RegisterComponentResource("test:index:LoadBalancer", "web", &consumer,
			pulumi.DependsOn(storage.LogBucketReady))
	})
	consumer := rec.one(t, "test:index:LoadBalancer", "web")
	policy := rec.one(t, bucketPolicyToken, "storage-logs")
	assert.Equal(t, []string{policy.urn}, consumer.request.GetDependencies(), "what comes later holds nobody up")
	assert.True(t, rec.waitsFor(policy, rec.one(t, encryptionToken, "storage-logs")), "what comes before is there, too")
}
