package main

import (
	"maps"
	"slices"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/prop"
	"aws-webapp/policies/testgraph"
)

// flowsWith adds flows to the matrix.
func flowsWith(more ...any) map[string]policytest.Policy {
	return param("sg-flow-matrix", "flows", more)
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

// pair lets one tier's group reach another's on a port, with a rule at both ends.
func pair(from, to string, port int) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		peer := func(tier string) testgraph.Props {
			return testgraph.Props{"referencedSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier(tier)), "id")}
		}
		rule(egressRule, from, tcp(port, peer(to)))(s)
		rule(ingressRule, to, tcp(port, peer(from)))(s)
	}
}

// appGroup adds a second group of the app tier, with a way to the internet.
func appGroup(s *testgraph.Stack) *graph.Resource {
	group := s.Add(securityGroup, "web-app-two", testgraph.Props{
		"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "two",
		"tags": testgraph.Props{"webapp:tier": "app"},
	})
	s.Add(egressRule, "two-to-world", tcp(443, testgraph.Props{
		"securityGroupId": testgraph.Of(group, "id"), "cidrIpv4": "0.0.0.0/0", "description": "APIs",
	}))
	return group
}

// secondService adds a service with its own port and group.
func secondService(s *testgraph.Stack, port int, database bool) {
	group := appGroup(s)
	pair := func(kind, name string, owner, peer any, port int) {
		s.Add(kind, name, testgraph.Props{
			"securityGroupId": owner, "referencedSecurityGroupId": peer, "ipProtocol": "tcp", "fromPort": port, "toPort": port,
			"description": name,
		})
	}
	this, alb := testgraph.Of(group, "id"), testgraph.Of(s.Get(testgraph.Tier("alb")), "id")
	pair(ingressRule, "two-from-alb", this, alb, port)
	pair(egressRule, "alb-to-two", alb, this, port)
	if database {
		db := testgraph.Of(s.Get(testgraph.Tier("db")), "id")
		pair(egressRule, "two-to-db", this, db, 5432)
		pair(ingressRule, "db-from-two", db, this, 5432)
	}
	service := s.Get(testgraph.First(ecsService))
	second := s.Add(ecsService, "two", testgraph.Props{})
	for key, value := range service.Inputs {
		second.Inputs[key], second.Outputs[key] = value, value
	}
	second.PropertyDependencies = maps.Clone(service.PropertyDependencies)
	two := testgraph.Named(ecsService, "two")
	s.Set(two, float64(port), "loadBalancers", "0", "containerPort")
	s.Set(two, []any{this}, "networkConfiguration", "securityGroups")
	second.PropertyDependencies["networkConfiguration"] = []string{group.URN}
	if !database {
		// A separate task, which does not use the database.
		task := s.Get(testgraph.First(ecsTask))
		own := s.Add(ecsTask, "two", testgraph.Props{})
		for key, value := range task.Inputs {
			own.Inputs[key], own.Outputs[key] = value, value
		}
		s.Point(two, "arn", []*graph.Resource{own}, "taskDefinition")
	}
}

// connected gives the service a name by which others reach it, at its port, and opens a way among services.
func connected(connect testgraph.Props, port int) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		container("portMappings", []any{map[string]any{"name": "orders", "containerPort": 8000}, map[string]any{
			"containerPort": 9000,
		}})(s)
		all := testgraph.Props{"enabled": true, "services": []any{testgraph.Props{"portName": "orders"}}}
		maps.Copy(all, connect)
		s.Set(testgraph.First(ecsService), all, "serviceConnectConfiguration")
		pair("app", "app", port)(s)
	}
}

func tcp(port int, more testgraph.Props) testgraph.Props {
	inputs := testgraph.Props{"ipProtocol": "tcp", "fromPort": port, "toPort": port}
	for key, value := range more {
		inputs[key] = value
	}
	return inputs
}

// reasoned is a rule to everywhere that says what it is for.
func reasoned(why string) testgraph.Props {
	return testgraph.Props{"cidrIpv4": "0.0.0.0/0", "tags": testgraph.Props{"webapp:reason": why}}
}

