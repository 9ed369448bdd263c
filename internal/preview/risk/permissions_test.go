package risk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/preview/eventlog"
)

const (
	rolePolicy = "aws:iam/rolePolicy:RolePolicy"
	policy     = "aws:iam/policy:Policy"
	role       = "aws:iam/role:Role"
	attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	permission = "aws:lambda/permission:Permission"
	bucketRule = "aws:s3/bucketPolicy:BucketPolicy"
)

// doc returns a policy document with the statements.
func doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// allow returns a statement "S" that allows actions on resources, with further fields.
func allow(actions, resources, rest string) string {
	return fmt.Sprintf(`{"Sid":"S","Effect":"Allow","Action":%s,"Resource":%s%s}`, actions, resources, rest)
}

// An endpoint without a policy lets everything through, and "everybody" means callers inside the VPC.
func TestPoliciesOfEndpoints(t *testing.T) {
	const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint"
	ours := doc(`{"Sid":"S","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}`)
	more := doc(`{"Sid":"S","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::a/*","*"]}`)
	judged := func(op eventlog.Op, old, now props) []string { return findings(t, step(op, endpoint, "a", old, now)) }
	assert.Empty(t, judged(eventlog.OpCreate, nil, props{"policy": ours}))
	assert.Empty(t, judged(eventlog.OpUpdate, props{}, props{"policy": ours}))
	assert.Equal(t, []string{"permissions high: policy is removed: everything may pass the endpoint"},
		judged(eventlog.OpUpdate, props{"policy": ours}, props{}))
	assert.Equal(t, []string{`permissions high: policy: statement "S" also covers *`},
		judged(eventlog.OpUpdate, props{"policy": ours}, props{"policy": more}))
}

func TestWidenedDocuments(t *testing.T) {
	const (
		get, bucket = `"s3:GetObject"`, `"arn:aws:s3:::a/*"`
		org         = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`
		orgs        = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-1","o-2"]}}`
		notAdmin    = `,"Condition":{"StringNotEquals":{"aws:PrincipalTag/a":["b","c"]}}`
		notAdmins   = `,"Condition":{"StringNotEquals":{"aws:PrincipalTag/a":"b"}}`
	)
	deny := func(rest string) string {
		return `{"Sid":"D","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"` + rest + `}`
	}
	for name, tc := range map[string]struct {
		old, now string
		want     []string
	}{
		"the same, written otherwise": {
			doc(allow(get, bucket, "")), doc(allow(`["S3:getobject"]`, `[`+bucket+`]`, "")),
			nil,
		},
		"split in two": {
			doc(allow(`["s3:GetObject","s3:PutObject"]`, bucket, "")),
			doc(allow(get, bucket, ""), allow(`"s3:PutObject"`, bucket, "")), nil,
		},
		"narrower action and resource": {doc(allow(`"s3:Get*"`, `"arn:aws:s3:::*"`, "")), doc(allow(get, bucket, "")), nil},
		"condition added":              {doc(allow(get, bucket, "")), doc(allow(get, bucket, org)), nil},
		"condition narrowed":           {doc(allow(get, bucket, orgs)), doc(allow(get, bucket, org)), nil},
		"exception added":              {doc(allow(get, bucket, notAdmins)), doc(allow(get, bucket, notAdmin)), nil},
		"denial added":                 {doc(allow(get, bucket, "")), doc(allow(get, bucket, ""), deny("")), nil},
		"denial widened":               {doc(deny(org)), doc(deny("")), nil},
		"statement gone": {
			doc(allow(get, bucket, ""), allow(`"s3:PutObject"`, bucket, "")),
			doc(allow(get, bucket, "")), nil,
		},
		"actions of a statement": {
			doc(allow(get, bucket, "")), doc(allow(`["s3:GetObject","s3:PutObject","s3:DeleteObject"]`, bucket, "")),
			[]string{`permissions high: policy: statement "S" newly allows s3:deleteobject, s3:putobject on arn:aws:s3:::a/*`},
		},
		"action with a wildcard": {
			doc(allow(get, bucket, "")), doc(allow(`"s3:Get*"`, bucket, "")),
			[]string{`permissions high: policy: statement "S" newly allows s3:get* on arn:aws:s3:::a/*`},
		},
		"resource": {
			doc(allow(get, bucket, "")), doc(allow(get, `["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]`, "")),
			[]string{`permissions medium: policy: statement "S" also covers arn:aws:s3:::b/*`},
		},
		"everything": {
			doc(allow(get, bucket, "")), doc(allow(`"*"`, `"*"`, "")),
			[]string{`permissions critical: policy: statement "S" newly allows * on *`},
		},
		"condition removed": {
			doc(allow(get, bucket, org)), doc(allow(get, bucket, "")),
			[]string{`permissions medium: policy: statement "S" allows under fewer conditions: s3:getobject on ` +
				`arn:aws:s3:::a/*`},
		},
		"condition loosened": {
			doc(allow(get, bucket, org)), doc(allow(get, bucket, orgs)),
			[]string{`permissions medium: policy: statement "S" allows under fewer conditions: s3:getobject on ` +
				`arn:aws:s3:::a/*`},
		},
		"exception removed": {
			doc(allow(get, bucket, notAdmin)), doc(allow(get, bucket, notAdmins)),
			[]string{`permissions medium: policy: statement "S" allows under fewer conditions: s3:getobject on ` +
				`arn:aws:s3:::a/*`},
		},
		"all actions but one": {
			doc(allow(get, bucket, "")), doc(`{"Sid":"S","Effect":"Allow","NotAction":"iam:*","Resource":"*"}`),
			[]string{`permissions high: policy: statement "S" newly allows every action except iam:* on *`},
		},
		"denial removed": {
			doc(allow(get, bucket, ""), deny("")), doc(allow(get, bucket, "")),
			[]string{`permissions high: policy: statement "D" no longer denies s3:* on * to *`},
		},
		"denial narrowed": {
			doc(deny("")), doc(deny(org)),
			[]string{`permissions high: policy: statement "D" no longer denies s3:* on * to *`},
		},
		"no document any more": {doc(allow(get, bucket, "")), `{`, []string{
			`? permissions high: policy is not a readable policy document, so it cannot be compared`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := findings(t, step(eventlog.OpUpdate, policy, "a", props{"policy": tc.old}, props{"policy": tc.now}))
			assert.Equal(t, append([]string{}, tc.want...), got)
		})
	}
}

