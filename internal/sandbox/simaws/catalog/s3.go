package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

var bucketChars = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func init() { tables = append(tables, s3Types) }

// s3Types holds buckets and their settings, which are separate resources.
var s3Types = Types{
	resourcetypes.Bucket: {
		Name: &Name{Property: "bucket", Prefix: "bucketPrefix", Max: 63, Lower: true, Chars: bucketChars},
		ID:   "{.bucket}",
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
	},
	resourcetypes.BucketPolicy: bucketSetting(&Type{
		JSON:  []string{"policy"},
		Rules: []Rule{principalsExist("policy", "MalformedPolicy: Invalid principal in policy")},
	}),
	resourcetypes.BucketPublicAccessBlock: bucketSetting(&Type{}),
	resourcetypes.BucketOwnership:         bucketSetting(&Type{}),
	resourcetypes.BucketVersioning:        bucketSetting(&Type{}),
	resourcetypes.BucketEncryption: bucketSetting(&Type{
		Refs: []Ref{{
			Path: "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId",
			To:   resourcetypes.KMSKey, By: keyNames, Foreign: true,
		}},
	}),
	resourcetypes.BucketLifecycle: bucketSetting(&Type{
		Differs: []Difference{{"rules", Optional, newer}, {"transitionDefaultMinimumObjectSize", Computed, newer}},
		Outputs: Outputs{"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
		Rules:   []Rule{noncurrentNeedsVersions},
	}),
	resourcetypes.BucketLogging: bucketSetting(&Type{
		Refs:  []Ref{{Path: "targetBucket", To: resourcetypes.Bucket, Foreign: true}},
		After: []Rule{accessLogArrives},
	}),
	resourcetypes.AccountPublicAccessBlock: {
		ID:      "{account}",
		Outputs: Outputs{"accountId": "{account}"},
		Account: true,
	},
}

// bucketSetting completes the description of a setting that a bucket has once.
func bucketSetting(t *Type) *Type {
	t.Refs = append([]Ref{{Path: "bucket", To: resourcetypes.Bucket}}, t.Refs...)
	t.ID = "{.bucket}"
	return t
}

// encryptsByKMS reports whether a bucket encrypts with a key of KMS unless it is asked for something else.
func (c *Call) encryptsByKMS(bucket string) bool {
	setting, _ := c.Find(resourcetypes.BucketEncryption, "bucket", bucket)
	return prop.Text(setting.Props, "rules[].applyServerSideEncryptionByDefault.sseAlgorithm") == "aws:kms"
}

func (c *Call) versioned() bool {
	setting, ok := c.Find(resourcetypes.BucketVersioning, "bucket", c.Text("bucket"))
	return ok && strings.EqualFold(prop.Text(setting.Props, "versioningConfiguration.status"), "Enabled")
}

// noncurrentNeedsVersions is not an error in AWS, but without versions such a rule does
// nothing: the provider's documentation says to depend on the versioning.
func noncurrentNeedsVersions(c *Call) error {
	if len(prop.Values(c.Inputs, "rules[].noncurrentVersionExpiration")) == 0 || c.versioned() {
		return nil
	}
	return Errorf("InvalidRequest", "The lifecycle of bucket %s expires noncurrent versions, but versioning is not "+
		"enabled (yet): make the lifecycle depend on the versioning", c.Text("bucket"))
}
