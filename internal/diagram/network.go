package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	rt "aws-webapp/internal/awsdata/resourcetypes"
)

// tier is a column of the network: subnets of one name with the same way out, one in each zone.
type tier struct {
	name, title, exit string
	rank              int
	blocks            map[string]string
}

// titles of tiers that are called otherwise than their subnets.
var tierTitles = map[string]string{"db": "Database"}

// network of a stack.
type network struct {
	block string
	zones []string
	tiers []*tier
	parts []*part
	flows []flow
	// gateways is the number of NAT gateways.
	gateways int
	// clients are the ports on which the load balancer lets clients in, in the order of importance.
	clients []int
}

// part is a part of the stack that has a security group of its own.
type part struct {
	group   *resource
	title   string
	details []string
	// tier is the column, and rank the place in it.
	tier, rank int
	class      string
}

// flow is a way that a security group allows: from part to part, on ports.
type flow struct {
	from, to *part
	ports    []int
}

func (s *stack) network() (*network, error) {
	vpc := s.first(rt.VPC)
	if vpc.inputs == nil {
		return nil, fmt.Errorf("stack %q has no network: only a workload such as prod or staging can be drawn", s.name)
	}
	n := &network{block: vpc.text("cidrBlock"), gateways: len(s.ofType(rt.NATGateway))}
	for _, subnet := range s.ofType(rt.Subnet) {
		name, zone := tierName(subnet), subnet.text("availabilityZone")
		at := slices.IndexFunc(n.tiers, func(t *tier) bool { return t.name == name })
		if at < 0 {
			at = len(n.tiers)
			n.tiers = append(n.tiers, s.newTier(name, subnet))
		}
		n.tiers[at].blocks[zone] = subnet.text("cidrBlock")
		if !slices.Contains(n.zones, zone) {
			n.zones = append(n.zones, zone)
		}
	}
	slices.Sort(n.zones)
	slices.SortStableFunc(n.tiers, func(a, b *tier) int { return cmp.Compare(a.rank, b.rank) })
	s.addParts(n)
	s.addFlows(n)
	return n, nil
}

// tierName is the part of a subnet's name before its number: network-app-1 is in app.
func tierName(subnet *resource) string {
	words := strings.Split(subnet.name, "-")
	return words[max(0, len(words)-2)]
}

// newTier says where the subnets of a tier lead, as the routes of one of them do.
func (s *stack) newTier(name string, subnet *resource) *tier {
	t := &tier{name: name, title: cmp.Or(tierTitles[name], words(name)), blocks: map[string]string{}}
	t.exit, t.rank = "no way out", 2
	for _, endpoint := range s.ofType(rt.VPCEndpoint) {
		if slices.Contains(endpoint.texts(), subnet.id) {
			t.exit, t.rank = "out by endpoints", 1
		}
	}
	for _, association := range s.ofType(rt.RouteTableAssociation) {
		if association.text("subnetId") != subnet.id {
			continue
		}
		for _, route := range s.ofType(rt.Route) {
			switch {
			case route.text("routeTableId") != association.text("routeTableId"):
			case route.text("gatewayId") != "":
				t.exit, t.rank = "internet gateway", 0
			case route.text("natGatewayId") != "":
				t.exit, t.rank = "out by NAT", 1
			}
		}
	}
	return t
}

func (s *stack) addParts(n *network) {
	for _, group := range s.ofType(rt.SecurityGroup) {
		members := s.membersOf(group)
		p := &part{group: group, tier: s.tierOf(n, members)}
		s.describe(p, members)
		n.parts = append(n.parts, p)
	}
	slices.SortStableFunc(n.parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(a.rank, b.rank), cmp.Compare(a.title, b.title))
	})
}

// membersOf a security group: the resources that name it, but for rules and other groups.
func (s *stack) membersOf(group *resource) []*resource {
	var found []*resource
	for _, r := range s.all {
		switch r.typ {
		case rt.IngressRule, rt.EgressRule, rt.SecurityGroup:
		default:
			if slices.Contains(r.texts(), group.id) {
				found = append(found, r)
			}
		}
	}
	return found
}

// tierOf finds the column of a part by the subnets that its members name, themselves or by a group of subnets. Where
// none is known, it is that of the services.
func (s *stack) tierOf(n *network, members []*resource) int {
	const fallback = 1
	var named []string
	for _, member := range members {
		texts := member.texts()
		named = append(named, texts...)
		for _, group := range s.ofType(rt.DBSubnetGroup, rt.CacheSubnetGroup) {
			if slices.Contains(texts, group.id) || slices.Contains(texts, group.text("name")) {
				named = append(named, group.texts()...)
			}
		}
	}
	for _, subnet := range s.ofType(rt.Subnet) {
		if slices.Contains(named, subnet.id) {
			return slices.IndexFunc(n.tiers, func(t *tier) bool { return t.name == tierName(subnet) })
		}
	}
	return min(fallback, len(n.tiers)-1)
}

// anywhere is the block of every address.
const anywhere = "0.0.0.0/0"

func (s *stack) addFlows(n *network) {
	byGroup := map[string]*part{}
	for _, p := range n.parts {
		byGroup[p.group.id] = p
	}
	var single []int
	for _, rule := range s.ofType(rt.EgressRule, rt.IngressRule) {
		of, other := byGroup[rule.text("securityGroupId")], byGroup[rule.text("referencedSecurityGroupId")]
		block := cmp.Or(rule.text("cidrIpv4"), rule.text("cidrIpv6"), rule.text("prefixListId"))
		port := rule.number("fromPort")
		switch {
		case of == nil:
		case other != nil && rule.typ == rt.EgressRule:
			n.add(of, other, port)
		case other != nil:
			n.add(other, of, port)
		case block == "":
		case rule.typ == rt.EgressRule && (block != anywhere || port != httpsPort):
			text := fmt.Sprintf("out: %d", port)
			if block != anywhere {
				text += " to " + block
			}
			of.details = append(of.details, text)
		case rule.typ == rt.IngressRule && of.rank == rankEntry && strings.HasSuffix(block, "/32"):
			single = append(single, port)
		case rule.typ == rt.IngressRule && of.rank == rankEntry:
			n.clients = append(n.clients, port)
		}
	}
	if len(n.clients) == 0 { // only single addresses get in
		n.clients = single
	}
	slices.SortFunc(n.clients, func(a, b int) int {
		return cmp.Or(-compareBool(a == httpsPort, b == httpsPort), cmp.Compare(a, b))
	})
	n.clients = slices.Compact(n.clients)
}

const httpsPort = 443

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// add notes a way once: it has a rule on either end.
func (n *network) add(from, to *part, port int) {
	for i := range n.flows {
		if f := &n.flows[i]; f.from == from && f.to == to {
			if !slices.Contains(f.ports, port) {
				f.ports = append(f.ports, port)
				slices.Sort(f.ports)
			}
			return
		}
	}
	n.flows = append(n.flows, flow{from: from, to: to, ports: []int{port}})
}
