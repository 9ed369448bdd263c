package risk

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// The types that hold rules of security groups.
const (
	groupType        = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	oldRuleType      = "aws:ec2/securityGroupRule:SecurityGroupRule"
	ingressRuleType  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleType   = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
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
	// unknown says what of the rule is known only after the deployment.
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

// world says whether the peer is the whole internet, or so much of it that nobody can have
// meant anything else.
func (r groupRule) world() bool {
	const half = 1
	return r.block.IsValid() && r.block.Bits() <= half
}

// web says whether the rule opens nothing but HTTP and HTTPS.
func (r groupRule) web() bool {
	return r.protocol == "tcp" && r.ports.from == r.ports.to && (r.ports.from == 80 || r.ports.from == 443)
}

// groupRules are the rules that a resource holds, given its inputs.
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
		rules = append(rules, groupRule{ingress: ingress, protocol: "-1", ports: allPorts, peer: "peers that are not known yet", unknown: []string{list.Path()}})
	}
	return rules
}

// peerProperties are where the kinds of rules name their peers.
var peerProperties = []string{
	"cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks", "prefixListId", "prefixListIds",
	"referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups",
}

// groupProperties are those whose peer is another security group.
var groupProperties = []string{"referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"}

// expand makes one rule for each peer.
func expand(v prop.Value, ingress bool, protocolProperty string) []groupRule {
	rule := groupRule{ingress: ingress, protocol: "-1", ports: allPorts}
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

// with is the rule for one peer.
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

// protocolName is the name of a protocol that may be given by its number.
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

// covers says whether rules together let through everything that one rule does.
func covers(rules []groupRule, wanted groupRule) bool {
	if len(wanted.unknown) > 0 {
		return false
	}
	var open []span
	var narrower bool
	for _, r := range rules {
		if len(r.unknown) > 0 || r.ingress != wanted.ingress || r.protocol != "-1" && r.protocol != wanted.protocol {
			continue
		}
		switch {
		case !wanted.block.IsValid():
			if r.peer == wanted.peer {
				open = append(open, r.ports)
			}
		case r.block.IsValid() && r.block.Bits() <= wanted.block.Bits() && r.block.Contains(wanted.block.Addr()):
			open = append(open, r.ports)
		case r.block.IsValid() && wanted.block.Contains(r.block.Addr()):
			narrower = true
		}
	}
	if spans(open, wanted.ports) {
		return true
	}
	if !narrower {
		return false
	}
	// Blocks that are each smaller may cover it together: both halves have to be covered.
	lower, upper := wanted, wanted
	lower.block, upper.block = halves(wanted.block)
	return covers(rules, lower) && covers(rules, upper)
}

// halves splits a block in two.
func halves(block netip.Prefix) (lower, upper netip.Prefix) {
	bits := block.Bits()
	address := block.Addr().AsSlice()
	address[bits/8] |= 0x80 >> (bits % 8)
	high, _ := netip.AddrFromSlice(address)
	return netip.PrefixFrom(block.Addr(), bits+1), netip.PrefixFrom(high, bits+1)
}

// spans says whether ranges together contain a range.
func spans(ranges []span, wanted span) bool {
	slices.SortFunc(ranges, func(a, b span) int { return a.from - b.from })
	next := wanted.from
	for _, r := range ranges {
		if r.from > next || next > wanted.to {
			break
		}
		next = max(next, r.to+1)
	}
	return next > wanted.to
}

// groups are the rules of the security groups before, by group.
type groups map[string][]groupRule

// newGroups gathers the rules of each group, wherever they are written: a rule that moves
// from one resource to another opens nothing.
func newGroups(steps []eventlog.Step) groups {
	g := groups{}
	for _, s := range steps {
		if rules := groupRules(s.Type, s.Old); len(rules) > 0 {
			key := groupOf(s, s.Old)
			g[key] = append(g[key], rules...)
		}
	}
	return g
}

// groupOf names the group that a resource's rules belong to: by its id where there is one,
// else by the resource itself.
func groupOf(s eventlog.Step, inputs resource.PropertyMap) string {
	property := "securityGroupId"
	if s.Type == groupType || s.Type == defaultGroupType {
		inputs, property = s.OldOutputs, "id"
	}
	if id, ok := prop.Of(inputs).Get(property).Text(); ok && id != "" {
		return id
	}
	return string(s.URN)
}

// rulesBefore are the rules of the group that a resource's rules belong to. A group that is
// replaced has no id yet; what it lets through is compared with the one that it replaces.
func (g groups) rulesBefore(s eventlog.Step) []groupRule {
	if s.Old != nil && prop.Of(s.New).Get("securityGroupId").IsUnknown() {
		return g[groupOf(s, s.Old)]
	}
	return g[groupOf(s, s.New)]
}

// judge finds rules that open a group beyond what it was.
func (g groups) judge(s eventlog.Step) []Finding {
	if !s.Changes() || s.Op == eventlog.OpDelete {
		return nil
	}
	rules := groupRules(s.Type, s.New)
	if len(rules) == 0 {
		return nil
	}
	before, isNew := g.rulesBefore(s), fresh(s)
	var findings []Finding
	for _, rule := range rules {
		if covers(before, rule) {
			continue
		}
		if s.Old != nil && rule.unsure() {
			findings = append(findings, unknown("%s of the rule: what it %s cannot be compared", strings.Join(rule.unknown,
				", "), rule.verb()))
			continue
		}
		if level := levelOf(rule, isNew); level > None {
			findings = append(findings, opened(rule, level, before, isNew))
		}
	}
	return findings
}

// fresh says whether the rules belong to a group that does not exist yet: nothing is behind
// it that was closed before. The id of a group that is created is not known at preview.
func fresh(s eventlog.Step) bool {
	if s.Type == groupType {
		return s.Op == eventlog.OpCreate
	}
	return s.Op == eventlog.OpCreate && prop.Of(s.New).Get("securityGroupId").IsUnknown()
}

// levelOf says how bad a rule is that was not there before. Of a new group only the openings
// to the internet are worth a word: without rules it would have no purpose.
func levelOf(r groupRule, isNew bool) Level {
	switch {
	case r.unsure():
		return High // something is opened that was not, only to whom is not known
	case r.ingress && r.world() && !r.web():
		return Critical
	case r.ingress && r.world():
		return pick(isNew, Medium, High)
	case r.ingress:
		return pick(isNew, None, High)
	case r.world() && !r.web():
		return pick(isNew, Medium, High)
	default:
		return pick(isNew, None, Medium)
	}
}

func pick(isNew bool, fresh, existing Level) Level {
	if isNew {
		return fresh
	}
	return existing
}

// unsure says whether more of the rule is not known than the id of a security group, which is no more than a
// group that the change makes.
func (r groupRule) unsure() bool {
	return slices.ContainsFunc(r.unknown, func(name string) bool { return !slices.Contains(groupProperties, name) })
}

func (r groupRule) verb() string {
	if r.ingress {
		return "lets in"
	}
	return "lets out"
}

func opened(r groupRule, level Level, before []groupRule, isNew bool) Finding {
	finding := Finding{Class: SecurityGroups, Level: level, Unknown: r.unsure(), Message: r.verb() + " " + r.String()}
	switch {
	case finding.Unknown:
		finding.Message += fmt.Sprintf("; %s is known only after the deployment", strings.Join(r.unknown, ", "))
	case isNew:
		finding.Message += " (the group is new)"
	default:
		if was := narrowerThan(before, r); was != "" {
			finding.Message += "; before: " + was
		} else {
			finding.Message += "; before: closed"
		}
	}
	return finding
}

// narrowerThan lists what a group let through of a rule that is wider now.
func narrowerThan(before []groupRule, r groupRule) string {
	const most = 3
	var was []string
	for _, b := range before {
		overlap := b.ports.from <= r.ports.to && r.ports.from <= b.ports.to
		protocol := b.protocol == r.protocol || b.protocol == "-1" || r.protocol == "-1"
		peer := b.block.IsValid() && r.block.IsValid() && b.block.Overlaps(r.block) || b.peer != "" && b.peer == r.peer
		if len(b.unknown) == 0 && b.ingress == r.ingress && overlap && protocol && peer {
			was = append(was, b.String())
		}
	}
	slices.Sort(was)
	was = slices.Compact(was)
	if len(was) > most {
		was = append(was[:most], fmt.Sprintf("%d more", len(was)-most))
	}
	return strings.Join(was, ", ")
}
