package components

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// request is an upload as a bucket policy sees it: condition keys by name, absent if the client
// sends none.
type request map[string]string

// tlsUpload returns a well-behaved upload with more condition keys.
func tlsUpload(more request) request {
	upload := request{"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
	for key, value := range more {
		upload[key] = value
	}
	return upload
}

// denied evaluates the denials of a policy the way IAM does: a statement applies when all of
// its conditions hold, and a negated operator holds if the key is absent.
func denied(t *testing.T, policy policyText, r request) bool {
	t.Helper()
	return slices.ContainsFunc(policy.Statement, func(s map[string]any) bool {
		return s["Effect"] == "Deny" && applies(t, s["Condition"].(map[string]any), r)
	})
}

func applies(t *testing.T, conditions map[string]any, r request) bool {
	t.Helper()
	for operator, keys := range conditions {
		holds, known := operators[operator]
		require.Truef(t, known, "teach the test the operator %s", operator)
		for key, want := range keys.(map[string]any) {
			value, present := r[key]
			if !holds(value, present, want.(string)) {
				return false
			}
		}
	}
	return true
}

var operators = map[string]func(value string, present bool, want string) bool{
	"Bool":            func(value string, present bool, want string) bool { return present && value == want },
	"Null":            func(_ string, present bool, want string) bool { return strconv.FormatBool(!present) == want },
	"StringEquals":    func(value string, present bool, want string) bool { return present && value == want },
	"StringNotEquals": func(value string, present bool, want string) bool { return !present || value != want },
	"NumericLessThan": func(value string, present bool, want string) bool {
		number, _ := strconv.ParseFloat(value, 64)
		limit, _ := strconv.ParseFloat(want, 64)
		return present && number < limit
	},
}

const otherKeyARN = "arn:aws:kms:us-east-1:123456789012:key/other"

func TestUploadsToBucketsWithTheDataKey(t *testing.T) {
	rec := previewed(t, storageProgram(testStorageArgs()))
	for name, test := range map[string]struct {
		upload request
		denied bool
	}{
		"leaves encryption to the bucket": {tlsUpload(nil), false},
		"names the bucket's key": {
			tlsUpload(request{encryptionHeader: "aws:kms", keyHeader: testDataKeyARN}),
			false,
		},
		"asks for KMS without naming it": {tlsUpload(request{encryptionHeader: "aws:kms"}), true},
		"names another key":              {tlsUpload(request{encryptionHeader: "aws:kms", keyHeader: otherKeyARN}), true},
		"asks for S3's keys":             {tlsUpload(request{encryptionHeader: "AES256"}), true},
		"asks for two layers": {
			tlsUpload(request{encryptionHeader: "aws:kms:dsse", keyHeader: testDataKeyARN}),
			true,
		},
		"brings a key along":                {tlsUpload(request{customerKeyHeader: "AES256"}), true},
		"comes without TLS":                 {request{"aws:SecureTransport": "false"}, true},
		"comes with a TLS that is broken":   {request{"aws:SecureTransport": "true", "s3:TlsVersion": "1.1"}, true},
		"comes with the oldest TLS we take": {request{"aws:SecureTransport": "true", "s3:TlsVersion": "1.2"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, bucket := range []string{"storage-application", "storage-artifacts"} {
				policy := rec.one(t, bucketPolicyToken, bucket).policy(t, "policy")
				assert.Equal(t, test.denied, denied(t, policy, test.upload), bucket)
			}
		})
	}
}

func TestUploadsToTheLogBucket(t *testing.T) {
	policy := previewed(t, storageProgram(testStorageArgs())).one(t, bucketPolicyToken, "storage-logs").policy(t, "policy")
	for name, test := range map[string]struct {
		upload request
		denied bool
	}{
		"S3 delivers without a header":    {tlsUpload(nil), false},
		"load balancers may ask for S3's": {tlsUpload(request{encryptionHeader: "AES256"}), false},
		"a KMS key":                       {tlsUpload(request{encryptionHeader: "aws:kms", keyHeader: testDataKeyARN}), true},
		"a key that is brought along":     {tlsUpload(request{customerKeyHeader: "AES256"}), true},
		"no TLS":                          {request{"aws:SecureTransport": "false"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.denied, denied(t, policy, test.upload))
		})
	}
}

