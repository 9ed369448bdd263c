package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/testgraph"
)

// accountMutants leave resources out whole: no control that looks into one could find that.
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

// removeAll deletes every resource of a type that begins so.
func removeAll(prefixes ...string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		s.Resources = slices.DeleteFunc(s.Resources, func(r *graph.Resource) bool {
			return slices.ContainsFunc(prefixes, func(prefix string) bool {
				return strings.HasPrefix(r.Type, prefix)
			})
		})
	}
}

// Who has a setting elsewhere says so in the policy's configuration, and reads how in the message.
func TestSettingsOfTheAccountMayHaveAnotherOwner(t *testing.T) {
	session := start(t, "prod", false)
	without := func(s *testgraph.Stack) {
		withoutSearch(s)
		removeAll("aws:guardduty/", "aws:cloudtrail/")(s)
	}
	outcome := judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), without, nil)
	assert.Equal(t, []string{"account-settings-present", "log-search-present"}, violated(outcome))
	assert.Contains(t, messages(outcome), "leaves out guardDuty, auditTrail")
	assert.Contains(t, messages(outcome), "parameter settings of account-settings-present")
	assert.Contains(t, messages(outcome), "elsewhere of log-search-present")

	outcome = judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), without, params(
		param("account-settings-present", "settings", []any{"ebsEncryption"}),
		param("log-search-present", "elsewhere", "the organisation's log platform"),
	))
	assert.Empty(t, violated(outcome), messages(outcome))
	unknown := param("account-settings-present", "settings", []any{"guarduty"})
	assert.ErrorContains(t, session.Configure(t.Context(), prodStack, unknown),
		`there is no setting "guarduty"`)
}
