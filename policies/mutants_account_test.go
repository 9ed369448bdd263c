package main

import (
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

// accountMutants leave out whole resources: a control that looks into one could not find that.
func accountMutants() []mutant {
	leaveOut := func(fault string, prefixes ...string) mutant {
		return mutant{control: "account-settings-present", fault: fault, mutate: removeAll(prefixes...)}
	}
	return []mutant{
		leaveOut("no default encryption", "aws:ebs/encryptionByDefault:"),
		leaveOut("no public access block", "aws:s3/accountPublicAccessBlock:"),
		leaveOut("no password policy", "aws:iam/accountPasswordPolicy:"),
		leaveOut("no analyzer", "aws:accessanalyzer/"),
		leaveOut("no detector", "aws:guardduty/"),
		leaveOut("no recorder", "aws:cfg/"),
		leaveOut("no hub", "aws:securityhub/"),
		leaveOut("no trail", "aws:cloudtrail/"),
		{control: "log-search-present", fault: "none", mutate: withoutSearch},
	}
}

// withoutSearch takes the domain away, and attaches its security group to something else so that no control for
// groups finds the fault.
func withoutSearch(s *testgraph.Stack) {
	removeAll("aws:opensearch/")(s)
	s.Add("aws:ec2/networkInterface:NetworkInterface", "extra", testgraph.Props{
		"securityGroups": []any{testgraph.Of(s.Get(testgraph.Tier("search")), "id")},
	})
}

// removeAll deletes every resource whose type has one of the prefixes.
func removeAll(prefixes ...string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		s.Resources = slices.DeleteFunc(s.Resources, func(r *graph.Resource) bool {
			return slices.ContainsFunc(prefixes, func(prefix string) bool {
				return strings.HasPrefix(r.Type, prefix)
			})
		})
	}
}

// If a setting is made elsewhere, the policy's configuration names its owner. The message says how, and from then
// on the finding is an advisory.
func TestSettingsOfTheAccountMayHaveAnotherOwner(t *testing.T) {
	session := local(t, "prod", false)
	without := func(s *testgraph.Stack) {
		withoutSearch(s)
		removeAll("aws:guardduty/", "aws:cloudtrail/")(s)
	}
	both := []string{"account-settings-present", "log-search-present"}
	outcome := judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), without, nil)
	assert.Equal(t, both, violated(outcome))
	assert.Len(t, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY), 2)
	assert.Contains(t, messages(outcome), "leaves out guardDuty (aws:guardduty/detector:Detector), auditTrail (aws:cloud")
	assert.Contains(t, messages(outcome), "parameter owners of account-settings-present")
	assert.Contains(t, messages(outcome), "elsewhere of log-search-present")

	outcome = judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), without, params(
		param("account-settings-present", "owners", []any{"guardDuty=333333333333", "auditTrail=acme/landing-zone/prod"}),
		param("log-search-present", "elsewhere", "https://logs.example.com"),
	))
	assert.Equal(t, both, violated(outcome), "what this stack cannot show stays visible")
	assert.Empty(t, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY), messages(outcome))
	assert.Contains(t, messages(outcome), "GuardDuty is for 333333333333 to make, which this stack cannot see")
	assert.Contains(t, messages(outcome), "The logs are searched at https://logs.example.com")
}

// A control that a stack may not switch off in production cannot be switched off by the policy's configuration
// either: not by its level, its parameters, or a block for an environment. In other environments it can.
func TestConfigurationCannotLowerTheBaselineInProduction(t *testing.T) {
	session := local(t, "prod", false)
	const baseline, search = "account-settings-present", "log-search-present"
	allButOne := []any{
		"ebsEncryption", "s3PublicAccessBlock", "passwordPolicy", "accessAnalyzer", "guardDuty", "configRecorder",
		"auditTrail",
	}
	inProd := func(policy, name string, value any) map[string]policytest.Policy {
		return param(policy, "environments", map[string]any{"prod": map[string]any{name: value}})
	}
	for _, c := range []struct {
		config  map[string]policytest.Policy
		refused string
		also    bool // in staging's own run
	}{
		{off(baseline), "prod allows nothing below mandatory", false},
		{advice(baseline), "account-settings-present: the level is advisory, but prod", false},
		{off(search), "prod allows nothing below mandatory", false},
		{advice(search), "log-search-present: the level is advisory, but prod", false},
		{off("data-protected"), "prod allows nothing below mandatory", false},
		{param(baseline, "settings", []any{}), "settings leaves out ebsEncryption, s3PublicAccessBlock", false},
		{
			param(baseline, "settings", allButOne),
			"account-settings-present: prod allows no less than the control's floor: settings leaves out securityHub", false,
		},
		{inProd(baseline, "settings", allButOne), "environments.prod: account-settings-present: prod allows no less", true},
		{param(baseline, "owners", []any{"securityHub=somebody"}), "does not say who makes securityHub", true},
		{param(baseline, "owners", []any{"hub=333333333333"}), `there is no setting "hub"`, true},
		{param(search, "elsewhere", "n/a"), "elsewhere does not say where", false},
		{inProd(search, "elsewhere", "-"), "environments.prod: log-search-present: prod allows no less", true},
	} {
		assert.ErrorContains(t, session.Configure(t.Context(), prodStack, c.config), c.refused)
		if err := session.Configure(t.Context(), stagingStack, c.config); c.also {
			assert.ErrorContains(t, err, c.refused)
		} else {
			assert.NoError(t, err, c.refused)
		}
	}
}
