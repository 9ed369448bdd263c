package rules

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
)

func policyOf(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// denied is a statement that keeps everybody from an action on the bucket's objects under a condition.
func denied(action, resource, condition string) string {
	return `{"Effect":"Deny","Principal":"*","Action":"` + action + `","Resource":` + resource +
		`,"Condition":{` + condition + `}}`
}

// A bucket has its settings from resources that name it, or inline; a setting of another stack's bucket is judged by
// itself.
func TestSettingsOfBuckets(t *testing.T) {
	all := p{
		"bucket": "it", "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		"restrictPublicBuckets": true,
	}
	const both = `["arn:aws:s3:::b","arn:aws:s3:::b/*"]`
	const insecure = `"Bool":{"aws:SecureTransport":"false"}`
	tls := policyOf(denied("s3:*", both, insecure))
	const key = `"s3:x-amz-server-side-encryption"`
	const given, itself = `"Null":{` + key + `:"false"}`, `"Bool":{"aws:PrincipalIsAWSService":"false"}`
	header := policyOf(denied("s3:PutObject", `"arn:aws:s3:::b/*"`,
		`"StringNotEquals":{`+key+`:"aws:kms"},`+given+`,`+itself))
	byDefault := func(algorithm string, key any) p {
		return p{"bucket": "it", "rules": []any{p{"applyServerSideEncryptionByDefault": p{
			"sseAlgorithm": algorithm, "kmsMasterKeyId": key,
		}}}}
	}
	expire := p{"bucket": "it", "rules": []any{p{
		"status":                         "Enabled",
		"abortIncompleteMultipartUpload": p{"daysAfterInitiation": 1},
	}}}
	var rows []judged
	for _, s := range []struct {
		control, typeToken string
		good               p
		changes            []change
	}{
		{"s3-public-access-block", bucketAccessBlockType, all, []change{
			{"blockPublicAcls", false, fails},
			{"blockPublicPolicy", false, fails},
			{"ignorePublicAcls", nil, fails},
			{"restrictPublicBuckets", nil, fails},
			{"restrictPublicBuckets", unknownText, open},
		}},
		{"s3-tls-only", bucketPolicyType, p{"bucket": "it", "policy": tls}, []change{
			{"policy", policyOf(denied("s3:*", `"arn:aws:s3:::b"`, insecure)), fails},
			{"policy", policyOf(denied("s3:*", `"arn:aws:s3:::b/*"`, insecure)), fails},
			{"policy", policyOf(denied("s3:GetObject", both, insecure)), fails},
			{"policy", "x", fails},
			{"policy", unknownText, open},
		}},
		{"s3-encryption-header", bucketPolicyType, p{"bucket": "it", "policy": header}, []change{
			{"policy", tls, fails},
			{"policy", strings.ReplaceAll(header, "aws:kms", "AES256"), passes},
			{"policy", strings.ReplaceAll(header, "aws:kms", "aws:kms:dsse"), passes},
			{"policy", strings.ReplaceAll(header, "aws:kms", "none"), fails},
			{"policy", strings.ReplaceAll(header, "s3:PutObject", "s3:GetObject"), fails},
		}},
		{
			"s3-versioning", bucketVersioningType,
			p{"bucket": "it", "versioningConfiguration": p{"status": "Enabled"}},
			[]change{
				{"versioningConfiguration.status", "Suspended", fails}, {"versioningConfiguration", nil, fails},
			},
		},
		{
			"s3-acls-off", bucketOwnershipType,
			p{"bucket": "it", "rule": p{"objectOwnership": "BucketOwnerEnforced"}},
			[]change{
				{"rule.objectOwnership", "ObjectWriter", fails}, {"rule", nil, fails},
			},
		},
		{"s3-encryption", bucketEncryptionType, byDefault("aws:kms", ours), []change{
			{"rules", []any{}, fails},
			{"rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms:dsse", passes},
			{"rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", "alias/aws/s3", fails},
			{"rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", nil, fails},
		}},
		{"s3-lifecycle", bucketLifecycleType, expire, []change{{"rules.0.status", "Disabled", fails}, {
			"rules",
			[]any{},
			fails,
		}}},
		{"s3-abort-uploads", bucketLifecycleType, expire, []change{
			{"rules.0.status", "Disabled", fails},
			{"rules.0.prefix", "logs/", fails},
			{"rules.0.prefix", "", passes},
			{"rules.0.abortIncompleteMultipartUpload.daysAfterInitiation", 0, fails},
			{"rules.0.abortIncompleteMultipartUpload", nil, fails},
			{"rules.0.filter", p{"prefix": ""}, passes},
			{"rules.0.filter", p{"prefix": "logs/"}, fails},
			{"rules.0.filter", p{"tag": p{"key": "a"}}, fails},
			{"rules.0.filter", p{"and": p{"prefix": "a"}}, fails},
			{"rules.0.filter", p{"objectSizeGreaterThan": 1}, fails},
			{"rules.0.filter", p{"objectSizeLessThan": 1}, fails},
		}},
	} {
		for _, bucket := range buckets {
			rows = append(rows, judged{control: s.control, typeToken: bucket, want: fails, base: p{"bucket": "b"}})
			rows = append(rows, judged{
				control: s.control, typeToken: bucket, want: passes, base: p{"bucket": "b"},
				others: []made{{s.typeToken, "of-it", s.good}},
			}, judged{
				control: s.control, typeToken: bucket, want: fails, base: p{"bucket": "b"},
				others: []made{{s.typeToken, "of-another", p{"bucket": "another"}}},
			})
			for _, c := range s.changes {
				changed, _ := with(s.good, strings.Split(c.path, "."), c.value).(p)
				rows = append(rows, judged{
					control: s.control, typeToken: bucket, want: c.want, base: p{"bucket": "b"},
					others: []made{{s.typeToken, "of-it", changed}},
				})
				if c.want == fails && s.control != "s3-lifecycle" {
					rows = append(rows, judged{ // the last one that is deployed wins
						control: s.control, typeToken: bucket, want: fails, base: p{"bucket": "b"},
						others: []made{{s.typeToken, "of-it", s.good}, {s.typeToken, "too", changed}},
					})
				}
			}
		}
		rows = append(rows,
			judged{control: s.control, typeToken: s.typeToken, want: passes, base: s.good, changes: append(s.changes,
				change{"bucket", "another", passes})},
			judged{
				control: s.control, typeToken: s.typeToken, want: none, base: s.good,
				others: []made{{bucketType, "it", nil}},
			})
	}
	rows = append(rows,
		judged{
			control: "s3-public-access-block", typeToken: accountAccessBlockType, want: passes, base: all,
			changes: []change{
				{"blockPublicAcls", false, fails}, {"restrictPublicBuckets", false, fails},
			},
		},
		judged{control: "s3-encryption", typeToken: bucketEncryptionType, want: outside, base: byDefault("AES256", nil)},
		judged{
			control: "s3-versioning", typeToken: classicBucketType, want: passes, base: p{"versioning": p{"enabled": true}},
			changes: []change{{"versioning.enabled", false, fails}},
		},
		judged{
			control: "s3-versioning", typeToken: bucketType, want: passes, base: p{"versionings": p{"enabled": true}},
			changes: []change{{"versionings.enabled", false, fails}, {"versioning", p{"enabled": true}, passes}},
		},
		judged{
			control: "s3-tls-only", typeToken: bucketType, want: passes, base: p{"policy": tls},
			changes: []change{{"policy", header, fails}, {"policy", unknownText, open}},
		},
		judged{
			control: "s3-encryption", typeToken: classicBucketType, want: passes,
			base: p{"serverSideEncryptionConfiguration": p{"rule": p{"applyServerSideEncryptionByDefault": p{
				"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ours,
			}}}},
			changes: []change{
				{"serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", fails},
			},
		},
		judged{
			control: "s3-encryption", typeToken: bucketType, want: passes,
			base: p{"serverSideEncryptionConfigurations": p{"rules": p{"applyServerSideEncryptionByDefaults": p{
				"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ours,
			}}}},
			changes: []change{{"serverSideEncryptionConfigurations", nil, fails}},
		},
	)
	for _, rule := range []p{
		{"enabled": true, "abortIncompleteMultipartUploadDays": 1},
	} {
		rows = append(rows,
			judged{
				control: "s3-abort-uploads", typeToken: classicBucketType, want: passes, base: p{"lifecycleRules": []any{rule}},
				changes: []change{
					{"lifecycleRules.0.enabled", false, fails},
					{"lifecycleRules.0.abortIncompleteMultipartUploadDays", 0, fails},
					{"lifecycleRules.0.prefix", "a", fails},
					{"lifecycleRules.0.tags", p{"a": "b"}, fails},
				},
			},
			judged{
				control: "s3-lifecycle", typeToken: classicBucketType, want: passes, base: p{"lifecycleRules": []any{rule}},
				changes: []change{{"lifecycleRules.0.enabled", false, fails}, {"lifecycleRules", []any{}, fails}},
			},
		)
	}
	// Load balancers and S3 deliver logs to buckets that S3 encrypts with its own keys alone.
	for _, taker := range []made{
		{loadBalancerType, "alb", p{"accessLogs": p{"bucket": "it"}}},
		{loadBalancerType, "alb", p{"connectionLogs": p{"bucket": "it"}}},
		{bucketLoggingType, "log", p{"bucket": "another", "targetBucket": "it"}},
	} {
		for algorithm, want := range map[string]control.Verdict{"AES256": passes, "none": fails} {
			rows = append(rows, judged{
				control: "s3-encryption", typeToken: bucketType, want: want,
				others: []made{taker, {bucketEncryptionType, "of-it", byDefault(algorithm, nil)}},
			})
		}
	}
	judgeAll(t, append(rows,
		judged{control: "s3-access-logs", want: fails, base: p{"bucket": "b"}, changes: []change{
			{"loggings", []any{p{"targetBucket": "logs"}}, passes},
		}},
		judged{
			control: "s3-access-logs", want: passes,
			others: []made{{bucketLoggingType, "log", p{"bucket": "it", "targetBucket": "logs"}}},
		},
		judged{
			control: "s3-access-logs", want: none, others: []made{{bucketLoggingType, "log", p{
				"bucket":       "b",
				"targetBucket": "it",
			}}},
		},
		judged{
			control: "s3-not-public", typeToken: bucketPolicyType, want: passes, base: p{"policy": tls},
			changes: []change{
				{"policy", policyOf(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`), fails},
				{"policy", unknownText, open},
			},
		},
		judged{control: "s3-not-public", typeToken: bucketType, want: none, changes: []change{
			{"policy", policyOf(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`), fails},
			{"policy", tls, passes},
		}},
	))
}

// The conditions of a denial of uploads, and their neighbours.
func TestConditionsOfUploads(t *testing.T) {
	const header = "s3:x-amz-server-side-encryption"
	for _, c := range []struct {
		condition              iamdoc.Condition
		wrong, given, notAWSes bool
	}{
		{iamdoc.Condition{Operator: "stringnotequals", Key: header, Values: []string{"aws:kms"}}, true, false, false},
		{
			iamdoc.Condition{Operator: "stringnotequalsifexists", Key: header, Values: []string{"AES256", "aws:kms"}},
			true,
			false, false,
		},
		{iamdoc.Condition{Operator: "stringnotequals", Key: header, Unknown: true}, true, false, false},
		{iamdoc.Condition{Operator: "stringnotequals", Key: header}, false, false, false},
		{iamdoc.Condition{Operator: "stringnotequals", Key: header, Values: []string{"aws:kms", "x"}}, false, false, false},
		{iamdoc.Condition{Operator: "stringequals", Key: header, Values: []string{"aws:kms"}}, false, false, false},
		{
			iamdoc.Condition{Operator: "stringnotequals", Key: "s3:x-amz-acl", Values: []string{"aws:kms"}},
			false, false,
			false,
		},
		{iamdoc.Condition{Operator: "null", Key: header, Values: []string{"False"}}, false, true, false},
		{iamdoc.Condition{Operator: "null", Key: header, Values: []string{"true"}}, false, false, false},
		{iamdoc.Condition{Operator: "null", Key: header, Values: []string{"false", "true"}}, false, false, false},
		{iamdoc.Condition{Operator: "null", Key: header}, false, false, false},
		{iamdoc.Condition{Operator: "bool", Key: header, Values: []string{"false"}}, false, false, false},
		{
			iamdoc.Condition{Operator: "null", Key: "aws:principalisawsservice", Values: []string{"false"}},
			false, false,
			false,
		},
		{
			iamdoc.Condition{Operator: "bool", Key: "aws:principalisawsservice", Values: []string{"False"}},
			false, false,
			true,
		},
		{
			iamdoc.Condition{Operator: "bool", Key: "aws:principalisawsservice", Values: []string{"true"}},
			false, false,
			false,
		},
		{iamdoc.Condition{Operator: "bool", Key: "aws:principalisawsservice"}, false, false, false},
		{iamdoc.Condition{Operator: "bool", Key: "aws:securetransport", Values: []string{"false"}}, false, false, false},
	} {
		assert.Equal(t, c.wrong, wrongEncryption(c.condition), c.condition)
		assert.Equal(t, c.given, headerGiven(c.condition), c.condition)
		assert.Equal(t, c.notAWSes, notAWSItself(c.condition), c.condition)
	}
}

// 22 regions that AWS opened before August 2022 and two of GovCloud have an account of their own for these logs.
//
// Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func TestAccountsOfLoadBalancers(t *testing.T) {
	distinct := map[string]bool{}
	for _, account := range loadBalancerAccounts {
		assert.Regexp(t, regexp.MustCompile(`^\d{12}$`), account)
		distinct[account] = true
	}
	assert.Len(t, distinct, 24)
}
