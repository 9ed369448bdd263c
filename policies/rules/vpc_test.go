package rules

import (
	"testing"

	"aws-webapp/policies/control"
)

func TestNetworks(t *testing.T) {
	group := func(inputs p) made {
		all := p{"vpcId": "it"}
		for key, value := range inputs {
			all[key] = value
		}
		return made{defaultSGType, "default", all}
	}
	inline := []any{p{"protocol": "tcp", "fromPort": 1, "toPort": 1}}
	var rows []judged
	for _, network := range []string{vpcType, defaultVPCType} {
		closed := func(want control.Verdict, others ...made) judged {
			return judged{
				control: "vpc-default-security-group-closed", typeToken: network, want: want, base: p{"cidrBlock": "10.0.0.0/16"},
				others: others,
			}
		}
		rows = append(rows, closed(fails), closed(passes, group(nil)), closed(fails, group(p{"ingress": inline})),
			closed(fails, group(p{"egress": inline})), closed(open, group(p{"egress": unknownText})),
			closed(passes, group(p{"ingress": []any{}, "egress": []any{}})))
		for _, rule := range standalone {
			rows = append(rows, closed(fails, group(nil), made{rule, "rule", p{"securityGroupId": "default"}}),
				closed(passes, group(nil), made{rule, "rule", p{"securityGroupId": "another"}}))
		}
		for traffic, want := range map[string]control.Verdict{"ALL": passes, "REJECT": passes, "ACCEPT": fails} {
			rows = append(rows, judged{
				control: "vpc-flow-log", typeToken: network, want: want,
				others: []made{{flowLogType, "log", p{"vpcId": "it", "trafficType": traffic}}},
			})
		}
		rows = append(rows, judged{
			control: "vpc-flow-log", typeToken: network, want: fails,
			others: []made{{flowLogType, "log", p{"vpcId": "another", "trafficType": "ALL"}}},
		})
	}
	mine := []made{{vpcType, "mine", nil}}
	judgeAll(t, append(rows,
		judged{
			control: "vpc-default-security-group-closed", typeToken: defaultSGType, want: passes, base: p{"vpcId": "another"},
			changes: []change{{"ingress", inline, fails}, {"egress", inline, fails}},
		},
		judged{
			control: "vpc-default-security-group-closed", typeToken: defaultSGType, want: none, others: mine,
			base: p{"vpcId": "mine", "ingress": inline},
		},
		judged{
			control: "vpc-flow-log", typeToken: flowLogType, want: passes, base: p{"vpcId": "another", "trafficType": "ALL"},
			changes: []change{{"trafficType", "REJECT", passes}, {"trafficType", "ACCEPT", outside}, {"vpcId", nil, none}},
		},
		judged{
			control: "vpc-flow-log", typeToken: flowLogType, want: none, others: mine,
			base: p{"vpcId": "mine", "trafficType": "ACCEPT"},
		},
		judged{control: "subnet-no-public-ip", typeToken: subnetType, want: passes, changes: []change{
			{"mapPublicIpOnLaunch", true, fails}, {"mapPublicIpOnLaunch", false, passes}, {
				"mapPublicIpOnLaunch", unknownText,
				open,
			},
		}},
		judged{control: "subnet-no-public-ip", typeToken: defaultSubnetType, want: fails, changes: []change{
			{"mapPublicIpOnLaunch", true, fails}, {"mapPublicIpOnLaunch", false, passes},
		}},
		judged{
			control: "vpc-endpoints-present", want: passes, params: control.Params{"services": []string{"logs", "ecr.api"}},
			others: []made{
				{vpcEndpointType, "a", p{"vpcId": "it", "serviceName": "com.amazonaws.us-east-1.logs"}},
				{vpcEndpointType, "b", p{"vpcId": "it", "serviceName": "com.amazonaws.us-east-1.ecr.api"}},
			},
		},
		judged{
			control: "vpc-endpoints-present", want: fails, params: control.Params{"services": []string{"logs", "ecr.api"}},
			others: []made{
				{vpcEndpointType, "a", p{"vpcId": "it", "serviceName": "com.amazonaws.us-east-1.logs"}},
				{vpcEndpointType, "b", p{"vpcId": "another", "serviceName": "com.amazonaws.us-east-1.ecr.api"}},
			},
		},
		judged{
			control: "vpc-endpoints-present", want: fails, params: control.Params{"services": []string{"logs"}},
			others: []made{{vpcEndpointType, "a", p{"vpcId": "it", "serviceName": "com.amazonaws.us-east-1.airlogs"}}},
		},
		judged{
			control: "vpc-endpoints-present", want: open, params: control.Params{"services": []string{"logs"}},
			others: []made{{vpcEndpointType, "a", p{"vpcId": "it", "serviceName": unknownText}}},
		},
	))
	for tier, advisory := range map[string]bool{"Public": true, "Private": false, "Isolated": false} {
		r := build(made{subnetType, "x", p{"mapPublicIpOnLaunch": true, "tags": p{"SubnetType": tier}}})
		if judgePublicIP(in{Resource: r}).Advisory != advisory {
			t.Errorf("a public address in a subnet that is %s: advisory is not %v", tier, advisory)
		}
	}
}

