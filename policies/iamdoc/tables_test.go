package iamdoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// allowing is a document with one statement that allows actions on everything.
func allowing(t *testing.T, action, condition string) iamdoc.Document {
	t.Helper()
	return read(t, fmt.Sprintf(`{"Effect":"Allow","Action":"%s","Resource":"*"%s}`, action, condition))
}

func when(operator, key, value string) string {
	return fmt.Sprintf(`,"Condition":{"%s":{"%s":"%s"}}`, operator, key, value)
}

// Whatever starts something with a role hands out the role's permissions to whoever may pass many.
func TestEveryLauncher(t *testing.T) {
	for action, starts := range map[string]bool{
		"ecs:CreateService": true, "ecs:UpdateService": true, "ecs:RegisterTaskDefinition": true, "ecs:RunTask": true,
		"ecs:DeleteService": false, "ecs:DescribeServices": false,
		"codebuild:CreateProject": true, "codebuild:UpdateProject": true, "codebuild:StartBuild": false,
		"codepipeline:CreatePipeline": true, "codepipeline:UpdatePipeline": true, "codepipeline:DeletePipeline": false,
		"cloudformation:CreateStack": true, "cloudformation:UpdateStack": true, "cloudformation:CreateChangeSet": true,
		"cloudformation:DescribeStacks": false,
		"glue:CreateJob":                true, "glue:UpdateJob": true, "glue:CreateDevEndpoint": true, "glue:GetJob": false,
		"datapipeline:CreatePipeline": true, "datapipeline:DescribePipelines": false,
		"lambda:CreateFunction": true, "lambda:InvokeFunction": false, "ec2:RunInstances": true, "ec2:StopInstances": false,
	} {
		statements := fmt.Sprintf(`{"Effect":"Allow","Action":"%s","Resource":"arn:aws:x:us-east-1:123456789012:y/z"},`+
			`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app/*"}`, action)
		var want []string
		if starts {
			want = []string{"statement 2 allows passing any role that matches a wildcard to what " + strings.ToLower(action) +
				" starts: together they hand out the roles' permissions"}
		}
		assert.ElementsMatch(t, want, texts(read(t, "["+statements+"]").Unrestricted(nil, false)), action)
		denied := `[` + statements + `,{"Effect":"Deny","Action":"` + action + `","Resource":"*"}]`
		assert.Empty(t, read(t, denied).Unrestricted(nil, false), "%s is denied", action)
	}
}

func TestWhichRolesArePassed(t *testing.T) {
	for resource, many := range map[string]bool{
		"arn:aws:iam::123456789012:role/app/*": true, "arn:aws:iam::123456789012:role/app/?*": true,
		"arn:aws:iam::123456789012:role/app-*": false, "arn:aws:iam::123456789012:role/app/": false,
		"arn:aws:iam::123456789012:role/app/web": false, "arn:aws:iam::123456789012:group/app/*": false,
	} {
		doc := read(t, `[{"Effect":"Allow","Action":"ecs:RunTask","Resource":"arn:aws:ecs:x:123456789012:y/z"},`+
			`{"Effect":"Allow","Action":"iam:Pass*","Resource":"`+resource+`"}]`)
		assert.Equal(t, many, len(doc.Unrestricted(nil, false)) > 0, resource)
	}
}

// One action of each kind of access is all of a service, whichever verb it has; without one of the kinds it is not.
func TestEveryVerbOfFullAccess(t *testing.T) {
	kinds := [][]string{
		{"Get"}, {"List", "Describe"}, {"Put", "Create", "Update", "Modify"}, {"Delete", "Remove", "Terminate"},
	}
	sum := func(verbs []string) []string {
		actions := "sqs:" + strings.Join(verbs, `*","sqs:`) + "*"
		return texts(read(t, `{"Effect":"Allow","Action":["`+actions+`"],"Resource":"*"}`).WildcardActions())
	}
	for i, kind := range kinds {
		for _, verb := range kind {
			var verbs []string
			for j, other := range kinds {
				if j != i {
					verbs = append(verbs, other[0])
				}
			}
			assert.Empty(t, sum(verbs), "without %v", kind)
			assert.Equal(t, []string{"the statements together allow reading, writing and deleting everything in sqs"},
				sum(append(verbs, verb)), verb)
		}
	}
}

