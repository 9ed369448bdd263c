package catalog

import "regexp"

// cloudtrailTypes are audit trails.
var cloudtrailTypes = Types{
	"aws:cloudtrail/trail:Trail": {
		Required: []string{"s3BucketName"},
		Replace:  []string{"name"},
		Defaults: map[string]any{
			"enableLogFileValidation": false, "enableLogging": true, "includeGlobalServiceEvents": true,
			"isMultiRegionTrail": false, "isOrganizationTrail": false,
		},
		Name: &Name{Max: 128, Chars: regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9]|[._-][a-zA-Z0-9])*$`)},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:cloudtrail:{region}:{account}:trail/{.name}", "homeRegion": "{region}", "snsTopicArn": "",
		},
		Refs: []Ref{
			{Path: "s3BucketName", To: bucketToken, Foreign: true},
			{Path: "kmsKeyId", To: kmsKeyToken, By: arn, Foreign: true},
			{Path: "cloudWatchLogsRoleArn", To: roleToken, By: arn, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "TrailAlreadyExistsException: " +
			"Trail {.name} already exists for customer: {account}"}},
		Rules: []Rule{
			trailBucketWritable,
			keyServes("kmsKeyId", "kms:GenerateDataKey", "cloudtrail.amazonaws.com", "InsufficientEncryptionPolicyException: "+
				"Insufficient permissions to access S3 bucket {.s3BucketName} or KMS key {key}."),
			trusts("cloudWatchLogsRoleArn", "cloudtrail.amazonaws.com", "InvalidCloudWatchLogsRoleArnException: "+
				"Access denied. Check the trust relationships for your role."),
		},
		Tags: true,
	},
}

// trailBucketWritable: CloudTrail writes a test object before it accepts a bucket, so the
// bucket's policy must be in place first.
func trailBucketWritable(c *Call) error {
	bucket := c.Text("s3BucketName")
	if _, ours := c.Find(bucketToken, "id", bucket); !ours {
		return nil
	}
	policy := c.bucketPolicy(bucket)
	if allows(policy, "s3:PutObject", "cloudtrail.amazonaws.com") && allows(policy, "s3:GetBucketAcl", "cloudtrail.amazonaws.com") {
		return nil
	}
	return Errorf("InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: %s", bucket)
}
