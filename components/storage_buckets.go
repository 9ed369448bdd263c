package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// bucketSpec describes a bucket with everything around it.
type bucketSpec struct {
	// logical and physical name.
	logical, name string
	// keyARN is the KMS key of the objects; nil encrypts them with S3's own keys.
	keyARN pulumi.StringInput
	// noBucketKey makes S3 ask KMS for a key for each object.
	noBucketKey           bool
	forceDestroy, protect bool
	lifecycle             []lifecycleRule
	policy                []statement
	// logBucket receives the access log, once the resources of logBucketReady exist; empty for
	// none.
	logBucket      string
	logBucketReady []pulumi.Resource
}

// policySetting is the setting that decides who may write to a bucket.
const policySetting = "policy"

// newBucket makes a private, versioned, encrypted bucket and returns the resources that must
// exist before anything writes to it: the policy, and what the policy waits for. S3 answers
// simultaneous changes of one bucket with OperationAborted, so every setting waits for the
// previous one; the settings after the policy do not delay writers.
func newBucket(ctx *pulumi.Context, parent pulumi.Resource, spec bucketSpec) ([]pulumi.Resource, error) {
	bucket, err := s3.NewBucketV2(ctx, spec.logical, &s3.BucketV2Args{
		Bucket:       pulumi.String(spec.name),
		ForceDestroy: pulumi.Bool(spec.forceDestroy),
		Tags:         named(spec.name),
	}, pulumi.Parent(parent), pulumi.Protect(spec.protect))
	if err != nil {
		return nil, err
	}
	var last pulumi.Resource = bucket
	var ready []pulumi.Resource
	for _, setting := range []struct {
		name  string
		apply func(*pulumi.Context, *s3.BucketV2, ...pulumi.ResourceOption) (pulumi.Resource, error)
	}{
		{"ownership", spec.ownership},
		{"public access", spec.publicAccess},
		{"encryption", spec.encryption},
		{"versioning", spec.versioning},
		{policySetting, spec.bucketPolicy},
		{"lifecycle", spec.lifecycleRules},
		{"access log", spec.accessLog},
	} {
		resource, err := setting.apply(ctx, bucket, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{last}))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", setting.name, err)
		}
		if resource == nil {
			continue
		}
		last = resource
		if setting.name == policySetting {
			ready = []pulumi.Resource{resource}
		}
	}
	return ready, nil
}

// ownership switches ACLs off: only policies decide.
func (spec bucketSpec) ownership(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return s3.NewBucketOwnershipControls(ctx, spec.logical, &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.Bucket,
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, opts...)
}

func (spec bucketSpec) publicAccess(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return s3.NewBucketPublicAccessBlock(ctx, spec.logical, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.Bucket,
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, opts...)
}

// encryption uses a bucket key, with which S3 asks KMS for a key once in a while instead of
// once per object, unless the bucket's writers would need more permissions for it.
func (spec bucketSpec) encryption(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	rule := s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String(encryptionS3),
		},
	}
	if spec.keyARN != nil {
		rule.BucketKeyEnabled = pulumi.Bool(!spec.noBucketKey)
		rule.ApplyServerSideEncryptionByDefault = s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm:   pulumi.String(encryptionKMS),
			KmsMasterKeyId: spec.keyARN,
		}
	}
	return s3.NewBucketServerSideEncryptionConfigurationV2(ctx, spec.logical,
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: bucket.Bucket,
			Rules:  s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
		}, opts...)
}

func (spec bucketSpec) versioning(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return s3.NewBucketVersioningV2(ctx, spec.logical, &s3.BucketVersioningV2Args{
		Bucket:                  bucket.Bucket,
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, opts...)
}

func (spec bucketSpec) bucketPolicy(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return s3.NewBucketPolicy(ctx, spec.logical, &s3.BucketPolicyArgs{
		Bucket: bucket.Bucket,
		Policy: policyDocument(spec.policy...),
	}, opts...)
}

func (spec bucketSpec) lifecycleRules(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	rules := make(s3.BucketLifecycleConfigurationV2RuleArray, len(spec.lifecycle))
	for i, rule := range spec.lifecycle {
		rules[i] = rule
	}
	return s3.NewBucketLifecycleConfigurationV2(ctx, spec.logical, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.Bucket,
		Rules:  rules,
	}, opts...)
}

// accessLog partitions the log by account, region, bucket and day of the request: queries only
// read the days that they ask for.
func (spec bucketSpec) accessLog(
	ctx *pulumi.Context, bucket *s3.BucketV2, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	if spec.logBucket == "" {
		return nil, nil
	}
	return s3.NewBucketLoggingV2(ctx, spec.logical, &s3.BucketLoggingV2Args{
		Bucket:       bucket.Bucket,
		TargetBucket: pulumi.String(spec.logBucket),
		TargetPrefix: pulumi.String(ServerAccessLogPrefix + "/"),
		TargetObjectKeyFormat: s3.BucketLoggingV2TargetObjectKeyFormatArgs{
			PartitionedPrefix: s3.BucketLoggingV2TargetObjectKeyFormatPartitionedPrefixArgs{
				PartitionDateSource: pulumi.String("EventTime"),
			},
		},
	}, append(opts, pulumi.DependsOn(spec.logBucketReady))...)
}
