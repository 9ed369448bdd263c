package engine_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws/fault"
	"aws-webapp/internal/sandbox/simulation"
)

const subnetToken = "aws:ec2/subnet:Subnet"

// TestZonesAreAddedToARunningStack grows staging from two zones to six, by one and by three, or one at a time. Nothing
// that exists is replaced or deleted, and every update does what its preview showed.
func TestZonesAreAddedToARunningStack(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging"})
	for i, zones := range []int{3, 4, 5, 6} {
		if !drawn(i, 3) {
			continue
		}
		held := s.subnets()
		s = s.again(setup{stack: "staging", config: map[string]string{"network.availabilityZoneCount": strconv.Itoa(zones)}})
		shown, err := s.Preview(t.Context())
		require.NoError(t, err)
		requireNothingMoves(t, shown)
		done, err := s.Up(t.Context())
		require.NoError(t, err)
		requireNothingMoves(t, done)
		assert.Subset(t, steps(shown), steps(done))

		now := s.subnets()
		assert.Len(t, now, 3*zones)
		for name, subnet := range held {
			assert.Equal(t, subnet, now[name], "%s moved", name)
		}
		for _, grown := range []string{
			"Subnet network-app-%d", "Subnet network-db-%d", "Subnet network-public-%d", "Route network-app-%d",
		} {
			assert.Contains(t, steps(done), "create "+fmt.Sprintf(grown, zones))
		}
		for _, grown := range []string{
			"LoadBalancer web [subnets]", "Service visitor-book [networkConfiguration]", "SubnetGroup database [subnetIds]",
			"Function search-shipper [vpcConfig]", "VpcEndpoint network-s3 [routeTableIds]",
		} {
			assert.Contains(t, steps(done), "update "+grown)
		}
	}
	again, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(again))
	s.requireNoOrphans()
}

// TestProdTakesAnotherZone: a gateway, its route and the endpoints come with the zone. The domain
// stays where it is, and CodeDeploy brings the tasks there with the next deployment.
func TestProdTakesAnotherZone(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "prod", config: map[string]string{"network.availabilityZoneCount": "4"}})
	shown, err := s.Preview(t.Context())
	require.NoError(t, err)
	requireNothingMoves(t, shown)
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	requireNothingMoves(t, result)
	assert.Contains(t, steps(result), "create NatGateway network-nat-4")
	assert.Contains(t, steps(result), "update VpcEndpoint network-logs [subnetIds]")
	untouched := []string{"aws:opensearch/domain:Domain", "aws:rds/instance:Instance", "aws:ecs/service:Service"}
	for _, step := range result.Steps {
		assert.NotContains(t, untouched, step.Type)
	}
	again, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(again))
}

// TestADomainStaysInItsZones: six nodes would spread over three zones if the domain were new.
func TestADomainStaysInItsZones(t *testing.T) {
	t.Parallel()
	s := fresh(t, setup{stack: "staging", config: map[string]string{
		"logSearch.zoneAwareness": "true", "logSearch.instanceCount": "6",
	}})
	_, err := s.Up(t.Context())
	require.NoError(t, err)
	s = s.again(setup{config: map[string]string{
		"logSearch.zoneAwareness": "true", "logSearch.instanceCount": "6", "network.availabilityZoneCount": "3",
	}})
	result, err := s.Preview(t.Context())
	require.NoError(t, err)
	requireNothingMoves(t, result)
	assert.False(t, slices.ContainsFunc(result.Steps, func(step engine.Step) bool {
		return step.Type == "aws:opensearch/domain:Domain"
	}))
}

