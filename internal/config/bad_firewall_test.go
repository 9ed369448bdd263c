package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/waf"
)

var badFirewalls = map[string]bad{
	"rule group that AWS does not have": {
		edits{"loadBalancer.waf.managedRuleGroups": `["AWSManagedRulesCommonRulesSet"]`},
		Error{
			"loadBalancer.waf.managedRuleGroups[0]", `"AWSManagedRulesCommonRulesSet"`, strings.Join(waf.GroupNames(), ", "),
			`did you mean "AWSManagedRulesCommonRuleSet"?`,
		},
	},
	"override of a rule that AWS does not have": {
		edits{
			"loadBalancer.waf.ruleOverrides":     override("AWSManagedRulesLinuxRuleSet", "LFI_BODY", "count"),
			"loadBalancer.waf.managedRuleGroups": `["AWSManagedRulesLinuxRuleSet"]`,
		},
		Error{
			"loadBalancer.waf.ruleOverrides[0].rule", `"LFI_BODY"`, "LFI_HEADER, LFI_QUERYSTRING, LFI_URIPATH",
			"set one of them",
		},
	},
	"override by a label's name": {
		edits{"loadBalancer.waf.ruleOverrides": override("AWSManagedRulesCommonRuleSet", "NoUserAgent_Header", "count")},
		Error{
			"loadBalancer.waf.ruleOverrides[0].rule", `"NoUserAgent_Header"`, strings.Join(waf.Groups[waf.CommonRuleSet], ", "),
			`did you mean "NoUserAgent_HEADER"?`,
		},
	},
	"override in a group that is not used": {
		edits{"loadBalancer.waf.ruleOverrides": override("AWSManagedRulesLinuxRuleSet", "LFI_HEADER", "count")},
		Error{
			"loadBalancer.waf.ruleOverrides[0].group", `"AWSManagedRulesLinuxRuleSet"`, "one of waf.managedRuleGroups",
			"add it there, or remove the override",
		},
	},
	"rule overridden twice": {
		edits{"loadBalancer.waf.ruleOverrides": strings.TrimSuffix(override(waf.CommonRuleSet, waf.BodySize, "count"), "]") +
			"," + strings.TrimPrefix(override(waf.CommonRuleSet, waf.BodySize, "block"), "[")},
		Error{
			"loadBalancer.waf.ruleOverrides[1].rule", "the rule of aws-webapp:loadBalancer.waf.ruleOverrides[0]",
			"each rule once", "remove one of them",
		},
	},
	"override that does nothing known": {
		edits{"loadBalancer.waf.ruleOverrides": override("AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY", "captcha")},
		Error{"loadBalancer.waf.ruleOverrides[0].action", `"captcha"`, "count, block, allow", "set one of them"},
	},
	"log of nothing": {
		edits{"loadBalancer.waf.logRequests": `"none"`},
		Error{"loadBalancer.waf.logRequests", `"none"`, "matched, all", "set one of them"},
	},
}

func override(group, rule, action string) string {
	return `[{"group":"` + group + `","rule":"` + rule + `","action":"` + action + `"}]`
}

func TestUploadsPassTheFirewall(t *testing.T) {
	counted := RuleOverride{waf.CommonRuleSet, waf.BodySize, RuleCount}
	blocked := RuleOverride{waf.CommonRuleSet, waf.BodySize, RuleBlock}
	other := RuleOverride{waf.CommonRuleSet, "NoUserAgent_HEADER", RuleAllow}
	for name, test := range map[string]struct {
		groups []string
		given  []RuleOverride
		want   []RuleOverride
	}{
		"by default":               {Defaults().LoadBalancer.WAF.ManagedRuleGroups, nil, []RuleOverride{counted}},
		"beside other overrides":   {[]string{waf.CommonRuleSet}, []RuleOverride{other}, []RuleOverride{other, counted}},
		"unless said otherwise":    {[]string{waf.CommonRuleSet}, []RuleOverride{blocked}, []RuleOverride{blocked}},
		"no group that has bodies": {[]string{"AWSManagedRulesLinuxRuleSet"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			firewall := WAF{ManagedRuleGroups: test.groups, RuleOverrides: test.given}
			assert.Equal(t, test.want, firewall.Overrides())
		})
	}
}