func TestWholeServices(t *testing.T) {
	for action, whole := range map[string]bool{
		"*": true, "?*": true, "*:*": true, "s3:*": true, "s3:?*": true, "s3:*?": true, "s3:**": true, "s?:GetObject": true,
		"s*:GetObject": true,
		"s3:?":         false, "s3:Get*": false, "s3:*a": false, "s3": false, "s3:": false, "s3:GetObject": false,
	} {
		assert.Equal(t, whole, len(allowing(t, action, "").WildcardActions()) > 0, action)
	}
}

// Each key stands in for the missing resource of its own service's actions, and of no other's.
func TestEveryNarrowingKey(t *testing.T) {
	for _, c := range []struct {
		action, key string
		narrow      bool
	}{
		{"cloudwatch:PutMetricAlarm", "cloudwatch:namespace", true},
		{"ec2:CreateSecurityGroup", "ec2:Vpc", true},
		{"ec2:RunInstances", "ec2:Subnet", true},
		{"ec2:CreateSecurityGroup", "ec2:VpcID", true},
		{"ec2:CreateNetworkInterfacePermission", "ec2:AuthorizedService", true},
		{"ec2:RunInstances", "ec2:ResourceTag/app", true},
		{"ec2:RunInstances", "ec2:ResourceTag", false},
		{"ec2:RunInstances", "ec2:InstanceType", false},
		{"ecs:UpdateService", "ecs:cluster", true},
		{"ecs:UpdateService", "ecs:service", true},
		{"ecs:RunTask", "ecs:task-definition", true},
		{"ecs:RunTask", "ecs:capacity-provider", false},
		{"elasticloadbalancing:DeleteRule", "elasticloadbalancing:ResourceTag/app", true},
		{"elasticloadbalancing:DeleteRule", "elasticloadbalancing:Scheme", false},
		{"application-autoscaling:PutScalingPolicy", "application-autoscaling:service-namespace", true},
		{"application-autoscaling:PutScalingPolicy", "application-autoscaling:scalable-dimension", false},
		{"iam:CreateServiceLinkedRole", "iam:AWSServiceName", true},
		{"iam:PassRole", "iam:AWSServiceName", false},
		{"iam:PassRole", "aws:ResourceTag/app", false},
		{"logs:PutDeliverySource", "logs:LogGeneratingResourceArns", true},
		{"logs:PutDeliverySource", "ecs:cluster", false},
		{"redshift-data:CancelStatement", "redshift-data:statement-owner-iam-userid", true},
		{"sqs:SendMessage", "aws:ResourceTag/app", true},
		{"sqs:SendMessage", "aws:RequestTag/app", false},
		{"sqs:SendMessage", "aws:ResourceTags", false},
		{"secretsmanager:PutSecretValue", "aws:ResourceTag/app", false},
		{"sts:TagSession", "aws:ResourceTag/app", false},
		{"kms:Decrypt", "kms:ResourceAliases", true},
		{"kms:TagResource", "aws:ResourceTag/app", true},
		{"kms:TagResource", "aws:RequestTag/app", true},
		{"kms:TagResource", "kms:ViaService", false},
	} {
		doc := allowing(t, c.action, when("StringEquals", c.key, "value"))
		want := []string{}
		if !c.narrow {
			want = append(want, "statement 1 allows "+strings.ToLower(c.action)+" on every resource")
		}
		for i, found := range texts(doc.Unrestricted(nil, false)) {
			found, _, _ = strings.Cut(found, ":  ")
			require.Less(t, i, len(want), "%s %s: %s", c.action, c.key, found)
			assert.True(t, strings.HasPrefix(found, want[i]), found)
		}
		assert.Len(t, doc.Unrestricted(nil, false), len(want), "%s %s", c.action, c.key)
	}
}

