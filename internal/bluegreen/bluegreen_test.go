package bluegreen_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/sandbox/deployments"
)

// web is a service under blue/green, whose group keeps old tasks for an hour.
type web struct {
	*deployments.Cloud
	t    *testing.T
	api  *codedeploy.Client
	said []string
}

// live runs a test with the service, whose time passes at once.
func live(t *testing.T, doubts deployments.Doubts, test func(*web)) {
	t.Helper()
	deployments.Live(t, doubts, func(t *testing.T, c *deployments.Cloud) {
		c.AddService("web", deployments.Options{
			Desired: 2, BlueGreen: true, Shift: "CodeDeployDefault.ECSCanary10Percent5Minutes", WaitMinutes: 60,
		})
		test(&web{Cloud: c, t: t, api: codedeploy.NewFromConfig(c.WriteConfig(deployments.Region))})
	})
}

func (w *web) say(text string) { w.said = append(w.said, text) }

// appSpec deploys a version that is registered now.
func (w *web) appSpec(kind deployments.Kind) string {
	arn, err := w.Up("web", kind)
	require.NoError(w.t, err)
	return deployments.AppSpec("web", arn)
}

func (w *web) start(ctx context.Context, appSpec string, r bluegreen.Request) (bluegreen.Started, error) {
	r.Application, r.Group, r.AppSpec = deployments.Application("web"), "web", bluegreen.Text(appSpec)
	return bluegreen.Start(ctx, w.api, clock.System{}, r, w.say)
}

func (w *web) starts(appSpec string) bluegreen.Started {
	w.t.Helper()
	started, err := w.start(w.t.Context(), appSpec, bluegreen.Request{})
	require.NoError(w.t, err)
	return started
}

func (w *web) await(id string) error {
	return bluegreen.Await(w.t.Context(), w.api, clock.System{}, id, w.say)
}

// created is what the last CreateDeployment asked for.
func (w *web) created() *codedeploy.CreateDeploymentInput {
	var last *codedeploy.CreateDeploymentInput
	for _, call := range w.Calls() {
		if in, ok := call.Input.(*codedeploy.CreateDeploymentInput); ok {
			last = in
		}
	}
	return last
}

func TestStartsUnderTheGroupsRules(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		appSpec := w.appSpec(deployments.Good)
		started, err := w.start(w.t.Context(), appSpec, bluegreen.Request{Description: "why"})
		require.NoError(t, err)
		assert.False(t, started.Already)
		in := w.created()
		assert.Equal(t, appSpec, aws.ToString(in.Revision.AppSpecContent.Content))
		assert.Len(t, aws.ToString(in.Revision.AppSpecContent.Sha256), 64)
		assert.Equal(t, "why", aws.ToString(in.Description))
		assert.Nil(t, in.DeploymentConfigName)
		assert.Nil(t, in.OverrideAlarmConfiguration)
	})
}

// An alarm that is on would stop the deployment that mends what the alarm is about.
func TestOverridesAlarmsAndMovesAllAtOnceWhereAsked(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		w.Disturb("web", time.Hour)
		require.ErrorContains(t, w.await(w.starts(w.appSpec(deployments.Good)).ID), "ALARM_ACTIVE")

		began := time.Now()
		started, err := w.start(w.t.Context(), w.appSpec(deployments.Good), bluegreen.Request{
			OverrideAlarms: true, AllAtOnce: true,
		})
		require.NoError(t, err)
		require.NoError(t, w.await(started.ID))
		assert.Equal(t, &types.AlarmConfiguration{Enabled: false}, w.created().OverrideAlarmConfiguration)
		assert.Less(t, time.Since(began), 2*time.Minute, "the rollback, and the start of the tasks")
	})
}

// The group would be busy for an hour otherwise.
func TestEndsTheWaitOfADeploymentThatHasAllRequests(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		first := w.starts(w.appSpec(deployments.Good))
		require.NoError(t, w.await(first.ID))
		w.said = nil
		began := time.Now()

		w.starts(w.appSpec(deployments.Good))

		assert.Equal(t, bluegreen.PollEvery, time.Since(began))
		assert.Equal(t, []string{
			"deployment " + first.ID + " has moved all requests: ending its wait, so that another can start",
		}, w.said)
	})
}

func TestWaitsForADeploymentThatMovesRequests(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		first := w.starts(w.appSpec(deployments.Good))
		time.Sleep(2 * time.Minute)
		began := time.Now()

		w.starts(w.appSpec(deployments.Good))

		assert.Greater(t, time.Since(began), 3*time.Minute)
		assert.Equal(t, "waiting for deployment "+first.ID+" of 2000-01-01 00:00:00, which moves requests", w.said[0])
		assert.Len(t, w.said, 3, "once, after two minutes again, and when it ends the wait")
	})
}

