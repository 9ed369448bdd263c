package release_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
)

// world is an account with the services of one stack, in a bubble in which time passes at once.
type world struct {
	*deployments.Cloud
	t     *testing.T
	began time.Time
	// slept is called after each pause of a release.
	slept func()
}

type services = map[string]deployments.Options

// blueGreen returns a service that CodeDeploy deploys; it keeps the old tasks for the time
// keeps.
func blueGreen(change ...func(*deployments.Options)) deployments.Options {
	o := deployments.Options{
		BlueGreen: true, Desired: 1, Shift: "CodeDeployDefault.ECSCanary10Percent5Minutes", WaitMinutes: int(keeps.Minutes()),
	}
	for _, one := range change {
		one(&o)
	}
	return o
}

// held returns a rolling service that pulumi up does not deploy.
func held(change ...func(*deployments.Options)) deployments.Options {
	o := deployments.Options{Held: true, Desired: 1}
	for _, one := range change {
		one(&o)
	}
	return o
}

func migrates(o *deployments.Options) { o.Migration = []string{"python", "migrate.py"} }

func isNew(o *deployments.Options) { o.New = true }

func after(names ...string) func(*deployments.Options) {
	return func(o *deployments.Options) { o.After = names }
}

// keeps is the time for which blue/green services keep their old tasks. The shift itself takes some minutes
// more.
const keeps = 20 * time.Minute

func live(t *testing.T, stack services, test func(*testing.T, *world)) {
	t.Helper()
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		for name, options := range stack {
			c.AddService(name, options)
		}
		test(t, &world{Cloud: c, t: t, began: time.Now(), slept: func() {}})
	})
}

// up registers a good version of each service.
func (w *world) up(names ...string) {
	w.t.Helper()
	for _, name := range names {
		_, err := w.Up(name, deployments.Good)
		require.NoError(w.t, err)
	}
}

// serving returns the only revision that serves, such as web:2.
func (w *world) serving(name string) string {
	w.t.Helper()
	var short []string
	for _, arn := range w.Serving(name) {
		short = append(short, arn[strings.LastIndex(arn, "/")+1:])
	}
	return strings.Join(short, " and ")
}

func (w *world) stack(outputs string) *release.Stack {
	w.t.Helper()
	stack, err := release.ReadOutputs(strings.NewReader(outputs))
	require.NoError(w.t, err)
	return stack
}

// releases runs a release and returns its output.
func (w *world) releases(o release.Options) (string, error) {
	w.t.Helper()
	return w.releasesIn(w.t.Context(), o)
}

func (w *world) releasesIn(ctx context.Context, o release.Options) (string, error) {
	w.t.Helper()
	var said strings.Builder
	o.Stack, o.Clients = w.stack(w.Outputs()), release.NewClients(w.WriteConfig(deployments.Region))
	o.Clock, o.Progress = clockOf{w}, &said
	if o.Timeout == 0 {
		o.Timeout = time.Hour
	}
	r, err := release.New(o)
	require.NoError(w.t, err)
	err = r.Run(ctx)
	return said.String(), err
}

type clockOf struct{ w *world }

func (clockOf) Now() time.Time { return time.Now() }

func (c clockOf) Sleep(ctx context.Context, d time.Duration) error {
	err := clock.System{}.Sleep(ctx, d)
	c.w.slept()
	return err
}

// changes returns the calls that changed something, in order, without those of autoscaling.
func (w *world) changes() []string {
	short := func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
	var changes []string
	for _, call := range w.Calls() {
		switch in := call.Input.(type) {
		case *ecs.UpdateServiceInput:
			changes = append(changes, "update "+short(*in.TaskDefinition))
		case *ecs.RunTaskInput:
			changes = append(changes, "migrate "+short(*in.TaskDefinition))
		case *ecs.StopTaskInput:
			changes = append(changes, "stop "+short(*in.Task))
		case *codedeploy.CreateDeploymentInput:
			changes = append(changes, "deploy "+*in.DeploymentGroupName)
		case *codedeploy.ContinueDeploymentInput:
			changes = append(changes, "continue "+*in.DeploymentId)
		}
	}
	return changes
}

// scalings returns the changes of autoscaling, in order.
func (w *world) scalings() []string {
	var changes []string
	for _, call := range w.Calls() {
		switch in := call.Input.(type) {
		case *scaling.RegisterScalableTargetInput:
			changes = append(changes, fmt.Sprintf("suspended %v", *in.SuspendedState.DynamicScalingInSuspended))
		case *scaling.TagResourceInput:
			changes = append(changes, fmt.Sprint(in.Tags))
		case *scaling.UntagResourceInput:
			changes = append(changes, fmt.Sprint("without ", in.TagKeys))
		}
	}
	return changes
}

// tidy asserts that a release left nothing behind.
func (w *world) tidy(name string) {
	w.t.Helper()
	state, tags := w.Suspension(name)
	require.Empty(w.t, tags)
	require.False(w.t, state.DynamicScalingInSuspended != nil && *state.DynamicScalingInSuspended, "scale-in of %s", name)
}
