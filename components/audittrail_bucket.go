package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createBucket makes a bucket only for the events: access to the application's data must not
// give access to the audit trail.
func (a *AuditTrail) createBucket(ctx *pulumi.Context, name string) (err error) {
	arn := a.args.Scope.BucketARN(a.Bucket)
	policy := tlsOnly(arn)
	policy = append(policy, exceptServices(encryptionOnly(arn, encryptionKMS))...)
	policy = append(policy, a.delivers(arn)...)
	policy = append(policy, a.recordsConfig(arn)...)
	a.BucketReady, err = newBucket(ctx, a, bucketSpec{
		logical:        name,
		name:           a.Bucket,
		keyARN:         a.args.KeyARN,
		noBucketKey:    true,
		forceDestroy:   a.args.ForceDestroy,
		protect:        !a.args.ForceDestroy,
		lifecycle:      []lifecycleRule{abortUploads(), expireVersions(a.args.BucketDays), expireObjects(a.args.BucketDays)},
		policy:         policy,
		logBucket:      a.args.AccessLogBucket,
		logBucketReady: a.args.AccessLogBucketReady,
	})
	return err
}

// delivers lets only this trail check the bucket and write this account's events. The trail's ARN is the
// only condition key in CloudTrail's guide; it contains the account.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func (a *AuditTrail) delivers(bucketARN string) []statement {
	thisTrail := conditions{"ArnLike": {"aws:SourceArn": a.trailARN()}}
	write := conditions{"ArnLike": thisTrail["ArnLike"], "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
	principal := map[string]any{"Service": cloudTrailPrincipal}
	return []statement{
		{
			Sid: "CloudTrailChecks", Effect: "Allow", Principal: principal,
			Action: "s3:GetBucketAcl", Resource: bucketARN, Condition: thisTrail,
		},
		{
			Sid: "CloudTrailWrites", Effect: "Allow", Principal: principal,
			Action: "s3:PutObject", Resource: fmt.Sprintf("%s/AWSLogs/%s/*", bucketARN, a.args.Scope.AccountID),
			Condition: write,
		},
	}
}

// recordsConfig lets AWS Config, acting for this account, check the bucket and write the
// account's history.
// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
func (a *AuditTrail) recordsConfig(bucketARN string) []statement {
	if a.args.ConfigPrefix == "" {
		return nil
	}
	scope := a.args.Scope
	principal := map[string]any{"Service": configPrincipal}
	return []statement{
		{
			Sid: "ConfigChecks", Effect: "Allow", Principal: principal,
			Action: []string{"s3:GetBucketAcl", "s3:ListBucket"}, Resource: bucketARN, Condition: scope.sameAccount(),
		},
		{
			Sid: "ConfigWrites", Effect: "Allow", Principal: principal, Action: "s3:PutObject",
			Resource: fmt.Sprintf("%s/%s/AWSLogs/%s/Config/*", bucketARN, a.args.ConfigPrefix, scope.AccountID),
			Condition: conditions{"StringEquals": {
				"aws:SourceAccount": scope.AccountID, "s3:x-amz-acl": "bucket-owner-full-control",
			}},
		},
	}
}

// exceptServices exempts deliveries by AWS's services from the denials: CloudTrail itself
// chooses the encryption of its digest files.
func exceptServices(denials []statement) []statement {
	for _, denial := range denials {
		denial.Condition.(conditions)["Bool"] = map[string]any{"aws:PrincipalIsAWSService": "false"}
	}
	return denials
}
