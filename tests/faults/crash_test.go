package faults_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/fault"
)

// TestKilledEngine kills the engine with SIGKILL while it makes one of prod's resources.
func TestKilledEngine(t *testing.T) {
	t.Parallel()
	points := 2
	if *all {
		points = 20
	}
	resources := len(managedIn(t, flawlessHome(t)))
	random := rand.New(rand.NewPCG(*seed, 0))
	var recovered atomic.Int32
	started := time.Now()
	t.Run("points", func(t *testing.T) {
		for i := range points {
			at := random.IntN(resources)
			// Every other time AWS has received the request and carries it out.
			effect := fault.Effect{}
			if i%2 == 0 {
				effect.Err = &fault.Refusal{Code: "RequestCanceled", Message: "the engine is gone"}
			}
			t.Run(fmt.Sprintf("creation %d", at+1), func(t *testing.T) {
				t.Parallel()
				killAt(t, at, effect)
				fmt.Printf("%d/%d after %s: killed at creation %d\n", recovered.Add(1), points,
					time.Since(started).Round(time.Second), at+1)
			})
		}
	})
	fmt.Printf("recovered from %d/%d killed engines in %s\n", recovered.Load(), points,
		time.Since(started).Round(time.Second))
	require.EqualValues(t, points, recovered.Load())
}

// killAt brings prod up from nothing, kills the engine when it makes the resource after so
// many others, and recovers.
func killAt(t *testing.T, after int, effect fault.Effect) {
	var engine atomic.Pointer[os.Process]
	effect.Hook = func(fault.Site) { require.NoError(t, engine.Load().Kill()) }
	home := emptyHome(t, t.TempDir())
	killed := open(t, home, setup{
		faults:  fault.NewPlan(fault.Rule{Op: fault.Create, Skip: after, Effect: effect}),
		started: func(p *os.Process) { engine.Store(p) }, durable: true,
	})
	_, err := killed.Up(t.Context())
	require.ErrorContains(t, err, "signal: killed")

	// The next command of a user finds the lock and the unfinished operations of the dead engine.
	s := open(t, home, setup{})
	_, err = s.Refresh(t.Context())
	require.NoError(t, err)
	require.Empty(t, labels(s.orphans()), "refresh did not take over what AWS made while nobody listened")
	_, err = s.Up(t.Context())
	require.NoError(t, err)
	s.requireFlawless(flawlessHome(t))
	_, state := checkpoint(t, home)
	require.Empty(t, state.Latest.PendingOperations)
}

// TestKilledDuringAChange: an update and a deletion whose end nobody saw are recovered like a
// creation.
func TestKilledDuringAChange(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		from, to map[string]string
		rule     fault.Rule
	}{
		{"update", nil, longerBackups, fault.Rule{Op: fault.Update, Token: dbInstance}},
		{"deletion", secondReader, nil, fault.Rule{Op: fault.Delete, Token: subscription}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var engine atomic.Pointer[os.Process]
			tc.rule.Effect = fault.Call(func(fault.Site) { require.NoError(t, engine.Load().Kill()) })
			home := copyHome(t, configuredHome(t, tc.from))
			killed := open(t, home, setup{
				config: tc.to, faults: fault.NewPlan(tc.rule),
				started: func(p *os.Process) { engine.Store(p) }, durable: true,
			})
			_, err := killed.Up(t.Context())
			require.ErrorContains(t, err, "signal: killed")

			s := open(t, home, setup{config: tc.to})
			_, err = s.Refresh(t.Context())
			require.NoError(t, err)
			_, err = s.Up(t.Context())
			require.NoError(t, err)
			s.requireFlawless(configuredHome(t, tc.to))
		})
	}
}

// TestTwoUpsAtOnce: while one up works on the stack, another refuses and changes nothing.
func TestTwoUpsAtOnce(t *testing.T) {
	t.Parallel()
	home := deployedHome(t)
	without(t, home, urnOf(t, dbInstance, "database"))
	reached, proceed := make(chan struct{}), make(chan struct{})
	first := open(t, home, setup{faults: fault.NewPlan(fault.Rule{
		Op: fault.Create, Token: dbInstance,
		Effect: fault.Call(func(fault.Site) { close(reached); <-proceed }),
	})})
	ended := make(chan error, 1)
	go func() {
		_, err := first.Up(t.Context())
		ended <- err
	}()
	<-reached
	before := contents(t, home)
	second := open(t, home, setup{})
	_, err := second.Up(t.Context())
	require.ErrorContains(t, err, "the stack is currently locked by 1 lock(s)")
	require.Equal(t, before, contents(t, home))
	close(proceed)
	require.NoError(t, <-ended)
	first.requireFlawless(flawlessHome(t))
}

// TestTruncatedState: a truncated state file is refused with the path of the backup, and the
// backup and a refresh bring everything back.
func TestTruncatedState(t *testing.T) {
	t.Parallel()
	home := deployedHome(t)
	// The last of many writes: the backup is the state before it.
	_, err := open(t, home, setup{config: secondReader, durable: true}).Up(t.Context())
	require.NoError(t, err)
	info, err := os.Stat(stateFile(home))
	require.NoError(t, err)
	require.NoError(t, os.Truncate(stateFile(home), info.Size()/2))
	before := contents(t, home)

	_, err = openEngine(t, home, setup{})
	require.ErrorContains(t, err, `the state of stack "prod" is damaged`)
	require.ErrorContains(t, err, stateFile(home)+".bak")
	require.Equal(t, before, contents(t, home))

	backup, err := os.ReadFile(stateFile(home) + ".bak")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(stateFile(home), backup, 0o600))
	s := open(t, home, setup{config: secondReader})
	_, err = s.Refresh(t.Context())
	require.NoError(t, err)
	_, err = s.Up(t.Context())
	require.NoError(t, err)
	s.requireFlawless(configuredHome(t, secondReader))
}
