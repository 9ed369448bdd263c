package main

import (
	"aws-webapp/policies/testgraph"
)

const (
	securityGroup = "aws:ec2/securityGroup:SecurityGroup"
	ingressRule   = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule    = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	oldRule       = "aws:ec2/securityGroupRule:SecurityGroupRule"
	defaultGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	flowLog       = "aws:ec2/flowLog:FlowLog"
	route         = "aws:ec2/route:Route"
	routeTable    = "aws:ec2/routeTable:RouteTable"
	gateway       = "aws:ec2/internetGateway:InternetGateway"
	association   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	networkACL    = "aws:ec2/networkAcl:NetworkAcl"
	aclRule       = "aws:ec2/networkAclRule:NetworkAclRule"
	endpoint      = "aws:ec2/vpcEndpoint:VpcEndpoint"
	vpc           = "aws:ec2/vpc:Vpc"
)

// tableOf selects the route table of a kind of subnets.
func tableOf(pattern string) testgraph.Pick { return testgraph.Named(routeTable, pattern) }

func worldRoute(table, cidr string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		inputs := testgraph.Props{
			"routeTableId": testgraph.Of(s.Get(tableOf(table)), "id"),
			"gatewayId":    testgraph.Of(s.Get(testgraph.First(gateway)), "id"),
		}
		if cidr == "::/0" {
			inputs["destinationIpv6CidrBlock"] = cidr
		} else {
			inputs["destinationCidrBlock"] = cidr
		}
		s.Add(route, "extra", inputs)
	}
}

func inlineACL(entry testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		s.Add(networkACL, "extra", testgraph.Props{
			"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "ingress": []any{entry},
		})
	}
}

func networkMutants() []mutant {
	ssh := testgraph.Props{"action": "allow", "protocol": "tcp", "fromPort": 20, "toPort": 30, "ruleNo": 100}
	open := func(more testgraph.Props) testgraph.Props {
		entry := testgraph.Props{}
		for k, v := range ssh {
			entry[k] = v
		}
		for k, v := range more {
			entry[k] = v
		}
		return entry
	}
	return []mutant{
		{control: "vpc-default-security-group-closed", fault: "not adopted", mutate: remove(testgraph.First(defaultGroup))},
		{
			control: "vpc-default-security-group-closed", fault: "with a rule", config: params(
				param("sg-descriptions", "onUnknown", "advisory")),
			mutate: set(testgraph.First(defaultGroup), []any{testgraph.Nested(testgraph.Props{
				"protocol": "tcp", "fromPort": 443, "toPort": 443, "self": true, "description": "members",
			})}, "ingress"),
		},
		{control: "vpc-default-security-group-closed", fault: "with a standalone rule", mutate: func(s *testgraph.Stack) {
			s.Add(ingressRule, "extra", testgraph.Props{
				"securityGroupId": testgraph.Of(s.Get(testgraph.First(defaultGroup)), "id"), "description": "members",
				"ipProtocol": "tcp",
				"fromPort":   443, "toPort": 443, "referencedSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier("app")), "id"),
			})
		}},
		{control: "vpc-flow-log", fault: "AWS's default VPC", mutate: func(s *testgraph.Stack) {
			network := s.Add("aws:ec2/defaultVpc:DefaultVpc", "default", nil)
			s.Add(defaultGroup, "of-default", testgraph.Props{"vpcId": testgraph.Of(network, "id")})
		}},
		{control: "vpc-flow-log", fault: "none", mutate: remove(testgraph.First(flowLog))},
		{
			control: "vpc-flow-log", fault: "accepted traffic only",
			mutate: set(testgraph.First(flowLog), "ACCEPT", "trafficType"),
		},
		{
			control: "subnet-no-public-ip", fault: "app tier",
			mutate: set(testgraph.Subnet("Private"), true, "mapPublicIpOnLaunch"),
		},
		{
			control: "subnet-no-public-ip", fault: "public tier",
			mutate: set(testgraph.Subnet("Public"), true, "mapPublicIpOnLaunch"),
		},
		{control: "subnet-no-public-ip", fault: "AWS's default subnet", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ec2/defaultSubnet:DefaultSubnet", "default", testgraph.Props{"availabilityZone": "us-east-1a"})
		}},
		{
			control: "nacl-no-admin-ports-from-world", fault: "IPv4",
			mutate: inlineACL(open(testgraph.Props{"cidrBlock": "0.0.0.0/0"})),
		},
		{
			control: "nacl-no-admin-ports-from-world", fault: "IPv6",
			mutate: inlineACL(open(testgraph.Props{"ipv6CidrBlock": "::/0"})),
		},
		{control: "nacl-no-admin-ports-from-world", fault: "standalone, all protocols", mutate: func(s *testgraph.Stack) {
			s.Add(aclRule, "extra", testgraph.Props{
				"networkAclId": "acl-1", "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "ruleNumber": 1,
			})
		}},
		{control: "app-tier-egress-through-nat", fault: "internet gateway", mutate: worldRoute("*-app-1", "0.0.0.0/0")},
		{control: "app-tier-egress-through-nat", fault: "half of the world", mutate: worldRoute("*-app-1", "128.0.0.0/1")},
		{
			control: "app-tier-egress-through-nat", fault: "one block through the gateway",
			mutate: worldRoute("*-app-1", "198.51.100.0/24"),
		},
		{control: "app-tier-egress-through-nat", fault: "inline route", mutate: set(tableOf("*-app-1"), []any{
			testgraph.Nested(testgraph.Props{"cidrBlock": "0.0.0.0/0", "networkInterfaceId": "eni-1"}),
		}, "routes")},
		{
			control: "app-tier-egress-through-nat", fault: "main table",
			mutate: remove(testgraph.Named(association, "*-app-1")),
		},
		{control: "db-tier-no-internet-route", fault: "through NAT", mutate: func(s *testgraph.Stack) {
			s.Add(route, "extra", testgraph.Props{
				"routeTableId": testgraph.Of(s.Get(tableOf("*-db-1")), "id"), "destinationCidrBlock": "0.0.0.0/0",
				"natGatewayId": "nat-1",
			})
		}},
		{control: "db-tier-no-internet-route", fault: "half of the world", mutate: func(s *testgraph.Stack) {
			s.Add(route, "extra", testgraph.Props{
				"routeTableId": testgraph.Of(s.Get(tableOf("*-db-1")), "id"), "destinationCidrBlock": "0.0.0.0/1",
				"natGatewayId": "nat-1",
			})
		}},
		{control: "db-tier-no-internet-route", fault: "IPv6", mutate: func(s *testgraph.Stack) {
			s.Add(route, "extra", testgraph.Props{
				"routeTableId": testgraph.Of(s.Get(tableOf("*-db-1")), "id"), "destinationIpv6CidrBlock": "::/0",
				"egressOnlyGatewayId": "eigw-1",
			})
		}},
		{control: "vpc-endpoints-present", fault: "one missing", mutate: remove(testgraph.Named(endpoint, "*-ecr.dkr"))},
		{control: "vpc-endpoints-present", fault: "sessions by NAT", mutate: changes(
			set(testgraph.First(ecsService), true, "enableExecuteCommand"), remove(testgraph.Named(endpoint, "*-ssmmessages")),
		)},
	}
}
