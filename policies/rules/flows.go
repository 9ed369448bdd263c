package rules

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// defaultFlows is the flow matrix: who may talk to whom. It is written down here, and not
// derived from the components, so that a mistake there shows.
var defaultFlows = []string{
	"internet -> alb tcp 80",
	"internet -> alb tcp 443",
	"block -> alb tcp 8443 optional",
	"alb -> app tcp 8000",
	"app -> internet tcp 443",
	"app -> db tcp 5432",
	"app -> endpoints tcp 443 optional",
	"app -> prefix-list tcp 443 optional",
	"shipper -> search tcp 443",
	"shipper -> internet tcp 443",
	"shipper -> endpoints tcp 443 optional",
	"shipper -> prefix-list tcp 443 optional",
	"block -> search tcp 443 optional",
}

// Ends of a flow that are not security groups. A block is an address block smaller than
// the internet: what may reach the internet, or be reached from it, may a block as well.
const (
	internetEnd   = "internet"
	blockEnd      = "block"
	prefixListEnd = "prefix-list"
)

// flow is one line of the matrix.
type flow struct {
	from, to, protocol string
	ports              []int
	optional           bool
}

// parseFlow reads "alb -> app tcp 8000,9000 optional".
func parseFlow(text string) (flow, error) {
	fields := strings.Fields(text)
	const least, most = 5, 6
	if len(fields) < least || len(fields) > most || fields[1] != "->" || (len(fields) == most && fields[5] != "optional") {
		return flow{}, fmt.Errorf("flow %q: write it as \"from -> to protocol ports\", with \"optional\" at the end if need be", text)
	}
	f := flow{from: fields[0], to: fields[2], protocol: fields[3], optional: len(fields) == most}
	for port := range strings.SplitSeq(fields[4], ",") {
		n, err := strconv.Atoi(port)
		if err != nil || n < 0 || n > lastPort {
			return flow{}, fmt.Errorf("flow %q: %q is no port", text, port)
		}
		f.ports = append(f.ports, n)
	}
	return f, nil
}

func tierParams() []control.Param {
	return []control.Param{
		{
			Name: "tierTags", Kind: control.Texts, Default: []string{"webapp:tier", "Tier", "Role"},
			Doc: "Tags that name a security group's tier, the first one that is set counts.",
		},
		{
			Name: "tierNames", Kind: control.Texts,
			Default: []string{"alb=*alb*", "app=*app*", "db=*db*", "endpoints=*endpoint*"},
			Check:   checkTierName,
			Doc:     "Tiers of groups without such a tag, as tier=pattern of the logical name; the first match counts.",
		},
	}
}

func checkTierName(text string) error {
	tier, pattern, ok := strings.Cut(text, "=")
	if _, err := path.Match(pattern, ""); !ok || tier == "" || err != nil {
		return fmt.Errorf("%q: write it as tier=pattern, such as alb=*alb*", text)
	}
	return nil
}

// tierOf is the tier of a security group. Tiers are named in messages, so a tag that is
// marked secret does not count.
func tierOf(c control.Case, group *graph.Resource) string {
	for _, tag := range c.Params.Texts("tierTags") {
		value := group.Get("tags", tag)
		if text, ok := value.Text(); ok && text != "" && !value.Secret() {
			return strings.ToLower(text)
		}
	}
	for _, rule := range c.Params.Texts("tierNames") {
		tier, pattern, _ := strings.Cut(rule, "=")
		if matched, err := path.Match(pattern, strings.ToLower(group.Name)); err == nil && matched {
			return tier
		}
	}
	return ""
}

// edge is one rule as seen from a group: the other end and the ports.
type edge struct {
	rule sgRule
	// ends are the tiers at the other end, internet, block or prefix-list.
	ends []string
	// certain is false if the other end is not known.
	certain bool
}

func judgeFlows(c in) control.Result {
	tier := tierOf(c, c.Resource)
	if tier == "" {
		return failed("security group %s belongs to no tier: tag it with %s", c.Name, c.Params.Texts("tierTags")[0])
	}
	flows, err := matrix(c)
	if err != nil {
		return failed("%s", err.Error())
	}
	var results []control.Result
	incoming, outgoing := edgesOf(c)
	for _, e := range incoming {
		results = append(results, extra(e, "from", flows, func(f flow, end string) bool { return f.to == tier && reaches(f.from, end) }))
	}
	for _, e := range outgoing {
		results = append(results, extra(e, "to", flows, func(f flow, end string) bool { return f.from == tier && reaches(f.to, end) }))
	}
	for _, f := range flows {
		if f.optional {
			continue
		}
		if f.to == tier && endExists(c, f.from) {
			results = append(results, missing(incoming, f, f.from, "does not let "+f.from+" in on"))
		}
		if f.from == tier && endExists(c, f.to) {
			results = append(results, missing(outgoing, f, f.to, "has no way out to "+f.to+" on"))
		}
	}
	return all(results...)
}

