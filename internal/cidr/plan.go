// Package cidr lays out the subnets of a VPC.
package cidr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// AWS takes VPCs and subnets of these sizes (Amazon VPC User Guide, "VPC CIDR blocks").
const (
	largestPrefix  = 16
	smallestPrefix = 28
)

// The planner's zones. Load balancer and database need two; no region has more than six.
const (
	fewestZones = 2
	mostZones   = 6
)

// tiers are public, app and database.
const tiers = 3

// Plan is the subnets of each tier, one a zone.
type Plan struct {
	// Public has the load balancer and NAT gateways.
	Public []netip.Prefix
	// App has the tasks.
	App []netip.Prefix
	// DB has the database.
	DB []netip.Prefix
}

// NewPlan cuts a VPC into blocks of one size and gives them out tier by tier. The first
// block stays free, so that 10.0.0.0/16 with subnets of /24 in two zones becomes
//
//	public 10.0.1.0/24 10.0.2.0/24
//	app    10.0.3.0/24 10.0.4.0/24
//	db     10.0.5.0/24 10.0.6.0/24
//
// Adding a zone later keeps the public subnets where they are but moves those of the other
// tiers, because each tier begins where the one before ends: with three zones the app tier
// begins at 10.0.4.0/24. AWS cannot move a subnet, so everything in the moved ones would be
// replaced, the database included. The number of zones is to be settled before the first
// deployment; to change it, deploy a second stack beside the first and move over. The same
// holds for the VPC's block and the subnets' size.
//
// Nothing is bent to make a plan fit: if seven blocks in two zones (three tiers and the
// free one) are one too many, that is an error, which says what would fit.
func NewPlan(vpc netip.Prefix, subnetPrefix, zones int) (Plan, error) {
	if err := errors.Join(checkVPC(vpc), checkSubnets(subnetPrefix), checkZones(zones)); err != nil {
		return Plan{}, err
	}
	needed := tiers*zones + 1
	if available := blocks(vpc, subnetPrefix); available < needed {
		return Plan{}, tooSmall(vpc, subnetPrefix, zones, available)
	}
	next := uint32(1)
	tier := func() []netip.Prefix {
		subnets := make([]netip.Prefix, zones)
		for i := range subnets {
			subnets[i] = block(vpc, subnetPrefix, next)
			next++
		}
		return subnets
	}
	return Plan{Public: tier(), App: tier(), DB: tier()}, nil
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
	if prefix < largestPrefix || prefix > smallestPrefix {
		return fmt.Errorf("the subnets are a /%d: AWS takes /16 to /28", prefix)
	}
	return nil
}

func checkZones(zones int) error {
	if zones < fewestZones || zones > mostZones {
		return fmt.Errorf("the number of zones is %d: plan with 2 to 6", zones)
	}
	return nil
}

// blocks is how many subnets a VPC has room for.
func blocks(vpc netip.Prefix, subnetPrefix int) int {
	if subnetPrefix < vpc.Bits() {
		return 0
	}
	return 1 << (subnetPrefix - vpc.Bits())
}

// block is the nth subnet of a VPC that has one.
func block(vpc netip.Prefix, subnetPrefix int, n uint32) netip.Prefix {
	address := vpc.Addr().As4()
	first := binary.BigEndian.Uint32(address[:])
	binary.BigEndian.PutUint32(address[:], first+n<<(32-subnetPrefix))
	return netip.PrefixFrom(netip.AddrFrom4(address), subnetPrefix)
}

// tooSmall says how much room is needed and what would fit.
func tooSmall(vpc netip.Prefix, subnetPrefix, zones, available int) error {
	needed := tiers*zones + 1
	var remedies []string
	if fitting := subnetsThatFit(vpc, zones); fitting <= smallestPrefix {
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
	return fmt.Errorf("%d zones in three tiers and the first block, which stays free, need %d subnets of /%d, but %s has room for %d: %s",
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
