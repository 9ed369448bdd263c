package bluegreen_test

import (
	"context"
	"strings"
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

// live runs a test with the service in a bubble in which time passes at once.
func live(t *testing.T, doubts deployments.Doubts, test func(*web), change ...func(*deployments.Options)) {
	t.Helper()
	deployments.Live(t, doubts, func(t *testing.T, c *deployments.Cloud) {
		options := deployments.Options{
			Desired: 2, BlueGreen: true, Shift: "CodeDeployDefault.ECSCanary10Percent5Minutes", WaitMinutes: 60,
		}
		for _, one := range change {
			one(&options)
		}
		c.AddService("web", options)
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

// created returns the input of the last CreateDeployment.
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

// An alarm that is on would stop the very deployment that fixes its cause.
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

// Otherwise the group would be busy for an hour.
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

// CodeDeploy would wait for its tasks for an hour, and the version that fixes them would have
// to wait as long.
func TestStopsADeploymentWhoseTasksDoNotStart(t *testing.T) {
	live(t, deployments.Doubts{}, func(w *web) {
		began := time.Now()
		first := w.starts(w.appSpec(deployments.Crash))
		second := w.starts(w.appSpec(deployments.Crash))
		assert.NotEqual(t, first.ID, second.ID)
		assert.InDelta(t, bluegreen.StartsWithin, time.Since(began), float64(time.Minute))

		require.EqualError(t, w.await(second.ID),
			"deployment "+second.ID+" failed; the previous version serves: it was not ready to move requests after 15m0s")
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

// Two callers at once, or the SDK repeating a call whose answer got lost.
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

// The group is configured to hold requests back until a call.
func TestRequestsThatWaitAreLetMove(t *testing.T) {
	asks := func(o *deployments.Options) { o.Asks = 2 * time.Hour }
	live(t, deployments.Doubts{}, func(w *web) {
		began := time.Now()
		require.NoError(w.t, w.await(w.starts(w.appSpec(deployments.Good)).ID))
		assert.Less(w.t, time.Since(began), 10*time.Minute)
		assert.Contains(w.t, strings.Join(w.said, "\n"), ": ready")
	}, asks)
	live(t, deployments.Doubts{}, func(w *web) {
		began := time.Now()
		first := w.starts(w.appSpec(deployments.Good))
		time.Sleep(2 * time.Minute)
		found, err := bluegreen.Look(w.t.Context(), w.api, first.ID)
		require.NoError(w.t, err)
		assert.Equal(w.t, bluegreen.Ready, found.Phase)
		assert.True(w.t, found.Active())
		assert.False(w.t, found.Serves())

		second := w.starts(w.appSpec(deployments.Good))
		assert.NotEqual(w.t, first.ID, second.ID)
		assert.InDelta(w.t, bluegreen.StartsWithin, time.Since(began), float64(time.Minute), "then it is stopped")
		assert.Contains(w.t, w.said, "waiting for deployment "+first.ID+", which waits for somebody to continue it")
		assert.Contains(w.t, w.said, "stopping deployment "+first.ID+", which is not ready to move requests after 15m0s")
	}, asks)
}

// Whichever call fails, the error says which, and the next try goes on where this one ended.
func TestACallThatFailsIsAnErrorThatTheNextTryMends(t *testing.T) {
	for name, kind := range map[string]deployments.Kind{
		"after one that keeps its old tasks": deployments.Good, "after one that does not start": deployments.Crash,
	} {
		t.Run(name, func(t *testing.T) {
			awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
				live(t, deployments.Doubts{}, func(w *web) {
					cloud = w.Cloud.Cloud
					w.starts(w.appSpec(kind))
					time.Sleep(20 * time.Minute)
					appSpec := w.appSpec(deployments.Good)
					try := func() error {
						started, err := w.start(w.t.Context(), appSpec, bluegreen.Request{AllAtOnce: true})
						if err == nil {
							err = w.await(started.ID)
						}
						if err == nil {
							err = bluegreen.Finish(w.t.Context(), w.api, clock.System{}, started.ID, w.say)
						}
						return err
					}
					w.FailCall(n)
					err := try()
					failed := w.Failed()
					if failed == nil {
						require.NoError(w.t, err)
						return
					}
					require.ErrorContains(w.t, err, failed.Operation)
					require.NoError(w.t, try())
					arn, _ := w.Registered("web")
					assert.Equal(w.t, []string{arn}, w.Serving("web"))
					assert.False(w.t, w.Busy("web"))
				})
				return cloud
			})
		})
	}
}
