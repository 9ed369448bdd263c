package release_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
	"aws-webapp/internal/verify"
)

// A call that finds all requests moved and the old tasks still kept goes on to watch them.
func TestTheNextCallWatchesWhatIsKept(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		said, err := w.releases(release.Options{Timeout: 10 * time.Minute})
		require.NoError(t, err)
		require.Contains(t, said, "web: released; the old tasks are still kept for a rollback\n")
		calls := len(w.scalings())

		said, err = w.releases(release.Options{Timeout: time.Hour})
		require.NoError(t, err)
		assert.Contains(t, said, "web: keeping the old tasks for a rollback (deployment d-")
		assert.Contains(t, said, "web: released: the old tasks end\n")
		assert.Equal(t, []string{"deploy web"}, w.changes())
		assert.Greater(t, len(w.scalings()), calls, "scale-in is suspended meanwhile")
		w.tidy("web")
	})
}

// While somebody else's deployment takes the registered version away, a release waits, and deploys its own again.
func TestADeploymentBySomebodyElseIsWaitedFor(t *testing.T) {
	for _, interrupts := range []bool{false, true} {
		live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
			w.interrupted(2 * time.Minute) // web:2 is on its way
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			if interrupts {
				w.slept = interrupt
			}
			var said strings.Builder
			r, err := release.New(release.Options{
				Stack:   w.stack(strings.ReplaceAll(w.Outputs(), "web:2", "web:1")),
				Clients: release.NewClients(w.WriteConfig(deployments.Region)), Clock: clockOf{w}, Progress: &said,
				Timeout: time.Hour,
			})
			require.NoError(t, err)
			err = r.Run(ctx)
			require.Contains(t, said.String(), "web: waiting: ")
			if interrupts {
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, []string{"deploy web"}, w.changes())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "web:1", w.serving("web"))
			changes := w.changes()
			assert.Equal(t, "deploy web", changes[len(changes)-1])
			assert.Greater(t, len(changes), 1)
			w.tidy("web")
		})
	}
}

// A service that comes after another one is left alone while nobody can tell what that one serves.
func TestAnEarlierServiceThatNobodyMaySee(t *testing.T) {
	live(t, services{"api": {Desired: 1}, "job": held(after("api"))}, func(t *testing.T, w *world) {
		w.up("job")
		w.Deny("ecs:DescribeServices")
		_, err := w.releases(release.Options{Only: []string{"job"}})
		require.ErrorContains(t, err, "ecs:DescribeServices")
		assert.False(t, errors.As(err, new(release.FailureError)), "that is no verdict")
		assert.Empty(t, w.changes())
	})
}

// With a client the services' addresses are asked, and without one they are not.
func TestAddressesAreAskedWhereTheyCanBeReached(t *testing.T) {
	for _, reaches := range []bool{true, false} {
		live(t, services{"web": held()}, func(t *testing.T, w *world) {
			w.up("web")
			outputs := strings.Replace(w.Outputs(), `"name":"web"`, `"name":"web","url":"https://web.example.com/"`, 1)
			require.Contains(t, outputs, "web.example.com")
			asked := map[string]bool{}
			o := release.Options{
				Stack: w.stack(outputs), Clients: release.NewClients(w.WriteConfig(deployments.Region)), Clock: clockOf{w},
				Progress: io.Discard, Timeout: 20 * time.Minute,
			}
			if reaches {
				o.Web = verify.NewWeb(nil, func(_ context.Context, _, address string) (net.Conn, error) {
					asked[address] = true
					return nil, errors.New("refused")
				})
			}
			r, err := release.New(o)
			require.NoError(t, err)
			err = r.Run(t.Context())
			if !reaches {
				require.NoError(t, err)
				return
			}
			require.ErrorAs(t, err, new(release.FailureError))
			require.ErrorContains(t, err, "answer: found no answer: refused")
			assert.Contains(t, asked, "web.example.com:443")
		})
	}
}

// A rollout with the caller's own credentials: what is wrong with the call is told before AWS is asked, and what AWS
// refuses is no verdict.
func TestRolloutsOfTheCaller(t *testing.T) {
	const outputs = `{"clusterName":"app","services":{"web":{"name":"web","taskDefinitionArn":` +
		`"arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1"}}}`
	for name, row := range map[string]struct {
		outputs string
		change  func(*release.Rollout)
		want    string
		asked   bool
	}{
		"no outputs":    {"{", func(*release.Rollout) {}, "", false},
		"other service": {outputs, func(o *release.Rollout) { o.Only = []string{"api"} }, `"api"`, false},
		"no permission": {outputs, func(*release.Rollout) {}, "The caller needs the permission ecs:DescribeServices", true},
		"only this one": {
			outputs, func(o *release.Rollout) { o.Only = []string{"web"} }, "permission ecs:DescribeServices", true,
		},
		"dry run":        {outputs, func(o *release.Rollout) { o.DryRun = true }, "permission ecs:DescribeServices", true},
		"without checks": {outputs, func(o *release.Rollout) { o.SkipURL = true }, "permission ecs:DescribeServices", true},
	} {
		called := awsfake.Serve(t, nil)
		var out, progress strings.Builder
		rollout := release.Rollout{Outputs: []byte(row.outputs), Out: &out, Progress: &progress, Timeout: time.Minute}
		row.change(&rollout)
		err := rollout.Run(t.Context())
		require.ErrorContains(t, err, row.want, name)
		assert.Equal(t, row.asked, errors.As(err, new(release.LookError)), name)
		assert.Equal(t, row.asked, len(called()) > 0, name)
		assert.Empty(t, out.String(), name)
	}
	awsfake.Serve(t, nil)
	t.Setenv("AWS_PROFILE", "none")
	require.ErrorAs(t, release.Rollout{Outputs: []byte(outputs)}.Run(t.Context()), new(release.LookError))
	// A service that is not there has no plan, and a dry run says so.
	awsfake.Serve(t, map[string]string{"DescribeServices": `{"failures":[{"reason":"MISSING"}]}`})
	err := release.Rollout{Outputs: []byte(outputs), DryRun: true, Out: io.Discard, Progress: io.Discard}.Run(t.Context())
	require.ErrorContains(t, err, "found no active service web in cluster app")
	assert.NotContains(t, fmt.Sprint(err), "permission")
}
