package catalog

import (
	"errors"
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, cloudtrailTypes) }

// cloudtrailTypes are audit trails.
var cloudtrailTypes = Types{
	resourcetypes.Trail: {
		Differs: []Difference{{"snsTopicArn", Computed, newer}},
		Name:    &Name{Max: 128, Chars: regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9]|[._-][a-zA-Z0-9])*$`)},
		ID:      "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:cloudtrail:{region}:{account}:trail/{.name}", "homeRegion": "{region}", "snsTopicArn": "",
		},
		Refs: []Ref{
			{Path: "s3BucketName", To: resourcetypes.Bucket, Foreign: true},
			{Path: "kmsKeyId", To: resourcetypes.KMSKey, By: arn, Foreign: true},
			{Path: "cloudWatchLogsRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "TrailAlreadyExistsException: " +
			"Trail {.name} already exists for customer: {account}"}},
		Rules: []Rule{
			trailBucketWritable,
			keyServes(deliveries.CloudTrailEncrypts, trailKeyRefusal),
			keyServes(deliveries.CloudTrailDescribesKey, trailKeyRefusal),
			trailDecrypts,
			trusts("cloudWatchLogsRoleArn", deliveries.CloudTrailRole, "InvalidCloudWatchLogsRoleArnException: "+
				"Access denied. Check the trust relationships for your role."),
			trailLogsWritable,
		},
		Tags: true,
	},
}

const trailKeyRefusal = "InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket " +
	"{.s3BucketName} or KMS key {key}."

// trailBucketWritable: CloudTrail writes a test object before it accepts a bucket, so the
// bucket's policy must be in place first.
func trailBucketWritable(c *Call) error {
	bucket := c.Text("s3BucketName")
	if _, ours := c.Find(resourcetypes.Bucket, "id", bucket); !ours {
		return nil
	}
	folder := "/"
	if prefix := c.Text("s3KeyPrefix"); prefix != "" {
		folder += prefix + "/"
	}
	policy := c.bucketPolicy(bucket)
	err := errors.Join(
		c.delivers(deliveries.CloudTrailChecksBucket, c.Text("arn"), policy),
		c.delivers(deliveries.CloudTrailWritesBucket, c.Text("arn"), policy.on(folder+"AWSLogs/"+c.Account+"/any")))
	if err == nil {
		return nil
	}
	return refuse("InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: "+bucket, err)
}

// trailDecrypts: with a bucket key on its bucket, CloudTrail has to decrypt, too.
func trailDecrypts(c *Call) error {
	encryption, _ := c.Find(resourcetypes.BucketEncryption, "bucket", c.Text("s3BucketName"))
	if !prop.True(encryption.Props, "rules[].bucketKeyEnabled") {
		return nil
	}
	return keyServes(deliveries.CloudTrailDecrypts, trailKeyRefusal)(c)
}

// trailLogsWritable: CloudTrail makes its log stream before it accepts the role.
func trailLogsWritable(c *Call) error {
	group, role := c.Text("cloudWatchLogsGroupArn"), c.Text("cloudWatchLogsRoleArn")
	stream := strings.TrimSuffix(group, ":*") + ":log-stream:" + c.Account + "_CloudTrail_" + c.Region
	if err := c.roleDoes(deliveries.CloudTrailWritesLogs, role, held{resource: stream}); err != nil {
		return refuse("InvalidCloudWatchLogsLogGroupArnException: Access denied. Check the permissions for your role.", err)
	}
	return nil
}
