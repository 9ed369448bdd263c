package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// S3's names for its kinds of encryption: with its own keys, and with a KMS key.
const (
	encryptionS3  = "AES256"
	encryptionKMS = "aws:kms"
)

// The headers of an upload that choose its encryption, as policies name them.
const (
	encryptionHeader  = "s3:x-amz-server-side-encryption"
	keyHeader         = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	customerKeyHeader = "s3:x-amz-server-side-encryption-customer-algorithm"
)

// tlsOnly refuses requests without TLS, or with a broken version of it.
func tlsOnly(bucketARN string) []statement {
	all := []string{bucketARN, bucketARN + "/*"}
	return []statement{
		deny("TLSOnly", "s3:*", all, conditions{"Bool": {"aws:SecureTransport": "false"}}),
		deny("TLS12OrNewer", "s3:*", all, conditions{"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
	}
}

// keyOnly refuses uploads that ask for another encryption than the bucket's: another kind,
// another KMS key, or a key that the client provides. A client that asks for KMS must name the
// key: otherwise S3 uses AWS's key for the account, not the bucket's.
//
// A client that asks for nothing gets the bucket's default, which is that key. Such requests
// have to pass. S3 evaluates policies before it applies the default, so a plain
// StringNotEquals, which is also true without the header, would refuse every client that leaves
// encryption to the bucket.
func keyOnly(bucketARN string, keyARN pulumi.StringInput) []statement {
	return append(
		encryptionOnly(bucketARN, encryptionKMS),
		deny("BucketKeyOnly", "s3:PutObject", bucketARN+"/*", conditions{
			"StringEquals":    {encryptionHeader: encryptionKMS},
			"StringNotEquals": {keyHeader: keyARN},
		}),
	)
}

// ownKeyOnly is keyOnly for a bucket that S3 encrypts with its own keys. S3 delivers access
// logs without any encryption header.
func ownKeyOnly(bucketARN string) []statement {
	return encryptionOnly(bucketARN, encryptionS3)
}

func encryptionOnly(bucketARN, encryption string) []statement {
	return []statement{
		deny("BucketEncryptionOnly", "s3:PutObject", bucketARN+"/*", conditions{
			"Null":            {encryptionHeader: "false"},
			"StringNotEquals": {encryptionHeader: encryption},
		}),
		deny("NoCustomerKeys", "s3:PutObject", bucketARN+"/*", conditions{
			"Null": {customerKeyHeader: "false"},
		}),
	}
}

// logDelivery lets AWS write the logs of this account's load balancers and of the given buckets,
// each into its folder. There is no condition for load balancers: some are reported to have been
// refused because of one on aws:SourceArn, and ELB only writes into the folder of the load
// balancer's account below AWSLogs.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func (s *Storage) logDelivery() []statement {
	scope := s.args.Scope
	folders := make([]string, 0, 2)
	for _, prefix := range []string{AccessLogPrefix, ConnectionLogPrefix} {
		folders = append(folders, fmt.Sprintf("%s/%s/AWSLogs/%s/*", s.LogBucketARN, prefix, scope.AccountID))
	}
	sources := []string{s.ApplicationBucketARN, s.ArtifactBucketARN}
	for _, bucket := range s.args.AccessLogSources {
		sources = append(sources, scope.BucketARN(bucket))
	}
	return []statement{
		{
			Sid:       "LoadBalancerLogs",
			Effect:    "Allow",
			Principal: map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
			Action:    "s3:PutObject",
			Resource:  folders,
		},
		accessLogDelivery(scope, s.LogBucketARN, sources),
	}
}

// accessLogDelivery lets S3 write the access logs of the given buckets of this account.
func accessLogDelivery(scope Scope, logBucketARN string, sources []string) statement {
	return statement{
		Sid:       "BucketAccessLogs",
		Effect:    "Allow",
		Principal: map[string]any{"Service": "logging.s3.amazonaws.com"},
		Action:    "s3:PutObject",
		Resource:  logBucketARN + "/" + ServerAccessLogPrefix + "/*",
		Condition: scope.fromSource(sources...),
	}
}

func deny(sid string, action, resource any, when conditions) statement {
	return statement{Sid: sid, Effect: "Deny", Principal: "*", Action: action, Resource: resource, Condition: when}
}
