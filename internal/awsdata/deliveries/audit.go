package deliveries

const (
	trailBucketPage = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"
	trailKeyPage    = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html"
	trail           = "cloudtrail.amazonaws.com"
	ownerHasAll     = "bucket-owner-full-control"

	configBucketPage = "https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html"
	configKeyPage    = "https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html"
	config           = "config.amazonaws.com"
)

// CloudTrail's calls for a trail; the source is the trail. Both keys are reported to be sent
// (https://github.com/aws/aws-cdk/issues/15515), but its guide names only the ARN. CloudTrail
// itself chooses the encryption of events and of digests.
var (
	CloudTrailChecksBucket = row(Delivery{
		Name: "CloudTrail checks the trail's bucket", Service: trail, Actions: []string{"s3:GetBucketAcl"},
		Readings: []Reading{{Keys: map[string]string{SourceARN: "{source}"}, Sources: []string{trailBucketPage}}},
	})
	CloudTrailWritesBucket = row(Delivery{
		Name: "CloudTrail writes to the trail's bucket", Service: trail, Actions: []string{"s3:PutObject"},
		Readings: []Reading{
			{
				Keys: map[string]string{
					SourceARN: "{source}", "s3:x-amz-acl": ownerHasAll, "s3:x-amz-server-side-encryption": "aws:kms",
				},
				Sources: []string{trailBucketPage},
			},
			{
				Keys: map[string]string{
					SourceARN: "{source}", "s3:x-amz-acl": ownerHasAll, "s3:x-amz-server-side-encryption": "AES256",
				},
				Sources: []string{
					trailBucketPage,
					"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html",
				},
			},
		},
	})
	CloudTrailEncrypts = row(Delivery{
		Name: "CloudTrail encrypts events with the trail's key", Service: trail, Actions: []string{"kms:GenerateDataKey"},
		Readings: []Reading{{
			Keys:    map[string]string{SourceARN: "{source}", "kms:EncryptionContext:aws:cloudtrail:arn": "{source}"},
			Sources: []string{trailKeyPage},
		}},
	})
	CloudTrailDescribesKey = row(Delivery{
		Name: "CloudTrail looks at the trail's key", Service: trail, Actions: []string{"kms:DescribeKey"},
		Readings: []Reading{{Keys: map[string]string{SourceARN: "{source}"}, Sources: []string{trailKeyPage}}},
	})
	// CloudTrailDecrypts is needed where the bucket has a bucket key, "to create or update a
	// trail". Its encryption context is then the bucket's.
	CloudTrailDecrypts = row(Delivery{
		Name: "CloudTrail decrypts with the key of a bucket that has a bucket key", Service: trail,
		Actions:  []string{"kms:Decrypt"},
		Readings: []Reading{{Keys: map[string]string{SourceARN: "{source}"}, Sources: []string{trailKeyPage}}},
	})
	// CloudTrailWritesLogs is made with the role that the trail names.
	CloudTrailWritesLogs = byRole("CloudTrail writes to its log group",
		"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
		"logs:CreateLogStream", "logs:PutLogEvents")
	// AWS Config's calls for its channel. It makes them as the service if the recorder's role
	// lacks the permission; the service-linked role has none for a key.
	ConfigChecksBucket = row(Delivery{
		Name: "AWS Config checks its bucket", Service: config, Actions: []string{"s3:GetBucketAcl", "s3:ListBucket"},
		Readings: []Reading{{Keys: map[string]string{SourceAccount: "{account}"}, Sources: []string{configBucketPage}}},
	})
	ConfigWritesBucket = row(Delivery{
		Name: "AWS Config writes to its bucket", Service: config, Actions: []string{"s3:PutObject"},
		Readings: []Reading{{
			Keys: map[string]string{
				SourceAccount: "{account}", "s3:x-amz-acl": ownerHasAll, "s3:x-amz-server-side-encryption": "aws:kms",
			},
			Sources: []string{configBucketPage, configKeyPage},
		}},
	})
	ConfigEncrypts = row(Delivery{
		Name: "AWS Config encrypts with the key of its channel", Service: config,
		Actions:  []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Readings: []Reading{{Keys: map[string]string{SourceAccount: "{account}"}, Sources: []string{configKeyPage}}},
	})
)

// byRole returns a call that a service makes with one of our roles. Such a call carries none of
// the service's keys.
func byRole(name, source string, actions ...string) Delivery {
	return Delivery{Name: name, Actions: actions, Readings: []Reading{{Sources: []string{source}}}}
}
