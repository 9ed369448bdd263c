package iamdoc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// What a statement is not about is left out of it.
func TestNotResources(t *testing.T) {
	doc := read(t, `{"Effect":"Allow","Action":"*","NotResource":["arn:aws:s3:::a","arn:aws:s3:::${aws:username}"]}`)
	for resource, want := range map[string]bool{
		"arn:aws:s3:::a": false, "arn:aws:s3:::me": false, "arn:aws:s3:::b": true,
	} {
		ask := iamdoc.Request{Action: "s3:ListBucket", Resource: resource, Keys: map[string][]string{"aws:username": {"me"}}}
		assert.Equal(t, want, doc.Decide(ask).Allowed, resource)
	}
}

// A test that holds without the key, or for all values but some, narrows nothing.
func TestWhichOperatorsNarrow(t *testing.T) {
	for operator, narrow := range map[string]bool{
		"StringEquals": true, "StringEqualsIgnoreCase": true, "StringLike": true, "ArnEquals": true, "ArnLike": true,
		"ForAnyValue:StringEquals": true, "ForAnyValue:StringLike": true,
		"StringNotEquals": false, "StringNotEqualsIgnoreCase": false, "StringNotLike": false, "ArnNotEquals": false,
		"ArnNotLike": false, "ForAnyValue:StringNotEquals": false, "ForAnyValue:StringNotLike": false,
		"ForAllValues:StringEquals": false, "ForAllValues:StringNotEquals": false, "StringEqualsIfExists": false,
		"ForAnyValue:StringEqualsIfExists": false, "StringNotLikeIfExists": false, "Null": false,
	} {
		condition := iamdoc.Condition{
			Operator: strings.ToLower(operator), Key: "aws:sourceaccount", Values: []string{"123456789012"},
		}
		assert.Equal(t, narrow, condition.Narrow(), operator)
		condition.Values, condition.Unknown = nil, true
		assert.Equal(t, narrow, condition.Narrow(), "%s of what is not known yet", operator)
		condition.Unknown = false
		assert.False(t, condition.Narrow(), "%s of nothing", operator)
	}
}

// A denial is of the objects, of the bucket itself, or of whatever it is attached to.
func TestWhatDenialsAreAbout(t *testing.T) {
	for _, c := range []struct {
		resource                string
		objects, bucket, either prop.Truth
	}{
		{"*", prop.Yes, prop.Yes, prop.Yes},
		{"arn:aws:s3:::b", prop.No, prop.Yes, prop.Yes},
		{"arn:aws:s3:::b/*", prop.Yes, prop.No, prop.Yes},
		{"arn:aws:s3:::b/**", prop.Yes, prop.No, prop.Yes},
		{"arn:aws:s3:::b/", prop.No, prop.No, prop.Yes},
		{"arn:aws:s3:::b*", prop.Yes, prop.Yes, prop.Yes},
		{"arn:aws:s3:::b/a/*", prop.No, prop.No, prop.Yes},
	} {
		doc := read(t, `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"`+c.resource+`"`+
			when("Bool", "aws:SecureTransport", "false")+`}`)
		assert.Equal(t, c.objects, doc.Denies("S3:GetObject", "/*", iamdoc.InsecureTransport), c.resource)
		assert.Equal(t, c.bucket, doc.Denies("s3:ListBucket", "", iamdoc.InsecureTransport), c.resource)
		assert.Equal(t, c.either, doc.Denies("s3:ListBucket", "*", iamdoc.InsecureTransport), c.resource)
		doc.Partial = true
		assert.NotEqual(t, prop.No, doc.Denies("s3:GetObject", "/*", iamdoc.InsecureTransport), "%s, in part", c.resource)
	}
}

