package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func storage() []*control.Control {
	const subject = "S3"
	const docs = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	present := []string{"aws:s3/bucketV2", "aws:s3/bucket:"}
	return []*control.Control{
		{
			Name: "s3-public-access-block", Subject: subject,
			IDs:      control.ParseIDs("S3.1~ S3.2+ S3.3+ S3.8 C2.1.4 N:S2 K53+ K54+ K55+ K56+ K2:6+"),
			Beyond:   "S3.1 is about the account's block, which account-settings-present wants to be there",
			Title:    "Every bucket blocks public access, all four ways",
			Severity: control.Critical, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types: []string{bucketType, classicBucketType, accountAccessBlockType, bucketAccessBlockType},
			Risk:  "One wrong ACL or policy puts the bucket's content on the internet",
			Fix:   "add an s3.BucketPublicAccessBlock with all four settings true",
			Judge: judgeAccessBlock,
		},
		{
			Name: "s3-tls-only", Subject: subject, IDs: control.ParseIDs("S3.5 C2.1.1 N:S10"),
			Title:    "Every bucket refuses requests without TLS",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types:     bucketsAnd(bucketPolicyType),
			OnUnknown: control.Disabled,
			Risk:      "Objects and credentials cross the network in the clear",
			Fix:       "deny s3:* to everybody on the bucket and its objects when aws:SecureTransport is false",
			Judge: func(c in) control.Result {
				return judgeBucketPolicy(c, "does not refuse requests without TLS", func(doc iamdoc.Document) prop.Truth {
					return doc.Denies("s3:*", "", iamdoc.InsecureTransport).And(doc.Denies("s3:*", "/*", iamdoc.InsecureTransport))
				})
			},
		},
		{
			Name: "s3-encryption-header", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Every bucket refuses uploads with a wrong encryption header",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types:     bucketsAnd(bucketPolicyType),
			OnUnknown: control.Disabled,
			Risk:      "Objects are stored under a key that nobody controls",
			Fix:       "deny s3:PutObject when s3:x-amz-server-side-encryption is not the bucket's own",
			Own:       true,
			Link:      docs + "UsingKMSEncryption.html",
			Judge: func(c in) control.Result {
				return judgeBucketPolicy(c, "accepts uploads with a wrong encryption header", func(doc iamdoc.Document) prop.Truth {
					return doc.Denies("s3:PutObject", "/*", wrongEncryption, headerGiven, notAWSItself)
				})
			},
		},
		{
			Name: "s3-not-public", Subject: subject, IDs: control.ParseIDs("K70"),
			Title:    "No bucket policy allows everybody",
			Severity: control.High, Levels: mandatory, Optional: true,
			Types:     []string{bucketPolicyType, bucketType, classicBucketType},
			OnUnknown: control.Disabled,
			Risk:      "Anybody can read or replace the bucket's content",
			Fix:       "name our own roles, or AWS services with aws:SourceArn",
			Link:      docs + "access-control-block-public-access.html",
			Judge:     judgeBucketPrincipals,
		},
		{
			Name: "s3-access-logs", Subject: subject, IDs: control.ParseIDs("S3.9~ N:S1 K18~"),
			Beyond:   "The bucket that takes the logs has none of its own; Security Hub and Checkov report it",
			Title:    "Buckets write access logs",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Types: buckets, Present: present,
			Risk:  "Nobody can tell afterwards who read or changed what",
			Fix:   "add an s3.BucketLoggingV2 to the log bucket",
			Judge: judgeBucketLogging,
		},
		{
			Name: "s3-versioning", Subject: subject, IDs: control.ParseIDs("S3.14 K21"),
			Title:    "Buckets keep replaced and deleted objects",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types: bucketsAnd(bucketVersioningType),
			Risk:  "An overwritten or deleted object is gone",
			Fix:   "add an s3.BucketVersioningV2 with status Enabled",
			Link:  docs + "Versioning.html",
			Judge: judgeVersioning,
		},
		{
			Name: "s3-encryption", Subject: subject, IDs: control.ParseIDs("S3.17~ K145~"),
			Beyond:   "Load balancers and S3 deliver no logs to a bucket with a KMS key",
			Title:    "Buckets encrypt with a key of our own (with S3's key where log delivery demands it)",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types: bucketsAnd(bucketEncryptionType),
			Risk:  "AWS's shared key cannot be revoked or audited",
			Fix: "add an s3.BucketServerSideEncryptionConfigurationV2 with aws:kms and kmsMasterKeyId, or AES256 for " +
				"log delivery",
			Link:  docs + "UsingKMSEncryption.html",
			Judge: judgeBucketEncryption,
		},
		{
			Name: "s3-acls-off", Subject: subject, IDs: control.ParseIDs("S3.12+ K2:65+"),
			Title:    "Buckets do not use ACLs",
			Severity: control.Medium, Levels: advisory, Scope: control.PerStack, Present: present,
			Types: bucketsAnd(bucketOwnershipType),
			Risk:  "Whoever uploads an object decides who may read it",
			Fix:   "add s3.BucketOwnershipControls with objectOwnership BucketOwnerEnforced",
			Judge: func(c in) control.Result {
				enforced := func(r *graph.Resource) prop.Truth {
					return r.Get("rule", "objectOwnership").Is("BucketOwnerEnforced")
				}
				return judgeCompanions(c, bucketOwnershipType, "does not say that it has no ACLs", prop.No, enforced)
			},
		},
		{
			Name: "s3-lifecycle", Subject: subject, IDs: control.ParseIDs("S3.13+ S3.10+ K2:61+"),
			Title:    "Buckets expire what is not needed any more",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Present: present,
			Types: bucketsAnd(bucketLifecycleType),
			Risk:  "Old versions, aborted uploads and logs are paid for ever",
			Fix:   "add an s3.BucketLifecycleConfigurationV2",
			Judge: judgeBucketLifecycle,
		},
		failedUploads(),
	}
}

// loadBalancerAccounts lists AWS's accounts that deliver load balancer logs in the regions
// opened before August 2022.
var loadBalancerAccounts = []string{
	"127311923021", "033677994240", "027434742980", "797873946194", "098369216593", "754344448648", "589379963580",
	"718504428378", "383597477331", "600734575887", "114774131450", "783225319266", "582318560864", "985666609251",
	"054676820928", "156460612806", "652711504416", "635631232127", "009996457667", "897822967062", "076674570225",
	"507241528517", "048591011584", "190560391635",
}

// buckets lists the types of the buckets themselves.
var buckets = []string{bucketType, classicBucketType}