func matrix(c in) ([]flow, error) {
	var flows []flow
	for _, text := range c.Params.Texts("flows") {
		f, err := parseFlow(text)
		if err != nil {
			return nil, err
		}
		flows = append(flows, f)
	}
	return flows, nil
}

// endExists says whether the other end of a required flow is part of the stack.
func endExists(c in, end string) bool {
	tiers := graph.Memo(c.Graph, "security group tiers", func() map[string]bool {
		found := map[string]bool{internetEnd: true}
		for _, group := range c.Graph.OfType(sgType) {
			found[tierOf(c, group)] = true
		}
		return found
	})
	return tiers[end]
}

func edgesOf(c in) (incoming, outgoing []edge) {
	for _, r := range rulesOf(c.Graph, c.Resource) {
		e := otherEnd(c, r)
		if r.ingress != no {
			incoming = append(incoming, e)
		}
		if r.ingress != yes {
			outgoing = append(outgoing, e)
		}
	}
	return incoming, outgoing
}

// otherEnd finds out whom a rule is about.
func otherEnd(c in, r sgRule) edge {
	e := edge{rule: r, certain: r.span.known && r.ingress != maybe && r.self != maybe}
	for _, block := range r.blocks {
		elems, complete := block.List()
		e.certain = e.certain && complete == yes
		for _, elem := range elems {
			switch worldBlock(elem) {
			case prop.Yes:
				e.ends = append(e.ends, internetEnd)
			case prop.Maybe:
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
		if empty == no {
			e.ends = append(e.ends, prefixListEnd)
		}
		e.certain = e.certain && empty != maybe
	}
	for _, ref := range r.groups {
		e.addGroups(c, c.Graph.FollowValue(r.declaredBy, []string{sgType, defaultSGType}, r.property, ref))
	}
	if r.self == yes {
		e.ends = append(e.ends, tierOf(c, c.Resource))
	}
	return e
}

// blockTier is the tier of the subnet in which an address block lies, or just a block.
func blockTier(c in, block prop.Value) string {
	text, _ := block.Text()
	inner, err := netip.ParsePrefix(text)
	if err != nil {
		return blockEnd
	}
	blocks := graph.Memo(c.Graph, "address blocks of the tiers", func() map[netip.Prefix]string { return subnetBlocks(c.Graph) })
	for outer, tier := range blocks {
		if outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr()) {
			return tier
		}
	}
	return blockEnd
}

// subnetBlocks are the subnets' address blocks with their tiers. Subnets do not overlap.
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
	for tier := range tiers {
		if tier == "" {
			tier = "a security group without a tier"
		}
		e.ends = append(e.ends, tier)
	}
}

// extra judges whether the matrix has a rule's flow.
func extra(e edge, direction string, flows []flow, about func(flow, string) bool) control.Result {
	if !e.certain {
		return doubt("cannot tell yet whom %s is about", e.rule.where)
	}
	var results []control.Result
	for _, end := range e.ends {
		allowed := slices.ContainsFunc(flows, func(f flow) bool {
			return about(f, end) && e.rule.span.onlyFrom(f.protocol, f.ports) == yes
		})
		if !allowed {
			results = append(results, failed("%s allows %s %s %s, which is not in the matrix",
				e.rule.where, e.rule.span, direction, end))
		}
	}
	return all(results...)
}

// missing judges whether a required flow has a rule.
func missing(edges []edge, f flow, end, what string) control.Result {
	answer := no
	for _, e := range edges {
		if !e.certain {
			answer = answer.Or(maybe)
			continue
		}
		fits := slices.ContainsFunc(e.ends, func(other string) bool { return reaches(end, other) }) && e.rule.span.onlyFrom(f.protocol, f.ports) == yes
		answer = answer.Or(prop.Known(fits))
	}
	return want(answer, "the security group %s %s %s, which the matrix requires", what, f.protocol, listPorts(f.ports))
}

// reaches says whether an end of the matrix covers the end of a rule.
func reaches(allowed, end string) bool {
	return allowed == end || allowed == internetEnd && end == blockEnd
}

func listPorts(ports []int) string {
	texts := make([]string, len(ports))
	for i, p := range ports {
		texts[i] = strconv.Itoa(p)
	}
	return strings.Join(texts, " or ")
}
