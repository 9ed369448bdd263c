package config

import (
	"net/netip"
	"strconv"
	"strings"

	"aws-webapp/internal/cidr"
	"aws-webapp/internal/plural"
)

// NAT is the way in which the app tier reaches the internet.
type NAT string

// The NAT strategies. [NATSingle] costs one gateway, and the internet is lost when its zone
// fails; [NATPerAZ] costs one per zone; [NATNone] needs every interface endpoint that the
// workload uses.
const (
	NATNone   NAT = "none"
	NATSingle NAT = "single"
	NATPerAZ  NAT = "per-az"
)

// Network is the VPC with its three subnet tiers. Settle its addresses before the first deployment:
// AWS cannot move or resize a subnet, so a running stack refuses other values. Zones can be added to
// a running stack, up to six in all, and nothing that exists moves (see [cidr.NewPlan]); a zone that
// is in use cannot be removed. Rolling services use a new zone at once, those that CodeDeploy deploys
// with their next deployment; the domain of the log search stays where it is.
type Network struct {
	// CIDRBlock of the VPC, /16 to /24. Default 10.0.0.0/16. A running stack keeps it.
	CIDRBlock string `json:"cidrBlock" allowed:"<VPC block>"`
	// SubnetPrefix is the prefix length of every subnet, 18 to 27: a load balancer accepts no
	// smaller ones. Default 24. A running stack keeps it.
	SubnetPrefix int `json:"subnetPrefix" allowed:"18 to 27"`
	// AvailabilityZoneCount is the number of zones to use, 2 to 6: load balancer and database need
	// two. Default 2. Ignored if AvailabilityZones names them. A running stack keeps its zones and
	// may get further ones.
	AvailabilityZoneCount int `json:"availabilityZoneCount" allowed:"2 to 6"`
	// AvailabilityZones names the zones, 2 to 6; by default the region's first ones in order. Add
	// further zones of a running stack after those that it has.
	AvailabilityZones []string `json:"availabilityZones" allowed:"<availability zone>"`
	// NAT is none, single or per-az. Default per-az.
	NAT NAT `json:"nat" allowed:"none, single, per-az"`
	// InterfaceEndpoints lists the AWS services reached by PrivateLink instead of NAT: ecr.api,
	// ecr.dkr, logs, secretsmanager, sns, sqs, ssm, kms, sts, ssmmessages. Default none.
	InterfaceEndpoints []string `json:"interfaceEndpoints" allowed:"<interface endpoint>"`
	// EndpointAccounts lists further accounts, by their 12 digits, whose roles may use the
	// endpoints, including that of S3. By default the endpoints only serve principals of the stack's
	// own account, so nobody can carry data out with another account's keys. An application that
	// assumes a role in another account needs that account here. Default none.
	EndpointAccounts []string `json:"endpointAccounts" allowed:"<account id>"`
	// ReadableBuckets lists buckets of others in the region that the network may read through S3's
	// endpoint with credentials of another account or none, such as those of a registry or of
	// packages; "*" stands for all. The bucket of ECR's layers is always included. Default none, or
	// all if a service's image comes from another registry than ECR, which may keep its layers in
	// S3.
	ReadableBuckets []string `json:"readableBuckets" allowed:"<bucket>"`
}

func (n *Network) defaults() {
	*n = Network{
		CIDRBlock:             "10.0.0.0/16",
		SubnetPrefix:          24,
		AvailabilityZoneCount: 2,
		NAT:                   NATPerAZ,
	}
}

// Zones returns the number of availability zones of the stack.
func (n *Network) Zones() int {
	if len(n.AvailabilityZones) > 0 {
		return len(n.AvailabilityZones)
	}
	return n.AvailabilityZoneCount
}

// Plan lays out the subnets of all tiers. It fails only on a network that was not read by
// this package.
func (n *Network) Plan() (cidr.Plan, error) {
	block, err := netip.ParsePrefix(n.CIDRBlock)
	if err != nil {
		return cidr.Plan{}, err
	}
	return cidr.NewPlan(block, n.SubnetPrefix, n.Zones(), cidr.Plan{})
}

func (n *Network) validate(v *validation, at path) {
	v.inProd(n.NAT == NATSingle, at.key("nat"),
		`"single"`, "per-az in prod, or none with every endpoint that the workload needs",
		"set per-az: with one gateway the loss of its zone cuts off every zone")
	zones := at.key("availabilityZones")
	if count := len(n.AvailabilityZones); count == 1 || count > 6 {
		v.add(zones, plural.Of(count, "zone"), "2 to 6 zones", "name two or more: load balancer and database need two")
	}
	region := v.config.AWS.Region
	for i, zone := range n.AvailabilityZones {
		if region != "" && strings.TrimRight(zone, "abcdefghijklmnopqrstuvwxyz") != region {
			v.add(zones.index(i), quote(zone), "zones of "+region, "write it like "+region+"a")
		}
	}
	if !v.sound(at.key("cidrBlock"), at.key("availabilityZoneCount"), zones) {
		return
	}
	if _, err := n.Plan(); err != nil {
		v.add(at.key("subnetPrefix"), strconv.Itoa(n.SubnetPrefix),
			"a prefix length with which three tiers in each zone fit into cidrBlock", err.Error())
	}
}