// wayOut returns the rule that lets a tier's group out on a port.
func wayOut(s *testgraph.Stack, tier, port string) testgraph.Pick {
	group := s.Get(testgraph.Tier(tier)).URN
	return testgraph.Where(egressRule, func(r *graph.Resource) bool {
		return slices.Contains(r.PropertyDependencies["securityGroupId"], group) && r.Get("toPort").Is(port) == prop.Yes
	})
}

// probeInside adds a function in the app tier that asks the load balancer, with its rules.
func probeInside(s *testgraph.Stack) {
	group := s.Add(securityGroup, "prober", testgraph.Props{
		"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "Probe",
		"tags": testgraph.Props{"webapp:tier": "prober"},
	})
	attach(s, testgraph.Of(group, "id"))
	rule(egressRule, "prober", tcp(443, testgraph.Props{"cidrIpv4": "0.0.0.0/0"}))(s)
	rule(ingressRule, "alb", tcp(443, testgraph.Props{"referencedSecurityGroupId": testgraph.Of(group, "id")}))(s)
}

// byList lets the addresses of a list into a tier.
func byList(tier string, port int) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "offices", testgraph.Props{
			"addressFamily": "IPv4", "maxEntries": 1, "entries": []any{testgraph.Props{"cidr": "203.0.113.0/24"}},
		})
		rule(ingressRule, tier, tcp(port, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
	}
}