// A tag is no limit for what uses a key, unless a service of AWS uses it, which gives nothing out.
func TestEveryUseOfAKey(t *testing.T) {
	const tag = `"StringEquals":{"aws:ResourceTag/app":"web"%s}`
	uses := strings.Fields("Decrypt ReEncryptFrom ReEncryptTo Encrypt GenerateDataKey GenerateDataKeyPair Sign " +
		"CreateGrant PutKeyPolicy DeriveSharedSecret GenerateDataKey* *")
	for _, use := range uses {
		for more, limited := range map[string]bool{
			"":                       false,
			`,"kms:ViaService":"s3"`: true,
			`},"Bool":{"kms:GrantIsForAWSResource":"true"`:         true,
			`},"Bool":{"kms:GrantIsForAWSResource":"false"`:        false,
			`},"BoolIfExists":{"kms:GrantIsForAWSResource":"true"`: false,
		} {
			doc := allowing(t, "kms:"+use, `,"Condition":{`+fmt.Sprintf(tag, more)+`}`)
			assert.Equal(t, limited, len(doc.Unrestricted(nil, false)) == 0, "%s %s", use, more)
		}
	}
	for _, other := range []string{"Verify", "EnableKeyRotation", "DisableKey"} {
		assert.Empty(t, allowing(t, "kms:"+other, `,"Condition":{`+fmt.Sprintf(tag, "")+`}`).Unrestricted(nil, false), other)
	}
}

// Where the name of a kind of resource is not part of the ARN, the first letters are already a name.
func TestBroadResources(t *testing.T) {
	for resource, broad := range map[string]bool{
		"*": true, "?": true, "a": false, "arn:": true, "arn:aws:s3": true, "arn:aws:s3:::*": true, "arn:aws:s3:::*/*": true,
		"arn:aws:s3:::app-*": false, "arn:aws:s3:::app/*": false, "arn:aws:s3:::9*": false,
		"arn:aws:sns:x:123456789012:*": true, "arn:aws:sns:x:123456789012:app*": false,
		"arn:aws:sqs:x:123456789012:*": true, "arn:aws:sqs:x:123456789012:app*": false,
		"arn:aws:execute-api:x:123456789012:*/*/GET/*": true, "arn:aws:execute-api:x:123456789012:app1/*": false,
		"arn:aws:codepipeline:x:123456789012:*": true, "arn:aws:codepipeline:x:123456789012:app*": false,
		"arn:aws:codecommit:x:123456789012:*": true, "arn:aws:codecommit:x:123456789012:app*": false,
		"arn:aws:kms:x:123456789012:key/*": true, "arn:aws:kms:x:123456789012:k*": true,
		"arn:aws:kms:x:123456789012:key/a*": false, "arn:aws:kms:x:123456789012:key/?": false,
		"arn:aws:logs:x:123456789012:log-group:*": true, "arn:aws:logs:x:123456789012:log-group:a:*": false,
		"arn:aws:logs:x:123456789012:*": true, "arn:aws:dynamodb:x:123456789012:table": false,
	} {
		doc := read(t, `{"Effect":"Allow","Action":"iam:DeleteRole","Resource":"`+resource+`"}`)
		assert.Equal(t, broad, len(doc.Unrestricted(nil, false)) > 0, resource)
	}
}

func TestAnyAccount(t *testing.T) {
	for arn, whatever := range map[string]bool{
		"*": true, "a": false, "arn:aws:sns:*:123456789012:*": false, "arn:aws:sns:x:*:a": true,
		"arn:aws:sns:x:12345678901?:a": true, "arn:aws:s3:::app": false, "arn:aws:s3:::*": true, "arn:aws:s3:::app*": false,
		"arn:aws:s3": false, "arn:aws:s?": true,
	} {
		assert.Equal(t, whatever, iamdoc.AnyAccount(arn), arn)
	}
}

