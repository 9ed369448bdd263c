package main

import (
	"aws-webapp/policies/graph"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// flowsWith are the baseline's flows and more.
func flowsWith(more ...any) map[string]policytest.Policy {
	var flows []any
	for _, c := range rules.All() {
		for _, p := range c.Params {
			if c.Name == "sg-flow-matrix" && p.Name == "flows" {
				for _, flow := range p.Default.([]string) {
					flows = append(flows, flow)
				}
			}
		}
	}
	flows = append(flows, more...)
	return param("sg-flow-matrix", "flows", flows)
}

// rule adds a standalone rule to a tier's group.
func rule(kind, tier string, inputs testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		all := testgraph.Props{"securityGroupId": testgraph.Of(s.Get(testgraph.Tier(tier)), "id"), "description": "extra"}
		for key, value := range inputs {
			all[key] = value
		}
		s.Add(kind, "extra", all)
	}
}

// attach puts a group to use, so that it is not found to be idle.
func attach(s *testgraph.Stack, group any) {
	s.Set(testgraph.Named(endpoint, "*ecr.api"), []any{group}, "securityGroupIds")
}

func tcp(port int, more testgraph.Props) testgraph.Props {
	inputs := testgraph.Props{"ipProtocol": "tcp", "fromPort": port, "toPort": port}
	for key, value := range more {
		inputs[key] = value
	}
	return inputs
}

