package cidr

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNewPlan(t *testing.T) {
	tests := map[string]struct {
		vpc             string
		prefix, zones   int
		public, app, db []string
	}{
		"two zones of the default": {
			vpc: "10.0.0.0/16", prefix: 24, zones: 2,
			public: []string{"10.0.1.0/24", "10.0.2.0/24"},
			app:    []string{"10.0.3.0/24", "10.0.4.0/24"},
			db:     []string{"10.0.5.0/24", "10.0.6.0/24"},
		},
		"three zones": {
			vpc: "10.0.0.0/16", prefix: 24, zones: 3,
			public: []string{"10.0.1.0/24", "10.0.2.0/24", "10.0.7.0/24"},
			app:    []string{"10.0.3.0/24", "10.0.4.0/24", "10.0.8.0/24"},
			db:     []string{"10.0.5.0/24", "10.0.6.0/24", "10.0.9.0/24"},
		},
		"another network with large subnets": {
			vpc: "172.16.0.0/16", prefix: 19, zones: 2,
			public: []string{"172.16.32.0/19", "172.16.64.0/19"},
			app:    []string{"172.16.96.0/19", "172.16.128.0/19"},
			db:     []string{"172.16.160.0/19", "172.16.192.0/19"},
		},
		"the smallest subnets in a full VPC": {
			vpc: "192.168.7.0/24", prefix: 27, zones: 2,
			public: []string{"192.168.7.32/27", "192.168.7.64/27"},
			app:    []string{"192.168.7.96/27", "192.168.7.128/27"},
			db:     []string{"192.168.7.160/27", "192.168.7.192/27"},
		},
		"the last addresses there are": {
			vpc: "255.255.0.0/16", prefix: 19, zones: 2,
			public: []string{"255.255.32.0/19", "255.255.64.0/19"},
			app:    []string{"255.255.96.0/19", "255.255.128.0/19"},
			db:     []string{"255.255.160.0/19", "255.255.192.0/19"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plan, err := NewPlan(netip.MustParsePrefix(test.vpc), test.prefix, test.zones, Plan{})
			require.NoError(t, err)
			assert.Equal(t, test.public, texts(plan.Public))
			assert.Equal(t, test.app, texts(plan.App))
			assert.Equal(t, test.db, texts(plan.DB))
		})
	}
}

