package rules

import (
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// Subnet tiers.
const (
	publicTier = "public"
	appTier    = "app"
	dbTier     = "db"
)

// subnetTier returns the tier of a subnet: by its tag SubnetType, which awsx sets, else by its
// name.
func subnetTier(r *graph.Resource) string {
	if text, ok := r.Get("tags", "SubnetType").Text(); ok {
		switch strings.ToLower(text) {
		case "public":
			return publicTier
		case "private":
			return appTier
		case "isolated":
			return dbTier
		}
	}
	for part := range strings.SplitSeq(strings.ToLower(r.Name), "-") {
		switch part {
		case "public", "dmz":
			return publicTier
		case "private", "app":
			return appTier
		case "isolated", "db", "data", "database":
			return dbTier
		}
	}
	return ""
}

// onTier returns a test for the subnets of a tier.
func onTier(tier string) func(*graph.Resource) prop.Truth {
	return func(r *graph.Resource) prop.Truth { return prop.Known(subnetTier(r) == tier) }
}

// hop is one route of a table: its target, and the resource that declares it.
type hop struct {
	declaredBy *graph.Resource
	route      func(key string) prop.Value
	inline     bool
}

// out answers whether the route leads to the internet: by its destination (half of the internet
// is as bad as all), or because its target is an internet gateway.
func (h hop) out(g *graph.Graph) prop.Truth {
	ipv4, ipv6 := "destinationCidrBlock", "destinationIpv6CidrBlock"
	if h.inline {
		ipv4, ipv6 = "cidrBlock", "ipv6CidrBlock"
	}
	return anywhere(h.route(ipv4)).Or(anywhere(h.route(ipv6))).Or(h.throughGateway(g))
}

// throughNAT answers whether the route lets out and nothing in.
func (h hop) throughNAT() prop.Truth {
	return h.route("natGatewayId").IsSet().Or(h.route("egressOnlyGatewayId").IsSet())
}

// throughGateway answers whether the route's target is an internet gateway. A gateway of
// another kind has another prefix.
func (h hop) throughGateway(g *graph.Graph) prop.Truth {
	gateway := h.route("gatewayId")
	if text, ok := gateway.Text(); ok && strings.HasPrefix(text, "igw-") {
		return prop.Yes
	}
	property := "gatewayId"
	if h.inline {
		property = "routes"
	}
	link := g.FollowValue(h.declaredBy, []string{internetGatewayType}, property, gateway)
	switch {
	case len(link.To) > 0:
		return prop.Yes
	case gateway.IsUnknown() && link.Outside:
		return prop.Outside
	case gateway.IsUnknown():
		return prop.Maybe
	default:
		return prop.No
	}
}

// routesOf returns the routes of a subnet's table, standalone and inline. The truth says
// whether the table is known: no if the subnet is not associated with any.
func routesOf(g *graph.Graph, subnet *graph.Resource) ([]hop, prop.Truth) {
	var hops []hop
	associated := prop.No
	for _, association := range g.Referrers(subnet, routeAssociationType, "subnetId") {
		associated = associated.Or(association.Sure)
		tables := g.Follow(association.Resource, []string{routeTableType}, "routeTableId")
		for _, table := range tables.To {
			hops = append(hops, routesIn(g, table)...)
		}
		switch {
		case tables.Outside:
			associated = associated.And(prop.Outside)
		case !tables.Exact:
			associated = associated.And(prop.Maybe)
		}
	}
	return hops, associated
}

func routesIn(g *graph.Graph, table *graph.Resource) []hop {
	var hops []hop
	for _, route := range g.Referrers(table, routeType, "routeTableId") {
		hops = append(hops, hop{
			declaredBy: route.Resource,
			route:      func(key string) prop.Value { return route.Get(key) },
		})
	}
	inline, complete := table.Get("routes").List()
	if complete != prop.Yes {
		hops = append(hops, hop{declaredBy: table, route: prop.Unknown, inline: true})
	}
	for _, entry := range inline {
		hops = append(hops, hop{declaredBy: table, route: entry.Get, inline: true})
	}
	return hops
}

// eachRouteOut judges the routes of a subnet that lead to the internet.
func eachRouteOut(c control.Case, judge func(hop) control.Result) control.Result {
	hops, associated := routesOf(c.Graph, c.Resource)
	results := []control.Result{control.Want(associated,
		"subnet %s has no route table of its own, so that it inherits the VPC's main table", c.Name)}
	if associated == prop.Outside {
		results = []control.Result{control.Elsewhere(
			"the route table of subnet %s is of another stack, and so are its routes", c.Name)}
	}
	for _, h := range hops {
		switch h.out(c.Graph) {
		case prop.Yes:
			results = append(results, judge(h))
		case prop.Maybe:
			results = append(results, control.Doubt("cannot tell yet where route %s leads", h.declaredBy.Name))
		case prop.Outside:
			results = append(results, control.Elsewhere("route %s leads to a gateway of another stack", h.declaredBy.Name))
		case prop.No:
		}
	}
	return control.All(results...)
}
