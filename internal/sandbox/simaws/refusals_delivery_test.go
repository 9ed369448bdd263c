package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
)

const (
	rolePolicy       = "aws:iam/rolePolicy:RolePolicy"
	configRole       = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
	bucketEncryption = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	auditTrail       = "aws:cloudtrail/trail:Trail"
	auditTrailARN    = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit"
	onlyAccount      = `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`
)

// when returns a statement for a service, or for a role if none is given, with or without a
// condition.
func when(sid, service, action, resource, condition string) string {
	s := `{"Sid":"` + sid + `","Effect":"Allow","Action":` + action + `,"Resource":"` + resource + `"`
	if service != "" {
		s += `,"Principal":{"Service":"` + service + `"}`
	}
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

func policyOf(statements ...string) string {
	document := `{"Version":"2012-10-17","Statement":[`
	for i, s := range statements {
		if i > 0 {
			document += ","
		}
		document += s
	}
	return document + "]}"
}

// assumed returns a trust policy with or without a condition.
func assumed(service, condition string) string {
	s := `{"Sid":"Assume","Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"`
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return policyOf(s + "}")
}

// trailBucket returns a bucket "b" with a policy for the trail.
func trailBucket(condition string) []step {
	const cloudTrail = "cloudtrail.amazonaws.com"
	return []step{{bucket, "b", nil}, {bucketPolicy, "bp", props{"bucket": "${b.id}", "policy": policyOf(
		when("Check", cloudTrail, `"s3:GetBucketAcl"`, "arn:aws:s3:::${b.id}", condition),
		when("Write", cloudTrail, `"s3:PutObject"`, "arn:aws:s3:::${b.id}/AWSLogs/123456789012/*", condition),
	)}}}
}

// trailLogs are the steps for a trail with a role "r" that may do something with the streams of a log group "g".
func trailLogs(condition, actions string) []step {
	return append(trailBucket(""),
		step{group, "g", props{"name": "audit"}},
		step{role, "r", props{"assumeRolePolicy": assumed("cloudtrail.amazonaws.com", condition)}},
		step{rolePolicy, "rp", props{"role": "${r.name}", "policy": policyOf(when("Log", "", actions,
			"${g.arn}:log-stream:123456789012_CloudTrail_us-east-1*", ""))}})
}

var trailIntoLogs = step{auditTrail, "x", props{
	"name": "audit", "s3BucketName": "${b.id}", "cloudWatchLogsGroupArn": "${g.arn}:*",
	"cloudWatchLogsRoleArn": "${r.arn}",
}}

// TestDeliveriesAreTriedAtCreation creates resources that AWS tests before it accepts them,
// with a policy that AWS refuses and with one that it accepts.
func TestDeliveriesAreTriedAtCreation(t *testing.T) {
	ofTrail := `{"StringEquals":{"aws:SourceArn":"` + auditTrailARN + `"}}`
	for name, tc := range map[string]struct {
		// before returns the steps up to the one under test, with the faulty or the right value.
		before       func(value string) []step
		faulty, sane string
		last         step
		wants        []string
	}{
		"CloudTrail into a bucket that asks for the account": {
			before: trailBucket, faulty: onlyAccount, sane: ofTrail,
			last: step{auditTrail, "x", props{"name": "audit", "s3BucketName": "${b.id}"}},
			wants: []string{
				"InsufficientS3BucketPolicyException", `statement "Check" asks for aws:SourceAccount, which is not sent`,
				`s3:PutObject is refused`,
			},
		},
		"CloudTrail with a key that lets it not decrypt, for a bucket with a bucket key": {
			before: func(actions string) []step {
				return append(trailBucket(""),
					step{key, "k", props{"policy": policyOf(keyOfAccount,
						when("Trail", "cloudtrail.amazonaws.com", actions, "*", ofTrail))}},
					step{bucketEncryption, "be", props{"bucket": "${b.id}", "rules": []any{props{
						"bucketKeyEnabled": true, "applyServerSideEncryptionByDefault": props{
							"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "${k.arn}",
						},
					}}}})
			},
			faulty: `["kms:GenerateDataKey*","kms:DescribeKey"]`,
			sane:   `["kms:GenerateDataKey*","kms:DescribeKey","kms:Decrypt"]`,
			last:   step{auditTrail, "x", props{"name": "audit", "s3BucketName": "${b.id}", "kmsKeyId": "${k.arn}"}},
			wants:  []string{"InsufficientEncryptionPolicyException", "kms:Decrypt is refused by the policy of key k"},
		},
		"CloudTrail with a role that asks for the account": {
			before: func(condition string) []step { return trailLogs(condition, `"logs:*"`) },
			faulty: onlyAccount, sane: "", last: trailIntoLogs,
			wants: []string{
				"InvalidCloudWatchLogsRoleArnException",
				`the trust policy of role r-`, `statement "Assume" asks for aws:SourceAccount, which maybe is not sent`,
			},
		},
		"CloudTrail with a role that may make no log stream": {
			before: func(actions string) []step { return trailLogs("", actions) },
			faulty: `"logs:PutLogEvents"`, sane: `["logs:CreateLogStream","logs:PutLogEvents"]`, last: trailIntoLogs,
			wants: []string{
				"InvalidCloudWatchLogsLogGroupArnException", "logs:CreateLogStream is refused by the policies of role r-",
			},
		},
		"AWS Backup with a role that asks for the account": {
			before: func(condition string) []step {
				return []step{
					{vault, "v", nil},
					{backupPlan, "p", planOf(nil)},
					{role, "r", props{"assumeRolePolicy": assumed("backup.amazonaws.com", condition)}},
				}
			},
			faulty: onlyAccount, sane: "",
			last:  step{"aws:backup/selection:Selection", "x", props{"planId": "${p.id}", "iamRoleArn": "${r.arn}"}},
			wants: []string{"IAM Role cannot be assumed by AWS Backup", `statement "Assume" asks for aws:SourceAccount`},
		},
		"AWS Config and a bucket that it may not look at": {
			before: func(actions string) []step {
				return []step{
					{bucket, "b", nil},
					{bucketPolicy, "bp", props{"bucket": "${b.id}", "policy": policyOf(
						when("Deliver", "config.amazonaws.com", actions, `*`, onlyAccount),
					)}},
					{"aws:cfg/recorder:Recorder", "rec", props{"roleArn": configRole}},
				}
			},
			faulty: `["s3:PutObject"]`, sane: `["s3:PutObject","s3:GetBucketAcl","s3:ListBucket"]`,
			last:  step{"aws:cfg/deliveryChannel:DeliveryChannel", "x", props{"s3BucketName": "${b.id}"}},
			wants: []string{"InsufficientDeliveryPolicyException", "s3:GetBucketAcl is refused by the policy of bucket b-"},
		},
		"AWS Config and a key that knows another account": {
			before: func(account string) []step {
				return []step{
					{bucket, "b", nil},
					{bucketPolicy, "bp", props{"bucket": "${b.id}", "policy": policyOf(
						when("Deliver", "config.amazonaws.com", `"s3:*"`, `*`, ""),
					)}},
					{key, "k", props{"policy": policyOf(
						keyOfAccount, when("Encrypt", "config.amazonaws.com", `["kms:Decrypt","kms:GenerateDataKey"]`, `*`, account),
					)}},
					{"aws:cfg/recorder:Recorder", "rec", props{"roleArn": configRole}},
				}
			},
			faulty: `{"StringEquals":{"aws:SourceAccount":"999999999999"}}`, sane: onlyAccount,
			last: step{"aws:cfg/deliveryChannel:DeliveryChannel", "x", props{
				"s3BucketName": "${b.id}", "s3KmsKeyArn": "${k.arn}",
			}},
			wants: []string{"InsufficientDeliveryPolicyException", "kms:Decrypt is refused by the policy of key k"},
		},
		"a load balancer's logs into a bucket that asks for the load balancer": {
			before: func(condition string) []step {
				return []step{{bucket, "logs", nil}, {bucketPolicy, "bp", props{"bucket": "${logs.id}", "policy": policyOf(
					when("Logs", "logdelivery.elasticloadbalancing.amazonaws.com", `"s3:PutObject"`,
						"arn:aws:s3:::${logs.id}/*", condition),
				)}}}
			},
			faulty: `{"ArnLike":{"aws:SourceArn":"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*"}}`,
			sane:   "",
			last:   step{balancer, "x", twoSubnets(props{"accessLogs": props{"bucket": "${logs.id}", "enabled": true}})},
			wants: []string{
				"Access Denied for bucket", `statement "Logs" asks for aws:SourceArn, which maybe is not sent`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			try := func(value string) error {
				e := start(t, simaws.Options{}, nil)
				e.vpc()
				for _, s := range tc.before(value) {
					e.make(s.token, s.name, s.inputs)
				}
				return e.try(tc.last.token, tc.last.name, tc.last.inputs)
			}
			require.NoError(t, try(tc.sane))
			err := try(tc.faulty)
			for _, want := range tc.wants {
				require.ErrorContains(t, err, want)
			}
			assert.ErrorContains(t, err, "Fix: ")
		})
	}
}

// TestFailuresThatNobodyWouldKeep deploys a function that keeps the events on which it fails in
// a bucket.
func TestFailuresThatNobodyWouldKeep(t *testing.T) {
	const objects = "arn:aws:s3:::${b.id}/aws/lambda/async/shipper/*"
	through := func(service string) string {
		return `{"StringEquals":{"kms:ViaService":"` + service + `.us-east-1.amazonaws.com"}}`
	}
	write := when("Write", "", `"s3:PutObject"`, objects, "")
	find := when("Find", "", `"s3:ListBucket"`, "arn:aws:s3:::${b.id}", "")
	encrypt := when("Encrypt", "", `"kms:GenerateDataKey"`, "${k.arn}", `{"StringEquals":{`+
		`"kms:ViaService":"s3.us-east-1.amazonaws.com","kms:EncryptionContext:aws:s3:arn":"${b.arn}"}}`)
	for name, tc := range map[string]struct {
		statements []string
		want       string
	}{
		"kept": {[]string{write, find, encrypt}, ""},
		"another function's folder": {
			[]string{when("Write", "", `"s3:PutObject"`, "arn:aws:s3:::${b.id}/aws/lambda/async/other/*", ""), find, encrypt},
			"s3:PutObject is refused by the policies of role r-",
		},
		"no way to look at the bucket": {[]string{write, encrypt}, "s3:ListBucket is refused"},
		"the key through SQS": {
			[]string{write, find, when("Encrypt", "", `"kms:GenerateDataKey"`, "${k.arn}", through("sqs"))},
			`statement "Encrypt" asks for another kms:ViaService than s3.us-east-1.amazonaws.com`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			for _, s := range []step{
				{key, "k", props{"policy": policyOf(keyOfAccount)}},
				{bucket, "b", nil},
				{bucketEncryption, "be", props{"bucket": "${b.id}", "rules": []any{props{
					"bucketKeyEnabled": true, "applyServerSideEncryptionByDefault": props{
						"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "${k.arn}",
					},
				}}}},
				{role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")}},
				{rolePolicy, "rp", props{"role": "${r.name}", "policy": policyOf(tc.statements...)}},
				{function, "f", props{"name": "shipper", "role": "${r.arn}", "imageUri": "i"}},
				{"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "keep", props{
					"functionName": "${f.name}", "destinationConfig": props{"onFailure": props{"destination": "${b.arn}"}},
				}},
			} {
				e.make(s.token, s.name, s.inputs)
			}
			err := simaws.Undelivered(e.cloud)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
			assert.ErrorContains(t, err, "Fix: ")
		})
	}
}
