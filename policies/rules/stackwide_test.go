package rules

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

func TestTags(t *testing.T) {
	tagged := func(own, byDefault p) control.Verdict {
		r := build(made{keyType, "it", p{"tags": own}})
		r.Provider.Inputs = resource.NewPropertyMapFromMap(p{"defaultTags": p{"tags": byDefault}})
		params := control.Params{"tags": []string{"Owner", "Project"}}
		return judgeTags(in{Resource: r, Graph: graph.New([]*graph.Resource{r}), Params: params}).Verdict()
	}
	both := p{"Owner": "a", "Project": "b"}
	for _, c := range []struct {
		own, byDefault p
		want           control.Verdict
	}{
		{both, nil, passes},
		{nil, both, passes},
		{p{"Owner": "a"}, p{"Project": "b"}, passes},
		{p{"Owner": "a"}, p{"Owner": "b"}, fails},
		{p{"Owner": ""}, both, fails},
		{nil, p{"Owner": "", "Project": "b"}, fails},
		{nil, nil, fails},
		{p{"Owner": unknownText}, both, open},
	} {
		assert.Equal(t, c.want, tagged(c.own, c.byDefault), "%v %v", c.own, c.byDefault)
	}
	r := build(made{keyType, "it", p{"tags": both}})
	r.Provider = nil
	c := in{Resource: r, Graph: graph.New(nil), Params: control.Params{"tags": []string{"Owner", "CostCenter"}}}
	assert.Equal(t, []string{"resource it has no tag CostCenter"}, judgeTags(c).Problems)
}

func TestProviders(t *testing.T) {
	for _, c := range []struct {
		provider *graph.Provider
		want     string
	}{
		{nil, "resource it has no provider"},
		{&graph.Provider{Name: "default"}, "resource it is on the default provider default"},
		{&graph.Provider{Name: "default_6_83_2"}, "resource it is on the default provider default_6_83_2"},
		{&graph.Provider{Name: "aws"}, "resource it is on the provider aws, which allows every account"},
		{&graph.Provider{
			Name:   "defaults",
			Inputs: resource.PropertyMap{"allowedAccountIds": resource.NewStringProperty(`["1"]`)},
		}, ""},
		{
			&graph.Provider{Name: "aws", Inputs: resource.PropertyMap{"allowedAccountIds": resource.NewStringProperty(`[]`)}},
			"resource it is on the provider aws, which allows every account",
		},
	} {
		r := build(made{keyType, "it", nil})
		r.Provider = c.provider
		result := judgeProvider(in{Resource: r, Graph: graph.New([]*graph.Resource{r})})
		if c.want == "" {
			assert.Equal(t, passes, result.Verdict())
		} else {
			assert.Equal(t, []string{c.want}, result.Problems)
		}
	}
}

func TestPublicPolicies(t *testing.T) {
	var rows []judged
	for _, typeToken := range []string{
		queueType, queuePolicyType, secretType, secretPolicyType, busPolicyType, accessPointType, accessPointPolicyType,
		vaultPolicyType, logsPolicyType,
	} {
		property := "policy"
		if typeToken == logsPolicyType {
			property = "policyDocument"
		}
		rows = append(rows, judged{
			control: "resource-policy-not-public", typeToken: typeToken, want: none,
			changes: []change{
				{property, policyOf(everyoneMay), fails}, {property, policyOf(weMay), passes}, {property, unknownText, open},
			},
		})
	}
	for typeToken, organization := range map[string]string{
		busPermissionType: "condition", layerPermissionType: "organizationId",
	} {
		rows = append(rows, judged{
			control: "resource-policy-not-public", typeToken: typeToken, want: passes, base: p{"principal": "123456789012"},
			changes: []change{{"principal", "*", fails}, {"policy", policyOf(everyoneMay), passes}},
		}, judged{
			control: "resource-policy-not-public", typeToken: typeToken, want: passes,
			base:    p{"principal": "*", organization: "o-1"},
			changes: []change{{organization, nil, fails}, {organization, unknownText, passes}},
		})
	}
	judgeAll(t, rows)
}

