package rules

import (
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// knownBadInputs is AWS's rule group against requests that exploit known vulnerabilities, such as
// Log4j's.
//
// Source: WAF developer guide, "Baseline rule groups",
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
const knownBadInputs = "AWSManagedRulesKnownBadInputsRuleSet"

func firewalls() []*control.Control {
	const subject = "WAF"
	acls, present := []string{webACLType}, []string{"aws:wafv2/webAcl:"}
	return []*control.Control{
		{
			Name: "waf-rules", Subject: subject, IDs: control.ParseIDs("WAF.10 K175~"),
			Beyond:   "Checkov also judges web ACLs of WAF Classic",
			Title:    "Web ACLs have rules",
			Severity: control.Medium, Levels: mandatory, Types: acls, Present: present,
			Risk: "A firewall without rules lets everything through, and still looks like one",
			Fix:  "add rules, such as AWS's managed rule groups",
			Judge: func(c in) control.Result {
				return control.Want(rulesOfACL(c).IsEmpty().Not(), "web ACL %s has no rules", c.Name)
			},
		},
		{
			Name: "waf-known-bad-inputs", Subject: subject, IDs: control.ParseIDs("K192+"),
			Title:    "Web ACLs refuse known bad inputs (mandatory in prod)",
			Severity: control.High, Levels: prodOnly, Types: acls, Present: present,
			Risk: "Requests that exploit Log4j and other known faults reach the application",
			Fix: "add a rule with AWS's managed rule group " + knownBadInputs + ", with overrideAction none and without " +
				"overrides of its rules Log4JRCE",
			Here: "leave AWSManagedRulesKnownBadInputsRuleSet in loadBalancer.waf.managedRuleGroups, and " +
				"loadBalancer.waf.countOnly false",
			Link: "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html",
			Judge: func(c in) control.Result {
				if rulesOfACL(c).IsEmpty() == prop.Yes {
					return control.Skip() // waf-rules says so
				}
				return control.Want(some(rulesOfACL(c), refusesBadInputs), "web ACL %s does not refuse known bad inputs", c.Name)
			},
		},
		{
			Name: "waf-logging", Subject: subject, IDs: control.ParseIDs("WAF.11+ K2:31+"),
			Title:    "Web ACLs write a log of the requests that they look at",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Present: present,
			Types: []string{webACLType, webACLLoggingType},
			Risk:  "Nobody can tell which attack was tried, or why a client was refused",
			Fix:   "add a wafv2.WebAclLoggingConfiguration whose loggingFilter, if it has one, keeps something",
			Judge: func(c in) control.Result {
				if c.Type == webACLLoggingType {
					return alone(c, acls, "resourceArn", func() control.Result {
						return control.Want(keepsRequests(c.Resource),
							"the web ACL of %s, which is not in this stack, writes no log", c.Name)
					})
				}
				return control.Want(exists(c.Graph.Referrers(c.Resource, webACLLoggingType, "resourceArn"), keepsRequests),
					"web ACL %s writes no log", c.Name)
			},
		},
	}
}

// keepsRequests answers whether a logging configuration does not drop everything.
func keepsRequests(logging *graph.Resource) prop.Truth {
	filter := logging.Get("loggingFilter")
	return filter.Get("defaultBehavior").IsOrAbsent("KEEP").
		Or(some(filter.Get("filters"), func(f prop.Value) prop.Truth { return f.Get("behavior").Is("KEEP") }))
}

// rulesOfACL returns the rules of a web ACL, which may be written as JSON with different
// capitalization.
func rulesOfACL(c in) prop.Value {
	rules := c.Get("rules")
	if text := c.Get("ruleJson"); rules.IsSet() == prop.No && !text.Absent() {
		rules, _ = text.JSON()
	}
	return rules
}

// refusesBadInputs answers whether a rule is AWS's group and not reduced to counting.
func refusesBadInputs(rule prop.Value) prop.Truth {
	group := rule.GetFold("statement").GetFold("managedRuleGroupStatement")
	weakened := some(group.GetFold("ruleActionOverrides"), func(override prop.Value) prop.Truth {
		name, known := override.GetFold("name").Text()
		if known && !strings.HasPrefix(name, "Log4JRCE") {
			return prop.No
		}
		return override.GetFold("name").IsEmpty().Not().And(is(override.GetFold("actionToUse").GetFold("block")).Not())
	})
	return group.GetFold("name").Is(knownBadInputs).And(group.GetFold("vendorName").IsOrAbsent("AWS")).
		And(is(rule.GetFold("overrideAction").GetFold("count")).Not()).And(weakened.Not())
}

// is answers whether something is set, even an empty block.
func is(v prop.Value) prop.Truth {
	if v.IsUnknown() {
		return prop.Maybe
	}
	return prop.Known(!v.Absent())
}
