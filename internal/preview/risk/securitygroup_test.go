package risk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/preview/eventlog"
)

const (
	ingress  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egress   = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	oldRule  = "aws:ec2/securityGroupRule:SecurityGroupRule"
	group    = "aws:ec2/securityGroup:SecurityGroup"
	tcp, all = "tcp", "-1"
)

// rule of group sg-1 with a block as its peer.
func rule(protocol string, from, to int, block string) props {
	return props{"securityGroupId": "sg-1", "ipProtocol": protocol, "fromPort": from, "toPort": to, "cidrIpv4": block}
}

func with(p props, key string, value any) props {
	changed := props{}
	for k, v := range p {
		changed[k] = v
	}
	changed[key] = value
	return changed
}

func TestSecurityGroups(t *testing.T) {
	open := func(now props, old ...props) []eventlog.Step {
		steps := []eventlog.Step{step(eventlog.OpCreate, ingress, "new", nil, now)}
		for _, o := range old {
			steps = append(steps, step(eventlog.OpDelete, ingress, "old", o, nil))
		}
		return steps
	}
	peer := props{
		"securityGroupId": "sg-1", "ipProtocol": tcp, "fromPort": 5432, "toPort": 5432,
		"referencedSecurityGroupId": "sg-2",
	}
	for name, tc := range map[string]struct {
		steps []eventlog.Step
		want  []string
	}{
		"the same rule in another resource": {
			open(rule(tcp, 80, 80, "10.0.0.0/16"), rule(tcp, 80, 80, "10.0.0.0/16")),
			[]string{},
		},
		"a port below another open one": {open(rule(tcp, 80, 80, "0.0.0.0/0"), rule(tcp, 80, 80, "0.0.0.0/0"),
			rule(tcp, 443, 443, "0.0.0.0/0")), []string{}},
		"fewer addresses and ports": {open(rule(tcp, 81, 82, "10.0.1.0/24"), rule(tcp, 80, 90, "10.0.0.0/16")), []string{}},
		"any protocol covered tcp":  {open(rule(tcp, 81, 82, "10.0.1.0/24"), rule(all, -1, -1, "10.0.0.0/16")), []string{}},
		"protocol by number":        {open(rule("6", 80, 80, "10.0.0.0/16"), rule(tcp, 80, 80, "10.0.0.0/16")), []string{}},
		"adjacent ports together": {open(rule(tcp, 80, 83, "10.0.0.0/16"), rule(tcp, 80, 81, "10.0.0.0/8"), rule(tcp, 82,
			83, "10.0.0.0/16")), []string{}},
		"blocks together": {open(rule(tcp, 80, 80, "10.0.0.0/23"), rule(tcp, 80, 80, "10.0.0.0/24"), rule(tcp,
			80, 80, "10.0.1.0/24")), []string{}},
		"a gap between ports": {
			open(rule(tcp, 80, 83, "10.0.0.0/16"), rule(tcp, 80, 81, "10.0.0.0/16"), rule(tcp, 83, 83, "10.0.0.0/16")),
			[]string{"security-groups high: lets in ports 80-83 (tcp) from 10.0.0.0/16; before: port 83 (tcp) from " +
				"10.0.0.0/16, ports 80-81 (tcp) from 10.0.0.0/16"},
		},
		"a gap between blocks": {
			open(rule(tcp, 80, 80, "10.0.0.0/22"), rule(tcp, 80, 80, "10.0.0.0/24"), rule(tcp, 80, 80, "10.0.2.0/23")),
			[]string{"security-groups high: lets in port 80 (tcp) from 10.0.0.0/22; before: port 80 (tcp) from 10.0.0.0/24, " +
				"port 80 (tcp) from 10.0.2.0/23"},
		},
		"one bit more of a block": {
			open(rule(tcp, 80, 80, "10.0.0.0/15"), rule(tcp, 80, 80, "10.0.0.0/16")),
			[]string{"security-groups high: lets in port 80 (tcp) from 10.0.0.0/15; before: port 80 (tcp) from 10.0.0.0/16"},
		},
		"another protocol": {
			open(rule("udp", 80, 80, "10.0.0.0/16"), rule(tcp, 80, 80, "10.0.0.0/16")),
			[]string{"security-groups high: lets in port 80 (udp) from 10.0.0.0/16; before: closed"},
		},
		"every protocol": {
			open(props{"securityGroupId": "sg-1", "ipProtocol": all, "cidrIpv4": "10.0.0.0/16"},
				rule(tcp, 80, 80, "10.0.0.0/16")),
			[]string{"security-groups high: lets in all ports and protocols from 10.0.0.0/16; before: port 80 (tcp) from " +
				"10.0.0.0/16"},
		},
		"SSH from the world": {
			open(rule(tcp, 22, 22, "0.0.0.0/0")),
			[]string{"security-groups critical: lets in port 22 (tcp) from 0.0.0.0/0, the whole internet; before: closed"},
		},
		"everything from the world, by IPv6": {
			open(props{"securityGroupId": "sg-1", "ipProtocol": all, "cidrIpv6": "::/0"}),
			[]string{"security-groups critical: lets in all ports and protocols from ::/0, the whole internet; before: closed"},
		},
		"half of the world": {
			open(rule(tcp, 5432, 5432, "128.0.0.0/1")),
			[]string{"security-groups critical: lets in port 5432 (tcp) from 128.0.0.0/1, the whole internet; before: closed"},
		},
		"HTTPS from the world": {
			open(rule(tcp, 443, 443, "0.0.0.0/0")),
			[]string{"security-groups high: lets in port 443 (tcp) from 0.0.0.0/0, the whole internet; before: closed"},
		},
		"the world was there before": {open(rule(tcp, 22, 22, "0.0.0.0/0"), rule(tcp, 22, 22, "0.0.0.0/0")), []string{}},
		"another group's world": {
			open(rule(tcp, 22, 22, "10.0.0.0/8"), with(rule(tcp, 22, 22, "0.0.0.0/0"), "securityGroupId", "sg-9")),
			[]string{"security-groups high: lets in port 22 (tcp) from 10.0.0.0/8; before: closed"},
		},
		"another security group": {
			open(with(peer, "referencedSecurityGroupId", "sg-3"), peer),
			[]string{"security-groups high: lets in port 5432 (tcp) from sg-3; before: closed"},
		},
		"a security group of this change": {
			open(with(peer, "referencedSecurityGroupId", unknown), peer),
			[]string{"security-groups high: lets in port 5432 (tcp) from a security group that this change makes; before: " +
				"closed"},
		},
		"unknown ports": {
			open(with(rule(tcp, 80, 80, "10.0.0.0/16"), "toPort", unknown), rule(tcp, 80, 80, "10.0.0.0/16")),
			[]string{"? security-groups high: lets in all ports (tcp) from 10.0.0.0/16; fromPort, toPort is known only " +
				"after the deployment"},
		},
		"new group, open to the web": {
			open(with(rule(tcp, 443, 443, "0.0.0.0/0"), "securityGroupId", unknown)),
			[]string{"security-groups medium: lets in port 443 (tcp) from 0.0.0.0/0, the whole internet (the group is new)"},
		},
		"new group, open to the world": {
			open(with(rule(tcp, 22, 22, "0.0.0.0/0"), "securityGroupId", unknown)),
			[]string{"security-groups critical: lets in port 22 (tcp) from 0.0.0.0/0, the whole internet (the group is new)"},
		},
		"new group, open to the VPC": {open(with(rule(tcp, 22, 22, "10.0.0.0/16"), "securityGroupId", unknown)), []string{}},
		"new group, unknown block": {open(with(with(rule(tcp, 22, 22, ""), "securityGroupId", unknown), "cidrIpv4",
			unknown)), []string{"? security-groups high: lets in port 22 (tcp) from a peer that is not known yet; cidrIpv4 " +
			"is known only after the deployment"}},
		"nothing changes": {
			[]eventlog.Step{step(eventlog.OpSame, ingress, "a", rule(tcp, 22, 22, "0.0.0.0/0"), rule(tcp, 22, 22, "0.0.0.0/0"))},
			[]string{},
		},
		"only the description": {
			[]eventlog.Step{
				step(eventlog.OpUpdate, ingress, "a", rule(tcp, 22, 22, "0.0.0.0/0"),
					with(rule(tcp, 22, 22, "0.0.0.0/0"), "description", "x")),
			}, []string{},
		},
		"the group is replaced with it": {
			[]eventlog.Step{
				step(eventlog.OpReplace, ingress, "a", rule(tcp, 80, 80, "10.0.0.0/16"),
					with(rule(tcp, 80, 80, "10.0.0.0/16"), "securityGroupId", unknown)),
			}, []string{},
		},
		"out to the VPC": {
			[]eventlog.Step{step(eventlog.OpCreate, egress, "a", nil, rule(tcp, 22, 22, "10.0.0.0/16"))},
			[]string{"security-groups medium: lets out port 22 (tcp) to 10.0.0.0/16; before: closed"},
		},
		"out to the world": {
			[]eventlog.Step{step(eventlog.OpCreate, egress, "a", nil, rule(all, -1, -1, "0.0.0.0/0"))},
			[]string{"security-groups high: lets out all ports and protocols to 0.0.0.0/0, the whole internet; before: closed"},
		},
		"in does not cover out": {
			[]eventlog.Step{
				step(eventlog.OpCreate, egress, "a", nil, rule(tcp, 80, 80, "10.0.0.0/16")),
				step(eventlog.OpDelete, ingress, "b", rule(tcp, 80, 80, "10.0.0.0/16"), nil),
			}, []string{"security-groups medium: lets out port 80 (tcp) to 10.0.0.0/16; before: closed"},
		},
		"older rule resource, two blocks": {
			[]eventlog.Step{
				step(eventlog.OpUpdate, oldRule, "a", props{
					"type": "ingress", "securityGroupId": "sg-1", "protocol": tcp,
					"fromPort": 80, "toPort": 80, "cidrBlocks": []any{"10.0.0.0/16"},
				}, props{
					"type": "ingress", "securityGroupId": "sg-1", "protocol": tcp, "fromPort": 80, "toPort": 80,
					"cidrBlocks": []any{"10.0.0.0/16", "0.0.0.0/0"},
				}),
			}, []string{"security-groups high: lets in port 80 (tcp) from 0.0.0.0/0, the whole internet; before: port 80 " +
				"(tcp) from 10.0.0.0/16"},
		},
		"inline rules": {
			[]eventlog.Step{step(eventlog.OpUpdate, group, "a",
				props{"id": "sg-1", "ingress": []any{props{"protocol": tcp, "fromPort": 80, "toPort": 80, "self": true}}},
				props{"id": "sg-1", "ingress": []any{
					props{"protocol": tcp, "fromPort": 80, "toPort": 80, "self": true},
					props{"protocol": all, "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}},
				}})},
			[]string{"security-groups critical: lets in all ports and protocols from 0.0.0.0/0, the whole internet; " +
				"before: closed"},
		},
		"inline rules, unknown": {
			[]eventlog.Step{step(eventlog.OpUpdate, group, "a", props{"id": "sg-1"}, props{"id": "sg-1", "ingress": unknown})},
			[]string{"? unknown low: known only after the deployment: ingress of the rule: what it lets in cannot be compared"},
		},
		"standalone rule that was inline": {[]eventlog.Step{
			step(eventlog.OpUpdate, group, "a",
				props{"id": "sg-1", "ingress": []any{
					props{"protocol": tcp, "fromPort": 80, "toPort": 80, "cidrBlocks": []any{"10.0.0.0/16"}},
				}}, props{"id": "sg-1"}),
			step(eventlog.OpCreate, ingress, "b", nil, rule(tcp, 80, 80, "10.0.0.0/16")),
		}, []string{}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, findings(t, tc.steps...)) })
	}
}
