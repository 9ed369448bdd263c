package rules

import (
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

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
