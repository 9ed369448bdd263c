package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

const (
	allOfS3  = `{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}`
	oneOfS3  = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
	anyTable = `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}`
	ourRole  = `{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}`
	theyMay  = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}`
)

var policyTypes = []string{iamPolicyType, iamRolePolicyType, iamGroupPolicyType, iamUserPolicyType}

func TestPolicies(t *testing.T) {
	var rows []judged
	for name, bad := range map[string]string{
		"iam-no-wildcard-actions": allOfS3, "iam-no-unrestricted-writes": anyTable,
	} {
		for _, typeToken := range policyTypes {
			rows = append(rows, judged{
				control: name, typeToken: typeToken, want: passes, base: p{"policy": policyOf(oneOfS3)}, changes: []change{
					{"policy", policyOf(oneOfS3, bad), fails}, {"policy", unknownText, open}, {"policy", "x", fails},
				},
			})
		}
		inline := func(policy any) []any { return []any{p{"policy": policyOf(oneOfS3)}, p{"policy": policy}} }
		rows = append(rows, judged{control: name, typeToken: iamRoleType, want: none, changes: []change{
			{"inlinePolicies", inline(policyOf(oneOfS3)), passes},
			{"inlinePolicies", inline(policyOf(bad)), fails},
			{"inlinePolicies", inline(unknownText), open},
			{"inlinePolicies", unknownText, open},
			{"inlinePolicies", []any{}, none},
		}})
	}
	judgeAll(t, append(rows,
		judged{
			control: "iam-no-unrestricted-writes", typeToken: iamRolePolicyType, want: passes,
			base:   p{"policy": policyOf(anyTable)},
			params: control.Params{"withoutResourceLevel": []string{"dynamodb:*"}},
		},
		judged{
			control: "iam-no-wildcard-actions", typeToken: iamPolicyType, want: none, base: p{"policy": policyOf(allOfS3)},
			params: control.Params{"boundaries": []string{"it"}},
		},
		judged{
			control: "iam-no-wildcard-actions", typeToken: iamRolePolicyType, want: fails,
			base:   p{"policy": policyOf(allOfS3)},
			params: control.Params{"boundaries": []string{"it"}}, // only a managed policy can be a boundary
		},
	))
}

// Each action that has to be allowed for all resources is in the control's default, and so may be.
func TestActionsWithoutResources(t *testing.T) {
	var rows []judged
	for _, action := range []string{
		"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
		"ec2:UnassignPrivateIpAddresses", "route53:AssociateVPCWithHostedZone",
	} {
		policy := p{"policy": policyOf(`{"Effect":"Allow","Action":"` + action + `","Resource":"*"}`)}
		rows = append(rows,
			judged{control: "iam-no-unrestricted-writes", typeToken: iamRolePolicyType, want: passes, base: policy},
			judged{
				control: "iam-no-unrestricted-writes", typeToken: iamRolePolicyType, want: fails, base: policy,
				params: control.Params{"withoutResourceLevel": []string{}},
			})
	}
	judgeAll(t, rows)
}

func TestAttachments(t *testing.T) {
	boundaries := []made{
		{iamPolicyType, "deploy-boundary", p{"arn": "arn:aws:iam::1:policy/b"}}, {
			iamPolicyType, "grants",
			p{"arn": "arn:aws:iam::1:policy/g"},
		},
	}
	const admin, ours = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::1:policy/g"
	var rows []judged
	for _, typeToken := range []string{iamRoleAttachmentType, iamAttachmentType, iamGroupAttachType, iamUserAttachType} {
		rows = append(rows,
			judged{
				control: "iam-boundary-not-attached", typeToken: typeToken, want: passes, base: p{"policyArn": ours},
				others: boundaries,
				changes: []change{
					{"policyArn", "arn:aws:iam::1:policy/b", fails},
					{
						"policyArn", "arn:aws:iam::1:policy/the-boundary-of-all",
						fails,
					},
					{"policyArn", "arn:aws:iam::1:policy/boundary/x", passes},
					{"policyArn", unknownText, open},
				},
			},
			judged{
				control: "iam-no-administrator", typeToken: typeToken, want: passes, base: p{"policyArn": ours},
				changes: []change{
					{"policyArn", admin, fails},
					{"policyArn", "arn:aws:iam::aws:policy/job-function/SystemAdministrator", fails},
					{"policyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess", passes},
					{"policyArn", unknownText, open},
				},
			})
	}
	judgeAll(t, append(rows,
		judged{control: "iam-no-administrator", typeToken: iamRoleType, want: none, changes: []change{
			{"managedPolicyArns", []any{ours}, passes},
			{"managedPolicyArns", []any{ours, admin}, fails},
			{"managedPolicyArns", []any{}, none},
			{"managedPolicyArns", unknownText, open},
			{"policyArn", admin, none},
		}},
		judged{
			control: "iam-no-administrator", typeToken: iamRoleExclusiveType, want: passes, base: p{"policyArns": []any{ours}},
			changes: []change{{"policyArns", []any{ours, admin}, fails}, {"policyArns", unknownText, open}},
		},
	))
	for _, typeToken := range []string{
		iamUserType, iamAccessKeyType, iamLoginType, iamServiceLoginType, iamCertificateType, iamSSHKeyType,
	} {
		judgeAll(t, []judged{{control: "iam-no-users", typeToken: typeToken, want: fails}})
	}
}

func TestTrust(t *testing.T) {
	ours := control.Params{"accounts": []string{"123456789012"}}
	guarded := `{"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole"`
	judgeAll(t, []judged{
		{
			control: "iam-narrow-trust", want: passes, params: ours, base: p{"assumeRolePolicy": policyOf(ourRole)},
			changes: []change{
				{"assumeRolePolicy", policyOf(theyMay), fails},
				{"assumeRolePolicy", policyOf(weMay), passes},
				{"assumeRolePolicy", unknownText, open},
				{"assumeRolePolicy", policyOf(everyoneMay), fails},
				{"assumeRolePolicy", policyOf(guarded + `}`), fails},
				{"assumeRolePolicy", policyOf(guarded +
					`,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`), passes},
			},
		},
		{control: "iam-narrow-trust", want: open, base: p{"assumeRolePolicy": policyOf(theyMay)}, changes: []change{
			{"assumeRolePolicy", policyOf(theyMay, everyoneMay), fails}, {"assumeRolePolicy", policyOf(ourRole), passes},
		}},
		{
			control: "iam-narrow-trust", want: passes, base: p{"assumeRolePolicy": policyOf(guarded + `}`)},
			params: control.Params{"accounts": []string{"123456789012"}, "guardedServices": []string{}},
		},
	})
}

// Accounts are ours by the control's parameter, the stack's configuration, the provider, or else the ARNs of the stack.
func TestOurAccounts(t *testing.T) {
	r := build(made{secretPolicyType, "it", nil})
	stack := graph.New([]*graph.Resource{
		r, build(made{topicType, "a", p{"arn": "arn:aws:sns:us-east-1:444444444444:a"}}),
		build(made{topicType, "b", p{"arn": "arn:aws:sns:us-east-1:444444444444:b"}}),
		build(made{bucketType, "c", p{"arn": "arn:aws:s3:::c"}}),
		build(made{iamPolicyType, "d", p{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}),
		build(made{topicType, "e", p{"arn": "x"}}),
	})
	with := func(params control.Params, delivered []string, allowed any) in {
		c := in{Resource: r, Graph: stack, Params: params, Accounts: delivered}
		one := *r
		c.Resource = &one
		one.Provider = &graph.Provider{Name: "aws"}
		if allowed != nil {
			one.Provider.Inputs = resource.NewPropertyMapFromMap(p{"allowedAccountIds": allowed})
		}
		return c
	}
	assert.Equal(t, []string{"444444444444"}, knownAccounts(with(nil, nil, nil)))
	assert.Equal(t, []string{"1", "2", "3"}, knownAccounts(with(control.Params{"accounts": []string{"1"}}, []string{"2"},
		`["3"]`)))
	assert.Equal(t, []string{"3", "4"}, knownAccounts(with(nil, nil, []any{"3", "4"})))
	assert.Empty(t, knownAccounts(in{Resource: &graph.Resource{}}))
	assert.Equal(t, []string{"1"}, ownAccounts(in{Resource: &graph.Resource{}, Accounts: []string{"1"}}))
	assert.False(t, advisedOf(with(nil, []string{"2"}, nil), control.Failed("x")).Advisory)
	assert.True(t, advisedOf(with(nil, nil, nil), control.Failed("x")).Advisory, "every account would be foreign")
}

func TestSumOfPolicies(t *testing.T) {
	const read, write = `{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::b/*"}`,
		`{"Effect":"Allow","Action":["s3:Put*","s3:Delete*"],"Resource":"arn:aws:s3:::b/*"}`
	part := func(typeToken, name, role string, policy any) made {
		inputs := p{"role": role, "policy": policy}
		if typeToken == iamRoleAttachmentType {
			inputs = p{"role": role, "policyArn": policy}
		}
		return made{typeToken, name, inputs}
	}
	managed := made{iamPolicyType, "m", p{"arn": "arn:aws:iam::1:policy/m", "policy": policyOf(write)}}
	judgeAll(t, []judged{
		{control: "iam-no-escalation-in-sum", want: passes},
		{control: "iam-no-escalation-in-sum", want: passes, others: []made{part(iamRolePolicyType, "a", "it",
			policyOf(read))}},
		{control: "iam-no-escalation-in-sum", want: fails, others: []made{
			part(iamRolePolicyType, "a", "it", policyOf(read)), part(iamRolePolicyType, "b", "it", policyOf(write)),
		}},
		{control: "iam-no-escalation-in-sum", want: passes, others: []made{
			part(iamRolePolicyType, "a", "it", policyOf(read)), part(iamRolePolicyType, "b", "another", policyOf(write)),
		}},
		{control: "iam-no-escalation-in-sum", want: fails, others: []made{
			part(iamRolePolicyType, "a", "it", policyOf(read)), managed,
			part(iamRoleAttachmentType, "b", "it", "arn:aws:iam::1:policy/m"),
		}},
		{
			control: "iam-no-escalation-in-sum", want: fails, base: p{"inlinePolicies": []any{p{"policy": policyOf(read)}}},
			others: []made{part(iamRolePolicyType, "b", "it", policyOf(write))},
		},
		{control: "iam-no-escalation-in-sum", want: open, base: p{"inlinePolicies": unknownText}},
		{control: "iam-no-escalation-in-sum", want: open, others: []made{part(iamRolePolicyType, "a", "it", unknownText)}},
		{control: "iam-no-escalation-in-sum", want: outside, others: []made{
			part(iamRoleAttachmentType, "b", "it", "arn:aws:iam::1:policy/theirs"),
		}},
		{control: "iam-no-escalation-in-sum", want: open, others: []made{part(iamRoleAttachmentType, "b", "it",
			unknownText)}},
		{control: "iam-no-escalation-in-sum", want: passes, others: []made{
			part(iamRoleAttachmentType, "b", "it", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
		}},
		{
			control: "iam-no-escalation-in-sum", typeToken: iamRolePolicyType, want: fails,
			base:   p{"role": "shared", "policy": policyOf(read)},
			others: []made{part(iamRolePolicyType, "zz", "shared", policyOf(write))},
		},
		{
			control: "iam-no-escalation-in-sum", typeToken: iamRolePolicyType, want: passes,
			base:   p{"role": "shared", "policy": policyOf(read)},
			others: []made{part(iamRolePolicyType, "zz", "shared too", policyOf(write))},
		},
		{ // it is told at the first of them
			control: "iam-no-escalation-in-sum", typeToken: iamRolePolicyType, want: none,
			base:   p{"role": "shared", "policy": policyOf(read)},
			others: []made{part(iamRolePolicyType, "a", "shared", policyOf(write))},
		},
		{
			control: "iam-no-escalation-in-sum", typeToken: iamRolePolicyType, want: open,
			base: p{"role": unknownText, "policy": policyOf(read)},
		},
		{
			control: "iam-no-escalation-in-sum", typeToken: iamRolePolicyType, want: none,
			base: p{"role": "mine", "policy": policyOf(read)}, others: []made{{iamRoleType, "mine", nil}},
		},
	})
}
