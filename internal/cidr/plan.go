package cidr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// AWS accepts VPCs and subnets of /16 to /28 (Amazon VPC User Guide, "VPC CIDR blocks" and "Subnet
// sizing"). A load balancer accepts no subnet smaller than /27
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html,
// "Subnets for your load balancer").
const (
	largestPrefix        = 16
	smallestPrefix       = 28
	smallestSubnetPrefix = 27
)

// The number of zones. Load balancer and database need two; no region has more than six.
const (
	fewestZones = 2
	mostZones   = 6
)

// tiers are public, app and database.
const tiers = 3

// Plan holds the subnets of each tier, one per zone.
type Plan struct {
	// Public subnets hold the load balancer and NAT gateways.
	Public []netip.Prefix
	// App subnets hold the tasks.
	App []netip.Prefix
	// DB subnets hold the database.
	DB []netip.Prefix
}

// NewPlan cuts a VPC into blocks of one size. The first block stays free, the first two zones get
// their blocks tier by tier, and every further zone gets the next three. 10.0.0.0/16 with subnets
// of /24 in three zones becomes
//
//	public 10.0.1.0/24 10.0.2.0/24 10.0.7.0/24
//	app    10.0.3.0/24 10.0.4.0/24 10.0.8.0/24
//	db     10.0.5.0/24 10.0.6.0/24 10.0.9.0/24
//
// Adding a zone leaves every block where it is, because AWS cannot move a subnet. The deployed
// subnets, held, also stay as they are, however they were laid out; zones that held does not have
// get free blocks. held may have any number of zones, and an invalid prefix in it stands for a
// missing subnet.
//
// The layout never changes to make a plan fit: if the seven blocks of two zones (three tiers
// each, and the free one) are too many, that is an error, which says what would fit.
func NewPlan(vpc netip.Prefix, subnetPrefix, zones int, held Plan) (Plan, error) {
	if err := errors.Join(checkVPC(vpc), checkSubnets(subnetPrefix), checkZones(zones)); err != nil {
		return Plan{}, err
	}
	available := blocks(vpc, subnetPrefix)
	if available < tiers*zones+1 {
		return Plan{}, tooSmall(vpc, subnetPrefix, zones, available)
	}
	p := planner{vpc: vpc, prefix: subnetPrefix, available: available, taken: held.all()}
	plan := Plan{Public: make([]netip.Prefix, zones), App: make([]netip.Prefix, zones), DB: make([]netip.Prefix, zones)}
	for zone := range zones {
		for tier, subnets := range plan.tiers() {
			block, ok := at(held.tiers()[tier], zone), true
			if !block.IsValid() {
				block, ok = p.free(usualBlock(tier, zone))
			}
			if !ok {
				return Plan{}, fmt.Errorf("%s has no free block of /%d for zone %d beside what is deployed in it",
					vpc, subnetPrefix, zone+1)
			}
			subnets[zone] = block
		}
	}
	return plan, nil
}

// usualBlock returns the number of a block in a VPC where nothing is deployed yet.
func usualBlock(tier, zone int) int {
	if zone < fewestZones {
		return 1 + tier*fewestZones + zone
	}
	return 1 + zone*tiers + tier
}

func (p *Plan) tiers() [][]netip.Prefix { return [][]netip.Prefix{p.Public, p.App, p.DB} }

// all lists the existing blocks.
func (p *Plan) all() []netip.Prefix {
	return slices.DeleteFunc(slices.Concat(p.tiers()...), func(b netip.Prefix) bool { return !b.IsValid() })
}

// at returns the block of a zone, or an invalid one if there is none.
func at(tier []netip.Prefix, zone int) netip.Prefix {
	if zone < len(tier) {
		return tier[zone]
	}
	return netip.Prefix{}
}

// planner hands out free blocks.
type planner struct {
	vpc               netip.Prefix
	prefix, available int
	taken             []netip.Prefix
}

