package config

import (
	"fmt"
	"strconv"
	"strings"
)

// reservedAddresses is the number of addresses that AWS reserves in every subnet (Amazon VPC User
// Guide, "Subnet sizing for IPv4").
const reservedAddresses = 5

// freeAddresses returns the number of usable addresses of a subnet.
func freeAddresses(prefix int) int { return 1<<(32-prefix) - reservedAddresses }

// addresses that something needs in the app subnet of each zone.
type addresses struct {
	what  string
	count int
}

// appAddresses returns the addresses that the app tier needs. The other tiers fit into the
// smallest allowed subnet: a load balancer needs eight free addresses, a gateway and a database
// one each.
//
// ECS spreads tasks over the zones. All services may run their maximum at the same time, and the
// largest release comes on top. It is only counted for that one: fifty services with ten tasks
// are not all released together while all are at their maximum.
func (c *Config) appAddresses() []addresses {
	zones := c.Network.Zones()
	tasks, release := 0, 0
	for i := range c.Services {
		s := &c.Services[i]
		tasks += s.Scaling.Max
		extra := s.Scaling.Max
		if s.Deployment.Controller == Rolling {
			extra = s.Scaling.Max * (s.Deployment.MaximumPercent - 100) / 100
		}
		release = max(release, extra)
	}
	needed := []addresses{
		{"tasks at services[].scaling.max", perZone(tasks, zones)},
		{"the largest release", perZone(release, zones)},
		{"interface endpoints", len(c.Network.InterfaceEndpoints)},
	}
	if c.LoadBalancer.Scheme == SchemeInternal {
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets
		needed = append(needed, addresses{"the load balancer", 8})
	}
	if c.ProbeFrom() == ProbeInside {
		needed = append(needed, addresses{"the probe", 1})
	}
	if len(c.Jobs) > 0 {
		needed = append(needed, addresses{"jobs", perZone(len(c.Jobs), zones)})
	}
	if c.LogSearch.Enabled {
		needed = append(needed,
			// OpenSearch keeps three for each data node in each subnet, most of them for its own blue/green
			// deployments: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html,
			// "Reserving IP addresses in a VPC subnet".
			addresses{"the log search's domain", 3 * c.LogSearch.InstanceCount},
			// Functions with the same subnet and security group share an interface (AWS Lambda Developer
			// Guide, "Hyperplane ENIs").
			addresses{"its functions", 1},
		)
	}
	return needed
}

// perZone returns the share of the fullest zone.
func perZone(count, zones int) int { return (count + zones - 1) / zones }

// validateAddresses refuses subnets that are too small for what has to run in them.
func (c *Config) validateAddresses(v *validation, at path) {
	network, zones := at.key("network"), c.Network.Zones()
	prefix := network.key("subnetPrefix")
	counts := []path{
		prefix, network.key("availabilityZones"), network.key("availabilityZoneCount"),
		at.key("logSearch").key("instanceCount"),
	}
	for i := range c.Services {
		service := at.key("services").index(i)
		counts = append(counts, service.key("scaling").key("max"), service.key("deployment").key("maximumPercent"))
	}
	if zones == 0 || !v.sound(counts...) {
		return
	}
	total, parts := 0, []string{}
	for _, need := range c.appAddresses() {
		total += need.count
		if need.count > 0 {
			parts = append(parts, fmt.Sprintf("%d for %s", need.count, need.what))
		}
	}
	if total <= freeAddresses(c.Network.SubnetPrefix) {
		return
	}
	fitting := c.Network.SubnetPrefix
	for freeAddresses(fitting) < total {
		fitting--
	}
	v.add(prefix, strconv.Itoa(c.Network.SubnetPrefix),
		fmt.Sprintf("at most %d: the app subnet of each zone needs %d addresses (%s) and has %d",
			fitting, total, strings.Join(parts, ", "), freeAddresses(c.Network.SubnetPrefix)),
		"lower it before the first deployment; on a running stack add zones or lower services[].scaling.max")
}
