package rules

import (
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func network() []*control.Control {
	const subject = "VPC"
	vpcs := []string{vpcType, defaultVPCType}
	return []*control.Control{
		{
			Name: "vpc-default-security-group-closed", Subject: subject, IDs: control.ParseIDs("EC2.2 C5.4 K2:12"),
			Title:    "The default security group of every VPC is adopted and has no rules",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: append([]string{defaultSGType}, vpcs...), Present: []string{"aws:ec2/subnet:"},
			Risk:  "Whatever is launched without a security group gets the default one and can talk to everything else that did",
			Fix:   "adopt it as an ec2.DefaultSecurityGroup without ingress or egress",
			Here:  "keep the one of components.Network",
			Judge: judgeDefaultSecurityGroup,
		},
		{
			Name: "vpc-flow-log", Subject: subject, IDs: control.ParseIDs("EC2.6 C3.7 N:VPC7+ K2:11+"),
			Title:    "Every VPC has a flow log that records rejected traffic",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack,
			Types: append([]string{flowLogType}, vpcs...), Present: []string{"aws:ec2/subnet:"},
			Risk: "Without flow logs nobody can tell afterwards who reached what",
			Fix:  "add an ec2.FlowLog with trafficType ALL or REJECT", Here: "keep the one of components.Network",
			Judge: judgeFlowLog,
		},
		{
			Name: "subnet-no-public-ip", Subject: subject, IDs: control.ParseIDs("EC2.15~ K130"),
			Beyond:   "Security Hub also looks at assignIpv6AddressOnCreation, which is right behind an egress-only gateway",
			Title:    "Subnets do not hand out public IP addresses (advisory for the public tier)",
			Severity: control.Medium, Levels: mandatory,
			Types: []string{subnetType, defaultSubnetType}, Present: []string{"aws:ec2/subnet"},
			Risk:  "Anything launched in the subnet is reachable from the internet by accident",
			Fix:   "set mapPublicIpOnLaunch to false; on awsx subnets only a pulumi.Transforms reaches it",
			Judge: judgePublicIP,
		},
		{
			Name: "nacl-no-admin-ports-from-world", Subject: subject, IDs: control.ParseIDs("EC2.21 C5.1"),
			Title:    "No network ACL opens SSH or RDP to the world",
			Severity: control.Medium, Levels: mandatory, Optional: true,
			Types: []string{naclType, defaultNACLType, naclRuleType},
			Risk:  "Administration ports are scanned and attacked within minutes",
			Fix:   "remove the entry, or limit its cidrBlock to your own network",
			Params: []control.Param{{
				Name: "ports", Kind: control.Ports, Default: []int{22, 3389}, Doc: "Administration ports.",
			}},
			Judge: judgeNACL,
		},
		{
			Name: "app-tier-egress-through-nat", Subject: subject, IDs: control.ParseIDs("K2:35~"),
			Beyond:   "Checkov asks it of every route table",
			Title:    "The app tier reaches the internet only through a NAT gateway",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: []string{subnetType, routeType}, Present: []string{"aws:ec2/subnet"},
			Risk: "A default route to an internet gateway makes the tasks reachable from outside",
			Fix:  "route 0.0.0.0/0 to a NAT gateway, or nowhere and use interface endpoints", Here: "network.nat",
			Link:  "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html",
			Judge: judgeAppRoutes,
		},
		{
			Name: "db-tier-no-internet-route", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "The database tier has no route to the internet",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: []string{subnetType, routeType}, Present: []string{"aws:ec2/subnet"},
			Risk: "A database that can reach the internet can send its content there",
			Fix:  "take the 0.0.0.0/0 and ::/0 routes out of its tables", Here: "keep the db tier Isolated",
			Link:  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
			Judge: judgeDBRoutes,
		},
		{
			// EC2.57 requires the endpoint of ssm, which sessions in containers do not need: they take that of ssmmessages.
			Name: "vpc-endpoints-present", Subject: subject, IDs: control.ParseIDs("EC2.55+ EC2.56+"),
			Title:    "The VPC has endpoints for the registry, logs and remote sessions",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack,
			Types: []string{vpcType}, Present: []string{"aws:ec2/subnet:"},
			Risk: "Traffic to AWS takes the way through the NAT gateway, and stops with it",
			Fix:  "add an ec2.VpcEndpoint for each, or name the services that you use in this control's services",
			Here: "network.interfaceEndpoints",
			Params: []control.Param{{
				Name: "services", Kind: control.Texts, Default: []string{"ecr.api", "ecr.dkr", "logs"},
				Doc: "Endpoint services that have to be there, by the end of their name; and ssmmessages, where a service " +
					"of ECS lets somebody open sessions.",
			}},
			Judge: judgeEndpoints,
		},
	}
}

func judgeDefaultSecurityGroup(c in) control.Result {
	closed := func(r *graph.Resource) prop.Truth {
		answer := r.Get("ingress").IsEmpty().And(r.Get("egress").IsEmpty())
		for _, t := range standalone {
			answer = answer.And(exists(c.Graph.Referrers(r, t, "securityGroupId"), anything).Not())
		}
		return answer
	}
	if c.Type == defaultSGType {
		return alone(c, []string{vpcType, defaultVPCType}, "vpcId", func() control.Result {
			return control.Want(closed(c.Resource),
				"the default security group %s, of a VPC that is not in this stack, has rules",
				c.Name)
		})
	}
	groups := c.Graph.Referrers(c.Resource, defaultSGType, "vpcId")
	if len(groups) == 0 {
		return control.Failed("nobody manages the default security group of VPC %s, so that it keeps AWS's open rules",
			c.Name)
	}
	return control.Want(settled(groups, closed), "the default security group of VPC %s has rules", c.Name)
}

func judgeFlowLog(c in) control.Result {
	rejected := func(r *graph.Resource) prop.Truth { return r.Get("trafficType").Is("ALL", "REJECT") }
	if c.Type == flowLogType {
		return alone(c, []string{vpcType, defaultVPCType}, "vpcId", func() control.Result {
			if c.Get("vpcId").IsSet() == prop.No {
				return control.Ignore() // of a subnet or a network interface
			}
			// The VPC's own stack knows whether it has another one.
			return control.Want(rejected(c.Resource).Or(prop.Outside), "a flow log beside %s records rejected traffic", c.Name)
		})
	}
	logged := exists(c.Graph.Referrers(c.Resource, flowLogType, "vpcId"), rejected)
	return control.Want(logged, "VPC %s has no flow log that records rejected traffic", c.Name)
}

func judgePublicIP(c in) control.Result {
	handsOut := c.Get("mapPublicIpOnLaunch")
	if c.Type == defaultSubnetType {
		// AWS created it, with public addresses.
		return control.Want(handsOut.TrueByDefault().Not(), "default subnet %s hands out public IP addresses", c.Name)
	}
	result := control.Want(handsOut.IsFalse(), "subnet %s hands out public IP addresses", c.Name)
	result.Advisory = subnetTier(c.Resource) == publicTier
	return result
}

func judgeAppRoutes(c in) control.Result {
	if c.Type == routeType {
		return judgeRouteOfOthers(c, appTier)
	}
	if subnetTier(c.Resource) != appTier {
		return control.Ignore()
	}
	return eachRouteOut(c, func(h hop) control.Result {
		return control.Want(h.throughNAT(),
			"route %s of app subnet %s leads to the internet past a NAT gateway", h.declaredBy.Name, c.Name)
	})
}

func judgeDBRoutes(c in) control.Result {
	if c.Type == routeType {
		return judgeRouteOfOthers(c, dbTier)
	}
	if subnetTier(c.Resource) != dbTier {
		return control.Ignore()
	}
	return eachRouteOut(c, func(h hop) control.Result {
		return control.Failed("route %s leads from db subnet %s to the internet", h.declaredBy.Name, c.Name)
	})
}

// judgeRouteOfOthers judges a route in a table of another stack: this one does not know whether
// subnets of the tier use the table. A NAT gateway is fine for the app tier in any case.
func judgeRouteOfOthers(c in, tier string) control.Result {
	return alone(c, []string{routeTableType, defaultRouteTableType}, "routeTableId", func() control.Result {
		h := hop{declaredBy: c.Resource, route: func(key string) prop.Value { return c.Get(key) }}
		fine := h.out(c.Graph).Not()
		if tier == appTier {
			fine = fine.Or(h.throughNAT())
		}
		if fine == prop.No {
			fine = prop.Outside
		}
		return control.Want(fine, "route %s leads subnets of the %s tier to the internet", c.Name, tier)
	})
}

func judgeEndpoints(c in) control.Result {
	endpoints := c.Graph.Referrers(c.Resource, vpcEndpointType, "vpcId")
	present := func(service string) prop.Truth {
		return exists(endpoints, func(r *graph.Resource) prop.Truth {
			name, ok := r.Get("serviceName").Text()
			if !ok {
				return prop.Maybe
			}
			return prop.Known(strings.HasSuffix(name, "."+service))
		})
	}
	var results []control.Result
	for _, service := range c.Params.Texts("services") {
		results = append(results, control.Want(present(service), "VPC %s has no endpoint for %s", c.Name, service))
	}
	// What ECS Exec needs: ECS Developer Guide, "Amazon ECS interface VPC endpoints",
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
	sessions := prop.No
	for _, service := range c.Graph.OfType(ecsServiceType) {
		sessions = sessions.Or(service.Get("enableExecuteCommand").IsTrue())
	}
	results = append(results, control.Want(present("ssmmessages").Or(sessions.Not()),
		"VPC %s has no endpoint for ssmmessages, which sessions in containers take", c.Name))
	return control.All(results...)
}

func judgeNACL(c in) control.Result {
	if c.Type == naclRuleType {
		if c.Get("egress").IsTrue() == prop.Yes {
			return control.Skip()
		}
		return judgeNACLEntry(c, c.Get("ruleAction"), c.Get)
	}
	entries, complete := c.Get("ingress").List()
	results := []control.Result{control.Want(complete, "the rules of network ACL %s open administration ports", c.Name)}
	for _, entry := range entries {
		results = append(results, judgeNACLEntry(c, entry.Get("action"),
			func(path ...string) prop.Value { return entry.Dig(path...) }))
	}
	return control.All(results...)
}

func judgeNACLEntry(c in, action prop.Value, get func(...string) prop.Value) control.Result {
	span := spanOf(get("protocol"), get("fromPort"), get("toPort"))
	open := action.Is("allow").And(anywhere(get("cidrBlock")).Or(anywhere(get("ipv6CidrBlock")))).
		And(span.hasAny(c.Params.Ports("ports")))
	return control.Want(open.Not(), "network ACL %s lets the world reach administration ports", c.Name)
}