func TestPrincipals(t *testing.T) {
	trust := func(principal string) string {
		return doc(`{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}`)
	}
	change := func(old, now string) []string {
		return findings(t, step(eventlog.OpUpdate, role, "a", props{"assumeRolePolicy": trust(old)},
			props{"assumeRolePolicy": trust(now)}))
	}
	const account = `{"AWS":"arn:aws:iam::111111111111:root"}`
	assert.Empty(t, change(account, `{"AWS":"arn:aws:iam::111111111111:role/a"}`), "an account includes its roles")
	assert.Empty(t, change(account, `{"AWS":"111111111111"}`))
	assert.Equal(t,
		[]string{"permissions high: assumeRolePolicy: statement 1 also allows: arn:aws:iam::222222222222:root"},
		change(account, `{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:root"]}`))
	assert.Empty(t, change(`"*"`, account), "everybody includes everyone")
	assert.Equal(t, []string{"permissions high: assumeRolePolicy: statement 1 also allows: ec2.amazonaws.com"},
		change(`{"Service":"ecs-tasks.amazonaws.com"}`, `{"Service":["ecs-tasks.amazonaws.com","ec2.amazonaws.com"]}`))
	assert.Equal(t, []string{
		"exposure critical: assumeRolePolicy: statement 1 allows everybody",
		"permissions high: assumeRolePolicy: statement 1 also allows: *",
	}, change(account, `"*"`))
}

