package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	bucketToken           = "aws:s3/bucketV2:BucketV2"
	bucketPolicyToken     = "aws:s3/bucketPolicy:BucketPolicy"
	bucketEncryptionToken = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	bucketVersioningToken = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	objectLockToken       = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
)

var bucketChars = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// s3Types are buckets and their settings, which are resources of their own.
var s3Types = Types{
	bucketToken: {
		Replace:  []string{"bucket", "bucketPrefix", "objectLockConfiguration.objectLockEnabled", "objectLockEnabled"},
		Defaults: map[string]any{"forceDestroy": false},
		Name:     &Name{Property: "bucket", Prefix: "bucketPrefix", Max: 63, Lower: true, Chars: bucketChars},
		ID:       "{.bucket}",
		Outputs: Outputs{
			"arn": "arn:{partition}:s3:::{.bucket}", "region": "{region}",
			"bucketDomainName":         "{.bucket}.s3.amazonaws.com",
			"bucketRegionalDomainName": "{.bucket}.s3.{region}.amazonaws.com",
			"hostedZoneId":             "Z{upper13#s3}", "requestPayer": "BucketOwner", "objectLockEnabled": false,
			"accelerationStatus": "", "policy": "", "websiteDomain": "", "websiteEndpoint": "",
		},
		Unique: []Unique{{Properties: []string{"bucket"}, Error: "BucketAlreadyOwnedByYou: Your previous request to " +
			"create the named bucket succeeded and you already own it."}},
		Tags:     true,
		NotFound: "NoSuchBucket: The specified bucket does not exist",
		InUse:    "BucketNotEmpty: The bucket you tried to delete is not empty",
	},
	bucketPolicyToken: bucketSetting(&Type{
		Required: []string{"policy"},
		JSON:     []string{"policy"},
		Rules:    []Rule{principalsExist("policy", "MalformedPolicy: Invalid principal in policy")},
	}),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting(&Type{
		Defaults: map[string]any{
			"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false,
		},
	}),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting(&Type{Required: []string{"rule"}}),
	bucketVersioningToken: bucketSetting(&Type{
		Required: []string{"versioningConfiguration"},
		Replace:  []string{"expectedBucketOwner"},
	}),
	bucketEncryptionToken: bucketSetting(&Type{
		Required: []string{"rules"},
		Replace:  []string{"expectedBucketOwner"},
		Refs: []Ref{{
			Path: "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId",
			To:   kmsKeyToken, By: keyNames, Foreign: true,
		}},
	}),
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": bucketSetting(&Type{
		Replace: []string{"expectedBucketOwner"},
		Outputs: Outputs{"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
		Rules:   []Rule{noncurrentNeedsVersions},
	}),
	"aws:s3/bucketLoggingV2:BucketLoggingV2": bucketSetting(&Type{
		Required: []string{"targetBucket", "targetPrefix"},
		Replace:  []string{"expectedBucketOwner"},
		Refs:     []Ref{{Path: "targetBucket", To: bucketToken, Foreign: true}},
		After:    []Rule{accessLogArrives},
	}),
	"aws:s3/bucketNotification:BucketNotification": bucketSetting(&Type{
		Defaults: map[string]any{"eventbridge": false},
		Refs: []Ref{
			{Path: "queues[].queueArn", To: queueToken, By: arn, Foreign: true},
			{Path: "topics[].topicArn", To: topicToken, By: arn, Foreign: true},
			{Path: "lambdaFunctions[].lambdaFunctionArn", To: functionToken, By: arn, Foreign: true},
		},
	}),
	"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": bucketSetting(&Type{
		Required: []string{"corsRules"},
		Replace:  []string{"expectedBucketOwner"},
	}),
	objectLockToken: bucketSetting(&Type{
		Replace:  []string{"expectedBucketOwner", "objectLockEnabled"},
		Defaults: map[string]any{"objectLockEnabled": "Enabled"},
		Rules:    []Rule{lockNeedsVersions},
	}),
	"aws:s3/bucketObjectv2:BucketObjectv2": {
		Required: []string{"bucket"},
		Replace:  []string{"bucket", "key"},
		Defaults: map[string]any{"forceDestroy": false},
		Name:     &Name{Property: "key", Max: 1024},
		ID:       "{.bucket}/{.key}",
		Outputs: Outputs{
			"arn": "arn:{partition}:s3:::{.bucket}/{.key}", "etag": "{hex32#etag}", "versionId": "{lower32#version}",
			"contentType": "application/octet-stream", "storageClass": "STANDARD", "serverSideEncryption": "AES256",
			"bucketKeyEnabled": false, "checksumCrc32": "", "checksumCrc32c": "", "checksumCrc64nvme": "",
			"checksumSha1": "", "checksumSha256": "",
		},
		OnUpdate: []string{"etag", "versionId"},
		Refs: []Ref{
			{Path: "bucket", To: bucketToken},
			{Path: "kmsKeyId", To: kmsKeyToken, By: arn, Foreign: true},
		},
		Tags: true,
	},
	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {
		Replace: []string{"accountId"},
		Defaults: map[string]any{
			"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false,
		},
		ID:      "{account}",
		Outputs: Outputs{"accountId": "{account}"},
		Account: true,
	},
}

// bucketSetting completes the description of a setting that a bucket has once.
func bucketSetting(t *Type) *Type {
	t.Required = append([]string{"bucket"}, t.Required...)
	t.Replace = append([]string{"bucket"}, t.Replace...)
	t.Refs = append([]Ref{{Path: "bucket", To: bucketToken}}, t.Refs...)
	t.ID = "{.bucket}"
	return t
}

// bucketEncryption returns the default encryption of a bucket; S3 encrypts with SSE-S3
// when nothing else is set.
func (c *Call) bucketEncryption(bucket string) string {
	setting, ok := c.Find(bucketEncryptionToken, "bucket", bucket)
	if algorithm := prop.Text(setting.Props, "rules[].applyServerSideEncryptionByDefault.sseAlgorithm"); ok && algorithm != "" {
		return algorithm
	}
	return "AES256"
}

func (c *Call) versioned() bool {
	setting, ok := c.Find(bucketVersioningToken, "bucket", c.Text("bucket"))
	return ok && strings.EqualFold(prop.Text(setting.Props, "versioningConfiguration.status"), "Enabled")
}

// noncurrentNeedsVersions is not an error at AWS, but without versions such a rule does
// nothing: the provider's documentation tells to depend on the versioning.
func noncurrentNeedsVersions(c *Call) error {
	if len(prop.Values(c.Inputs, "rules[].noncurrentVersionExpiration")) == 0 || c.versioned() {
		return nil
	}
	return Errorf("InvalidRequest", "The lifecycle of bucket %s expires noncurrent versions, but versioning is not "+
		"enabled (yet): make the lifecycle depend on the versioning", c.Text("bucket"))
}

func lockNeedsVersions(c *Call) error {
	if c.versioned() {
		return nil
	}
	return Errorf("InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
}