func TestNetworkACLs(t *testing.T) {
	entry := p{"protocol": "tcp", "fromPort": 20, "toPort": 30, "cidrBlock": "0.0.0.0/0"}
	entryOf := func(action, key string, more p) p {
		all := p{key: action}
		for k, v := range entry {
			all[k] = v
		}
		for k, v := range more {
			all[k] = v
		}
		return all
	}
	var rows []judged
	for _, c := range []struct {
		action string
		more   p
		want   control.Verdict
	}{
		{"allow", nil, fails},
		{"deny", nil, passes},
		{"allow", p{"cidrBlock": nil, "ipv6CidrBlock": "::/0"}, fails},
		{"allow", p{"cidrBlock": "10.0.0.0/8"}, passes},
		{"allow", p{"fromPort": 23}, passes},
		{"allow", p{"fromPort": 3389, "toPort": 3389}, fails},
		{"allow", p{"protocol": "-1", "fromPort": 0, "toPort": 0}, fails},
		{"allow", p{"protocol": "icmp"}, passes},
		{"allow", p{"protocol": unknownText}, open},
	} {
		for _, acl := range []string{naclType, defaultNACLType} {
			rows = append(rows, judged{
				control: "nacl-no-admin-ports-from-world", typeToken: acl, want: c.want,
				base: p{"ingress": []any{entryOf("deny", "action", nil), entryOf(c.action, "action", c.more)}},
			}, judged{
				control: "nacl-no-admin-ports-from-world", typeToken: acl, want: passes,
				base: p{"egress": []any{entryOf(c.action, "action", c.more)}},
			})
		}
		rows = append(rows, judged{
			control: "nacl-no-admin-ports-from-world", typeToken: naclRuleType, want: c.want, base: entryOf(c.action,
				"ruleAction", c.more),
			changes: []change{{"egress", true, none}, {"egress", false, c.want}},
		})
	}
	judgeAll(t, append(rows,
		judged{control: "nacl-no-admin-ports-from-world", want: open, base: p{"ingress": unknownText}},
		judged{
			control: "nacl-no-admin-ports-from-world", want: fails, base: p{"ingress": []any{entryOf("allow", "action", p{
				"fromPort": 5900, "toPort": 5900,
			})}}, params: control.Params{"ports": []int{5900}},
		},
	))
}

// Where the routes of the tiers lead.
func TestRoutesOfTiers(t *testing.T) {
	for _, tier := range []struct {
		control, kind string
		nat           control.Verdict
	}{
		{"app-tier-egress-through-nat", "Private", passes}, {"db-tier-no-internet-route", "Isolated", fails},
	} {
		subnet := p{"tags": p{"SubnetType": tier.kind}}
		associated := made{routeAssociationType, "assoc", p{"subnetId": "it", "routeTableId": "table"}}
		gateway := made{internetGatewayType, "igw", nil}
		var rows []judged
		for _, c := range []struct {
			destination, ipv6 any
			target, id        string
			want              control.Verdict
		}{
			{"0.0.0.0/0", nil, "natGatewayId", "nat-1", tier.nat},
			{nil, "::/0", "egressOnlyGatewayId", "eigw-1", tier.nat},
			{"0.0.0.0/0", nil, "gatewayId", "igw-1", fails},
			{"0.0.0.0/0", nil, "networkInterfaceId", "eni-1", fails},
			{nil, "::/0", "gatewayId", "igw-1", fails},
			{"128.0.0.0/1", nil, "transitGatewayId", "tgw-1", fails},
			{"10.9.0.0/16", nil, "gatewayId", "igw-1", fails},
			{"10.9.0.0/16", nil, "gatewayId", "igw", fails},
			{"10.9.0.0/16", nil, "gatewayId", "vgw-1", passes},
			{"10.9.0.0/16", nil, "vpcPeeringConnectionId", "pcx-1", passes},
			{unknownText, nil, "vpcPeeringConnectionId", "pcx-1", open},
		} {
			route := p{c.target: c.id, "routeTableId": "table"}
			within := p{c.target: c.id}
			if c.destination != nil {
				route["destinationCidrBlock"], within["cidrBlock"] = c.destination, c.destination
			}
			if c.ipv6 != nil {
				route["destinationIpv6CidrBlock"], within["ipv6CidrBlock"] = c.ipv6, c.ipv6
			}
			rows = append(rows,
				judged{control: tier.control, want: c.want, base: subnet, others: []made{
					{routeTableType, "table", nil}, associated, gateway, {routeType, "route", route},
				}},
				judged{control: tier.control, want: c.want, base: subnet, others: []made{
					{routeTableType, "table", p{"routes": []any{within}}}, associated, gateway,
				}},
				judged{
					control: tier.control, typeToken: routeType, base: route, others: []made{gateway},
					want: map[control.Verdict]control.Verdict{passes: passes, open: open, fails: outside}[c.want],
				},
				judged{
					control: tier.control, typeToken: routeType, base: route, want: none,
					others: []made{{routeTableType, "table", nil}},
				})
		}
		judgeAll(t, append(rows,
			judged{control: tier.control, want: fails, base: subnet},
			judged{control: tier.control, want: none, base: p{"tags": p{"SubnetType": "Public"}}},
			judged{control: tier.control, want: passes, base: subnet, others: []made{
				{routeTableType, "table", nil},
				associated,
			}},
			judged{control: tier.control, want: outside, base: subnet, others: []made{associated}},
			judged{control: tier.control, want: open, base: subnet, others: []made{
				{routeTableType, "table", p{"routes": unknownText}}, associated,
			}},
		))
	}
}
