package config

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/waf"
)

// WAF is the web application firewall in front of the load balancer.
type WAF struct {
	// Enabled attaches a web ACL. Default false.
	Enabled bool `json:"enabled"`
	// ManagedRuleGroups of vendor AWS in order of evaluation. Default
	// AWSManagedRulesAmazonIpReputationList, AWSManagedRulesCommonRuleSet,
	// AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet.
	ManagedRuleGroups []string `json:"managedRuleGroups" allowed:"<managed rule group>"`
	// RequestsPerFiveMinutes that one address may send, 10 to 2000000000. Behind CloudFront an address is one of its
	// servers': set it high, and limit clients at the distribution. Default 2000.
	RequestsPerFiveMinutes int `json:"requestsPerFiveMinutes" allowed:"10 to 2000000000"`
	// CountOnly only counts the requests that managed rules match, and blocks nothing. Default
	// false.
	CountOnly bool `json:"countOnly"`
	// RuleOverrides changes the action of single rules of the managed groups, at most 100 in all.
	RuleOverrides []RuleOverride `json:"ruleOverrides" count:"0 to 100"`
	// LogRequests is matched, for requests that a rule blocked or counted, or all. Default
	// matched.
	LogRequests LogRequests `json:"logRequests" allowed:"matched, all"`
	// RedactQueryStrings keeps query strings out of the log and the sampled requests, for applications that put tokens
	// or personal data there; it is then harder to see what a rule found. Default false.
	RedactQueryStrings bool `json:"redactQueryStrings"`
}

// RuleOverride changes the action of one rule of a managed group.
type RuleOverride struct {
	// Group of the rule, one of waf.managedRuleGroups. Required.
	Group string `json:"group" required:"true" allowed:"<managed rule group>"`
	// Rule by its name in AWS. Without an override, SizeRestrictions_BODY of AWSManagedRulesCommonRuleSet only counts,
	// while AWS would block every request whose body is above 8 KB; the other rules look at a body's first 8 KB.
	// Required.
	Rule string `json:"rule" required:"true" allowed:"<rule name>"`
	// Action is count, block or allow. Beware of allow: no later rule sees the request, not even the rate limit.
	// Required.
	Action RuleAction `json:"action" required:"true" allowed:"count, block, allow"`
}

// RuleAction is the action of a firewall rule on a request that it matches.
type RuleAction string

// The actions.
const (
	RuleCount RuleAction = "count"
	RuleBlock RuleAction = "block"
	RuleAllow RuleAction = "allow"
)

// LogRequests selects the requests that the firewall logs.
type LogRequests string

// The choices of requests.
const (
	LogMatched LogRequests = "matched"
	LogAll     LogRequests = "all"
)

func (w *WAF) validate(v *validation, at path) {
	groups := at.key("managedRuleGroups")
	if w.Enabled && len(w.ManagedRuleGroups) == 0 {
		v.add(groups, "an empty list", "one group or more while waf.enabled is true",
			"name groups such as AWSManagedRulesCommonRuleSet, or remove the key to get the default")
	}
	for i, group := range w.ManagedRuleGroups {
		entry := groups.index(i)
		switch _, known := waf.Groups[group]; {
		case slices.Contains(waf.FineTuned, group):
			v.add(entry, quote(group), "groups that need no settings of their own",
				"remove it: "+group+" does not work without")
		case !known:
			v.addNames(entry, group, waf.GroupNames())
		}
	}
	w.validateOverrides(v, at.key("ruleOverrides"))
}

func (w *WAF) validateOverrides(v *validation, at path) {
	seen := map[RuleOverride]path{}
	for i, override := range w.RuleOverrides {
		entry := at.index(i)
		group, rule := entry.key("group"), entry.key("rule")
		if !v.sound(group, rule) {
			continue
		}
		override.Action = ""
		if first, twice := seen[override]; twice {
			v.add(rule, "the rule of "+string(first), "each rule once", "remove one of them")
			continue
		}
		seen[override] = entry
		if !slices.Contains(w.ManagedRuleGroups, override.Group) {
			v.add(group, quote(override.Group), "one of waf.managedRuleGroups", "add it there, or remove the override")
		} else if rules := waf.Groups[override.Group]; rules != nil && !slices.Contains(rules, override.Rule) {
			v.addNames(rule, override.Rule, rules)
		}
	}
}

// addNames refuses a name that AWS does not have, and lists those that it has.
func (v *validation) addNames(at path, found string, names []string) {
	fix := "set one of them"
	if near := closest(found, names); near != "" {
		fix = "did you mean " + quote(near) + "?"
	}
	v.add(at, quote(found), strings.Join(names, ", "), fix)
}

// Overrides returns the rules whose action is set by the stack file or by the program.
func (w *WAF) Overrides() []RuleOverride {
	overrides := slices.Clone(w.RuleOverrides)
	isBodySize := func(o RuleOverride) bool { return o.Group == waf.CommonRuleSet && o.Rule == waf.BodySize }
	if slices.Contains(w.ManagedRuleGroups, waf.CommonRuleSet) && !slices.ContainsFunc(overrides, isBodySize) {
		overrides = append(overrides, RuleOverride{waf.CommonRuleSet, waf.BodySize, RuleCount})
	}
	return overrides
}