// An account in each ARN limits an action as a condition does, but for what opens everything in the account.
func TestWithinAccount(t *testing.T) {
	for statement, limited := range map[string]bool{
		`"Action":"ec2:StopInstances","Resource":"arn:aws:ec2:*:123456789012:instance/*"`:                        true,
		`"Action":"ec2:StopInstances","Resource":["arn:aws:ec2:*:123456789012:instance/*","*"]`:                  false,
		`"Action":"ec2:StopInstances","Resource":["arn:aws:ec2:*:123456789012:instance/*","arn:aws:ec2:*:*:*"]`:  false,
		`"Action":"ec2:StopInstances","NotResource":"arn:aws:ec2:*:123456789012:instance/*"`:                     false,
		`"Action":"iam:DeleteRole","Resource":"arn:aws:iam::123456789012:role/*"`:                                false,
		`"Action":"kms:DisableKey","Resource":"arn:aws:kms:x:123456789012:key/*"`:                                false,
		`"Action":"secretsmanager:DeleteSecret","Resource":"arn:aws:secretsmanager:x:123456789012:secret:*"`:     false,
		`"Action":"sts:TagSession","Resource":"arn:aws:iam::123456789012:role/*"`:                                false,
		`"Action":"ec2:StopInstances","Resource":"*","Condition":{"StringLike":{"aws:ResourceAccount":"1*"}}`:    false,
		`"Action":"ec2:StopInstances","Resource":"*","Condition":{"StringEquals":{"aws:ResourceOrgID":"o-abc"}}`: false,
	} {
		doc := read(t, `{"Effect":"Allow",`+statement+`}`)
		assert.Equal(t, limited, len(doc.Unrestricted(nil, true)) == 0, statement)
	}
}

// Every operator, on a value that is less than, equal to and more than the request's.
func TestEveryComparison(t *testing.T) {
	const less, equal, more = 0, 1, 2
	for operator, holds := range map[string][3]bool{
		"Equals": {equal: true}, "NotEquals": {less: true, more: true}, "LessThan": {more: true},
		"LessThanEquals": {equal: true, more: true}, "GreaterThan": {less: true},
		"GreaterThanEquals": {less: true, equal: true},
	} {
		for i, want := range holds {
			number := []string{"9", "10", "11"}[i]
			doc := allowing(t, "s3:ListBucket", when("Numeric"+operator, "s3:max-keys", number))
			ask := iamdoc.Request{Action: "s3:ListBucket", Resource: "b", Keys: map[string][]string{"s3:max-keys": {"10.0"}}}
			assert.Equal(t, want, doc.Decide(ask).Allowed, "Numeric%s %s", operator, number)
			for _, dates := range [][3]string{
				{"2026-04-30T23:59:59Z", "2026-05-01T02:00:00+02:00", "2026-05-01T00:00:01Z"},
				{"2026-04-30", "2026-05-01", "2026-05-02"},
				{"1777593599", "1777593600", "1777593601"},
			} {
				doc := allowing(t, "s3:ListBucket", when("Date"+operator, "aws:CurrentTime", dates[i]))
				ask.Keys["aws:CurrentTime"] = []string{"2026-05-01T00:00:00Z"}
				assert.Equal(t, want, doc.Decide(ask).Allowed, "Date%s %s", operator, dates[i])
			}
		}
	}
	for _, c := range []struct {
		operator, policy, request string
		want                      bool
	}{
		{"StringEquals", "a", "a", true},
		{"StringEquals", "a", "A", false},
		{"StringEquals", "*", "a", false},
		{"StringNotEquals", "a", "A", true},
		{"StringEqualsIgnoreCase", "a", "A", true},
		{"StringNotEqualsIgnoreCase", "a", "A", false},
		{"StringLike", "a?c*", "abcd", true},
		{"StringLike", "A*", "a", false},
		{"StringNotLike", "a*", "ab", false},
		{"BinaryEquals", "YQ==", "YQ==", true},
		{"BinaryEquals", "YQ==", "yq==", false},
		{"Bool", "True", "true", true},
		{"Bool", "false", "true", false},
		{"ArnEquals", "arn:aws:sns:*:1:a*", "arn:aws:sns:x:1:abc:d", true},
		{"ArnLike", "arn:aws:sns:*:a", "arn:aws:sns:x:1:a", false},
		{"ArnLike", "*", "a", true},
		{"ArnLike", "a", "a", false}, // neither is an ARN
		{"ArnLike", "arn:aws:sns:x:1:a", "arn:aws:sns", false},
		{"ArnNotEquals", "arn:aws:sns:x:2:a", "arn:aws:sns:x:1:a", true},
		{"ArnNotLike", "arn:aws:sns:x:?:a", "arn:aws:sns:x:1:a", false},
		{"IpAddress", "10.0.0.0/8", "10.255.0.1", true},
		{"IpAddress", "10.0.0.0/8", "11.0.0.1", false},
		{"IpAddress", "10.0.0.1", "10.0.0.1", true},
		{"IpAddress", "10.0.0.1", "10.0.0.2", false},
		{"IpAddress", "x", "x", false},
		{"IpAddress", "2001:db8::/32", "2001:db8::1", true},
		{"NotIpAddress", "10.0.0.0/8", "11.0.0.1", true},
		{"NumericEquals", "x", "x", false},
		{"NumericEquals", "1", "x", false},
		{"NumericEquals", "0", "x", false},
		{"NumericEquals", "x", "0", false},
		{"DateEquals", "soon", "soon", false},
		{"Null", "FALSE", "x", true},
		{"Null", "true", "x", false},
		{"StringStartsWith", "x", "x", false},
	} {
		doc := allowing(t, "*", when(c.operator, "a:b", c.policy))
		ask := iamdoc.Request{Action: "s3:ListBucket", Resource: "b", Keys: map[string][]string{"A:b": {c.request}}}
		assert.Equal(t, c.want, doc.Decide(ask).Allowed, "%s %s on %s", c.operator, c.policy, c.request)
	}
}