func TestForeignAccounts(t *testing.T) {
	ours := control.Params{"accounts": []string{"123456789012"}, "logDelivery": []string{"127311923021"}}
	const foreign,
		elb = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"*","Resource":"*"}`,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::127311923021:root"},"Action":"s3:PutObject","Resource":"*"}`
	var rows []judged
	for typeToken, property := range resourcePolicies {
		delivery := fails
		if typeToken == bucketType || typeToken == classicBucketType || typeToken == bucketPolicyType {
			delivery = passes
		}
		rows = append(rows, judged{
			control: "no-foreign-accounts", typeToken: typeToken, want: none, params: ours, changes: []change{
				{property, policyOf(foreign), fails},
				{property, policyOf(weMay), passes},
				{property, unknownText, open},
				{property, policyOf(elb), delivery},
			},
		})
	}
	for typeToken, share := range shares {
		row := judged{
			control: "no-foreign-accounts", typeToken: typeToken, want: passes, params: ours,
			base: p{share.to: "123456789012"},
			changes: []change{
				{share.to, "999999999999", fails},
				{share.to, []any{"123456789012", "999999999999"}, fails},
				{share.to, unknownText, open},
				{share.to, []any{"123456789012", unknownText}, open},
			},
		}
		rows = append(rows, row)
		if share.within != "" {
			rows = append(rows, judged{
				control: "no-foreign-accounts", typeToken: typeToken, want: none, params: ours,
				base: p{share.to: "999999999999", share.within: "o-1"},
			})
		}
	}
	judgeAll(t, append(rows, judged{
		control: "no-foreign-accounts", typeToken: secretPolicyType, want: open, base: p{"policy": policyOf(foreign)},
	}))
	within := map[string]string{}
	for typeToken, share := range shares {
		if share.within != "" {
			within[typeToken] = share.within
		}
	}
	assert.Equal(t, map[string]string{permissionType: "principalOrgId", layerPermissionType: "organizationId"}, within)
}

func TestConditionKeys(t *testing.T) {
	const bad = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",` +
		`"Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}`
	const badOfUs = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject",` +
		`"Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}`
	var rows []judged
	for _, typeToken := range policyTypes {
		rows = append(rows, judged{
			control: "iam-sent-condition-keys", typeToken: typeToken, want: none,
			changes: []change{{"policy", policyOf(bad), fails}, {"policy", policyOf(oneOfS3), passes}, {
				"policy", unknownText,
				open,
			}},
		}, judged{
			control: "iam-sent-condition-keys", typeToken: typeToken, want: passes, base: p{"policy": policyOf(bad)},
			params: control.Params{"sentKeys": []string{"kms:*"}},
		})
	}
	for typeToken, property := range resourcePolicies {
		rows = append(rows, judged{control: "iam-sent-condition-keys", typeToken: typeToken, want: none, changes: []change{
			{property, policyOf(badOfUs), fails}, {property, policyOf(weMay), passes},
		}})
	}
	for _, typeToken := range []string{vpcEndpointType, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"} {
		rows = append(rows, judged{control: "iam-sent-condition-keys", typeToken: typeToken, want: none, changes: []change{
			{"policy", policyOf(badOfUs), fails}, {"policy", policyOf(weMay), passes},
		}})
	}
	judgeAll(t, append(rows, judged{
		control: "iam-sent-condition-keys", typeToken: iamRoleType, want: passes,
		base: p{"assumeRolePolicy": policyOf(ourRole)},
		changes: []change{
			{"inlinePolicies", []any{p{"policy": policyOf(bad)}}, fails},
			{"inlinePolicies", []any{p{"policy": policyOf(oneOfS3)}}, passes},
			{"assumeRolePolicy", policyOf(`{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},` +
				`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"s3:prefix":"x"}}}`), fails},
		},
	}))
}

