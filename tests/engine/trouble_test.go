package engine_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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

func TestLostAnswerIsFound(t *testing.T) {
	cloud, _ := once("app-alerts", fault.LoseAnswer())
	s := fresh(t, setup{stack: "staging", cloud: cloud})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "the response was lost")
	managed, err := s.Managed()
	require.NoError(t, err)
	orphans, err := s.account().Orphans(managed)
	require.NoError(t, err)
	require.Len(t, orphans, 1)
	assert.Equal(t, "app-alerts (Topic)", orphans[0].Label())
}

func TestTwoStacksAtTheSameTime(t *testing.T) {
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

func TestSecondUpIsRefused(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	hold := fault.Call(func(fault.Site) {
		close(entered)
		<-leave
	})
	cloud, _ := once("network", hold)
	first := fresh(t, setup{stack: "staging", cloud: cloud})
	done := make(chan error)
	go func() {
		_, err := first.Up(t.Context())
		done <- err
	}()
	<-entered
	second := first.again(setup{})
	_, err := second.Up(t.Context())
	require.ErrorContains(t, err, "locked")
	close(leave)
	require.NoError(t, <-done, "the first goes on undisturbed")
	first.requireNoOrphans()
}

func TestKilledUpIsRecovered(t *testing.T) {
	var running atomic.Pointer[os.Process]
	kill := fault.Call(func(fault.Site) { assert.NoError(t, running.Load().Kill()) })
	cloud, _ := once("storage-artifacts", kill)
	s := fresh(t, setup{stack: "staging", cloud: cloud, started: func(p *os.Process) { running.Store(p) }})
	_, err := s.Up(t.Context())
	require.Error(t, err)
	require.NotEmpty(t, s.exists())

	again := s.again(setup{})
	_, err = again.Refresh(t.Context())
	require.NoError(t, err)
	_, err = again.Up(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, deployed(t, setup{stack: "staging"}).exists(), again.exists(), "the same as undisturbed")
	again.requireNoOrphans()
}

func TestTruncatedStateIsNamed(t *testing.T) {
	s := deployed(t, setup{stack: "staging"})
	file := filepath.Join(s.home, "state", ".pulumi", "stacks", "aws-webapp", "staging.json")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, content[:len(content)/2], 0o600))
	_, err = s.Outputs()
	require.ErrorContains(t, err, `the state of stack "staging" is damaged`)
	require.ErrorContains(t, err, "staging.json.bak")
	backup, err := filepath.Glob(file + ".bak*")
	require.NoError(t, err)
	assert.NotEmpty(t, backup)
}

func TestSlowCloudIsWaitedFor(t *testing.T) {
	cloud, _ := once("database", fault.Wait(2*time.Second))
	s := fresh(t, setup{stack: "staging", cloud: cloud})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	assert.Greater(t, result.Duration, 2*time.Second)
}
