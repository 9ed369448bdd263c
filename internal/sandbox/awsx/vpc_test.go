package awsx_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cidr"
)

// TestChildrenAreThoseOfTheOfficialProvider compares with a recording of the official awsx
// 2.22.0.
func TestChildrenAreThoseOfTheOfficialProvider(t *testing.T) {
	for file, strategy := range map[string]string{"nat-none": "None", "nat-single": "Single", "nat-per-az": "OnePerAz"} {
		t.Run(file, func(t *testing.T) {
			m := startMonitor(t)
			_, err := m.construct(arguments(2, map[string]any{"natGateways": map[string]any{"strategy": strategy}}))
			require.NoError(t, err)
			recorded, err := os.ReadFile(filepath.Join("testdata", file+".txt"))
			require.NoError(t, err)
			assert.Equal(t, string(recorded), m.written())
		})
	}
}

func TestThreeZones(t *testing.T) {
	m := startMonitor(t)
	_, err := m.construct(arguments(3, nil))
	require.NoError(t, err)
	counts := map[string]int{}
	for _, r := range m.registered {
		counts[short(r.token)]++
	}
	assert.Equal(t, map[string]int{
		"awsx:Vpc": 1, "Vpc": 1, "InternetGateway": 1, "Subnet": 9, "RouteTable": 9, "RouteTableAssociation": 9,
		"Eip": 3, "NatGateway": 3, "Route": 6,
	}, counts)
	text := m.written()
	for zone := 1; zone <= 3; zone++ {
		assert.Contains(t, text,
			fmt.Sprintf(`"natGatewayId":"<NatGateway::web-%d>","routeTableId":"<RouteTable::web-app-%d>"`, zone, zone))
	}
	assert.NotContains(t, text, `"routeTableId":"<RouteTable::web-db-1>","destination`)
}

// TestAZoneMoreLeavesTheOthersAlone: the official provider numbers the children by zone, so those of
// the first zones stay as they were.
func TestAZoneMoreLeavesTheOthersAlone(t *testing.T) {
	var before []string
	for zones := 2; zones <= 6; zones++ {
		m := startMonitor(t)
		_, err := m.construct(arguments(zones, map[string]any{"natGateways": map[string]any{"strategy": "Single"}}))
		require.NoError(t, err)
		children := slices.DeleteFunc(m.entries(), func(entry string) bool { return strings.HasPrefix(entry, "awsx:") })
		assert.Subset(t, children, before)
		before = children
	}
}

func TestChildrenUseTheGivenProvider(t *testing.T) {
	m := startMonitor(t)
	_, err := m.construct(arguments(2, nil))
	require.NoError(t, err)
	for _, r := range m.registered {
		assert.True(t, r.provider == explicitProvider || r.token == "awsx:ec2:Vpc", "%s %s uses %q", r.token, r.name,
			r.provider)
	}
}

func TestTagsReachEveryChild(t *testing.T) {
	m := startMonitor(t)
	_, err := m.construct(arguments(2, map[string]any{"tags": map[string]any{"team": "core", "Name": "mine"}}))
	require.NoError(t, err)
	tags := map[string]string{}
	for _, r := range m.registered {
		written, err := json.Marshal(r.inputs["tags"])
		require.NoError(t, err)
		tags[short(r.token)+" "+r.name] = string(written)
	}
	assert.Equal(t, `{"Name":"mine","team":"core"}`, tags["Vpc web"])
	assert.Equal(t, `{"Name":"web-public-1","SubnetType":"Public","team":"core"}`, tags["Subnet web-public-1"])
	assert.Equal(t, `{"Name":"web-1","team":"core"}`, tags["NatGateway web-1"])
}

func TestOutputs(t *testing.T) {
	m := startMonitor(t)
	state, err := m.construct(arguments(2, nil))
	require.NoError(t, err)
	assert.Equal(t, m.id("aws:ec2/vpc:Vpc", "web"), state["vpcId"])
	for output, subnet := range map[string]string{
		"publicSubnetIds": "public", "privateSubnetIds": "app",
		"isolatedSubnetIds": "db",
	} {
		want := []any{m.id("aws:ec2/subnet:Subnet", "web-"+subnet+"-1"), m.id("aws:ec2/subnet:Subnet", "web-"+subnet+"-2")}
		assert.Equal(t, want, state[output], output)
	}
	for output, count := range map[string]int{
		"subnets": 6, "routeTables": 6, "routeTableAssociations": 6, "routes": 4, "natGateways": 2, "eips": 2,
		"vpcEndpoints": 0,
		"subnetLayout": 3,
	} {
		assert.Len(t, state[output], count, output)
	}
}

