package engine_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/fault"
	"aws-webapp/internal/sandbox/simulation"
)

// once fails the creation of one resource, the first time.
func once(name string, effect fault.Effect) (simulation.Simulation, *fault.Plan) {
	plan := fault.NewPlan(fault.Rule{Op: fault.Create, Name: name, Effect: effect})
	return simulation.Simulation{Faults: plan}, plan
}

func TestUpGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	cloud, plan := once("database", fault.Refuse("InsufficientDBInstanceCapacity", "try again"))
	s := fresh(t, setup{stack: "staging", cloud: cloud})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "InsufficientDBInstanceCapacity: try again")
	require.Empty(t, plan.Pending())

	_, err = s.Up(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, deployed(t, setup{stack: "staging"}).exists(), s.exists(), "the same as without the failure")
	s.requireNoOrphans()
}

func TestDestroyGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	plan := fault.NewPlan(fault.Rule{
		Op: fault.Delete, Name: "security-groups-app-visitor-book",
		Effect: fault.Refuse("DependencyViolation", "it is still in use"),
	})
	s := deployed(t, setup{stack: "staging", cloud: simulation.Simulation{Faults: plan}})
	_, err := s.Destroy(t.Context())
	require.ErrorContains(t, err, "DependencyViolation: it is still in use")
	require.Empty(t, plan.Pending())
	require.NotEmpty(t, s.exists())

	_, err = s.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s.exists())
}

func TestTwoStacksAtTheSameTime(t *testing.T) {
	t.Parallel()
	home := emptyHome(t, t.TempDir())
	var both sync.WaitGroup
	for _, name := range []string{"staging", "prod"} {
		s := open(t, home, setup{stack: name})
		both.Go(func() {
			_, err := s.Preview(t.Context())
			assert.NoError(t, err, name)
		})
	}
	both.Wait()
}

func TestKilledUpIsRecovered(t *testing.T) {
	t.Parallel()
	var running atomic.Pointer[os.Process]
	kill := fault.Call(func(fault.Site) { assert.NoError(t, running.Load().Kill()) })
	cloud, _ := once("storage-artifacts", kill)
	s := fresh(t, setup{stack: "staging", cloud: cloud, durable: true, started: func(p *os.Process) { running.Store(p) }})
	_, err := s.Up(t.Context())
	require.Error(t, err)
	require.NotEmpty(t, s.exists())
	beside, err := filepath.Glob(filepath.Join(s.home, "state", ".pulumi", "stacks", "*", "*.attrs"))
	require.NoError(t, err)
	require.Empty(t, beside, "a CLI that is killed while it writes this file leaves a stack that it cannot open again")

	again := s.again(setup{})
	_, err = again.Refresh(t.Context())
	require.NoError(t, err)
	_, err = again.Up(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, deployed(t, setup{stack: "staging"}).exists(), again.exists(), "the same as undisturbed")
	again.requireNoOrphans()
}
