package resourcetypes

import (
	"time"
)

// The tokens of buckets and their settings, which are resources of their own.
const (
	BucketLifecycle         = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	BucketLogging           = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	BucketOwnership         = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	BucketPolicy            = "aws:s3/bucketPolicy:BucketPolicy"
	BucketPublicAccessBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	BucketEncryption        = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	Bucket                  = "aws:s3/bucketV2:BucketV2"
	BucketVersioning        = "aws:s3/bucketVersioningV2:BucketVersioningV2"
)

func init() { register(storageServices, storageTypes) }

var storageServices = []Service{
	{Prefix: "s3", Group: "data"},
}

var storageTypes = []Type{
	{
		Token:   BucketLifecycle,
		Actions: []Actions{{Service: "s3", Read: "GetLifecycleConfiguration", Write: "PutLifecycleConfiguration"}},
		Free:    "expiry is free; transitions are few",
	},
	{
		Token:   BucketLogging,
		Actions: []Actions{{Service: "s3", Read: "GetBucketLogging", Write: "PutBucketLogging"}},
		Free:    "charged as storage of the log bucket",
	},
	{
		Token:   BucketOwnership,
		Actions: []Actions{{Service: "s3", Read: "GetBucketOwnershipControls", Write: "PutBucketOwnershipControls"}},
		Free:    "a setting of its bucket",
	},
	{
		Token:     BucketPolicy,
		Actions:   []Actions{{Service: "s3", Read: "GetBucketPolicy", Write: "DeleteBucketPolicy PutBucketPolicy"}},
		Free:      "a setting of its bucket",
		Documents: []string{"policy"},
	},
	{
		Token:   BucketPublicAccessBlock,
		Actions: []Actions{{Service: "s3", Read: "GetBucketPublicAccessBlock", Write: "PutBucketPublicAccessBlock"}},
		Free:    "a setting of its bucket",
	},
	{
		Token:   BucketEncryption,
		Actions: []Actions{{Service: "s3", Read: "GetEncryptionConfiguration", Write: "PutEncryptionConfiguration"}},
		Free:    "charged as requests to its key",
	},
	{
		Token: Bucket,
		Actions: []Actions{
			{
				Service: "s3",
				Read: "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging " +
					"GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging " +
					"GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration " +
					"GetReplicationConfiguration ListBucket",
				Write: "CreateBucket DeleteBucket DeleteObject DeleteObjectVersion ListBucketVersions PutBucketTagging",
			},
		},
		Loss:      Loss{Critical, "the bucket's objects and their versions"},
		Documents: []string{"policy"},
		Times: Times{
			Create: 4 * time.Second, Update: 3 * time.Second, Delete: 2 * time.Second, Source: "estimate",
		},
	},
	{
		Token:   BucketVersioning,
		Actions: []Actions{{Service: "s3", Read: "GetBucketVersioning", Write: "PutBucketVersioning"}},
		Free:    "charged as storage of its bucket",
	},
}
