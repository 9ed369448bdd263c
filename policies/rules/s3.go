package rules

import (
	"slices"
	"strings"

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

func bucketsAnd(companion string) []string { return append(slices.Clone(buckets), companion) }

// companions returns the resources of a type that configure a bucket.
func companions(c in, companion string) []graph.Referrer {
	return c.Graph.Referrers(c.Resource, companion, "bucket")
}

// judgeCompanions requires the companions of a bucket to satisfy f, unless the bucket itself
// does. A companion of a bucket in another stack has to satisfy f by itself.
func judgeCompanions(
	c in, companion, problem string, itself prop.Truth, f func(*graph.Resource) prop.Truth,
) control.Result {
	if c.Type == companion {
		return alone(c, buckets, "bucket", func() control.Result {
			return control.Want(f(c.Resource), "the bucket of %s, which is not in this stack, %s", c.Name, problem)
		})
	}
	return control.Want(settled(companions(c, companion), f).Or(itself), "bucket %s %s", c.Name, problem)
}

func judgeAccessBlock(c in) control.Result {
	complete := func(r *graph.Resource) prop.Truth {
		return r.Get("blockPublicAcls").IsTrue().And(r.Get("blockPublicPolicy").IsTrue()).
			And(r.Get("ignorePublicAcls").IsTrue()).And(r.Get("restrictPublicBuckets").IsTrue())
	}
	if c.Type == accountAccessBlockType {
		return control.Want(complete(c.Resource), "the account's public access block %s does not block everything", c.Name)
	}
	return judgeCompanions(c, bucketAccessBlockType, "does not block public access in all four ways", prop.No, complete)
}

// inline returns a block that a bucket may have itself, under one name in BucketV2 and another
// in the classic Bucket.
func inline(c in, modern, classic string) prop.Value {
	if c.Type == classicBucketType {
		return c.Get(classic)
	}
	return c.Get(modern)
}

// judgeBucketPolicy requires the bucket's policy to satisfy f.
func judgeBucketPolicy(c in, problem string, f func(iamdoc.Document) prop.Truth) control.Result {
	satisfies := func(r *graph.Resource) prop.Truth {
		doc, ok := iamdoc.Read(r.Get("policy"))
		if ok != prop.Yes {
			return ok
		}
		return f(doc)
	}
	itself := prop.No
	if c.Type != bucketPolicyType && c.Get("policy").IsSet() == prop.Yes {
		itself = satisfies(c.Resource)
	}
	return judgeCompanions(c, bucketPolicyType, problem, itself, satisfies)
}

// judgeBucketPrincipals judges a bucket's policy, whether it is a separate resource or not.
func judgeBucketPrincipals(c in) control.Result {
	if c.Type != bucketPolicyType && c.Get("policy").IsSet() == prop.No {
		return control.Skip()
	}
	return judgeDocument(c, "the policy of bucket "+c.Name, c.Get("policy"), iamdoc.Document.Public)
}

// wrongEncryption is the condition that the encryption header is not the wanted one.
func wrongEncryption(c iamdoc.Condition) bool {
	return strings.HasPrefix(c.Operator, "stringnotequals") && c.Key == "s3:x-amz-server-side-encryption" &&
		(c.Unknown || len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(value string) bool {
			return !slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, value)
		}))
}

// headerGiven narrows a denial to uploads that name an encryption. The others get the
// bucket's own default, and log deliveries name none.
func headerGiven(c iamdoc.Condition) bool {
	return c.Operator == "null" && c.Key == "s3:x-amz-server-side-encryption" &&
		len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false")
}

// notAWSItself exempts deliveries by AWS services in their own name: CloudTrail chooses the
// encryption of its digest files.
func notAWSItself(c iamdoc.Condition) bool {
	return c.Operator == "bool" && c.Key == "aws:principalisawsservice" &&
		len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false")
}

func judgeBucketLogging(c in) control.Result {
	logging := companions(c, bucketLoggingType)
	if len(logging) == 0 && logTarget(c) == prop.Yes {
		return control.Skip()
	}
	return control.Want(exists(logging, func(r *graph.Resource) prop.Truth { return r.Get("targetBucket").IsSet() }).
		Or(c.Get("loggings").IsSet()), "bucket %s writes no access logs", c.Name)
}