// What is in place of a policy variable decides; what the request lacks matches nothing, unless there is a default.
func TestPolicyVariables(t *testing.T) {
	for resource, want := range map[string]bool{
		"${aws:username}/x": true, "${AWS:UserName}/x": true, "${ aws:username }/x": true, "me${*}": false, "${*}": false,
		"${aws:none}/x": false, "${aws:none, 'me'}/x": true, "${aws:none,'you'}/x": false, "${aws:username,'you'}/x": true,
		"${aws:many}/x": false, "${aws:many,'me'}/x": true, "${aws:username": false, "me/x${": false, "m${?}/x": false,
		"me${aws:empty}/x": true, "*": true,
	} {
		doc := read(t, `{"Effect":"Allow","Action":"*","Resource":"`+resource+`"}`)
		decision := doc.Decide(iamdoc.Request{Action: "s3:GetObject", Resource: "me/x", Keys: map[string][]string{
			"aws:username": {"me"}, "aws:many": {"me", "you"}, "aws:empty": {""},
		}})
		assert.Equal(t, want, decision.Allowed, resource)
	}
	for resource, name := range map[string]string{"${$}{a}": "${a}", "a${*}": "a*", "a${?}": "a?"} {
		doc := read(t, `{"Effect":"Allow","Action":"*","Resource":"`+resource+`"}`)
		assert.True(t, doc.Decide(iamdoc.Request{Action: "a:b", Resource: name}).Allowed, resource)
		assert.False(t, doc.Decide(iamdoc.Request{Action: "a:b", Resource: "ab"}).Allowed, resource)
		for _, operator := range []string{"StringEquals", "StringEqualsIgnoreCase", "StringLike"} {
			doc := allowing(t, "*", when(operator, "a:k", resource))
			ask := iamdoc.Request{Action: "a:b", Resource: "c", Keys: map[string][]string{"a:k": {name}}}
			assert.True(t, doc.Decide(ask).Allowed, "%s %s", operator, resource)
		}
	}
}

func TestNeeds(t *testing.T) {
	for _, c := range []struct{ condition, sent, want string }{
		{"", "", ""},
		{when("StringEquals", "aws:SourceAccount", "1"), "", "aws:SourceAccount"},
		{when("StringEquals", "aws:SourceAccount", "1"), "AWS:sourceaccount", ""},
		{when("StringEquals", "aws:SourceAccount", "1"), "aws:SourceArn", "aws:SourceAccount"},
		{when("StringEqualsIfExists", "aws:SourceAccount", "1"), "", ""},
		{`,"Condition":{"Bool":{"b:B":"true"},"StringEquals":{"a:A":"1"}}`, "b:b", "a:A"},
	} {
		keys := map[string][]string{c.sent: {"anything"}}
		doc := allowing(t, "sns:Publish", c.condition)
		assert.Equal(t, c.want, doc.Statements[0].Needs(keys), "%s, %s", c.condition, c.sent)
		assert.True(t, doc.Statements[0].Covers("SNS:Publish"))
		assert.False(t, doc.Statements[0].Covers("sns:Subscribe"))
	}
}

