package config

import (
	"fmt"
	"slices"

	"aws-webapp/internal/awsdata/prefixlists"
)

// everybody is the block of all addresses.
const everybody = "0.0.0.0/0"

// Scheme says which addresses a load balancer has.
type Scheme string

// The schemes.
const (
	InternetFacing Scheme = "internet-facing"
	SchemeInternal Scheme = "internal"
)

// ProbePlace is the network from which the probe asks for the services.
type ProbePlace string

// The places of the probe. Outside is the internet, inside the app subnets.
const (
	ProbeNowhere ProbePlace = ""
	ProbeOutside ProbePlace = "outside"
	ProbeInside  ProbePlace = "inside"
)

// ProbeFrom is where the probe has to be so that it gets in as clients do.
func (c *Config) ProbeFrom() ProbePlace {
	switch {
	case !c.Monitoring.Probe, !slices.ContainsFunc(c.Services, func(s Service) bool { return s.HasEndpoint() }):
		return ProbeNowhere
	case slices.Contains(c.LoadBalancer.IngressCIDRs, everybody):
		return ProbeOutside
	case c.LoadBalancer.Scheme == SchemeInternal, c.Network.NAT != NATNone:
		return ProbeInside
	}
	return ProbeNowhere
}

// CallersByNAT reports whether the load balancer lets the addresses of the NAT gateways in for the probe.
func (c *Config) CallersByNAT() bool {
	return c.ProbeFrom() == ProbeInside && c.LoadBalancer.Scheme != SchemeInternal
}

// Secluded reports whether no request from outside of the stack's networks gets to the load balancer itself: it has
// no public address, or lets in prefix lists alone, such as CloudFront's.
func (l *LoadBalancer) Secluded() bool { return l.Scheme == SchemeInternal || len(l.IngressCIDRs) == 0 }

// validateIngress refuses a load balancer that nobody reaches, or that lets everybody in beside those who are named.
func (c *Config) validateIngress(v *validation, at path) {
	balancer := at.key("loadBalancer")
	blocks, lists := balancer.key("ingressCidrs"), balancer.key("ingressPrefixLists")
	judged := []path{blocks, lists, balancer.key("scheme")}
	for i := range c.LoadBalancer.IngressPrefixLists {
		judged = append(judged, lists.index(i))
	}
	if !v.sound(judged...) {
		return
	}
	open := slices.Contains(c.LoadBalancer.IngressCIDRs, everybody)
	switch named := c.LoadBalancer.IngressPrefixLists; {
	case len(c.LoadBalancer.IngressCIDRs) == 0 && len(named) == 0:
		v.add(blocks, "an empty list", "one network or more, here or in ingressPrefixLists",
			"name who may come in: remove the key for everybody")
	case open && c.LoadBalancer.Scheme == SchemeInternal:
		v.add(blocks, everybody, "with scheme internal the networks that use it",
			"name them, such as "+c.Network.CIDRBlock+" for the VPC: a peered network or a VPN by its own block")
	case open && len(named) > 0:
		v.add(blocks, everybody, "beside ingressPrefixLists no block, or further networks",
			"set [], or name the networks: everybody would come in past the list")
	}
	for i, list := range c.LoadBalancer.IngressPrefixLists {
		region := prefixlists.CloudFrontRegion(list)
		if here := prefixlists.CloudFront(c.AWS.Region); region != "" && here != "" && here != list {
			v.add(lists.index(i), quote(list), fmt.Sprintf("lists of %s: this one is CloudFront's in %s", c.AWS.Region, region),
				"write "+here+", which is CloudFront's there")
		}
	}
}
