package rules

import (
	"net/netip"
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// Ends of a flow that are not security groups. A block is an address block smaller than the
// internet, and a prefix list is several: if a flow to or from the internet is allowed, so is one to or from them.
const (
	internetEnd   = "internet"
	blockEnd      = "block"
	prefixListEnd = "prefix-list"
)

// edge is one rule as seen from a group: the other end and the ports.
type edge struct {
	rule sgRule
	// ends lists the tiers at the other end, internet, block or prefix-list.
	ends []string
	// groups lists the security groups named at the other end.
	groups []*graph.Resource
	// certain is false if the other end is not known.
	certain bool
}

func judgeFlows(c in) control.Result {
	tier := tierOf(c, c.Resource)
	if tier == "" {
		return control.Failed("security group %s belongs to no tier: tag it with %s", c.Name, c.Params.Texts("tierTags")[0])
	}
	flows, err := matrix(c.Params.Texts("flows"))
	if err != nil {
		return control.Failed("%s", err.Error())
	}
	var results []control.Result
	incoming, outgoing := edgesOf(c)
	for _, e := range incoming {
		results = append(results, extra(e, "from", func(end string) (prop.Truth, string) {
			answer := prop.No
			for _, f := range flows {
				if f.to == tier && reaches(f.from, end) {
					answer = answer.Or(f.covers(c, e.rule.span, []*graph.Resource{c.Resource}))
				}
			}
			return answer, line(e.rule.span, end, tier)
		}))
	}
	for _, e := range outgoing {
		if tier == appTier && e.reasoned() {
			continue
		}
		results = append(results, extra(e, "to", func(end string) (prop.Truth, string) {
			answer := prop.No
			for _, f := range flows {
				if f.from == tier && reaches(f.to, end) {
					answer = answer.Or(f.covers(c, e.rule.span, e.groupsOf(c, end)))
				}
			}
			return answer, line(e.rule.span, tier, end)
		}))
	}
	for _, f := range flows {
		if !f.optional {
			results = append(results, f.missing(c, tier, incoming, outgoing))
		}
	}
	return control.All(append(results, halfOpen(c, incoming, outgoing)...)...)
}

// groupsOf returns the stack's security groups by tier.
func groupsOf(c in) map[string][]*graph.Resource {
	return graph.Memo(c.Graph, "security groups by tier", func() map[string][]*graph.Resource {
		found := map[string][]*graph.Resource{}
		for _, group := range c.Graph.OfType(sgType) {
			found[tierOf(c, group)] = append(found[tierOf(c, group)], group)
		}
		return found
	})
}

// groupsOf returns the groups at one of the ends: those that are named, else the whole tier.
func (e edge) groupsOf(c in, end string) []*graph.Resource {
	var named []*graph.Resource
	for _, group := range e.groups {
		if tierOf(c, group) == end {
			named = append(named, group)
		}
	}
	if len(named) > 0 {
		return named
	}
	return groupsOf(c)[end]
}

func edgesOf(c in) (incoming, outgoing []edge) {
	for _, r := range rulesOf(c.Graph, c.Resource) {
		e := otherEnd(c, r)
		if r.ingress != prop.No {
			incoming = append(incoming, e)
		}
		if r.ingress != prop.Yes {
			outgoing = append(outgoing, e)
		}
	}
	return incoming, outgoing
}

// otherEnd finds the other end of a rule.
func otherEnd(c in, r sgRule) edge {
	e := edge{rule: r, certain: r.span.known && r.ingress != prop.Maybe && r.self != prop.Maybe}
	for _, block := range r.blocks {
		elems, complete := block.List()
		e.certain = e.certain && complete == prop.Yes
		for _, elem := range elems {
			switch worldBlock(elem) {
			case prop.Yes:
				e.ends = append(e.ends, internetEnd)
			case prop.Maybe, prop.Outside:
				e.certain = false
			case prop.No:
				if !elem.Absent() {
					e.ends = append(e.ends, blockTier(c, elem))
				}
			}
		}
	}
	for _, list := range r.lists {
		empty := list.IsEmpty()
		if empty == prop.No {
			e.ends = append(e.ends, prefixListEnd)
		}
		e.certain = e.certain && empty != prop.Maybe
	}
	for _, ref := range r.groups {
		e.addGroups(c, c.Graph.FollowValue(r.declaredBy, []string{sgType, defaultSGType}, r.property, ref))
	}
	if r.self == prop.Yes {
		e.ends, e.groups = append(e.ends, tierOf(c, c.Resource)), append(e.groups, c.Resource)
	}
	return e
}

// blockTier returns the tier of the subnet that contains an address block, or just "block".
func blockTier(c in, block prop.Value) string {
	text, _ := block.Text()
	inner, err := netip.ParsePrefix(text)
	if err != nil {
		return blockEnd
	}
	blocks := graph.Memo(c.Graph, "address blocks of the tiers",
		func() map[netip.Prefix]string { return subnetBlocks(c.Graph) })
	for outer, tier := range blocks {
		if outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr()) {
			return tier
		}
	}
	return blockEnd
}

