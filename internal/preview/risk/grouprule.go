package risk

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/policies/prop"
)

// The types that hold rules of security groups.
const (
	groupType        = resourcetypes.SecurityGroup
	defaultGroupType = resourcetypes.DefaultSecurityGroup
	oldRuleType      = "aws:ec2/securityGroupRule:SecurityGroupRule"
	ingressRuleType  = resourcetypes.IngressRule
	egressRuleType   = resourcetypes.EgressRule
)

// groupRule is one peer that a rule lets in or out.
type groupRule struct {
	ingress bool
	// protocol is -1 for all.
	protocol string
	ports    span
	// block is the peer if it is a CIDR block; peer is its name if it is a group, a prefix list or
	// the group itself.
	block netip.Prefix
	peer  string
	// unknown lists the parts of the rule that are known only after the deployment.
	unknown []string
}

// span is a range of ports, both ends included.
type span struct{ from, to int }

// allPorts is the range of a rule without ports.
var allPorts = span{0, 65535}

// String names the rule as messages do, such as "port 5432 (tcp) from 10.0.0.0/16".
func (r groupRule) String() string {
	ports := fmt.Sprintf("ports %d-%d", r.ports.from, r.ports.to)
	switch {
	case r.ports == allPorts:
		ports = "all ports"
	case r.ports.from == r.ports.to:
		ports = "port " + strconv.Itoa(r.ports.from)
	}
	if r.protocol == "-1" {
		ports = "all ports and protocols"
	} else {
		ports += " (" + r.protocol + ")"
	}
	direction := "to"
	if r.ingress {
		direction = "from"
	}
	peer := r.peer
	if r.block.IsValid() {
		peer = r.block.String()
		if r.world() {
			peer += ", the whole internet"
		}
	}
	return ports + " " + direction + " " + peer
}

// world reports whether the peer is the whole internet, or so large a part that it was meant to
// be.
func (r groupRule) world() bool {
	const half = 1
	return r.block.IsValid() && r.block.Bits() <= half
}

// web reports whether the rule opens only HTTP and HTTPS.
func (r groupRule) web() bool {
	return r.protocol == "tcp" && r.ports.from == r.ports.to && (r.ports.from == 80 || r.ports.from == 443)
}

// groupRules returns the rules that a resource holds, given its inputs.
func groupRules(token string, inputs resource.PropertyMap) []groupRule {
	v := prop.Of(inputs)
	switch token {
	case groupType, defaultGroupType:
		return append(inlineRules(v.Get("ingress"), true), inlineRules(v.Get("egress"), false)...)
	case oldRuleType:
		return expand(v, v.Get("type").Is("egress") != prop.Yes, "protocol")
	case ingressRuleType:
		return expand(v, true, "ipProtocol")
	case egressRuleType:
		return expand(v, false, "ipProtocol")
	default:
		return nil
	}
}

func inlineRules(list prop.Value, ingress bool) []groupRule {
	elements, complete := list.List()
	var rules []groupRule
	for _, element := range elements {
		rules = append(rules, expand(element, ingress, "protocol")...)
	}
	if complete == prop.Maybe && list.IsSet() == prop.Yes {
		rules = append(rules, groupRule{
			ingress: ingress, protocol: "-1", peer: "peers that are not known yet",
			unknown: []string{list.Path()},
		})
	}
	return rules
}

// peerProperties lists the properties in which rules name their peers.
var peerProperties = []string{
	"cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks", "prefixListId", "prefixListIds",
	"referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups",
}

// groupProperties lists those whose peer is another security group.
var groupProperties = []string{"referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"}

// expand makes one rule for each peer.
func expand(v prop.Value, ingress bool, protocolProperty string) []groupRule {
	rule := groupRule{ingress: ingress, protocol: "-1"}
	if protocol := v.Get(protocolProperty); protocol.IsUnknown() {
		rule.unknown = append(rule.unknown, protocolProperty)
	} else if text, ok := protocol.Text(); ok {
		rule.protocol = protocolName(text)
	}
	rule.ports, rule.unknown = ports(v, rule.protocol, rule.unknown)
	var rules []groupRule
	for _, name := range peerProperties {
		peers, complete := v.Get(name).List()
		for _, peer := range peers {
			rules = append(rules, rule.with(name, peer))
		}
		if len(peers) == 0 && complete == prop.Maybe {
			rules = append(rules, rule.with(name, prop.Unknown(name)))
		}
	}
	if v.Get("self").IsTrue() == prop.Yes {
		self := rule
		self.peer = "the group itself"
		rules = append(rules, self)
	}
	return rules
}

// with returns the rule for one peer.
func (r groupRule) with(name string, peer prop.Value) groupRule {
	r.unknown = slices.Clone(r.unknown)
	text, ok := peer.Text()
	if !ok || peer.Secret() {
		r.unknown = append(r.unknown, name)
		r.peer = "a peer that is not known yet"
		if slices.Contains(groupProperties, name) {
			r.peer = "a security group that this change makes"
		}
		return r
	}
	if block, err := netip.ParsePrefix(text); err == nil {
		r.block = block.Masked()
		return r
	}
	r.peer = text
	return r
}

func ports(v prop.Value, protocol string, unknown []string) (span, []string) {
	from, to := v.Get("fromPort"), v.Get("toPort")
	if from.IsUnknown() || to.IsUnknown() {
		return allPorts, append(unknown, "fromPort, toPort")
	}
	low, haveLow := from.Number()
	high, haveHigh := to.Number()
	if !haveLow || !haveHigh || low < 0 || protocol == "-1" {
		return allPorts, unknown
	}
	return span{int(low), int(high)}, unknown
}

// protocolName returns the name of a protocol, which may be given by its number.
func protocolName(text string) string {
	switch text = strings.ToLower(text); text {
	case "all", "-1":
		return "-1"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	default:
		return text
	}
}