// TestMovesOfTheNetworkAreRefused: at the preview, naming the key and the way out.
func TestMovesOfTheNetworkAreRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stack  string
		config map[string]string
		want   []string
	}{
		"another block": {"staging", map[string]string{"network.cidrBlock": "10.9.0.0/16"}, []string{
			`aws-webapp:network.cidrBlock: found "10.9.0.0/16", allowed 10.1.0.0/16, which is deployed: write 10.1.0.0/16`,
			"deploy a second stack beside this one and move over",
		}},
		"other sizes": {"staging", map[string]string{"network.subnetPrefix": "23"}, []string{
			"aws-webapp:network.subnetPrefix: found 23, allowed 24, which is deployed: write 24",
		}},
		"a zone less": {"prod", map[string]string{"network.availabilityZoneCount": "2"}, []string{
			"aws-webapp:network.availabilityZoneCount: found 2, allowed 3 or more: ",
			"us-east-1a, us-east-1b, us-east-1c are deployed: write 3",
		}},
		"another order": {"staging", map[string]string{
			"network.availabilityZones[0]": "us-east-1b", "network.availabilityZones[1]": "us-east-1a",
		}, []string{
			"aws-webapp:network.availabilityZones: found us-east-1b, us-east-1a, ",
			"allowed us-east-1a, us-east-1b, which are deployed",
			"begin the list with us-east-1a, us-east-1b",
		}},
		"another zone": {"staging", map[string]string{
			"network.availabilityZones[0]": "us-east-1a", "network.availabilityZones[1]": "us-east-1c",
		}, []string{"aws-webapp:network.availabilityZones: found us-east-1a, us-east-1c, allowed us-east-1a, us-east-1b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployed(t, setup{stack: tc.stack, config: tc.config})
			result, err := s.Preview(t.Context())
			require.Error(t, err)
			for _, want := range tc.want {
				assert.ErrorContains(t, err, want)
			}
			assert.Empty(t, result.Steps)
		})
	}
}

// TestNamedZonesMayFollow: a list that begins with the deployed zones adds those after them.
func TestNamedZonesMayFollow(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging", config: map[string]string{
		"network.availabilityZones[0]": "us-east-1a", "network.availabilityZones[1]": "us-east-1b",
		"network.availabilityZones[2]": "us-east-1e",
	}})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	requireNothingMoves(t, result)
	assert.Contains(t, s.subnets()["network-app-3"], "us-east-1e")
}

// TestAZoneThatFailedMayGoAgain: as long as nothing is in it. Afterwards it has to stay.
func TestAZoneThatFailedMayGoAgain(t *testing.T) {
	t.Parallel()
	cloud := simulation.Simulation{Faults: fault.NewPlan(fault.Rule{
		Op: fault.Create, Token: "aws:ec2/routeTable:RouteTable", Name: "network-db-3",
		Effect: fault.Refuse("RouteTableLimitExceeded", "the VPC is full"),
	})}
	three := map[string]string{"network.availabilityZoneCount": "3"}
	s := deployed(t, setup{stack: "staging", cloud: cloud, config: three})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "RouteTableLimitExceeded")
	require.Contains(t, s.subnets(), "network-db-3")

	back := s.again(setup{})
	_, err = back.Up(t.Context())
	require.NoError(t, err)
	assert.Len(t, back.subnets(), 6)
	back.requireNoOrphans()

	_, err = back.again(setup{config: three}).Up(t.Context())
	require.NoError(t, err)
	_, err = back.again(setup{}).Preview(t.Context())
	require.ErrorContains(t, err, "network.availabilityZoneCount: found 2, allowed 3 or more")
}

// TestProdProtectsItsNetwork: the second net, below the messages that name keys.
func TestProdProtectsItsNetwork(t *testing.T) {
	t.Parallel()
	for stack, protected := range map[string]bool{"prod": true, "staging": false} {
		state, err := deployed(t, setup{stack: stack}).State()
		require.NoError(t, err)
		for _, r := range state.Resources {
			if r.Type == "aws:ec2/vpc:Vpc" || r.Type == subnetToken {
				assert.Equal(t, protected, r.Protect, "%s %s", stack, r.URN.Name())
			}
		}
	}
}

// requireNothingMoves: there are only creations and updates in place.
func requireNothingMoves(t *testing.T, result *engine.Result) {
	t.Helper()
	for _, step := range steps(result) {
		require.True(t, strings.HasPrefix(step, "create ") || strings.HasPrefix(step, "update "), step)
	}
}

// subnets returns those of the account by name, each as "id zone block".
func (s *sandbox) subnets() map[string]string {
	s.t.Helper()
	records, err := s.account().Records()
	require.NoError(s.t, err)
	found := map[string]string{}
	for _, r := range records {
		if r.Token != subnetToken || r.URN == "" {
			continue
		}
		block := r.Outputs["cidrBlock"].StringValue()
		_, err := netip.ParsePrefix(block)
		require.NoError(s.t, err)
		found[r.URN.Name()] = fmt.Sprint(r.ID, " ", r.Outputs["availabilityZone"].StringValue(), " ", block)
	}
	return found
}