// probing returns a mutant of the stack with a probe inside.
func probing(fault string, change func(*testgraph.Stack)) mutant {
	return mutant{control: "sg-flow-matrix", fault: fault, mutate: func(s *testgraph.Stack) {
		probeInside(s)
		change(s)
	}}
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
			control: "sg-world-only-to-alb", fault: "prefix list of the world",
			config: flowsWith("prefix-list -> alb tcp 9443 optional"),
			mutate: func(s *testgraph.Stack) {
				list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "callers", testgraph.Props{
					"addressFamily": "IPv4", "maxEntries": 2, "entries": []any{
						testgraph.Props{"cidr": "203.0.113.0/24"},
						testgraph.Props{"cidr": "0.0.0.0/0"},
					},
				})
				rule(ingressRule, "alb", tcp(9443, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
			},
		},
		{
			control: "sg-world-only-to-alb", fault: "prefix list, entry by entry",
			config: flowsWith("prefix-list -> alb tcp 9443 optional"),
			mutate: func(s *testgraph.Stack) {
				list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "callers", testgraph.Props{
					"addressFamily": "IPv6", "maxEntries": 1,
				})
				s.Add("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "callers", testgraph.Props{
					"prefixListId": testgraph.Of(list, "id"), "cidr": "::/0",
				})
				rule(ingressRule, "alb", tcp(9443, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
			},
		},
		{control: "sg-world-only-to-alb", fault: "the load balancer's group on machines", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ec2/launchTemplate:LaunchTemplate", "extra", testgraph.Props{
				"blockDeviceMappings": []any{testgraph.Props{"ebs": testgraph.Nested(testgraph.Props{"encrypted": "true"})}},
				"vpcSecurityGroupIds": []any{testgraph.Of(s.Get(testgraph.Tier("alb")), "id")},
			})
		}},
		{
			control: "sg-world-only-to-alb", fault: "the load balancer's group on the service",
			mutate: func(s *testgraph.Stack) {
				s.Point(testgraph.First(ecsService), "id", []*graph.Resource{
					s.Get(testgraph.Tier("app")), s.Get(testgraph.Tier("alb")),
				},
					"networkConfiguration", "securityGroups")
			},
		},
		{
			control: "sg-no-risky-port-from-world", fault: "IPv6",
			config: params(flowsWith("internet -> alb tcp 8080 optional"),
				param("sg-world-only-to-alb", "ports", []any{80, 443, 8080})),
			mutate: rule(ingressRule, "alb", tcp(8080, testgraph.Props{"cidrIpv6": "::/0"})),
		},
		{
			control: "sg-no-all-protocol-ingress", fault: "from the load balancer",
			config: flowsWith("alb -> endpoints all 0 optional"),
			mutate: func(s *testgraph.Stack) {
				s.Add(securityGroup, "loose", testgraph.Props{
					"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "loose", "tags": testgraph.Props{
						"webapp:tier": "loose",
					},
					"ingress": []any{testgraph.Props{"protocol": "-1", "fromPort": 0, "toPort": 0, "description": "all"}},
				})
				attach(s, testgraph.Of(s.Get(testgraph.Tier("loose")), "id"))
			},
		},
		{
			control: "sg-no-all-port-egress", fault: "every port as -1",
			config: flowsWith("app -> internet tcp 0-65535 optional"),
			mutate: rule(egressRule, "app", testgraph.Props{
				"ipProtocol": "tcp", "fromPort": -1, "toPort": -1, "cidrIpv4": "0.0.0.0/0",
			}),
		},
		{control: "sg-no-all-port-egress", fault: "every port", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "loose", testgraph.Props{
				"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "loose", "tags": testgraph.Props{
					"webapp:tier": "loose",
				},
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
		{
			control: "sg-flow-matrix", fault: "way out with a word for a reason",
			mutate: rule(egressRule, "app", tcp(587, reasoned("mail"))),
		},
		{
			control: "sg-flow-matrix", fault: "way out of the database, with a reason",
			mutate: rule(egressRule, "db", tcp(587, reasoned("mail servers of the provider"))),
		},
		{
			control: "sg-flow-matrix", fault: "way out to several ports, with a reason",
			mutate: func(s *testgraph.Stack) {
				ports := tcp(587, reasoned("mail servers of the provider"))
				ports["toPort"] = 588
				rule(egressRule, "app", ports)(s)
			},
		},
		{control: "sg-flow-matrix", fault: "wider port range", mutate: set(testgraph.Named(ingressRule, "*db-from-app*"),
			5433, "toPort")},
		{control: "sg-flow-matrix", fault: "way among services without a name", mutate: pair("app", "app", 8000)},
		{control: "sg-flow-matrix", fault: "way to a port without a name", mutate: connected(nil, 9000)},
		{
			control: "sg-flow-matrix", fault: "way to a name that is off",
			mutate: connected(testgraph.Props{"enabled": false}, 8000),
		},
		{
			control: "sg-flow-matrix", fault: "way past the proxy",
			mutate: connected(testgraph.Props{"services": []any{
				testgraph.Props{"portName": "orders", "ingressPortOverride": 8500},
			}}, 8000),
		},
		{
			control: "sg-flow-matrix", fault: "missing ingress",
			mutate: remove(testgraph.Named(ingressRule, "*app*-from-alb*")),
		},
		{control: "sg-flow-matrix", fault: "missing egress", mutate: remove(testgraph.Named(egressRule, "*app*-to-db*"))},
		{control: "sg-flow-matrix", fault: "neither rule towards the service", mutate: func(s *testgraph.Stack) {
			s.Remove(s.Between(egressRule, "alb", "app"))
			s.Remove(s.Between(ingressRule, "app", "alb"))
		}},
		{control: "sg-flow-matrix", fault: "neither rule towards the database", mutate: func(s *testgraph.Stack) {
			s.Remove(s.Between(egressRule, "app", "db"))
			s.Remove(s.Between(ingressRule, "db", "app"))
		}},
		{control: "sg-flow-matrix", fault: "port on which no container listens", mutate: pair("alb", "app", 9000)},
		{control: "sg-flow-matrix", fault: "port on which no database listens", mutate: pair("app", "db", 5433)},
		{control: "sg-flow-matrix", fault: "block to a port without a listener", mutate: rule(ingressRule, "alb", tcp(9443,
			testgraph.Props{"cidrIpv4": "203.0.113.0/24"}))},
		{
			control: "sg-flow-matrix", fault: "optional flow that is half open",
			config: flowsWith("app -> app tcp 9000 optional"),
			mutate: func(s *testgraph.Stack) {
				peer := appGroup(s)
				attach(s, testgraph.Of(peer, "id"))
				rule(ingressRule, "app", tcp(9000, testgraph.Props{"referencedSecurityGroupId": testgraph.Of(peer, "id")}))(s)
			},
		},
		{control: "sg-flow-matrix", fault: "way to one service on another's port", mutate: func(s *testgraph.Stack) {
			secondService(s, 9000, false)
			pair("alb", "app", 9000)(s)
		}},
		{control: "sg-flow-matrix", fault: "second service out of reach", mutate: func(s *testgraph.Stack) {
			secondService(s, 9000, false)
			s.Remove(testgraph.Named(ingressRule, "two-from-alb"))
			s.Remove(testgraph.Named(egressRule, "alb-to-two"))
		}},
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
		{control: "sg-flow-matrix", fault: "tester deaf to AWS", mutate: func(s *testgraph.Stack) {
			s.Remove(wayOut(s, "tester", "443"))
		}},
		{control: "sg-flow-matrix", fault: "tester without a way to the test listener", mutate: func(s *testgraph.Stack) {
			s.Remove(wayOut(s, "tester", "8443"))
		}},
		{control: "sg-flow-matrix", fault: "tester to any port", mutate: rule(egressRule, "tester", tcp(80, world))},
		{control: "sg-flow-matrix", fault: "way into the tester", mutate: rule(ingressRule, "tester", tcp(443,
			testgraph.Props{"cidrIpv4": "10.0.0.0/16"}))},
		{control: "sg-flow-matrix", fault: "tester into the database", mutate: pair("tester", "db", 5432)},
		{control: "sg-flow-matrix", fault: "tester past the load balancer", mutate: pair("tester", "app", 8000)},
		probing("probe deaf to everything", func(s *testgraph.Stack) { s.Remove(wayOut(s, "prober", "443")) }),
		probing("probe to any port", rule(egressRule, "prober", tcp(80, world))),
		probing("way into the probe", rule(ingressRule, "prober", tcp(443, testgraph.Props{"cidrIpv4": "10.0.0.0/16"}))),
		probing("probe past the load balancer", pair("prober", "app", 8000)),
		probing("probe into the database", pair("prober", "db", 5432)),
		{control: "sg-flow-matrix", fault: "prefix list on another port", mutate: byList("alb", 22)},
		{control: "sg-flow-matrix", fault: "prefix list past the load balancer", mutate: byList("app", 8000)},
		{control: "sg-flow-matrix", fault: "tests elsewhere", mutate: set(testgraph.Named(listener, "*test"), 9443, "port")},
		{control: "sg-flow-matrix", fault: "no tier", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "stray", testgraph.Props{
				"vpcId":       testgraph.Of(s.Get(testgraph.First(vpc)), "id"),
				"description": "stray",
			})
			attach(s, testgraph.Of(s.Get(testgraph.Named(securityGroup, "stray")), "id"))
		}},
		{control: "sg-flow-matrix", fault: "group outside the stack", mutate: rule(ingressRule, "db", tcp(5432,
			testgraph.Props{"referencedSecurityGroupId": "sg-0fffffffffffffff"}))},
		{control: "sg-descriptions", fault: "rule without", mutate: set(testgraph.Named(egressRule, "*alb-to-app*"), nil,
			"description")},
		{control: "sg-descriptions", fault: "provider's own", mutate: set(testgraph.Tier("db"), "Managed by Pulumi",
			"description")},
		{control: "sg-used", fault: "attached to nothing", mutate: func(s *testgraph.Stack) {
			s.Add(securityGroup, "spare", testgraph.Props{
				"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "spare", "tags": testgraph.Props{
					"webapp:tier": "spare",
				},
			})
		}},
		{
			control: "sg-rules-not-mixed", fault: "inline and standalone", config: flowsWith("app -> app tcp 9000 optional"),
			mutate: set(testgraph.Tier("app"), []any{testgraph.Nested(testgraph.Props{
				"protocol": "tcp", "fromPort": 9000, "toPort": 9000, "self": true, "description": "peers",
			})}, "ingress"),
		},
		{
			control: "sg-rules-not-mixed", fault: "two kinds of standalone rules",
			config: flowsWith("app -> app tcp 9000 optional"),
			mutate: func(s *testgraph.Stack) {
				s.Add(oldRule, "extra", testgraph.Props{
					"securityGroupId": testgraph.Of(s.Get(testgraph.Tier("app")), "id"), "type": "ingress", "protocol": "tcp",
					"fromPort": 9000, "toPort": 9000, "self": true, "description": "peers",
				})
			},
		},
	}
}
