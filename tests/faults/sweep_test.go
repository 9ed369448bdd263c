package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/fault"
)

// sample of the sweep: the first resource created, one inside the awsx component, one in the
// middle on which much depends, and one of the last.
var sample = []string{
	"aws:kms/key:Key::keys-data",
	"aws:ec2/subnet:Subnet::network-app-1",
	"aws:rds/instance:Instance::database",
	"aws:ecs/service:Service::visitor-book",
}

// TestEveryCreationFailsOnce makes the creation of each resource of prod fail, one at a time:
// up fails cleanly, the next up finishes, and the result is the same as without faults.
func TestEveryCreationFailsOnce(t *testing.T) {
	t.Parallel()
	chosen := chooseResources(t)
	var healed atomic.Int32
	started := time.Now()
	t.Run("sweep", func(t *testing.T) {
		for _, urn := range chosen {
			t.Run(strings.TrimPrefix(string(urn.Type()), token)+"/"+urn.Name(), func(t *testing.T) {
				t.Parallel()
				failCreation(t, urn)
				fmt.Printf("%d/%d after %s: %s\n", healed.Add(1), len(chosen), time.Since(started).Round(time.Second), urn.Name())
			})
		}
	})
	fmt.Printf("recovered from %d/%d failed creations in %s\n", healed.Load(), len(chosen),
		time.Since(started).Round(time.Second))
	require.EqualValues(t, len(chosen), healed.Load())
}

func failCreation(t *testing.T, urn resource.URN) {
	home := deployedHome(t)
	if *scratch {
		home = emptyHome(t, t.TempDir())
	} else {
		without(t, home, urn)
	}
	plan := fault.NewPlan(fault.Rule{
		Op: fault.Create, URN: urn, Effect: fault.Refuse("InternalFailure", "the service is not available"),
	})
	s := open(t, home, setup{faults: plan})

	_, err := s.Up(t.Context())
	requireFailure(t, err, "InternalFailure: the service is not available")
	require.Len(t, plan.Fired(), 1, "the fault did not happen")
	require.NotContains(t, managedIn(t, home), urn)
	require.Empty(t, labels(s.orphans()), "orphans after the failure")
	_, state := checkpoint(t, home)
	require.Empty(t, state.Latest.PendingOperations)

	_, err = s.Up(t.Context())
	require.NoError(t, err)
	s.requireFlawless(flawlessHome(t))
}

// chooseResources lists the resources of prod for the sweep.
func chooseResources(t *testing.T) []resource.URN {
	t.Helper()
	var part, parts int
	_, err := fmt.Sscanf(*shard, "%d/%d", &part, &parts)
	require.NoError(t, err, "-shard: found %q, expected something like 2/4", *shard)
	require.True(t, part >= 1 && part <= parts, "-shard: found %q, expected something like 2/4", *shard)
	var chosen []resource.URN
	count := 0
	_, state := checkpoint(t, flawlessHome(t))
	for _, r := range state.Latest.Resources {
		if !isAWS(r.URN) || !*all && !slices.Contains(sample, string(r.URN.Type())+"::"+r.URN.Name()) {
			continue
		}
		if count++; count%parts == part%parts {
			chosen = append(chosen, r.URN)
		}
	}
	if !*all {
		require.Equal(t, len(sample), count, "something of the sample is gone from prod")
	}
	return chosen
}