func TestRefusedArguments(t *testing.T) {
	specs := func(change map[string]any) map[string]any {
		spec := map[string]any{"type": "Public", "cidrBlocks": []any{"10.0.1.0/24", "10.0.2.0/24"}}
		maps.Copy(spec, change)
		return map[string]any{"natGateways": map[string]any{"strategy": "None"}, "subnetSpecs": []any{spec}}
	}
	for _, tc := range []struct {
		name   string
		change map[string]any
		want   string
	}{
		{
			"another argument",
			map[string]any{"vpcEndpointSpecs": []any{}},
			`does not implement the argument "vpcEndpointSpecs"`,
		},
		{
			"two of them",
			map[string]any{"instanceTenancy": "x", "numberOfAvailabilityZones": 2},
			`"numberOfAvailabilityZones"`,
		},
		{"strategy", map[string]any{"subnetStrategy": "Legacy"}, `subnetStrategy must be "Auto"`},
		{"no zones", map[string]any{"availabilityZoneNames": nil}, "availabilityZoneNames must be set"},
		{"no block", map[string]any{"cidrBlock": nil}, "cidrBlock must be set"},
		{"no specs", map[string]any{"subnetSpecs": nil}, "subnetSpecs must be set"},
		{
			"type of subnet", specs(map[string]any{"type": "Unused"}),
			`subnetSpecs[0].type: "Unused" must be one of Public, Private, Isolated`,
		},
		{"mask", specs(map[string]any{"cidrMask": 24}), `does not implement the argument "subnetSpecs[0].cidrMask"`},
		{"size", specs(map[string]any{"size": 256}), `does not implement the argument "subnetSpecs[0].size"`},
		{
			"too few blocks", specs(map[string]any{"cidrBlocks": []any{"10.0.1.0/24"}}),
			"must match the number of availability zones: 2, found 1",
		},
		{
			"no block at all", specs(map[string]any{"cidrBlocks": []any{"x", "y"}}),
			`subnetSpecs[0].cidrBlocks: "x" is no CIDR block`,
		},
		{
			"overlap", specs(map[string]any{"cidrBlocks": []any{"10.0.1.0/24", "10.0.1.0/25"}}),
			"the block 10.0.1.0/25 overlaps with another subnet",
		},
		{
			"NAT strategy",
			map[string]any{"natGateways": map[string]any{"strategy": "Twice"}},
			`natGateways.strategy: "Twice" must be one of`,
		},
		{
			"own addresses",
			map[string]any{"natGateways": map[string]any{"strategy": "Single", "elasticIpAllocationIds": []any{"e"}}},
			`does not implement the argument "natGateways.elasticIpAllocationIds"`,
		},
		{"NAT without private subnets", func() map[string]any {
			change := specs(nil)
			change["natGateways"] = map[string]any{"strategy": "Single"}
			return change
		}(), "both private and public subnets must be declared"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := startMonitor(t)
			_, err := m.construct(arguments(2, tc.change))
			require.ErrorContains(t, err, tc.want)
			assert.Empty(t, m.registered)
		})
	}
}

func TestOtherComponentsAreRefused(t *testing.T) {
	m := startMonitor(t)
	_, err := m.constructType("awsx:lb:ApplicationLoadBalancer", nil)
	require.ErrorContains(t, err, "knows awsx:ec2:Vpc only, not awsx:lb:ApplicationLoadBalancer")
}

// arguments returns the arguments of the recordings for a number of zones, with changes; nil
// removes one.
func arguments(zones int, change map[string]any) map[string]any {
	names := []any{}
	blocks := map[string][]any{}
	plan, err := cidr.NewPlan(netip.MustParsePrefix("10.0.0.0/16"), 24, zones, cidr.Plan{})
	if err != nil {
		panic(err)
	}
	for i := range zones {
		names = append(names, "us-east-1"+string(rune('a'+i)))
		for name, tier := range map[string][]netip.Prefix{"public": plan.Public, "app": plan.App, "db": plan.DB} {
			blocks[name] = append(blocks[name], tier[i].String())
		}
	}
	args := map[string]any{
		"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true, "subnetStrategy": "Auto",
		"availabilityZoneNames": names,
		"subnetSpecs": []any{
			map[string]any{"type": "Public", "name": "public", "cidrBlocks": blocks["public"]},
			map[string]any{"type": "Private", "name": "app", "cidrBlocks": blocks["app"]},
			map[string]any{"type": "Isolated", "name": "db", "cidrBlocks": blocks["db"]},
		},
		"natGateways": map[string]any{"strategy": "OnePerAz"},
	}
	maps.Copy(args, change)
	maps.DeleteFunc(args, func(_ string, v any) bool { return v == nil })
	return args
}

// written renders the registered resources in the form of the testdata.
func (m *monitor) written() string { return strings.Join(m.entries(), "") }

func (m *monitor) entries() []string {
	var entries []string
	for _, r := range m.registered {
		inputs, err := json.Marshal(r.inputs)
		require.NoError(m.t, err)
		depends := "nothing"
		if len(r.dependencies) > 0 {
			depends = strings.Join(slices.Sorted(slices.Values(r.dependencies)), ", ")
		}
		text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(inputs))
		entries = append(entries,
			short(fmt.Sprintf("%s %s\n  parent %s\n  depends on %s\n  inputs %s\n", r.token, r.name, r.parent, depends, text)))
	}
	slices.Sort(entries)
	return entries
}