func TestWhosePermissionsAreNew(t *testing.T) {
	longARN := "arn:aws:iam::111111111111:policy/" + strings.Repeat("long/", 20)
	read := doc(allow(`"s3:GetObject"`, `"arn:aws:s3:::a/*"`, ""))
	newRole := step(eventlog.OpCreate, role, "new", nil, props{"name": "new", "assumeRolePolicy": "{}"})
	for name, tc := range map[string]struct {
		steps []eventlog.Step
		want  []string
	}{
		"policy of a role that is there": {
			[]eventlog.Step{step(eventlog.OpCreate, rolePolicy, "a", nil, props{"role": "old", "policy": read})},
			[]string{`permissions medium: policy: statement "S" newly allows s3:getobject on arn:aws:s3:::a/*`},
		},
		"policy that replaces one of the same role": {
			[]eventlog.Step{
				step(eventlog.OpCreate, rolePolicy, "b", nil, props{"role": "old", "policy": read}),
				step(eventlog.OpDelete, rolePolicy, "a", props{"role": "old", "policy": read}, nil),
			},
			[]string{},
		},
		"policy of a role that is new": {[]eventlog.Step{newRole, step(eventlog.OpCreate, rolePolicy, "a", nil,
			props{"role": "new", "policy": read})}, []string{}},
		"policy of a role without a name yet": {[]eventlog.Step{step(eventlog.OpCreate, rolePolicy, "a", nil,
			props{"role": unknown, "policy": read})}, []string{}},
		"managed policy for an existing role": {[]eventlog.Step{step(eventlog.OpCreate, attachment, "a", nil,
			props{"role": "old", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})}, []string{"permissions high: " +
			"gives old the managed policy arn:aws:iam::aws:policy/ReadOnlyAccess"}},
		"managed policy for a new role": {[]eventlog.Step{newRole, step(eventlog.OpCreate, attachment, "a", nil,
			props{"role": "new", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})}, []string{}},
		"administrator, even for a new role": {[]eventlog.Step{newRole, step(eventlog.OpCreate, attachment, "a", nil,
			props{"role": "new", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})}, []string{"permissions " +
			"critical: gives AdministratorAccess: everything in the account"}},
		"wildcards, even for a new role": {[]eventlog.Step{newRole, step(eventlog.OpCreate, rolePolicy, "a", nil,
			props{"role": "new", "policy": doc(allow(`"s3:*"`, `"*"`, ""))})}, []string{`permissions high: policy: ` +
			`statement "S" allows s3:*, all actions of a service`}},
		"unknown policy of an existing role": {[]eventlog.Step{step(eventlog.OpUpdate, rolePolicy, "a",
			props{"role": "old", "policy": read}, props{"role": "old", "policy": unknown})}, []string{"? unknown low: " +
			"known only after the deployment: what policy allows"}},
		"unknown policy of a new role": {[]eventlog.Step{step(eventlog.OpCreate, rolePolicy, "a", nil,
			props{"role": unknown, "policy": unknown})}, []string{"? unknown low: known only after the deployment: what " +
			"policy allows"}},
		"secret policy": {[]eventlog.Step{step(eventlog.OpUpdate, rolePolicy, "a",
			props{"role": "old", "policy": read}, props{
				"role":   "old",
				"policy": resource.MakeSecret(resource.NewStringProperty("")),
			})}, []string{"? permissions high: policy is " +
			"secret, so nobody can see what it allows"}},
		"inline policies of a role": {[]eventlog.Step{step(eventlog.OpUpdate, role, "a", props{},
			props{"inlinePolicies": []any{props{"name": "x", "policy": read}}})}, []string{`permissions medium: ` +
			`inlinePolicies: statement "S" newly allows s3:getobject on arn:aws:s3:::a/*`}},
		"boundary removed": {
			[]eventlog.Step{step(eventlog.OpUpdate, role, "a", props{"permissionsBoundary": "arn:b"}, props{})},
			[]string{"permissions high: permissionsBoundary is removed: the role may do all that its policies say, no longer " +
				"only what arn:b allows"},
		},
		"managed policy on a role": {
			[]eventlog.Step{
				step(eventlog.OpUpdate, role, "a", props{"managedPolicyArns": []any{"arn:a"}},
					props{"managedPolicyArns": []any{"arn:a", "arn:b"}}),
			}, []string{"permissions high: gets the managed policy arn:b"},
		},
		"long ARN of another policy": {
			[]eventlog.Step{
				step(eventlog.OpUpdate, role, "a", props{"managedPolicyArns": []any{longARN + "a"}},
					props{"managedPolicyArns": []any{longARN + "b"}}),
			}, []string{"permissions high: gets the managed policy " + longARN + "b"},
		},
		"attachment replaced, the same policy": {
			[]eventlog.Step{step(eventlog.OpReplace, attachment, "a", props{"role": "old", "policyArn": longARN},
				props{"role": "old", "policyArn": longARN})}, []string{},
		},
		"everybody calls the function": {
			[]eventlog.Step{step(eventlog.OpCreate, permission, "a", nil, props{"principal": "*"})},
			[]string{"exposure critical: lets everybody invoke the function (principal *)"},
		},
		"function called for anybody": {
			[]eventlog.Step{
				step(eventlog.OpReplace, permission, "a", props{"principal": "s3.amazonaws.com", "sourceArn": "arn:x"},
					props{"principal": "s3.amazonaws.com"}),
			}, []string{"permissions high: sourceArn is removed: s3.amazonaws.com may invoke the function for anybody, no " +
				"longer only for arn:x"},
		},
		"public bucket": {
			[]eventlog.Step{
				step(eventlog.OpCreate, bucketRule, "a", nil,
					props{"policy": doc(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`)}),
			}, []string{"exposure critical: policy: statement 1 allows everybody"},
		},
		"denials deleted": {
			[]eventlog.Step{
				step(eventlog.OpDelete, bucketRule, "a",
					props{"bucket": "b", "policy": doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`)}, nil),
			}, []string{"permissions high: policy is deleted with its denials: what they forbade is allowed wherever another " +
				"policy allows it"},
		},
		"denials deleted with their bucket": {
			[]eventlog.Step{
				step(eventlog.OpDelete, bucketRule, "a",
					props{"bucket": "b", "policy": doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`)}, nil),
				step(eventlog.OpDelete, "aws:s3/bucket:Bucket", "b", props{"id": "b"}, nil),
			}, []string{"data-loss critical: is deleted: with it goes the bucket's objects and their versions; AWS refuses " +
				"unless it is empty"},
		},
		"key policy that gives the account all": {
			[]eventlog.Step{
				step(eventlog.OpCreate, "aws:kms/key:Key", "a", nil,
					props{"policy": doc(
						`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}`)}),
			}, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, findings(t, tc.steps...)) })
	}
}
