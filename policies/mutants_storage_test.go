package main

import "aws-webapp/policies/testgraph"

const bucketPrefix = "aws:s3/"

// companion selects the resource of a kind that configures the application bucket.
func companion(kind, token string) testgraph.Pick {
	return testgraph.Named(bucketPrefix+token+":"+kind, "*app*")
}

const (
	tlsOnly = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	encryptedOnly = `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*",` +
		`"Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}}`
)

// abort makes the application bucket's lifecycle a rule that expires and another one.
func abort(status string, rule testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		all := testgraph.Props{"id": "abort", "status": status}
		for key, value := range rule {
			all[key] = value
		}
		s.Set(companion("BucketLifecycleConfigurationV2", "bucketLifecycleConfigurationV2"), []any{
			testgraph.Nested(testgraph.Props{"id": "expire", "status": "Enabled"}), testgraph.Nested(all),
		}, "rules")
	}
}

func storageMutants() []mutant {
	block, policy := companion("BucketPublicAccessBlock", "bucketPublicAccessBlock"),
		companion("BucketPolicy", "bucketPolicy")
	encryption := companion("BucketServerSideEncryptionConfigurationV2", "bucketServerSideEncryptionConfigurationV2")
	lifecycle := companion("BucketLifecycleConfigurationV2", "bucketLifecycleConfigurationV2")
	with := func(statements string) func(*testgraph.Stack) {
		return set(policy, document(tlsOnly+","+encryptedOnly+statements), "policy")
	}
	return []mutant{
		{control: "s3-public-access-block", fault: "none", mutate: remove(block)},
		{control: "s3-public-access-block", fault: "three of four", mutate: set(block, false, "restrictPublicBuckets")},
		{control: "s3-public-access-block", fault: "the account's", mutate: func(s *testgraph.Stack) {
			s.Add("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "extra", testgraph.Props{
				"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": false,
			})
		}},
		{control: "s3-public-access-block", fault: "a second one", mutate: func(s *testgraph.Stack) {
			s.Add(block.Type(), "second", testgraph.Props{
				"bucket": s.Get(block).Inputs["bucket"], "blockPublicAcls": true, "blockPublicPolicy": false,
				"ignorePublicAcls":      true,
				"restrictPublicBuckets": true,
			})
		}},
		{
			control: "s3-tls-only", fault: "below a prefix only",
			mutate: set(policy, document(encryptedOnly+`,{"Effect":"Deny","Principal":"*",`+
				`"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/logs/*"],`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy"),
		},
		{control: "s3-tls-only", fault: "not denied", mutate: set(policy, document(encryptedOnly), "policy")},
		{
			control: "s3-tls-only", fault: "objects only",
			mutate: set(policy, document(encryptedOnly+`,{"Effect":"Deny","Principal":"*",`+
				`"Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy"),
		},
		{control: "s3-tls-only", fault: "for some callers", mutate: set(policy, document(encryptedOnly+`,{"Effect":"Deny",`+
			`"Principal":{"AWS":"arn:aws:iam::123456789012:role/x"},"Action":"s3:*","Resource":"*","Condition":{"Bool":`+
			`{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "s3-encryption-header", fault: "not denied", mutate: set(policy, document(tlsOnly), "policy")},
		{
			control: "s3-encryption-header", fault: "another algorithm",
			mutate: set(policy, document(tlsOnly+`,{"Effect":"Deny","Principal":"*",`+
				`"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*",`+
				`"Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"none"}}}`), "policy"),
		},
		{control: "no-foreign-accounts", fault: "bucket, canonical user", mutate: with(
			`,{"Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e5"},"Action":"s3:GetObject",` +
				`"Resource":"arn:aws:s3:::b/*"}`)},
		{control: "s3-not-public", fault: "everybody from an address", mutate: with(
			`,{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",` +
				`"Condition":{"IpAddress":` +
				`{"aws:SourceIp":"203.0.113.0/24"}}}`)},
		{control: "no-foreign-accounts", fault: "bucket, everybody of another account", mutate: with(
			`,{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",` +
				`"Condition":{"StringEquals":` +
				`{"aws:PrincipalAccount":"999999999999"}}}`)},
		{control: "s3-not-public", fault: "everybody", mutate: with(
			`,{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`)},
		{control: "no-foreign-accounts", fault: "bucket, another account", mutate: with(
			`,{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`)},
		{control: "s3-access-logs", fault: "none", mutate: remove(companion("BucketLoggingV2", "bucketLoggingV2"))},
		{
			control: "s3-versioning", fault: "suspended",
			mutate: set(companion("BucketVersioningV2", "bucketVersioningV2"), "Suspended", "versioningConfiguration", "status"),
		},
		{control: "s3-encryption", fault: "S3's key", mutate: set(encryption, "AES256", "rules", "0",
			"applyServerSideEncryptionByDefault", "sseAlgorithm")},
		{control: "s3-encryption", fault: "AWS's KMS key", mutate: set(encryption, nil, "rules", "0",
			"applyServerSideEncryptionByDefault", "kmsMasterKeyId")},
		{control: "s3-encryption", fault: "AWS's KMS key by alias", mutate: set(encryption, "alias/aws/s3", "rules", "0",
			"applyServerSideEncryptionByDefault", "kmsMasterKeyId")},
		{
			control: "s3-acls-off", fault: "preferred",
			mutate: set(companion("BucketOwnershipControls", "bucketOwnershipControls"),
				"BucketOwnerPreferred", "rule", "objectOwnership"),
		},
		{control: "s3-lifecycle", fault: "none", config: off("s3-abort-uploads"), mutate: remove(lifecycle)},
		{control: "s3-lifecycle", fault: "off", config: off("s3-abort-uploads"), mutate: set(lifecycle, []any{
			testgraph.Nested(testgraph.Props{"id": "expire", "status": "Disabled"}),
		}, "rules")},
		{control: "s3-abort-uploads", fault: "none", mutate: abort("Enabled", testgraph.Props{
			"expiration": testgraph.Props{"days": 30},
		})},
		{control: "s3-abort-uploads", fault: "off", mutate: abort("Disabled", testgraph.Props{
			"abortIncompleteMultipartUpload": testgraph.Props{"daysAfterInitiation": 7},
		})},
		{control: "s3-abort-uploads", fault: "below a prefix", mutate: abort("Enabled", testgraph.Props{
			"abortIncompleteMultipartUpload": testgraph.Props{"daysAfterInitiation": 7},
			"filter":                         testgraph.Props{"prefix": "uploads/"},
		})},
		{control: "s3-abort-uploads", fault: "below a prefix, as before filters", mutate: abort("Enabled", testgraph.Props{
			"abortIncompleteMultipartUpload": testgraph.Props{"daysAfterInitiation": 7}, "prefix": "uploads/",
		})},
		{control: "s3-abort-uploads", fault: "of tagged objects", mutate: abort("Enabled", testgraph.Props{
			"abortIncompleteMultipartUpload": testgraph.Props{"daysAfterInitiation": 7},
			"filter":                         testgraph.Props{"tag": testgraph.Props{"key": "a", "value": "b"}},
		})},
		{control: "s3-abort-uploads", fault: "classic bucket", mutate: func(s *testgraph.Stack) {
			addClassicBucket(s, testgraph.Props{"lifecycleRules": []any{testgraph.Props{"enabled": true}}})
		}},
		{control: "s3-versioning", fault: "classic bucket", mutate: func(s *testgraph.Stack) {
			addClassicBucket(s, testgraph.Props{"versioning": nil})
		}},
		{control: "s3-encryption", fault: "classic bucket", mutate: func(s *testgraph.Stack) {
			addClassicBucket(s, testgraph.Props{"serverSideEncryptionConfiguration": nil})
		}},
		{control: "s3-not-public", fault: "classic bucket", mutate: func(s *testgraph.Stack) {
			addClassicBucket(s, testgraph.Props{"policy": document(tlsOnly + "," + encryptedOnly +
				`,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::*:root"},"Action":"s3:GetObject",` +
				`"Resource":"arn:aws:s3:::b/*"}`)})
		}},
	}
}
