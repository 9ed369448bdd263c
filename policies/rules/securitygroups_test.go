package rules

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// end is the other end of a rule, as the three ways to declare one say it.
type end struct{ standalone, old, inline p }

func otherEnds() map[string]end {
	block := func(v4, v6 any) end {
		single, list := p{}, p{}
		if v4 != nil {
			single["cidrIpv4"], list["cidrBlocks"] = v4, []any{"10.1.0.0/16", v4}
		}
		if v6 != nil {
			single["cidrIpv6"], list["ipv6CidrBlocks"] = v6, []any{v6}
		}
		return end{single, list, list}
	}
	list := func(id string) end {
		return end{p{"prefixListId": id}, p{"prefixListIds": []any{id}}, p{"prefixListIds": []any{id}}}
	}
	group := func(id string) end {
		return end{
			p{"referencedSecurityGroupId": id}, p{"sourceSecurityGroupId": id}, p{"securityGroups": []any{id}},
		}
	}
	return map[string]end{
		"world": block("0.0.0.0/0", nil), "world6": block(nil, "::/0"), "block": block("10.0.0.0/8", nil),
		"group":     group("sg-1"),
		"open list": list("open"), "open entry": list("entries"), "list": list("closed"), "their list": list("pl-1"),
	}
}

// declared returns a rule in all the ways in which a stack can declare it: the resource that is judged, and its group.
func declared(ingress bool, protocol string, from, to any, other end, group p) []judged {
	direction := map[bool]string{true: "ingress", false: "egress"}[ingress]
	standaloneType := map[bool]string{true: sgIngressType, false: sgEgressType}[ingress]
	rule := func(more p) p {
		all := p{"fromPort": from, "toPort": to, "description": "why"}
		maps.Copy(all, more)
		return all
	}
	newer, older, inside := rule(other.standalone), rule(other.old), rule(other.inline)
	newer["ipProtocol"], newer["securityGroupId"] = protocol, "group"
	older["protocol"], older["type"], older["securityGroupId"] = protocol, direction, "group"
	inside["protocol"] = protocol
	others := []made{
		{sgType, "group", group},
		{prefixListType, "open", p{"entries": []any{p{"cidr": "10.0.0.0/8"}, p{"cidr": "0.0.0.0/0"}}}},
		{prefixListType, "closed", p{"entries": []any{p{"cidr": "10.0.0.0/8"}}}},
		{prefixListType, "entries", nil},
		{prefixListEntryType, "entry", p{"prefixListId": "entries", "cidr": "0.0.0.0/0"}},
	}
	itself := p{direction: []any{inside}, "description": "all"}
	maps.Copy(itself, group)
	return []judged{
		{typeToken: standaloneType, base: newer, others: others},
		{typeToken: sgRuleType, base: older, others: others},
		{typeToken: sgType, base: itself, others: others},
		{typeToken: defaultSGType, base: itself, others: others},
	}
}

// However a rule is declared, the controls say the same.
func TestRulesOfGroups(t *testing.T) {
	alb, app := p{"tags": p{"webapp:tier": "alb"}}, p{"tags": p{"webapp:tier": "app"}}
	var rows []judged
	for _, c := range []struct {
		ingress  bool
		protocol string
		from, to any
		end      string
		group    p
		// what the controls say of it
		world, risky, allIn, allOut control.Verdict
	}{
		{true, "tcp", 443, 443, "world", alb, passes, passes, passes, passes},
		{true, "tcp", 80, 80, "world6", alb, passes, passes, passes, passes},
		{true, "tcp", 443, 443, "world", app, fails, passes, passes, passes},
		{true, "tcp", 443, 444, "world", alb, fails, passes, passes, passes},
		{true, "udp", 443, 443, "world", alb, fails, passes, passes, passes},
		{true, "tcp", 22, 22, "world", alb, fails, fails, passes, passes},
		{true, "tcp", 22, 22, "world6", alb, fails, fails, passes, passes},
		{true, "tcp", 22, 22, "block", alb, passes, passes, passes, passes},
		{true, "tcp", 22, 22, "group", app, passes, passes, passes, passes},
		{true, "tcp", 9443, 9443, "open list", alb, fails, passes, passes, passes},
		{true, "tcp", 9443, 9443, "open entry", alb, fails, passes, passes, passes},
		{true, "tcp", 9443, 9443, "list", alb, passes, passes, passes, passes},
		{true, "tcp", 443, 443, "their list", alb, passes, passes, passes, passes},
		{true, "tcp", 9443, 9443, "their list", alb, outside, passes, passes, passes},
		{true, "-1", nil, nil, "group", app, passes, passes, fails, passes},
		{true, "tcp", 0, 65535, "group", app, passes, passes, passes, passes},
		{false, "tcp", 0, 65535, "group", app, passes, passes, passes, fails},
		{false, "-1", nil, nil, "block", app, passes, passes, passes, fails},
		{false, "tcp", 2, 65535, "block", app, passes, passes, passes, passes},
		{false, "tcp", 22, 22, "world", app, passes, passes, passes, passes},
	} {
		for _, row := range declared(c.ingress, c.protocol, c.from, c.to, otherEnds()[c.end], c.group) {
			for name, want := range map[string]control.Verdict{
				"sg-world-only-to-alb": c.world, "sg-no-risky-port-from-world": c.risky, "sg-no-all-protocol-ingress": c.allIn,
				"sg-no-all-port-egress": c.allOut, "sg-descriptions": passes,
			} {
				row.control, row.want = name, want
				rows = append(rows, row)
			}
		}
	}
	judgeAll(t, rows)
}