// A principal is a caller by its own name, as its account, or as anybody; kinds do not stand for each other.
func TestPrincipalsOfCallers(t *testing.T) {
	role := iamdoc.Principal{Kind: "aws", ID: "arn:aws:iam::123456789012:role/web"}
	service := iamdoc.Principal{Kind: "service", ID: "events.amazonaws.com"}
	for _, c := range []struct {
		principal string
		caller    iamdoc.Principal
		want      bool
	}{
		{`"*"`, role, true},
		{`"*"`, service, true},
		{`{"AWS":"*"}`, service, true},
		{`{"Service":"*"}`, role, false},
		{`{"AWS":"arn:aws:iam::123456789012:role/web"}`, role, true},
		{`{"AWS":"arn:aws:iam::123456789012:role/other"}`, role, false},
		{`{"AWS":"123456789012"}`, role, true},
		{`{"AWS":"arn:aws:iam::123456789012:root"}`, role, true},
		{`{"AWS":"arn:aws:iam::210987654321:root"}`, role, false},
		{`{"Federated":"arn:aws:iam::123456789012:root"}`, role, false},
		{`{"Service":"events.amazonaws.com"}`, service, true},
		{`{"Service":"rds.amazonaws.com"}`, service, false},
		{`{"AWS":":iam:::root"}`, iamdoc.Principal{Kind: "aws", ID: "nobody"}, false},
	} {
		doc := read(t, `{"Effect":"Allow","Principal":`+c.principal+`,"Action":"*"}`)
		got := doc.Decide(iamdoc.Request{Caller: c.caller, Action: "a:b"}).Allowed
		assert.Equal(t, c.want, got, "%s, %s", c.principal, c.caller.ID)
		others := read(t, `{"Effect":"Allow","NotPrincipal":`+c.principal+`,"Action":"*"}`)
		assert.Equal(t, !c.want, others.Decide(iamdoc.Request{Caller: c.caller, Action: "a:b"}).Allowed, c.principal)
	}
}

func TestAccountsOfPrincipals(t *testing.T) {
	for _, c := range []struct {
		kind, id, account string
		foreign           bool
	}{
		{"aws", "123456789012", "123456789012", false},
		{"aws", "210987654321", "210987654321", true},
		{"aws", "21098765432", "", false},
		{"aws", "2109876543210", "", false},
		{"aws", "arn:aws:iam::210987654321:role/a:b", "210987654321", true},
		{"aws", "arn:aws:iam::aws:policy/x", "aws", false},
		{"aws", "arn:aws:iam::cloudfront:user/x", "cloudfront", false},
		{"aws", "arn:aws:iam::*:role/x", "*", false},
		{"aws", "AROAEXAMPLE", "", false},
		{"service", "arn:aws:iam::210987654321:role/x", "", false},
	} {
		p := iamdoc.Principal{Kind: c.kind, ID: c.id}
		assert.Equal(t, c.account, p.Account(), c.id)
		assert.Equal(t, c.foreign, p.Foreign([]string{"123456789012"}), c.id)
	}
	doc := read(t, `[{"Effect":"Allow","Principal":{"AWS":["123456789012","210987654321"]}},`+
		`{"Effect":"Deny","Principal":"*"}]`)
	assert.Equal(t, []string{"123456789012", "210987654321", ""}, doc.Accounts())
}

