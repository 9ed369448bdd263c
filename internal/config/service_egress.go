package config

import (
	"fmt"
	"net/netip"
	"slices"

	"aws-webapp/internal/awsdata/prefixlists"
)

// Egress is a way out of a service's tasks, beside HTTPS to everywhere and the ways that DatabaseAccess and CacheAccess
// open.
// If the release command deploys, a way that goes stays among previous.egress until the release has ended.
type Egress struct {
	// To is an IPv4 block outside of the VPC, or a prefix list of the account. Required.
	To string `json:"to" required:"true" allowed:"<way out>"`
	// Port at the other end, 1 to 65535. Required.
	Port int `json:"port" required:"true" allowed:"1 to 65535"`
	// Protocol is tcp or udp. Default tcp.
	Protocol string `json:"protocol" allowed:"tcp, udp"`
	// Reason says what it is for, 10 to 256 characters. It appears as a tag of the security group's rule, for which the
	// policy pack lets the rule pass. Required.
	Reason string `json:"reason" required:"true" allowed:"<reason>"`
}

func (e *Egress) defaults() { e.Protocol = "tcp" }

// isWayOut accepts what a rule of a security group can name at its other end, beside another group.
func isWayOut(text string) bool { return isBlock(text) || prefixlists.IsID(text) }

// validateEgress refuses ways that are open already, that lead back into the VPC, or that end in a network without NAT.
func validateEgress(v *validation, ways []Egress, at path) {
	first := map[Egress]path{}
	for i, way := range ways {
		entry := at.index(i)
		if !v.sound(entry.key("to"), entry.key("port"), entry.key("protocol")) {
			continue
		}
		shown := fmt.Sprintf("%s %d to %s", way.Protocol, way.Port, way.To)
		same := Egress{To: way.To, Port: way.Port, Protocol: way.Protocol}
		if before, twice := first[same]; twice {
			v.add(entry, shown, "each way once", "remove it: "+string(before)+" says the same")
			continue
		}
		first[same] = entry
		block, err := netip.ParsePrefix(way.To)
		switch {
		case err != nil: // a prefix list: its content is not known here
		case way.To == everybody && way.Port == 443 && way.Protocol == "tcp":
			v.add(entry, shown, "ways that are not open already", "remove it: every service may use HTTPS to everywhere")
		case v.config != nil && v.config.insideVPC(block):
			v.add(entry.key("to"), quote(way.To), "addresses outside of network.cidrBlock, "+v.config.Network.CIDRBlock,
				"use databaseAccess or cacheAccess: inside the VPC security groups name each other")
		case v.config != nil && v.config.Network.NAT == NATNone && !block.Addr().IsPrivate():
			v.add(entry.key("to"), quote(way.To), "private addresses with network.nat none",
				"set network.nat to single or per-az, or remove it: without NAT gateways tasks reach no public address")
		}
	}
}

// AllEgress are the ways of a service, and those of an earlier version that are not among them.
func (s *Service) AllEgress() (ways []Egress, previous int) {
	ways = slices.Clone(s.Egress)
	for _, old := range s.Previous.Egress {
		if !slices.ContainsFunc(s.Egress, old.Same) {
			ways, previous = append(ways, old), previous+1
		}
	}
	return ways, previous
}

// Same reports whether another way leads to the same place.
func (e Egress) Same(o Egress) bool {
	return e.To == o.To && e.Port == o.Port && e.Protocol == o.Protocol
}

func (c *Config) insideVPC(block netip.Prefix) bool {
	vpc, err := netip.ParsePrefix(c.Network.CIDRBlock)
	return err == nil && vpc.Bits() <= block.Bits() && vpc.Contains(block.Addr())
}
