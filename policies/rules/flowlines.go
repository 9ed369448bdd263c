package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// defaultFlows is the flow matrix: the allowed connections between tiers. It is written down
// here, not derived from the components, so that a mistake there shows. A port that is a word
// is looked up in the judged stack: see [symbols]. A store's file adds the flow to it.
var defaultFlows = []string{
	"internet -> alb tcp 80",
	"internet -> alb tcp 443",
	"block -> alb tcp listener optional",
	"alb -> app tcp container",
	"app -> internet tcp 443",
	"app -> db tcp database",
	"app -> endpoints tcp 443 optional",
	"shipper -> search tcp 443",
	"shipper -> internet tcp 443",
	"shipper -> endpoints tcp 443 optional",
	"block -> search tcp 443 optional",
	"tester -> internet tcp 443",
	"tester -> internet tcp test",
	"tester -> alb tcp test optional",
	"block -> callers tcp listener optional",
	"tester -> endpoints tcp 443 optional",
	"prober -> internet tcp 443",
	"prober -> alb tcp 443 optional",
	"prober -> endpoints tcp 443 optional",
}

// flow is one line of the matrix.
type flow struct {
	from, to, protocol string
	ports              []portRange
	// symbols are the ports to look up in the judged stack.
	symbols  []string
	optional bool
}

// portRange is ports from first to last.
type portRange struct{ first, last int }

func (r portRange) has(port int) bool { return r.first <= port && port <= r.last }

// parseFlow reads "alb -> app tcp container,9000-9010 optional".
func parseFlow(text string) (flow, error) {
	fields := strings.Fields(text)
	const least, most = 5, 6
	if len(fields) < least || len(fields) > most || fields[1] != "->" || (len(fields) == most && fields[5] != "optional") {
		return flow{}, fmt.Errorf("flow %q: write it as \"from -> to protocol ports\", with \"optional\" at the end "+
			"if need be", text)
	}
	f := flow{from: fields[0], to: fields[2], protocol: fields[3], optional: len(fields) == most}
	for ports := range strings.SplitSeq(fields[4], ",") {
		if _, ok := symbols[ports]; ok {
			f.symbols = append(f.symbols, ports)
			continue
		}
		first, last, isRange := strings.Cut(ports, "-")
		if !isRange {
			last = first
		}
		low, err := strconv.Atoi(first)
		high, errHigh := strconv.Atoi(last)
		if err != nil || errHigh != nil || low < 0 || high < low || high > lastPort {
			return flow{}, fmt.Errorf("flow %q: %q is not a port: write 8000, 8000-8010 or one of %s", text, ports,
				strings.Join(slices.Sorted(maps.Keys(symbols)), ", "))
		}
		f.ports = append(f.ports, portRange{low, high})
	}
	return f, nil
}

// matrix returns the default flows and those that the configuration adds. If the configuration
// repeats a default flow as optional, the flow need not exist.
func matrix(added []string) ([]flow, error) {
	var flows []flow
	for _, text := range slices.Concat(defaultFlows, added) {
		f, err := parseFlow(text)
		if err != nil {
			return nil, err
		}
		for i, earlier := range flows {
			if f.optional && earlier.from == f.from && earlier.to == f.to && earlier.protocol == f.protocol &&
				slices.Equal(earlier.ports, f.ports) && slices.Equal(earlier.symbols, f.symbols) {
				flows[i].optional = true
			}
		}
		flows = append(flows, f)
	}
	return flows, nil
}

// covers answers whether the flow has all ports of a rule that leads to one of the groups.
func (f flow) covers(c in, s span, groups []*graph.Resource) prop.Truth {
	if !s.known {
		return prop.Maybe
	}
	if s.protocol != f.protocol {
		return prop.No
	}
	allowed, complete := slices.Clone(f.ports), prop.Yes
	for _, symbol := range f.symbols {
		told := f.told(c, symbol, groups)
		allowed, complete = append(allowed, told.ports...), complete.And(told.complete)
	}
	for port := s.from; port <= s.to; port++ {
		if !slices.ContainsFunc(allowed, func(r portRange) bool { return r.has(port) }) {
			return complete.Not()
		}
	}
	return prop.Yes
}

// told returns the ports that a symbol stands for at the groups. Traffic to the internet may reach the stack's own
// load balancers by their public addresses, whichever group they have.
func (f flow) told(c in, symbol string, groups []*graph.Resource) openPorts {
	join := func(groups []*graph.Resource) openPorts {
		found := openPorts{complete: prop.Yes}
		for _, group := range groups {
			found.join(symbols[symbol](c, group))
		}
		return found
	}
	if f.to != internetEnd {
		return join(groups)
	}
	return graph.Memo(c.Graph, "ports of all groups: "+symbol, func() openPorts {
		found := join(c.Graph.OfType(sgType))
		slices.SortFunc(found.ports, func(a, b portRange) int { return cmp.Compare(a.first, b.first) })
		found.ports = slices.Compact(found.ports)
		return found
	})
}

// line returns a rule's flow as a line of configuration, or "" if that is not possible.
func line(s span, from, to string) string {
	if !s.known || s.secret || s.protocol == "all" || strings.Contains(from+to, " ") {
		return ""
	}
	ports := strconv.Itoa(s.from)
	if s.to != s.from {
		ports += "-" + strconv.Itoa(s.to)
	}
	return fmt.Sprintf("%s -> %s %s %s optional", from, to, s.protocol, ports)
}

func listPorts(ports []portRange) string {
	texts := make([]string, len(ports))
	for i, p := range ports {
		texts[i] = strconv.Itoa(p.first)
		if p.last != p.first {
			texts[i] += "-" + strconv.Itoa(p.last)
		}
	}
	return strings.Join(texts, " or ")
}