// subnetBlocks returns the subnets' address blocks with their tiers. Subnets do not overlap.
func subnetBlocks(g *graph.Graph) map[netip.Prefix]string {
	found := map[netip.Prefix]string{}
	for _, subnet := range g.OfType(subnetType) {
		text, _ := subnet.Get("cidrBlock").Text()
		if prefix, err := netip.ParsePrefix(text); err == nil && subnetTier(subnet) != "" {
			found[prefix] = subnetTier(subnet)
		}
	}
	return found
}

func (e *edge) addGroups(c in, link graph.Link) {
	if !link.Set {
		return
	}
	if link.Outside {
		e.ends = append(e.ends, "a security group outside the stack")
	}
	tiers := map[string]bool{}
	for _, group := range link.To {
		tiers[tierOf(c, group)] = true
	}
	if len(link.To) == 0 && !link.Outside || !link.Exact && len(tiers) > 1 {
		e.certain = false
		return
	}
	e.groups = append(e.groups, link.To...)
	for tier := range tiers {
		if tier == "" {
			tier = "a security group without a tier"
		}
		e.ends = append(e.ends, tier)
	}
}

// reasonTag holds the reason for a rule, of at least shortestReason characters.
const reasonTag = "webapp:reason"

// reasoned reports whether the tasks of a service may use a way out that is not in the matrix: it leads to one port
// outside of the stack, and says what it is for.
func (e edge) reasoned() bool {
	reason, known := e.rule.declaredBy.Get("tags", reasonTag).Text()
	outside := !slices.ContainsFunc(e.ends, func(end string) bool {
		return end != internetEnd && end != blockEnd && end != prefixListEnd
	})
	onePort := e.rule.span.known && e.rule.span.ported() && e.rule.span.from == e.rule.span.to
	return known && len(reason) >= shortestReason && e.certain && outside && onePort
}

// extra judges whether the matrix allows a rule's flow.
func extra(e edge, direction string, allowed func(end string) (answer prop.Truth, line string)) control.Result {
	if !e.certain {
		return control.Doubt("cannot tell yet whom %s is about", e.rule.where)
	}
	var results []control.Result
	for _, end := range e.ends {
		answer, line := allowed(end)
		switch {
		case answer == prop.Maybe:
			results = append(results, control.Doubt("cannot tell yet whether something listens on the port of %s", e.rule.where))
		case answer == prop.No && line == "":
			results = append(results, control.Failed("%s allows %s %s %s, which is not in the matrix",
				e.rule.where, e.rule.span, direction, end))
		case answer == prop.No:
			results = append(results,
				control.Failed("%s allows %s %s %s, which is not in the matrix: remove it or, if it is meant, "+
					"add %q to the parameter flows of sg-flow-matrix", e.rule.where, e.rule.span, direction, end, line))
		}
	}
	return control.All(results...)
}

// missing judges whether a required flow has its rules in the group of a tier.
func (f flow) missing(c in, tier string, incoming, outgoing []edge) control.Result {
	var results []control.Result
	if f.to == tier && exist(c, f.from) {
		for _, needed := range f.needsIn(c, c.Resource) {
			answer := opens(incoming, f, needed, func(e edge) bool { return e.leadsTo(f.from) })
			results = append(results, lacks(needed, answer, f, "does not let "+f.from+" in on"))
		}
	}
	if f.from == tier && exist(c, f.to) {
		for _, needed := range f.needsOut(c, c.Resource) {
			answer := opens(outgoing, f, needed.openPorts, func(e edge) bool {
				named := needed.to == nil || len(e.groups) == 0 || slices.Contains(e.groups, needed.to)
				return named && e.leadsTo(f.to)
			})
			results = append(results, lacks(needed.openPorts, answer, f, "has no way out to "+f.to+" on"))
		}
	}
	return control.All(results...)
}

// exist reports whether an end of a flow is part of the stack.
func exist(c in, end string) bool { return end == internetEnd || len(groupsOf(c)[end]) > 0 }

// opens answers whether one of the edges that lead there has one of the ports, and no other.
func opens(edges []edge, f flow, needed openPorts, leads func(edge) bool) prop.Truth {
	answer := prop.No
	for _, e := range edges {
		switch {
		case !e.certain:
			answer = answer.Or(prop.Maybe)
		case leads(e):
			one := flow{protocol: f.protocol, ports: needed.ports}
			answer = answer.Or(one.covers(in{}, e.rule.span, nil))
		}
	}
	return answer
}

func lacks(needed openPorts, answer prop.Truth, f flow, what string) control.Result {
	if len(needed.ports) == 0 || answer == prop.No && needed.complete != prop.Yes {
		return control.Doubt("cannot tell yet on which ports the flow %s -> %s needs rules", f.from, f.to)
	}
	return control.Want(answer, "the security group %s %s %s, which the matrix requires",
		what, f.protocol, listPorts(needed.ports))
}

// leadsTo reports whether an end of the matrix is at the other end of the edge.
func (e edge) leadsTo(end string) bool {
	return slices.ContainsFunc(e.ends, func(other string) bool { return reaches(end, other) })
}

// reaches reports whether an end of the matrix covers the end of a rule.
func reaches(allowed, end string) bool {
	return allowed == end || allowed == internetEnd && (end == blockEnd || end == prefixListEnd)
}