// Direction, owner and other end of a rule may not be known yet.
func TestRulesThatAreNotKnownYet(t *testing.T) {
	rule := p{
		"type": unknownText, "protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}, "securityGroupId": "group",
		"description": "x",
	}
	for _, name := range []string{
		"sg-world-only-to-alb", "sg-no-risky-port-from-world", "sg-no-all-protocol-ingress", "sg-no-all-port-egress",
	} {
		judgeAll(t, []judged{
			{control: name, typeToken: sgRuleType, want: open, base: rule},
			{control: name, typeToken: sgType, want: open, base: p{"ingress": unknownText, "egress": unknownText}},
		})
	}
	judgeAll(t, []judged{
		{control: "sg-descriptions", typeToken: sgType, want: open, base: p{"description": "x", "egress": unknownText}},
		{control: "sg-world-only-to-alb", typeToken: sgIngressType, want: outside, base: p{
			"securityGroupId": "another", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0",
		}},
	})
}

func TestDescriptionsOfGroups(t *testing.T) {
	rule := []any{p{"protocol": "tcp", "fromPort": 1, "toPort": 1, "description": "peers"}}
	texts := func(path string) []change {
		return []change{
			{path, nil, fails},
			{path, "", fails},
			{path, "Managed by Pulumi", fails},
			{path, "Managed by Terraform", fails},
			{path, "x", passes},
			{path, unknownText, open},
		}
	}
	judgeAll(t, []judged{
		{
			control: "sg-descriptions", typeToken: sgType, want: passes, base: p{
				"description": "a", "ingress": rule,
				"egress": rule,
			},
			changes: append(append(texts("description"), texts("ingress.0.description")...), texts("egress.0.description")...),
		},
		{
			control: "sg-descriptions", typeToken: defaultSGType, want: passes, base: p{"ingress": rule},
			changes: texts("ingress.0.description"),
		},
		{
			control: "sg-descriptions", typeToken: sgIngressType, want: passes, base: p{"description": "a"},
			changes: texts("description"),
		},
		{
			control: "sg-descriptions", typeToken: sgEgressType, want: passes, base: p{"description": "a"},
			changes: texts("description"),
		},
		{
			control: "sg-descriptions", typeToken: sgRuleType, want: passes, base: p{"description": "a", "type": "ingress"},
			changes: texts("description"),
		},
	})
}

// A group that is open to the world belongs to load balancers alone.
func TestGroupsOfTheWorld(t *testing.T) {
	rule := p{
		"securityGroupId": "group", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0",
	}
	group := made{sgType, "group", p{"tags": p{"webapp:tier": "alb"}}}
	attached := map[string][]string{
		ecsServiceType: {"networkConfiguration", "securityGroups"}, dbInstanceType: {"vpcSecurityGroupIds"},
		scheduleType:  {"target", "ecsParameters", "networkConfiguration", "securityGroups"},
		dbClusterType: {"vpcSecurityGroupIds"}, searchDomainType: {"vpcOptions", "securityGroupIds"},
		functionType: {"vpcConfig", "securityGroupIds"}, machineType: {"vpcSecurityGroupIds"},
		launchTemplateType: {"vpcSecurityGroupIds"}, vpcEndpointType: {"securityGroupIds"},
	}
	assert.Len(t, attachments, len(attached))
	var rows []judged
	for typeToken, path := range attached {
		for id, want := range map[string]control.Verdict{"group": fails, "another": passes} {
			inputs, _ := with(p{}, path, []any{id}).(p)
			rows = append(rows, judged{
				control: "sg-world-only-to-alb", typeToken: sgIngressType, want: want, base: rule,
				others: []made{group, {typeToken, "attached", inputs}},
			})
		}
	}
	judgeAll(t, append(rows, judged{
		control: "sg-world-only-to-alb", typeToken: sgIngressType, want: passes, base: rule,
		others: []made{group, {loadBalancerType, "alb", p{"securityGroups": []any{"group"}}}},
	}))
}