func TestNewPlanRefuses(t *testing.T) {
	tests := map[string]struct {
		vpc           netip.Prefix
		prefix, zones int
		want          []string
	}{
		"no VPC": {
			netip.Prefix{},
			24, 2,
			[]string{"the VPC's block is invalid Prefix: write an IPv4 block like 10.0.0.0/16"},
		},
		"IPv6": {
			netip.MustParsePrefix("fd00::/64"), 24, 2,
			[]string{"the VPC's block is fd00::/64: write an IPv4 block like 10.0.0.0/16"},
		},
		"a block that begins elsewhere": {
			netip.MustParsePrefix("10.0.1.0/16"), 24, 2,
			[]string{"the VPC's block 10.0.1.0/16 does not begin where its prefix does: write 10.0.0.0/16"},
		},
		"a VPC that AWS does not make": {
			netip.MustParsePrefix("10.0.0.0/8"), 24, 2,
			[]string{"the VPC's block 10.0.0.0/8 is a /8: AWS takes /16 to /28"},
		},
		"everything at once": {
			netip.MustParsePrefix("10.0.0.0/29"), 29, 7,
			[]string{
				"10.0.0.0/29 is a /29", "the number of zones is 7: plan with 2 to 6",
				"the subnets are a /29: use /16 to /27, a load balancer takes none that are smaller",
			},
		},
		"one zone": {
			netip.MustParsePrefix("10.0.0.0/16"), 24, 1,
			[]string{"the number of zones is 1: plan with 2 to 6"},
		},
		// Six subnets would fit without the free block: that is an error, not another layout.
		"subnets without room for a load balancer": {
			netip.MustParsePrefix("10.0.0.0/16"), 28, 2,
			[]string{"the subnets are a /28: use /16 to /27"},
		},
		"large subnets": {
			netip.MustParsePrefix("10.0.0.0/16"), 18, 2,
			[]string{
				"2 zones in three tiers and the first block, which stays free, need 7 subnets of /18, but 10.0.0.0/16 has " +
					"room for 4",
				"what fits is subnets of /19 or smaller",
			},
		},
		"many zones": {
			netip.MustParsePrefix("10.0.0.0/20"), 24, 6,
			[]string{
				"need 19 subnets of /24, but 10.0.0.0/20 has room for 16",
				"what fits is subnets of /25 or smaller, or a VPC of /19 or larger, or 5 zones",
			},
		},
		"subnets larger than the VPC": {
			netip.MustParsePrefix("10.0.0.0/24"), 20, 2,
			[]string{"10.0.0.0/24 has room for 0", "what fits is subnets of /27 or smaller, or a VPC of /17 or larger"},
		},
		// Zones and blocks on each side of what just fits.
		"one zone too many": {
			netip.MustParsePrefix("10.0.0.0/21"), 24, 3,
			[]string{
				"need 10 subnets of /24, but 10.0.0.0/21 has room for 8: " +
					"what fits is subnets of /25 or smaller, or a VPC of /20 or larger, or 2 zones",
			},
		},
		"five zones, which fill sixteen blocks": {
			netip.MustParsePrefix("10.0.0.0/21"), 24, 5,
			[]string{
				"need 16 subnets of /24, but 10.0.0.0/21 has room for 8: " +
					"what fits is subnets of /25 or smaller, or a VPC of /20 or larger, or 2 zones",
			},
		},
		"the largest VPC would do": {
			netip.MustParsePrefix("10.0.0.0/17"), 19, 2,
			[]string{"10.0.0.0/17 has room for 4: what fits is subnets of /20 or smaller, or a VPC of /16 or larger"},
		},
		"one subnet of the VPC's size": {
			netip.MustParsePrefix("10.0.0.0/16"), 16, 2,
			[]string{"10.0.0.0/16 has room for 1: what fits is subnets of /19 or smaller"},
		},
		"no way out": {
			netip.MustParsePrefix("10.0.0.0/28"), 17, 2,
			[]string{"10.0.0.0/28 has room for 0: nothing fits: choose a larger VPC and smaller subnets"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plan, err := NewPlan(test.vpc, test.prefix, test.zones, Plan{})
			require.Error(t, err)
			assert.Zero(t, plan)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

// What the errors say fits does fit, and nothing larger.
func TestRemedies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc, zones := drawVPC(t, 28), rapid.IntRange(2, 6).Draw(t, "zones")
		prefix := subnetsThatFit(vpc, zones)
		if prefix <= smallestSubnetPrefix {
			_, err := NewPlan(vpc, prefix, zones, Plan{})
			require.NoError(t, err)
		}
		_, err := NewPlan(vpc, prefix-1, zones, Plan{})
		require.Error(t, err)
	})
}

func TestPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc := drawVPC(t, 28)
		prefix, zones := rapid.IntRange(16, 27).Draw(t, "prefix"), rapid.IntRange(2, 6).Draw(t, "zones")
		plan, err := NewPlan(vpc, prefix, zones, Plan{})
		if err != nil {
			require.Less(t, blocks(vpc, prefix), 3*zones+1, "a plan that fits is refused: %v", err)
			return
		}
		requireSound(t, vpc, prefix, zones, plan)
	})
}

// TestAddingZonesMovesNothing: AWS cannot move a subnet, so each plan starts with the previous
// one, whether or not the program knows what is deployed.
func TestAddingZonesMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zones := rapid.IntRange(2, 5).Draw(t, "zones")
		vpc := drawVPC(t, 22)
		prefix := rapid.IntRange(subnetsThatFit(vpc, zones+1), 27).Draw(t, "prefix")
		before, err := NewPlan(vpc, prefix, zones, Plan{})
		require.NoError(t, err)
		after, err := NewPlan(vpc, prefix, zones+1, Plan{})
		require.NoError(t, err)
		knowing, err := NewPlan(vpc, prefix, zones+1, before)
		require.NoError(t, err)
		require.Equal(t, after, knowing)
		for tier, subnets := range before.tiers() {
			require.Equal(t, subnets, after.tiers()[tier][:zones])
		}
	})
}

// TestDeployedBlocksStay: whatever layout is deployed, even if only in part, its blocks stay and
// the missing ones find a place beside them.
func TestDeployedBlocksStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zones := rapid.IntRange(2, 6).Draw(t, "zones")
		vpc := drawVPC(t, 22)
		prefix := rapid.IntRange(subnetsThatFit(vpc, zones), 27).Draw(t, "prefix")
		order := rapid.Permutation(numbers(1, blocks(vpc, prefix))).Draw(t, "order")
		var held Plan
		for _, tier := range []*[]netip.Prefix{&held.Public, &held.App, &held.DB} {
			for zone := range rapid.IntRange(0, zones).Draw(t, "deployed") {
				*tier = append(*tier, netip.Prefix{})
				if rapid.Bool().Draw(t, "there") {
					(*tier)[zone], order = block(vpc, prefix, order[0]), order[1:]
				}
			}
		}
		plan, err := NewPlan(vpc, prefix, zones, held)
		require.NoError(t, err)
		for tier, subnets := range held.tiers() {
			for zone, subnet := range subnets {
				if subnet.IsValid() {
					require.Equal(t, subnet, plan.tiers()[tier][zone])
				}
			}
		}
		requireSound(t, vpc, prefix, zones, plan)
	})
}

