package iamdoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/iamdoc"
)

// A key that no request carries gives a statement another meaning than it seems to have.
func TestUnsentKeys(t *testing.T) {
	const (
		nothing    = "allows nothing: no request for its actions carries "
		never      = "denies nothing: no request for its actions carries "
		unlimited  = "is not limited by "
		byServices = "allows nothing: aws:SourceArn is sent by services of AWS alone"
		byUsers    = "allows nothing: aws:username is sent by IAM users alone"
		invents    = "allows nothing: AWS has no condition key "
	)
	for name, c := range map[string]struct {
		effect  string
		actions string // with spaces between
		tests   string // operator, key and value, x if there is none; with commas between
		want    string
	}{
		"of the action":         {"Allow", "ec2:RunInstances", "StringEquals ec2:InstanceType", ""},
		"of another action":     {"Allow", "ec2:StopInstances", "StringEquals ec2:Subnet", nothing + "ec2:Subnet"},
		"of one of the actions": {"Allow", "ec2:StopInstances ec2:RunInstances", "StringEquals ec2:Subnet", ""},
		"of a pattern":          {"Allow", "ec2:Run*", "StringEquals ec2:Subnet", ""},
		"of a service":          {"Allow", "s3:*", "StringEquals s3:prefix", ""},
		"of another service":    {"Allow", "s3:*", "StringEquals kms:ViaService", nothing + "kms:ViaService"},
		"of everything":         {"Allow", "*", "StringEquals kms:ViaService", ""},
		"misspelt, of all":      {"Deny", "*", "StringEquals kms:ViaServices", never + "kms:ViaServices"},
		"unknown action":        {"Allow", "s3:NewerThanThis", "StringEquals s3:prefix", ""},
		"tags of a resource":    {"Allow", "ec2:StopInstances", "StringEquals aws:ResourceTag/A", ""},
		"tags of none":          {"Allow", "ec2:DescribeVpcs", "Null aws:TagKeys false", nothing + "aws:TagKeys"},
		"tags not set":          {"Allow", "kms:Decrypt", "StringEquals aws:RequestTag/A", nothing + "aws:RequestTag/A"},
		"global":                {"Allow", "ec2:DescribeVpcs", "StringEquals AWS:requestedregion", ""},
		"global, of a session":  {"Allow", "s3:GetObject", "ArnEquals lambda:SourceFunctionArn", ""},
		"global, misspelt":      {"Allow", "s3:GetObject", "IpAddress aws:SourceIpAddress", invents + "aws:SourceIpAddress"},
		"misspelt, if exists":   {"Allow", "s3:GetObject", "IpAddressIfExists aws:SourceIpX", unlimited + "aws:SourceIpX"},
		"misspelt, unless":      {"Deny", "s3:GetObject", "StringNotEquals aws:SourceVpx", "denies whatever aws:SourceVpx"},
		"tags, of everything":   {"Allow", "*", "StringEquals aws:TagKeys", ""},
		"of SAML":               {"Allow", "s3:GetObject", "StringEquals saml:iss", ""},
		"without a service":     {"Allow", "s3:GetObject", "StringEquals prefix", ""},
		"of some services":      {"Allow", "s*:Get*", "StringEquals s3:prefix", ""},
		"of none of them":       {"Allow", "s*:Get*", "StringEquals s3:prefixes", nothing + "s3:prefixes"},
		"of a provider":         {"Allow", "s3:GetObject", "StringEquals cognito-identity.amazonaws.com:sub", ""},
		"if it exists":          {"Allow", "kms:Decrypt", "StringEqualsIfExists s3:prefix", unlimited + "s3:prefix"},
		"all values of none":    {"Allow", "kms:Decrypt", "ForAllValues:StringEquals aws:TagKeys", unlimited + "aws:TagKeys"},
		"is absent":             {"Allow", "kms:Decrypt", "Null s3:prefix true", unlimited + "s3:prefix"},
		"is present":            {"Allow", "kms:Decrypt", "Null s3:prefix false", nothing + "s3:prefix"},
		"denied if":             {"Deny", "kms:Decrypt", "StringEquals s3:prefix", never + "s3:prefix"},
		"denied unless":         {"Deny", "kms:Decrypt", "StringNotEquals s3:prefix", "denies whatever s3:prefix is"},
		"denied unless or none": {"Deny", "kms:Decrypt", "StringNotLikeIfExists s3:prefix", "denies whatever s3:prefix is"},
		"denied if another":     {"Deny", "kms:Decrypt", "StringNotLike s3:prefix,Null s3:prefix false", never + "s3:prefix"},
		"denied if absent":      {"Deny", "s3:PutObject", "Null s3:x-amz-server-side-encryption true", ""},
		"of a calling service":  {"Allow", "sns:Publish", "ArnLike aws:SourceArn", byServices},
		"no service calls":      {"Deny", "sns:Publish", "StringNotEqualsIfExists aws:SourceAccount", ""},
		"of a user":             {"Allow", "iam:ChangePassword", "StringEquals aws:username", byUsers},
	} {
		t.Run(name, func(t *testing.T) {
			var conditions []string
			for test := range strings.SplitSeq(c.tests, ",") {
				parts := append(strings.Fields(test), "x")
				conditions = append(conditions, fmt.Sprintf(`"%s":{"%s":"%s"}`, parts[0], parts[1], parts[2]))
			}
			doc := read(t, fmt.Sprintf(`{"Effect":"%s","Action":["%s"],"Resource":"*","Condition":{%s}}`,
				c.effect, strings.Join(strings.Fields(c.actions), `","`), strings.Join(conditions, ",")))
			found := texts(doc.UnsentKeys(iamdoc.OfARole, nil))
			if c.want == "" {
				assert.Empty(t, found)
				return
			}
			assert.Len(t, found, 1)
			for _, problem := range found {
				assert.True(t, strings.HasPrefix(problem, "statement 1 "+c.want), problem)
			}
		})
	}
}