// CodeDeploy would wait for its tasks for an hour, and so would the version that mends them.
func TestStopsADeploymentWhoseTasksDoNotStart(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		began := time.Now()
		first := w.starts(w.appSpec(deployments.Crash))
		second := w.starts(w.appSpec(deployments.Crash))
		assert.NotEqual(t, first.ID, second.ID)
		assert.InDelta(t, bluegreen.StartsWithin, time.Since(began), float64(time.Minute))

		require.EqualError(t, w.await(second.ID),
			"deployment "+second.ID+" failed, and the version before it serves: it was not ready to move requests after 15m0s")
	})
}

func TestWhatIsAskedForIsNotStartedTwice(t *testing.T) {
	arrives := func(w *web, id string) { require.NoError(t, w.await(id)) }
	stops := func(w *web, _ string) { time.Sleep(time.Minute); w.Stop("web"); time.Sleep(time.Minute) }
	replaced := func(w *web, id string) {
		arrives(w, id)
		arrives(w, w.starts(w.appSpec(deployments.Good)).ID)
	}
	goesBack := func(w *web, id string) {
		arrives(w, id)
		w.Stop("web")
		time.Sleep(time.Minute)
	}
	for name, test := range map[string]struct {
		first   func(w *web, id string)
		doubts  deployments.Doubts
		since   time.Duration // of the second call; 0 is none
		already bool
	}{
		"active":            {func(*web, string) {}, deployments.Doubts{}, 0, true},
		"known by its sum":  {func(*web, string) {}, deployments.Doubts{SumOnly: true}, 0, true},
		"arrived":           {arrives, deployments.Doubts{}, 0, true},
		"stopped":           {stops, deployments.Doubts{}, 0, false},
		"replaced since":    {replaced, deployments.Doubts{}, 0, false},
		"rolled back since": {goesBack, deployments.Doubts{}, 0, false},
		"before the time":   {arrives, deployments.Doubts{}, time.Second, false},
		"since the time":    {arrives, deployments.Doubts{}, time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, test.doubts, func(w *web) {
				appSpec := w.appSpec(deployments.Good)
				first := w.starts(appSpec)
				test.first(w, first.ID)
				r := bluegreen.Request{}
				if test.since > 0 {
					r.Since = time.Now().Add(-test.since)
					time.Sleep(2 * time.Second)
				}
				second, err := w.start(w.t.Context(), appSpec, r)
				require.NoError(t, err)
				assert.Equal(t, test.already, second.Already)
				assert.Equal(t, test.already, second.ID == first.ID)
			})
		})
	}
}

// Two callers at once, or the SDK that repeats a call whose answer got lost.
func TestWhoIsSecondFindsTheFirstsDeployment(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		appSpec := w.appSpec(deployments.Good)
		w.Fail("codedeploy:CreateDeployment", &types.DeploymentLimitExceededException{
			Message: aws.String("already has an active Deployment 'd-1'"),
		})
		go func() {
			time.Sleep(time.Second)
			w.starts(appSpec)
		}()
		assert.True(t, w.starts(appSpec).Already)
	})
}

func TestSaysWhatItWaitedForWhenTheTimeIsUp(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		w.starts(w.appSpec(deployments.Good))
		ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
		defer cancel()
		_, err := w.start(ctx, w.appSpec(deployments.Good), bluegreen.Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "whose tasks start")
	})
}

// Old tasks that hold a dead password are no way back.
func TestFinishEndsTheOldTasks(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		id := w.starts(w.appSpec(deployments.Good)).ID
		require.NoError(t, w.await(id))
		require.True(t, w.Busy("web"))
		require.NoError(t, bluegreen.Finish(w.t.Context(), w.api, clock.System{}, id, w.say))
		assert.False(t, w.Busy("web"))

		id = w.starts(w.appSpec(deployments.Good)).ID
		require.NoError(t, w.await(id))
		w.Stop("web")
		err := bluegreen.Finish(w.t.Context(), w.api, clock.System{}, id, w.say)
		require.ErrorAs(t, err, new(*bluegreen.FailedError))
		require.ErrorContains(t, err, "MANUAL_STOP")
	})
}

func TestRefusalsAreReported(t *testing.T) {
	for action, kind := range map[string]deployments.Kind{
		"CreateDeployment": deployments.Good, "ListDeployments": deployments.Good, "BatchGetDeployments": deployments.Good,
		"ListDeploymentTargets": deployments.Good, "BatchGetDeploymentTargets": deployments.Good,
		"ContinueDeployment": deployments.Good, "StopDeployment": deployments.Crash,
	} {
		t.Run(action, func(t *testing.T) {
			live(t, deployments.Doubts{}, func(w *web) {
				w.starts(w.appSpec(kind))
				time.Sleep(20 * time.Minute)
				w.Fail("codedeploy:"+action, awsfake.Failure(http.StatusBadRequest, "AccessDeniedException", "refused"))
				_, err := w.start(w.t.Context(), w.appSpec(deployments.Good), bluegreen.Request{})
				require.ErrorContains(t, err, "AccessDeniedException")
			})
		})
	}
}
