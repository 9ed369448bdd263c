package rules

import (
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// sgRule is one rule of a security group, however it is declared: inline, as a
// SecurityGroupRule or as a vpc ingress or egress rule.
type sgRule struct {
	// declaredBy is the resource that has it.
	declaredBy *graph.Resource
	// where names the rule in messages.
	where string
	// ingress answers whether it lets traffic in; maybe for a rule whose type is not known.
	ingress prop.Truth
	// span is the protocol and ports.
	span span
	// blocks holds the address blocks, groups the security groups, lists the prefix lists.
	blocks, groups, lists []prop.Value
	// property is the property below which groups were found.
	property string
	// self says that the group itself is the other end.
	self prop.Truth
	// description of the rule.
	description prop.Value
}

// fromAnywhere answers whether one of the blocks is the whole internet.
func (r sgRule) fromAnywhere() prop.Truth {
	answer := prop.No
	for _, block := range r.blocks {
		answer = answer.Or(anywhere(block))
	}
	return answer
}

// fromOpenList answers whether one of the prefix lists contains the whole internet. The content of
// a list that the stack does not declare, such as one of AWS's, is not known here.
func (r sgRule) fromOpenList(g *graph.Graph) prop.Truth {
	open := func(entry prop.Value) prop.Truth { return anywhere(entry.Get("cidr")) }
	answer := prop.No
	for _, list := range r.lists {
		property := r.property
		if r.declaredBy.Type != sgType && r.declaredBy.Type != defaultSGType {
			property = list.Path()
		}
		link := g.FollowValue(r.declaredBy, []string{prefixListType}, property, list)
		if link.Outside {
			answer = answer.Or(prop.Outside)
		}
		for _, to := range link.To {
			answer = answer.Or(some(to.Get("entries"), open))
			answer = answer.Or(exists(g.Referrers(to, prefixListEntryType, "prefixListId"),
				func(entry *graph.Resource) prop.Truth {
					return anywhere(entry.Get("cidr"))
				}))
		}
	}
	return answer
}

// sgRuleTypes lists the types that declare rules.
var sgRuleTypes = []string{sgType, sgRuleType, sgIngressType, sgEgressType, defaultSGType}

// standalone lists the types that declare one rule for another resource's group.
var standalone = []string{sgRuleType, sgIngressType, sgEgressType}

// rulesDeclaredBy returns the rules that a resource declares.
func rulesDeclaredBy(r *graph.Resource) []sgRule {
	switch r.Type {
	case sgIngressType, sgEgressType:
		return []sgRule{{
			declaredBy: r, where: "rule " + r.Name, ingress: prop.Known(r.Type == sgIngressType),
			span:     spanOf(r.Get("ipProtocol"), r.Get("fromPort"), r.Get("toPort")),
			blocks:   []prop.Value{r.Get("cidrIpv4"), r.Get("cidrIpv6")},
			groups:   []prop.Value{r.Get("referencedSecurityGroupId")},
			lists:    []prop.Value{r.Get("prefixListId")},
			property: "referencedSecurityGroupId", self: prop.No, description: r.Get("description"),
		}}
	case sgRuleType:
		return []sgRule{{
			declaredBy: r, where: "rule " + r.Name, ingress: r.Get("type").Is("ingress"),
			span:     spanOf(r.Get("protocol"), r.Get("fromPort"), r.Get("toPort")),
			blocks:   []prop.Value{r.Get("cidrBlocks"), r.Get("ipv6CidrBlocks")},
			groups:   []prop.Value{r.Get("sourceSecurityGroupId")},
			lists:    []prop.Value{r.Get("prefixListIds")},
			property: "sourceSecurityGroupId", self: r.Get("self").IsTrue(), description: r.Get("description"),
		}}
	default:
		return append(inlineRules(r, "ingress", prop.Yes), inlineRules(r, "egress", prop.No)...)
	}
}

func inlineRules(r *graph.Resource, direction string, ingress prop.Truth) []sgRule {
	entries, complete := r.Get(direction).List()
	if complete != prop.Yes {
		return []sgRule{{
			declaredBy: r, where: direction + " of " + r.Name, ingress: ingress,
			blocks: []prop.Value{prop.Unknown(direction)}, self: prop.Maybe, description: prop.Unknown(direction),
		}}
	}
	var found []sgRule
	for _, entry := range entries {
		found = append(found, sgRule{
			declaredBy: r, where: entry.Path() + " of " + r.Name, ingress: ingress,
			span:     spanOf(entry.Get("protocol"), entry.Get("fromPort"), entry.Get("toPort")),
			blocks:   []prop.Value{entry.Get("cidrBlocks"), entry.Get("ipv6CidrBlocks")},
			groups:   []prop.Value{entry.Get("securityGroups")},
			lists:    []prop.Value{entry.Get("prefixListIds")},
			property: direction, self: entry.Get("self").IsTrue(), description: entry.Get("description"),
		})
	}
	return found
}

// rulesOf returns all rules of a group. The truth says whether each of them certainly belongs
// to it.
func rulesOf(g *graph.Graph, group *graph.Resource) []sgRule {
	found := rulesDeclaredBy(group)
	for _, t := range standalone {
		for _, referrer := range g.Referrers(group, t, "securityGroupId") {
			found = append(found, rulesDeclaredBy(referrer.Resource)...)
		}
	}
	return found
}

// ownersOf returns the groups that a resource's rules belong to.
func ownersOf(g *graph.Graph, r *graph.Resource) graph.Link {
	if r.Type == sgType || r.Type == defaultSGType {
		return graph.Link{To: []*graph.Resource{r}, Exact: true, Set: true}
	}
	return g.Follow(r, []string{sgType, defaultSGType}, "securityGroupId")
}