func TestDenialsCoverBucketAndObjects(t *testing.T) {
	rec := previewed(t, storageProgram(testStorageArgs()))
	for logical, physical := range bucketNames {
		t.Run(logical, func(t *testing.T) {
			policy := rec.one(t, bucketPolicyToken, logical).policy(t, "policy")
			arn := "arn:aws:s3:::" + physical
			for _, sid := range []string{"TLSOnly", "TLS12OrNewer"} {
				statement := policy.sid(t, sid)
				assert.Equal(t, "*", statement["Principal"])
				assert.Equal(t, "s3:*", statement["Action"])
				assert.Equal(t, []any{arn, arn + "/*"}, statement["Resource"])
			}
			for _, sid := range []string{"BucketEncryptionOnly", "NoCustomerKeys"} {
				statement := policy.sid(t, sid)
				assert.Equal(t, "*", statement["Principal"])
				assert.Equal(t, "s3:PutObject", statement["Action"])
				assert.Equal(t, arn+"/*", statement["Resource"])
			}
		})
	}
}

func TestOnlyLogDeliveryIsAllowed(t *testing.T) {
	args := testStorageArgs()
	args.AccessLogSources = []string{"aws-webapp-prod-trail-123456789012-us-east-1"}
	rec := previewed(t, storageProgram(args))
	policy := rec.one(t, bucketPolicyToken, "storage-logs").policy(t, "policy")
	assert.Equal(t, map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
		"Action":    "s3:PutObject",
		"Resource": []any{
			"arn:aws:s3:::" + logsBucketName + "/alb-access/AWSLogs/123456789012/*",
			"arn:aws:s3:::" + logsBucketName + "/alb-connections/AWSLogs/123456789012/*",
		},
	}, policy.sid(t, "LoadBalancerLogs"))
	assert.Equal(t, map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "logging.s3.amazonaws.com"},
		"Action":    "s3:PutObject",
		"Resource":  "arn:aws:s3:::" + logsBucketName + "/s3-access/*",
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike": map[string]any{"aws:SourceArn": []any{
				"arn:aws:s3:::" + applicationBucketName,
				"arn:aws:s3:::" + artifactsBucketName,
				"arn:aws:s3:::aws-webapp-prod-trail-123456789012-us-east-1",
			}},
		},
	}, policy.sid(t, "BucketAccessLogs"))

	for logical := range bucketNames {
		for _, statement := range rec.one(t, bucketPolicyToken, logical).policy(t, "policy").Statement {
			principal, _ := statement["Principal"].(map[string]any)
			service, _ := principal["Service"].(string)
			assert.Truef(t, statement["Effect"] == "Deny" || strings.HasSuffix(service, ".amazonaws.com"),
				"%s allows %v", logical, statement)
		}
	}
}

// TestFirstPreviewKnowsWhatNeedsNoKey: the log bucket's policy can be reviewed before anything
// exists, the others as soon as the key does.
func TestFirstPreviewKnowsWhatNeedsNoKey(t *testing.T) {
	rec := previewed(t, func(ctx *pulumi.Context) error {
		args := testStorageArgs()
		keys, err := NewKeys(ctx, "keys", &KeysArgs{Scope: testScope, DeletionWindowDays: 30})
		if err != nil {
			return err
		}
		args.DataKeyARN = keys.DataARN
		_, err = NewStorage(ctx, "storage", &args)
		return err
	})
	assert.NotEqual(t, unknown, rec.one(t, bucketPolicyToken, "storage-logs").inputs["policy"])
	assert.Equal(t, unknown, rec.one(t, bucketPolicyToken, "storage-application").inputs["policy"])
}