// TestTheLayoutTierByTierIsExtended: three zones, laid out tier by tier.
func TestTheLayoutTierByTierIsExtended(t *testing.T) {
	vpc := netip.MustParsePrefix("10.0.0.0/16")
	held := Plan{
		Public: []netip.Prefix{block(vpc, 24, 1), block(vpc, 24, 2), block(vpc, 24, 3)},
		App:    []netip.Prefix{block(vpc, 24, 4), block(vpc, 24, 5), block(vpc, 24, 6)},
		DB:     []netip.Prefix{block(vpc, 24, 7), block(vpc, 24, 8), block(vpc, 24, 9)},
	}
	plan, err := NewPlan(vpc, 24, 4, held)
	require.NoError(t, err)
	assert.Equal(t, []string{"10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.10.0/24"}, texts(plan.Public))
	assert.Equal(t, []string{"10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.11.0/24"}, texts(plan.App))
	assert.Equal(t, []string{"10.0.7.0/24", "10.0.8.0/24", "10.0.9.0/24", "10.0.12.0/24"}, texts(plan.DB))
}

// TestAHoleStays: a zone whose usual block is free gets that, not another block that an unusual layout has left
// free.
func TestAHoleStays(t *testing.T) {
	vpc := netip.MustParsePrefix("10.0.0.0/16")
	held := Plan{Public: []netip.Prefix{block(vpc, 24, 1), block(vpc, 24, 20)}}
	plan, err := NewPlan(vpc, 24, 3, held)
	require.NoError(t, err)
	assert.Equal(t, []string{"10.0.1.0/24", "10.0.20.0/24", "10.0.7.0/24"}, texts(plan.Public))
	assert.Equal(t, []string{"10.0.3.0/24", "10.0.4.0/24", "10.0.8.0/24"}, texts(plan.App))
	assert.Equal(t, []string{"10.0.5.0/24", "10.0.6.0/24", "10.0.9.0/24"}, texts(plan.DB))
}

func TestAVPCThatIsFullTakesNoZone(t *testing.T) {
	vpc := netip.MustParsePrefix("10.0.0.0/20")
	// A subnet of another size lies across the blocks that the third zone would get.
	held := Plan{Public: []netip.Prefix{netip.MustParsePrefix("10.0.8.0/21")}}
	_, err := NewPlan(vpc, 24, 3, held)
	assert.EqualError(t, err, "10.0.0.0/20 has no free block of /24 for zone 3 beside what is deployed in it")
}

func FuzzNewPlan(f *testing.F) {
	f.Add("10.0.0.0/16", 24, 2)
	f.Add("255.255.255.240/28", 28, 6)
	f.Add("fd00::/8", 64, 3)
	f.Add("", -1, -1)
	f.Fuzz(func(t *testing.T, vpc string, prefix, zones int) {
		block, _ := netip.ParsePrefix(vpc)
		plan, err := NewPlan(block, prefix, zones, Plan{})
		if err == nil {
			requireSound(t, block, prefix, zones, plan)
		}
	})
}

// requireSound: every subnet has its size, lies inside the VPC behind the first block, and overlaps
// with none of the others.
func requireSound(t require.TestingT, vpc netip.Prefix, prefix, zones int, plan Plan) {
	seen := []netip.Prefix{block(vpc, prefix, 0)}
	for _, tier := range plan.tiers() {
		require.Len(t, tier, zones)
		for _, subnet := range tier {
			require.Equal(t, prefix, subnet.Bits())
			require.Equal(t, subnet.Masked(), subnet)
			require.True(t, vpc.Contains(subnet.Addr()) && vpc.Contains(last(subnet)), "%s is outside of %s", subnet, vpc)
			require.False(t, slices.ContainsFunc(seen, subnet.Overlaps), "%s overlaps in %v", subnet, plan)
			seen = append(seen, subnet)
		}
	}
}

// last address of a block.
func last(block netip.Prefix) netip.Addr {
	address := block.Addr().As4()
	for bit := block.Bits(); bit < 32; bit++ {
		address[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(address)
}

// drawVPC draws a block from /16, the largest size of a VPC, down to the smallest size given.
func drawVPC(t *rapid.T, smallest int) netip.Prefix {
	octet := rapid.Byte()
	address := netip.AddrFrom4([4]byte{octet.Draw(t, "a"), octet.Draw(t, "b"), octet.Draw(t, "c"), octet.Draw(t, "d")})
	return netip.PrefixFrom(address, rapid.IntRange(16, smallest).Draw(t, "bits")).Masked()
}

func texts(subnets []netip.Prefix) []string {
	found := make([]string, len(subnets))
	for i, subnet := range subnets {
		found[i] = subnet.String()
	}
	return found
}

// numbers lists the numbers from one up to, but not including, another.
func numbers(from, to int) []int {
	all := make([]int, 0, to-from)
	for n := from; n < to; n++ {
		all = append(all, n)
	}
	return all
}