func TestInsecureTransport(t *testing.T) {
	for _, c := range []struct {
		operator, key string
		values        []string
		want          bool
	}{
		{"bool", "aws:securetransport", []string{"false"}, true},
		{"boolifexists", "aws:securetransport", []string{"False"}, true},
		{"bool", "aws:securetransport", []string{"true"}, false},
		{"bool", "aws:securetransport", []string{"false", "true"}, false},
		{"bool", "aws:securetransport", nil, false},
		{"bool", "aws:viaawsservice", []string{"false"}, false},
		{"stringequals", "aws:securetransport", []string{"false"}, false},
	} {
		condition := iamdoc.Condition{Operator: c.operator, Key: c.key, Values: c.values}
		assert.Equal(t, c.want, iamdoc.InsecureTransport(condition), "%v", c)
	}
}

// An exception reaches into a pattern that it shares a name with.
func TestExceptionsThatReachIntoAPattern(t *testing.T) {
	for _, c := range []struct {
		exception, action string
		allowed           bool
	}{
		{"s3:Get*", "s3:GetObject", false},
		{"s3:GetObject", "s3:Get*", false},
		{"s3:Get*", "s3:GetO*", false},
		{"s3:GetO*", "s3:Get*", false},
		{"s3:*Object", "s3:Get*", false},
		{"s3:Put*", "s3:Get*", true},
		{"sqs:*", "s3:*", true},
		{"s3:GetObject", "s3:PutObject", true},
	} {
		doc := read(t, `{"Effect":"Deny","Principal":"*","NotAction":"`+c.exception+`","Resource":"*"`+
			when("Bool", "aws:SecureTransport", "false")+`}`)
		assert.Equal(t, prop.Known(c.allowed), doc.Denies(c.action, "*", iamdoc.InsecureTransport), "%v", c)
	}
}

// TellsOnly is no matter of the name.
func TestTellsOnly(t *testing.T) {
	for action, want := range map[string]bool{
		"ec2:DescribeInstances": true, "EC2:Describe*": true, "iam:List*": true, "s3:ListAllMyBuckets": true,
		"s3:GetObject": false, "ec2:RunInstances": false, "ec2:*": false, "kms:CreateKey": false,
		"cloudwatch:PutMetricData": false,
		"s3:NewerThanThis":         false, "secretsmanager:GetSecretValue": false,
	} {
		assert.Equal(t, want, iamdoc.TellsOnly(action), action)
	}
}

// Conditions hold back a trust only if they say who, and in full.
func TestWhoIsTrusted(t *testing.T) {
	role := `{"AWS":"arn:aws:iam::999999999999:role/x"}`
	saml, google := `{"Federated":"arn:aws:iam::123456789012:saml-provider/x"}`, `{"Federated":"accounts.google.com"}`
	for _, c := range []struct {
		principal, condition string
		problems             int
	}{
		{role, "", 1},
		{role, when("StringEquals", "sts:ExternalId", "secret-of-both"), 0},
		{role, when("StringLike", "sts:ExternalId", "s*"), 1},
		{role, when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), 0},
		{role, when("StringEquals", "aws:PrincipalArn", "arn:aws:iam::999999999999:role/x"), 1},
		{`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, "", 0},
		{saml, "", 1},
		{saml, when("StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml"), 0},
		{google, when("StringEquals", "saml:aud", "x"), 1},
		{google, when("StringEquals", "accounts.google.com:aud", "x"), 0},
		{google, when("StringLike", "accounts.google.com:aud", "x*"), 1},
		{`{"Service":"events.amazonaws.com"}`, "", 1},
		{`{"Service":"Events.amazonaws.com"}`, when("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"), 0},
		{`{"Service":"events.amazonaws.com"}`, when("StringEquals", "sts:ExternalId", "x"), 0},
		{`{"Service":"events.amazonaws.com"}`, when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), 1},
		{`{"Service":"ec2.amazonaws.com"}`, "", 0},
	} {
		statement := `"Effect":"Allow","Principal":` + c.principal + `,"Action":"sts:AssumeRole"` + c.condition
		problems := read(t, "{"+statement+"}").Trust([]string{"123456789012"}, []string{"events.amazonaws.com"})
		assert.Len(t, problems, c.problems, "%s %s", c.principal, c.condition)
		denial := read(t, strings.Replace("{"+statement+"}", "Allow", "Deny", 1))
		assert.Empty(t, denial.Trust(nil, []string{"events.amazonaws.com"}))
	}
}