func TestSettingsOfTheAccount(t *testing.T) {
	var all []made
	for _, typeToken := range []string{
		defaultVolumeEncType, accountAccessBlockType, passwordPolicyType, analyzerType, detectorType, recorderType,
		securityHubType, trailType,
	} {
		all = append(all, made{typeToken, "x", nil})
	}
	rows := []judged{{control: "account-settings-present", want: passes, others: all}}
	for i, name := range []string{
		"ebsEncryption", "s3PublicAccessBlock", "passwordPolicy", "accessAnalyzer", "guardDuty", "configRecorder",
		"securityHub", "auditTrail",
	} {
		assert.Equal(t, name, settingNames()[i])
		var without []made
		without = append(append(without, all[:i]...), all[i+1:]...)
		others := append(append([]string{}, settingNames()[:i]...), settingNames()[i+1:]...)
		rows = append(rows,
			judged{control: "account-settings-present", want: fails, others: without},
			judged{
				control: "account-settings-present", want: passes, others: without, params: control.Params{"settings": others},
			},
			judged{
				control: "account-settings-present", want: outside, others: without,
				params: control.Params{"owners": []string{name + "=333333333333"}},
			})
	}
	judgeAll(t, append(rows,
		judged{control: "log-search-present", want: fails},
		judged{control: "log-search-present", want: passes, others: []made{{searchDomainType, "x", nil}}},
		judged{control: "log-search-present", want: passes, others: []made{{elasticDomainType, "x", nil}}},
		judged{
			control: "log-search-present", want: outside, params: control.Params{"elsewhere": "https://logs.example.com"},
		},
	))
	for owner, right := range map[string]bool{
		"guardDuty=333333333333": true, "guardDuty=33333333333": false, "guardDuty=3333333333333": false,
		"guardDuty=o-abcdefghij": true, "guardDuty=o-abcdefghi": false, "guardDuty=acme/landing-zone/prod": true,
		"guardDuty=acme/landing": false, "guardDuty=a/b/c/d": false, "guardDuty=": false, "guardDuty": false,
		"x=333333333333": false,
	} {
		assert.Equal(t, right, knownOwner(owner) == nil, owner)
	}
	for place, right := range map[string]bool{
		"": true, "333333333333": true, "arn:aws:es:us-east-1:1:domain/x": true,
		"arn:aws-cn:es:cn-north-1:1:domain/x": true,
		"https://logs.example.com":            true, "http://logs.example.com": false, "somewhere": false,
		"https://a b": false,
		"33333333333": false,
	} {
		assert.Equal(t, right, elsewhereFloor(control.Params{"elsewhere": place}) == nil, place)
	}
}

// A service that does not send a key is refused by a condition on it, whatever has the policy; another statement may
// let it in all the same.
func TestConditionsThatServicesSend(t *testing.T) {
	const account = `"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`
	let := func(service, action, condition string) string {
		if condition != "" {
			condition = "," + condition
		}
		return `{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"` + action + `","Resource":"*"` +
			condition + `}`
	}
	var rows []judged
	for typeToken, call := range map[string][2]string{
		topicPolicyType: {"events.amazonaws.com", "sns:Publish"}, topicType: {"events.amazonaws.com", "sns:Publish"},
		queuePolicyType: {"events.amazonaws.com", "sqs:SendMessage"}, queueType: {
			"events.amazonaws.com",
			"sqs:SendMessage",
		},
		bucketPolicyType: {"logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject"},
		keyPolicyType:    {"events.amazonaws.com", "kms:Decrypt"}, keyType: {"events.amazonaws.com", "kms:Decrypt"},
		replicaKeyType: {"events.amazonaws.com", "kms:Decrypt"}, externalKeyType: {"events.amazonaws.com", "kms:Decrypt"},
		externalReplicaKeyType: {"events.amazonaws.com", "kms:Decrypt"},
		logsPolicyType:         {"es.amazonaws.com", "logs:PutLogEvents"}, iamRoleType: {
			"cloudtrail.amazonaws.com",
			"sts:AssumeRole",
		},
	} {
		property := map[string]string{logsPolicyType: "policyDocument", iamRoleType: "assumeRolePolicy"}[typeToken]
		if property == "" {
			property = "policy"
		}
		condition := account
		if typeToken == logsPolicyType {
			condition = `"Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`
		}
		asks, free := let(call[0], call[1], condition), let(call[0], call[1], "")
		rows = append(rows, judged{control: "service-conditions-sent", typeToken: typeToken, want: none, changes: []change{
			{property, policyOf(asks), fails},
			{property, policyOf(free), passes},
			{property, policyOf(asks, free), passes},
			{property, policyOf(strings.Replace(asks, "Allow", "Deny", 1)), passes},
			{property, policyOf(let("unknown.amazonaws.com", call[1], condition)), passes},
			{property, policyOf(strings.Replace(asks, `"Service"`, `"AWS"`, 1)), passes},
		}})
	}
	judgeAll(t, rows)
}