func securityGroupMutants() []mutant {
	world := testgraph.Props{"cidrIpv4": "0.0.0.0/0"}
	return []mutant{
		{
			control: "sg-world-only-to-alb", fault: "app group", config: flowsWith("internet -> app tcp 443 optional"),
			mutate: rule(ingressRule, "app", tcp(443, world)),
		},
		{
			control: "sg-world-only-to-alb", fault: "other port", config: flowsWith("internet -> alb tcp 9443 optional"),
			mutate: rule(ingressRule, "alb", tcp(9443, world)),
		},
		{
			control: "sg-world-only-to-alb", fault: "half of the world", config: flowsWith("internet -> alb tcp 9443 optional"),
			mutate: rule(ingressRule, "alb", tcp(9443, testgraph.Props{"cidrIpv4": "128.0.0.0/1"})),
		},
		{
			control: "sg-world-only-to-alb", fault: "prefix list of the world", config: flowsWith("prefix-list -> alb tcp 9443 optional"),
			mutate: func(s *testgraph.Stack) {
				list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "callers", testgraph.Props{
					"addressFamily": "IPv4", "maxEntries": 2, "entries": []any{testgraph.Props{"cidr": "203.0.113.0/24"}, testgraph.Props{"cidr": "0.0.0.0/0"}},
				})
				rule(ingressRule, "alb", tcp(9443, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
			},
		},
		{
			control: "sg-world-only-to-alb", fault: "prefix list, entry by entry", config: flowsWith("prefix-list -> alb tcp 9443 optional"),
			mutate: func(s *testgraph.Stack) {
				list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "callers", testgraph.Props{"addressFamily": "IPv6", "maxEntries": 1})
				s.Add("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "callers", testgraph.Props{
					"prefixListId": testgraph.Of(list, "id"), "cidr": "::/0",
				})
				rule(ingressRule, "alb", tcp(9443, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
			},
		},
		{control: "sg-world-only-to-alb", fault: "the load balancer's group on the service", mutate: func(s *testgraph.Stack) {
			s.Point(testgraph.First(ecsService), "id", []*graph.Resource{s.Get(testgraph.Tier("app")), s.Get(testgraph.Tier("alb"))},
				"networkConfiguration", "securityGroups")
		}},
		{
			control: "sg-no-risky-port-from-world", fault: "IPv6",
			config: params(flowsWith("internet -> alb tcp 8080 optional"), param("sg-world-only-to-alb", "ports", []any{80, 443, 8080})),
			mutate: rule(ingressRule, "alb", tcp(8080, testgraph.Props{"cidrIpv6": "::/0"})),
		},
		{
			control: "sg-no-all-protocol-ingress", fault: "from the load balancer", config: flowsWith("alb -> endpoints all 0 optional"),
			mutate: func(s *testgraph.Stack) {
				s.Add(securityGroup, "loose", testgraph.Props{
					"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "loose", "tags": testgraph.Props{"webapp:tier": "loose"},
					"ingress": []any{testgraph.Props{"protocol": "-1", "fromPort": 0, "toPort": 0, "description": "all"}},
				})
				attach(s, testgraph.Of(s.Get(testgraph.Tier("loose")), "id"))
			},
		},
		{control: "sg-no-all-port-egress", fault: "every port", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "loose", testgraph.Props{
				"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "loose", "tags": testgraph.Props{"webapp:tier": "loose"},
				"egress": []any{testgraph.Props{"protocol": "tcp", "fromPort": 0, "toPort": 65535, "description": "all"}},
			})
			attach(s, testgraph.Of(s.Get(testgraph.Tier("loose")), "id"))
		}},
		{control: "sg-flow-matrix", fault: "extra way into the database", mutate: func(s *testgraph.Stack) {
			rule(ingressRule, "db", tcp(5432, testgraph.Props{
				"referencedSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier("alb")), "id"),
			}))(s)
		}},
		{control: "sg-flow-matrix", fault: "database may send", mutate: rule(egressRule, "db", tcp(443, world))},
		{control: "sg-flow-matrix", fault: "address block into the app", mutate: rule(ingressRule, "app", tcp(8000,
			testgraph.Props{"cidrIpv4": "10.0.0.0/16"}))},
		{control: "sg-flow-matrix", fault: "wider port range", mutate: set(testgraph.Named(ingressRule, "*db-from-app*"), 5433, "toPort")},
		{control: "sg-flow-matrix", fault: "missing ingress", mutate: remove(testgraph.Named(ingressRule, "*app*-from-alb*"))},
		{control: "sg-flow-matrix", fault: "missing egress", mutate: remove(testgraph.Named(egressRule, "*app*-to-db*"))},
		{control: "sg-flow-matrix", fault: "application into the search domain", mutate: func(s *testgraph.Stack) {
			rule(ingressRule, "search", tcp(443, testgraph.Props{
				"referencedSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier("app")), "id"),
			}))(s)
		}},
		{control: "sg-flow-matrix", fault: "search domain may send", mutate: rule(egressRule, "search", tcp(443, world))},
		{control: "sg-flow-matrix", fault: "shipper without a way to the domain", mutate: func(s *testgraph.Stack) {
			s.Remove(s.Between(egressRule, "shipper", "search"))
		}},
		{control: "sg-flow-matrix", fault: "domain deaf to the shipper", mutate: func(s *testgraph.Stack) {
			s.Remove(s.Between(ingressRule, "search", "shipper"))
		}},
		{control: "sg-flow-matrix", fault: "no tier", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "stray", testgraph.Props{"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "stray"})
			attach(s, testgraph.Of(s.Get(testgraph.Named(securityGroup, "stray")), "id"))
		}},
		{control: "sg-flow-matrix", fault: "group outside the stack", mutate: rule(ingressRule, "db", tcp(5432,
			testgraph.Props{"referencedSecurityGroupId": "sg-0fffffffffffffff"}))},
		{control: "sg-descriptions", fault: "rule without", mutate: set(testgraph.Named(egressRule, "*alb-to-app*"), nil, "description")},
		{control: "sg-descriptions", fault: "provider's own", mutate: set(testgraph.Tier("db"), "Managed by Pulumi", "description")},
		{control: "sg-used", fault: "attached to nothing", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "spare", testgraph.Props{
				"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "spare", "tags": testgraph.Props{"webapp:tier": "spare"},
			})
		}},
		{
			control: "sg-rules-not-mixed", fault: "inline and standalone", config: flowsWith("app -> app tcp 9000 optional"),
			mutate: set(testgraph.Tier("app"), []any{testgraph.Nested(testgraph.Props{
				"protocol": "tcp", "fromPort": 9000, "toPort": 9000, "self": true, "description": "peers",
			})}, "ingress"),
		},
		{
			control: "sg-rules-not-mixed", fault: "two kinds of standalone rules", config: flowsWith("app -> app tcp 9000 optional"),
			mutate: func(s *testgraph.Stack) {
				s.Add(oldRule, "extra", testgraph.Props{
					"securityGroupId": testgraph.Of(s.Get(testgraph.Tier("app")), "id"), "type": "ingress", "protocol": "tcp",
					"fromPort": 9000, "toPort": 9000, "self": true, "description": "peers",
				})
			},
		},
	}
}
