package programs

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SiteCareful is [Site] with a key, versions, logs and policies that refuse plain HTTP.
func SiteCareful(ctx *pulumi.Context) error {
	domain, _ := ctx.GetConfig("bikes:domain")
	// CloudFront has to decrypt the objects that it serves.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
	key, err := carefulKey(ctx, "site", acme, `,
  {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "kms:Decrypt", "Resource": "*",
   "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}}}`)
	if err != nil {
		return err
	}
	logs, err := carefulBucket(ctx, "cdn-logs", nil, nil)
	if err != nil {
		return err
	}
	// CloudFront's standard logs need ACLs.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-s3-permissions.html
	if _, err := s3.NewBucketOwnershipControls(ctx, "cdn-logs", &s3.BucketOwnershipControlsArgs{
		Bucket: logs.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerPreferred")},
	}); err != nil {
		return err
	}
	content, err := carefulBucket(ctx, "content", key, logs)
	if err != nil {
		return err
	}
	cdn, err := serve(ctx, domain, content, cloudfront.DistributionLoggingConfigArgs{
		Bucket: logs.BucketDomainName, Prefix: pulumi.String("cdn/"),
	})
	if err != nil {
		return err
	}
	if err := tlsOnly(ctx, "cdn-logs", logs, nil); err != nil {
		return err
	}
	return tlsOnly(ctx, "content", content, iam.GetPolicyDocumentStatementArray{iam.GetPolicyDocumentStatementArgs{
		Sid: pulumi.String("Cdn"), Actions: pulumi.StringArray{pulumi.String("s3:GetObject")},
		Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", content.Arn)},
		Principals: iam.GetPolicyDocumentStatementPrincipalArray{iam.GetPolicyDocumentStatementPrincipalArgs{
			Type: pulumi.String("Service"), Identifiers: pulumi.StringArray{pulumi.String("cloudfront.amazonaws.com")},
		}},
		Conditions: iam.GetPolicyDocumentStatementConditionArray{iam.GetPolicyDocumentStatementConditionArgs{
			Test: pulumi.String("StringEquals"), Variable: pulumi.String("aws:SourceArn"), Values: pulumi.StringArray{cdn.Arn},
		}},
	}})
}

// carefulBucket creates a bucket with everything that a careful team gives its buckets.
func carefulBucket(
	ctx *pulumi.Context, name string, key *kms.Key, logs *s3.BucketV2, opts ...pulumi.ResourceOption,
) (*s3.BucketV2, error) {
	bucket, err := s3.NewBucketV2(ctx, name, nil, opts...)
	if err != nil {
		return nil, err
	}
	if _, err := s3.NewBucketPublicAccessBlock(ctx, name, &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}, opts...); err != nil {
		return nil, err
	}
	versions, err := s3.NewBucketVersioningV2(ctx, name, &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, opts...)
	if err != nil {
		return nil, err
	}
	algorithm := s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
		SseAlgorithm: pulumi.String("AES256"),
	}
	if key != nil {
		algorithm.SseAlgorithm, algorithm.KmsMasterKeyId = pulumi.String("aws:kms"), key.Arn
	}
	encryption := &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: algorithm, BucketKeyEnabled: pulumi.Bool(true),
		}},
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, name, encryption, opts...); err != nil {
		return nil, err
	}
	if logs != nil {
		if _, err := s3.NewBucketLoggingV2(ctx, name, &s3.BucketLoggingV2Args{
			Bucket: bucket.ID(), TargetBucket: logs.ID(), TargetPrefix: pulumi.String(name + "/"),
		}, opts...); err != nil {
			return nil, err
		}
	}
	_, err = s3.NewBucketLifecycleConfigurationV2(ctx, name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("old"), Status: pulumi.String("Enabled"),
			NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
				NoncurrentDays: pulumi.Int(90),
			},
		}},
	}, append(opts, pulumi.DependsOn([]pulumi.Resource{versions}))...)
	return bucket, err
}

// tlsOnly gives a bucket a policy that refuses plain HTTP, with further statements.
func tlsOnly(
	ctx *pulumi.Context, name string, bucket *s3.BucketV2, statements iam.GetPolicyDocumentStatementArray,
) error {
	everything := pulumi.StringArray{bucket.Arn, pulumi.Sprintf("%s/*", bucket.Arn)}
	document := iam.GetPolicyDocumentOutput(ctx, iam.GetPolicyDocumentOutputArgs{
		Statements: append(iam.GetPolicyDocumentStatementArray{iam.GetPolicyDocumentStatementArgs{
			Sid: pulumi.String("TlsOnly"), Effect: pulumi.String("Deny"), Resources: everything,
			Actions: pulumi.StringArray{pulumi.String("s3:*")},
			Principals: iam.GetPolicyDocumentStatementPrincipalArray{iam.GetPolicyDocumentStatementPrincipalArgs{
				Type: pulumi.String("*"), Identifiers: pulumi.StringArray{pulumi.String("*")},
			}},
			Conditions: iam.GetPolicyDocumentStatementConditionArray{iam.GetPolicyDocumentStatementConditionArgs{
				Test: pulumi.String("Bool"), Variable: pulumi.String("aws:SecureTransport"),
				Values: pulumi.StringArray{pulumi.String("false")},
			}},
		}}, statements...),
	})
	_, err := s3.NewBucketPolicy(ctx, name, &s3.BucketPolicyArgs{Bucket: bucket.ID(), Policy: document.Json()})
	return err
}