// logTarget answers whether others write their access logs to the bucket: a bucket that logs to
// itself would log its own log for ever.
func logTarget(c in) prop.Truth {
	return exists(c.Graph.Referrers(c.Resource, bucketLoggingType, "targetBucket"), anything)
}

// deliveredTo answers whether a load balancer delivers its logs to the bucket, which it can
// only do with S3's own keys.
func deliveredTo(c in) prop.Truth {
	return exists(c.Graph.Referrers(c.Resource, loadBalancerType, "accessLogs", "bucket"), anything).
		Or(exists(c.Graph.Referrers(c.Resource, loadBalancerType, "connectionLogs", "bucket"), anything)).
		Or(logTarget(c))
}

func judgeVersioning(c in) control.Result {
	itself := prop.No
	if c.Type != bucketVersioningType {
		itself = inline(c, "versionings", "versioning").Get("enabled").IsTrue()
	}
	return judgeCompanions(c, bucketVersioningType, "does not keep replaced and deleted objects", itself,
		func(r *graph.Resource) prop.Truth { return r.Get("versioningConfiguration", "status").Is("Enabled") })
}

func judgeBucketEncryption(c in) control.Result {
	customer := func(of *graph.Resource, byDefault prop.Value) prop.Truth {
		owner := c
		owner.Resource = of
		return byDefault.Get("sseAlgorithm").Is("aws:kms", "aws:kms:dsse").And(ownKey(owner, byDefault.Get("kmsMasterKeyId")))
	}
	delivery := func(_ *graph.Resource, byDefault prop.Value) prop.Truth {
		return byDefault.Get("sseAlgorithm").Is("AES256")
	}
	rules := func(r *graph.Resource, fits func(*graph.Resource, prop.Value) prop.Truth) prop.Truth {
		return every(r.Get("rules"), func(rule prop.Value) prop.Truth {
			return fits(r, rule.Get("applyServerSideEncryptionByDefault"))
		})
	}
	if c.Type == bucketEncryptionType {
		return alone(c, buckets, "bucket", func() control.Result {
			// Only the bucket's own stack knows whether logs are delivered to it.
			return control.Want(rules(c.Resource, customer).Or(rules(c.Resource, delivery).And(prop.Outside)),
				"the bucket of %s, which is not in this stack, does not encrypt with a key of our own", c.Name)
		})
	}
	var itself prop.Value
	if c.Type == classicBucketType {
		itself = c.Get("serverSideEncryptionConfiguration", "rule", "applyServerSideEncryptionByDefault")
	} else {
		itself = c.Get("serverSideEncryptionConfigurations", "rules", "applyServerSideEncryptionByDefaults")
	}
	algorithm := func(fits func(*graph.Resource, prop.Value) prop.Truth) prop.Truth {
		return settled(companions(c, bucketEncryptionType), func(r *graph.Resource) prop.Truth { return rules(r, fits) }).
			Or(fits(c.Resource, itself))
	}
	return control.Want(algorithm(customer).Or(deliveredTo(c).And(algorithm(delivery))),
		"bucket %s does not encrypt with a key of our own", c.Name)
}

func judgeBucketLifecycle(c in) control.Result {
	if c.Type == bucketLifecycleType {
		return alone(c, buckets, "bucket", func() control.Result {
			return control.Want(expires(c.Resource),
				"the bucket of %s, which is not in this stack, never deletes anything", c.Name)
		})
	}
	answer := exists(companions(c, bucketLifecycleType), expires)
	own := some(c.Get("lifecycleRules"), func(rule prop.Value) prop.Truth { return rule.Get("enabled").IsTrue() })
	return control.Want(answer.Or(own), "bucket %s never deletes anything", c.Name)
}

// expires answers whether a lifecycle has a rule that is on.
func expires(lifecycle *graph.Resource) prop.Truth {
	return some(lifecycle.Get("rules"), func(rule prop.Value) prop.Truth { return rule.Get("status").Is("Enabled") })
}