// Which callers send a key depends on the holder of the policy, and on the statement's
// principals.
func TestUnsentKeysByPrincipal(t *testing.T) {
	const source, user = `"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}`, `"StringEquals":{"aws:username":"me"}`
	for _, c := range []struct {
		principal, condition string
		holder               iamdoc.Holder
		sent                 bool
	}{
		{`{"Service":"s3.amazonaws.com"}`, source, iamdoc.OfAResource, true},
		{`"*"`, source, iamdoc.OfAResource, true},
		{`{"AWS":"arn:aws:iam::123456789012:role/r"}`, source, iamdoc.OfAResource, false},
		{`{"AWS":"arn:aws:iam::123456789012:role/r","Service":"s3.amazonaws.com"}`, source, iamdoc.OfAResource, true},
		{`[]`, source, iamdoc.OfAnIdentity, false},
		{`{"Service":"s3.amazonaws.com"}`, user, iamdoc.OfAResource, false},
		{`{"AWS":"123456789012"}`, user, iamdoc.OfAResource, true},
		{`[]`, user, iamdoc.OfAnIdentity, true},
		{`[]`, user, iamdoc.OfARole, false},
	} {
		doc := read(t, `{"Effect":"Allow","Principal":`+c.principal+`,"Action":"sns:Publish","Resource":"*","Condition":{`+
			c.condition+`}}`)
		assert.Equal(t, c.sent, len(doc.UnsentKeys(c.holder, nil)) == 0, "%s %s", c.principal, c.condition)
	}
}

func TestUnsentKeysMayBeExcepted(t *testing.T) {
	doc := read(t, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",`+
		`"Condition":{"StringEquals":{"s3:NewKey":"x"}}}`)
	assert.Len(t, doc.UnsentKeys(iamdoc.OfARole, []string{"s3:Other"}), 1)
	assert.Empty(t, doc.UnsentKeys(iamdoc.OfARole, []string{"S3:new*"}))
	all := read(t, `{"Effect":"Allow","NotAction":"iam:*","Resource":"*",`+
		`"Condition":{"StringEquals":{"s3:prefix":"x"}}}`)
	assert.Empty(t, all.UnsentKeys(iamdoc.OfARole, nil))
	for key, problems := range map[string]int{"aws:TagKeys": 0, "s3:prefixes": 1} {
		but := read(t, `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"`+when("StringEquals", key, "x")+`}`)
		assert.Len(t, but.UnsentKeys(iamdoc.OfARole, nil), problems, key)
	}
}