// free hands out the block of a number, which the VPC must have, or the first free block if
// that one is taken.
func (p *planner) free(usual int) (netip.Prefix, bool) {
	n := usual
	for next := 1; p.isTaken(n); next++ {
		if next >= p.available {
			return netip.Prefix{}, false
		}
		n = next
	}
	found := block(p.vpc, p.prefix, n)
	p.taken = append(p.taken, found)
	return found, true
}

func (p *planner) isTaken(n int) bool {
	return slices.ContainsFunc(p.taken, block(p.vpc, p.prefix, n).Overlaps)
}

func checkVPC(vpc netip.Prefix) error {
	switch {
	case !vpc.IsValid() || !vpc.Addr().Is4():
		return fmt.Errorf("the VPC's block is %s: write an IPv4 block like 10.0.0.0/16", vpc)
	case vpc != vpc.Masked():
		return fmt.Errorf("the VPC's block %s does not begin where its prefix does: write %s", vpc, vpc.Masked())
	case vpc.Bits() < largestPrefix || vpc.Bits() > smallestPrefix:
		return fmt.Errorf("the VPC's block %s is a /%d: AWS takes /16 to /28", vpc, vpc.Bits())
	default:
		return nil
	}
}

func checkSubnets(prefix int) error {
	if prefix < largestPrefix || prefix > smallestSubnetPrefix {
		return fmt.Errorf("the subnets are a /%d: use /16 to /27, a load balancer takes none that are smaller", prefix)
	}
	return nil
}

func checkZones(zones int) error {
	if zones < fewestZones || zones > mostZones {
		return fmt.Errorf("the number of zones is %d: plan with 2 to 6", zones)
	}
	return nil
}

// blocks returns the number of subnets that fit into a VPC.
func blocks(vpc netip.Prefix, subnetPrefix int) int {
	if subnetPrefix < vpc.Bits() {
		return 0
	}
	return 1 << (subnetPrefix - vpc.Bits())
}

// block returns the nth subnet of a VPC, which must have that many.
func block(vpc netip.Prefix, subnetPrefix, n int) netip.Prefix {
	address := vpc.Addr().As4()
	first := binary.BigEndian.Uint32(address[:])
	offset := uint32(n) << (32 - subnetPrefix) //nolint:gosec // a VPC has no more than 2^12 subnets
	binary.BigEndian.PutUint32(address[:], first+offset)
	return netip.PrefixFrom(netip.AddrFrom4(address), subnetPrefix)
}

// tooSmall says how much room is needed and what would fit.
func tooSmall(vpc netip.Prefix, subnetPrefix, zones, available int) error {
	needed := tiers*zones + 1
	var remedies []string
	if fitting := subnetsThatFit(vpc, zones); fitting <= smallestSubnetPrefix {
		remedies = append(remedies, fmt.Sprintf("subnets of /%d or smaller", fitting))
	}
	if fitting := vpcThatFits(subnetPrefix, zones); fitting >= largestPrefix {
		remedies = append(remedies, fmt.Sprintf("a VPC of /%d or larger", fitting))
	}
	if fitting := (available - 1) / tiers; fitting >= fewestZones {
		remedies = append(remedies, fmt.Sprintf("%d zones", fitting))
	}
	text := "nothing fits: choose a larger VPC and smaller subnets"
	if len(remedies) > 0 {
		text = "what fits is " + strings.Join(remedies, ", or ")
	}
	return fmt.Errorf("%d zones in three tiers and the first block, which stays free, need %d subnets of /%d, but %s "+
		"has room for %d: %s",
		zones, needed, subnetPrefix, vpc, available, text)
}

func subnetsThatFit(vpc netip.Prefix, zones int) int {
	prefix := vpc.Bits()
	for blocks(vpc, prefix) < tiers*zones+1 {
		prefix++
	}
	return prefix
}

func vpcThatFits(subnetPrefix, zones int) int {
	prefix := subnetPrefix
	for 1<<(subnetPrefix-prefix) < tiers*zones+1 {
		prefix--
	}
	return prefix
}
