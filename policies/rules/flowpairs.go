package rules

import (
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// crossing is a rule of one group that names another.
type crossing struct {
	owner *graph.Resource
	rule  sgRule
}

// crossings returns the rules that certainly lead to or from a group, by that group.
func crossings(c in) map[*graph.Resource][]crossing {
	return graph.Memo(c.Graph, "rules between security groups", func() map[*graph.Resource][]crossing {
		found := map[*graph.Resource][]crossing{}
		for _, owner := range c.Graph.OfType(sgType) {
			for _, r := range rulesOf(c.Graph, owner) {
				for _, ref := range r.groups {
					link := c.Graph.FollowValue(r.declaredBy, []string{sgType}, r.property, ref)
					for _, peer := range link.To {
						if link.Has(peer) == prop.Yes && peer != owner {
							found[peer] = append(found[peer], crossing{owner, r})
						}
					}
				}
			}
		}
		return found
	})
}

// halfOpen finds the flows for which another group has a rule and this one has none.
func halfOpen(c in, incoming, outgoing []edge) []control.Result {
	var results []control.Result
	for _, x := range crossings(c)[c.Resource] {
		if x.rule.ingress == prop.Maybe {
			continue
		}
		edges, what := outgoing, "has no way out to"
		if x.rule.ingress == prop.No {
			edges, what = incoming, "does not let in"
		}
		answer := prop.No
		for _, e := range edges {
			answer = answer.Or(e.meets(c, x))
		}
		results = append(results, control.Want(answer, "the security group %s %s on %s, which %s counts on",
			what, x.owner.Name, x.rule.span, x.rule.where))
	}
	return results
}

// meets answers whether an edge leads to the group of a crossing, on one of its ports.
func (e edge) meets(c in, x crossing) prop.Truth {
	if !e.certain || !x.rule.span.known {
		return prop.Maybe
	}
	named := slices.Contains(e.groups, x.owner) || slices.ContainsFunc(e.ends, func(end string) bool {
		return end == internetEnd || end == blockEnd || end == prefixListEnd ||
			len(e.groups) == 0 && end == tierOf(c, x.owner)
	})
	a, b := e.rule.span, x.rule.span
	sameProtocol := a.protocol == b.protocol || a.protocol == "all" || b.protocol == "all"
	return prop.Known(named && sameProtocol && a.from <= b.to && b.from <= a.to)
}