func TestWaysToDeclareRules(t *testing.T) {
	inline := []any{p{"protocol": "tcp", "fromPort": 1, "toPort": 1}}
	old := made{sgRuleType, "old", p{"securityGroupId": "it"}}
	for _, newer := range []string{sgIngressType, sgEgressType} {
		rule := made{newer, "new", p{"securityGroupId": "it"}}
		for _, c := range []struct {
			base   p
			others []made
			want   control.Verdict
		}{
			{p{"name": "x"}, nil, passes},
			{p{"ingress": inline}, nil, passes},
			{p{"name": "x"}, []made{old}, passes},
			{p{"name": "x"}, []made{rule}, passes},
			{p{"name": "x"}, []made{old, rule}, fails},
			{p{"ingress": inline}, []made{old}, fails},
			{p{"egress": inline}, []made{rule}, fails},
			{p{"egress": []any{}, "ingress": []any{}}, []made{rule}, passes},
			{p{"egress": unknownText}, []made{rule}, open},
		} {
			judgeAll(t, []judged{{
				control: "sg-rules-not-mixed", typeToken: sgType, want: c.want, base: c.base,
				others: c.others,
			}})
		}
		judgeAll(t, []judged{
			{
				control: "sg-rules-not-mixed", typeToken: sgRuleType, want: fails, base: p{"securityGroupId": "sg-1"},
				others: []made{{newer, "new", p{"securityGroupId": "sg-1"}}},
			},
			{
				control: "sg-rules-not-mixed", typeToken: sgRuleType, want: outside, base: p{"securityGroupId": "sg-1"},
				others: []made{{newer, "new", p{"securityGroupId": "sg-2"}}},
			},
			{
				control: "sg-rules-not-mixed", typeToken: sgRuleType, want: none, base: p{"securityGroupId": "mine"},
				others: []made{{newer, "new", p{"securityGroupId": "mine"}}, {sgType, "mine", nil}},
			},
		})
	}
}

// A group is used by what depends on it and is not a rule, a group or a component.
func TestUsedGroups(t *testing.T) {
	used := func(typeToken string, component bool) control.Verdict {
		group, user := build(made{sgType, "group", nil}), build(made{typeToken, "user", nil})
		user.Dependencies = []string{group.URN}
		if component {
			user.Provider = nil
		}
		return judgeUsed(in{Resource: group, Graph: graph.New([]*graph.Resource{group, user})}).Verdict()
	}
	for _, rule := range []string{sgRuleType, sgIngressType, sgEgressType, sgType} {
		assert.Equal(t, fails, used(rule, false), rule)
	}
	assert.Equal(t, passes, used(ecsServiceType, false))
	assert.Equal(t, passes, used("aws:ec2/networkInterface:NetworkInterface", false))
	assert.Equal(t, fails, used("aws-webapp:network:SecurityGroups", true))
}

// Messages about a rule say which one, where it is declared.
func TestWhereARuleIs(t *testing.T) {
	inline := []any{p{"protocol": "tcp", "fromPort": 1, "toPort": 1}, p{"protocol": "udp", "fromPort": 1, "toPort": 1}}
	where := func(m made) string {
		var all []string
		for _, r := range rulesDeclaredBy(build(m)) {
			all = append(all, r.where)
		}
		return strings.Join(all, ", ")
	}
	assert.Equal(t, "rule a", where(made{sgIngressType, "a", nil}))
	assert.Equal(t, "rule a", where(made{sgEgressType, "a", nil}))
	assert.Equal(t, "rule a", where(made{sgRuleType, "a", nil}))
	assert.Equal(t, "ingress[0] of a, ingress[1] of a, egress[0] of a, egress[1] of a",
		where(made{sgType, "a", p{"ingress": inline, "egress": inline}}))
	assert.Equal(t, "ingress of a, egress of a", where(made{defaultSGType, "a", p{
		"ingress": unknownText,
		"egress":  unknownText,
	}}))
}

// A preview does not know a new group's id: only what a rule depends on says which group it means.
func TestRulesFindGroupsByDependency(t *testing.T) {
	owner, peer := build(made{sgType, "owner", nil}), build(made{sgType, "peer", nil})
	unknown := []any{unknownText}
	for property, rule := range map[string]made{
		"referencedSecurityGroupId": {sgIngressType, "new", p{"referencedSecurityGroupId": unknownText}},
		"sourceSecurityGroupId":     {sgRuleType, "old", p{"type": "egress", "sourceSecurityGroupId": unknownText}},
		"ingress":                   {sgType, "inline", p{"ingress": []any{p{"securityGroups": unknown}}}},
		"egress":                    {sgType, "inline", p{"egress": []any{p{"securityGroups": unknown}}}},
	} {
		if rule.typeToken != sgType {
			rule.inputs["securityGroupId"] = "owner"
		}
		declaring := build(rule)
		declaring.PropertyDependencies = map[string][]string{property: {peer.URN}}
		found := crossings(in{Graph: graph.New([]*graph.Resource{owner, peer, declaring})})[peer]
		if assert.Len(t, found, 1, property) {
			assert.Same(t, declaring, found[0].rule.declaredBy, property)
		}
	}
}