// read once more: each part of a document, in each form that IAM takes.
func TestPartsOfADocument(t *testing.T) {
	doc := read(t, `[{"Sid":"A","Effect":"Deny","Action":" S3:Get* ","NotAction":["IAM:*"],"Resource":["arn:A","arn:B"],`+
		`"NotResource":"arn:C","Principal":{"AWS":["1","2"],"Service":"S"},`+
		`"Condition":{"StringLike":{"AWS:SourceArn":["x","y"]},"Bool":{"b:C":true},"NumericEquals":{"n:N":1.5}}},`+
		`{"sid":"","effect":"Allow","NotPrincipal":{"CanonicalUser":"c"}}]`)
	assert.Equal(t, iamdoc.Document{Statements: []iamdoc.Statement{
		{
			Label: `statement "A"`, Deny: true, Actions: []string{"s3:get*"}, NotActions: []string{"iam:*"},
			Resources: []string{"arn:A", "arn:B"}, NotResources: []string{"arn:C"},
			Principals: []iamdoc.Principal{{Kind: "aws", ID: "1"}, {Kind: "aws", ID: "2"}, {Kind: "service", ID: "S"}},
			Conditions: []iamdoc.Condition{
				{Operator: "bool", Key: "b:c", Written: "b:C", Values: []string{"true"}},
				{Operator: "numericequals", Key: "n:n", Written: "n:N", Values: []string{"1.5"}},
				{Operator: "stringlike", Key: "aws:sourcearn", Written: "AWS:SourceArn", Values: []string{"x", "y"}},
			},
		},
		{
			Label: "statement 2", NotPrincipal: true,
			Principals: []iamdoc.Principal{{Kind: "canonicaluser", ID: "c"}},
		},
	}}, doc)
}

// One part that is not known or secret is remembered, wherever it is.
func TestUnknownAndSecretParts(t *testing.T) {
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	secret := resource.MakeSecret(resource.NewStringProperty("canary"))
	list := func(v resource.PropertyValue) resource.PropertyValue {
		return resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty("a"), v})
	}
	in := func(key string, v resource.PropertyValue) resource.PropertyValue {
		return resource.NewObjectProperty(resource.PropertyMap{resource.PropertyKey(key): v})
	}
	statement := func(key string, v resource.PropertyValue) resource.PropertyMap {
		return resource.PropertyMap{"Statement": in(key, v)}
	}
	parse := func(m resource.PropertyMap) iamdoc.Document {
		doc, ok := iamdoc.Read(prop.New("policy", resource.NewObjectProperty(m)))
		require.Equal(t, prop.Yes, ok)
		return doc
	}
	for _, key := range []string{"Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"} {
		for _, wrap := range []func(resource.PropertyValue) resource.PropertyValue{
			func(v resource.PropertyValue) resource.PropertyValue { return v }, list,
		} {
			doc := parse(statement(key, wrap(unknown)))
			assert.True(t, doc.Partial && !doc.Secret, "%s unknown", key)
			doc = parse(statement(key, wrap(secret)))
			assert.True(t, doc.Secret && !doc.Partial, "%s secret", key)
		}
	}
	assert.True(t, parse(statement("Principal", in("AWS", secret))).Secret)
	assert.True(t, parse(statement("Principal", in("AWS", unknown))).Partial)
	assert.True(t, parse(statement("Condition", unknown)).Partial)
	assert.True(t, parse(resource.PropertyMap{"Statement": unknown}).Partial)
	assert.True(t, parse(resource.PropertyMap{"Statement": list(unknown)}).Partial)

	values := func(v resource.PropertyValue) iamdoc.Condition {
		return parse(statement("Condition", in("StringEquals", in("aws:SourceArn", v)))).Statements[0].Conditions[0]
	}
	assert.True(t, values(unknown).Unknown)
	assert.True(t, values(list(unknown)).Unknown)
	assert.Equal(t, []string{"a"}, values(list(unknown)).Values)
	assert.False(t, values(resource.NewStringProperty("a")).Unknown)
	assert.True(t, values(unknown).Narrow(), "it will be some value")
	secretValue := statement("Condition", in("StringEquals", in("aws:SourceArn", list(secret))))
	assert.True(t, parse(secretValue).Secret)
	label := in("Sid", secret)
	assert.Equal(t, "statement 1", parse(resource.PropertyMap{"Statement": label}).Statements[0].Label)
}
