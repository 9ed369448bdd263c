package release_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
)

func TestBlueGreenServiceIsShiftedVerifiedAndWatched(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		w.slept = func() { assert.True(t, w.Suspended("web"), "scale-in is suspended while the deployment lasts") }
		said, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"deploy web"}, w.changes())
		assert.Equal(t, []string{
			"map[ScaleInSuspendedByRelease:web:2]", "suspended true", "suspended false", "without [ScaleInSuspendedByRelease]",
		}, w.scalings())
		assert.Equal(t, "web:2", w.serving("web"))
		w.tidy("web")
		for _, line := range []string{
			"     0s  web: deploying web:2: serves web:1 instead of web:2\n", "web: CodeDeploy deployment d-",
			"moving requests\n",
			"web: web:2 serves all requests\n", "web: keeping the old tasks for a rollback (deployment d-",
			"web: released: the old tasks end\n", "web: scale-in suspended while requests move\n", "web: scale-in works again\n",
		} {
			assert.Contains(t, said, line)
		}
		assert.Greater(t, time.Since(w.began), keeps)

		// A second release does nothing.
		w.slept = func() {}
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		assert.Len(t, w.changes(), 1)
		assert.Len(t, w.scalings(), 4)
	})
}

func TestRolledBackDeploymentIsAFailureAndCanBeRepeated(t *testing.T) {
	live(t, services{"web": blueGreen(), "job": {Desired: 1}}, func(t *testing.T, w *world) {
		for name, kind := range map[string]deployments.Kind{"web": deployments.Errors, "job": deployments.Crash} {
			_, err := w.Up(name, kind)
			require.NoError(t, err)
		}
		_, err := w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		// The alarm and the release's look are due in the same second: the release finds the failed deployment, or
		// already the one that takes it back.
		require.Regexp(t, `web: deployment d-\d+ failed; the previous version serves: ALARM_ACTIVE: One or more alarms`+
			` have been activated|web: deployment: found d-\d+ in progress, a rollback, .* \(goes back after d-\d+\)`,
			err.Error())
		require.ErrorContains(t, err, "job: task definition: found job:1 ")
		w.tidy("web")

		w.Mend("web")
		w.Mend("job")
		time.Sleep(time.Hour)
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		assert.Equal(t, "web:2", w.serving("web"))
		assert.Equal(t, "job:2", w.serving("job"))
		assert.Equal(t, []string{"deploy web", "update job:2", "deploy web"}, w.changes())
	})
}

// A version that serves all requests can still be taken back: by an alarm while the old tasks are
// kept.
func TestRollbackWhileTheOldTasksAreKeptIsAFailure(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		w.slept = func() {
			if time.Since(w.began) > 15*time.Minute {
				w.Disturb("web", time.Hour)
			}
		}
		_, err := w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		require.ErrorContains(t, err, "web: rolled back after it had served all requests: ")
		assert.Equal(t, "web:1", w.serving("web"))
		w.tidy("web")
	})
}

// A version that serves but does not work is a failure, and the old tasks still allow a
// rollback.
func TestVersionThatServesAndDoesNotWork(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		w.Disturb("web", 2*time.Hour)
		_, err := w.releases(release.Options{OverrideAlarms: true, Timeout: 30 * time.Minute})
		require.ErrorAs(t, err, new(release.FailureError))
		require.ErrorContains(t, err, "alarms: found ALARM: web-5xx, wanted quiet (while the old tasks are kept, aws deploy "+
			"stop-deployment --deployment-id d-")
		w.tidy("web")
	})
}

func TestActiveDeploymentOfAnotherVersionIsPassed(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		said, err := w.releases(release.Options{Timeout: 10 * time.Minute})
		require.NoError(t, err)
		assert.Contains(t, said, "web: released; the old tasks are still kept for a rollback\n")
		w.up("web")
		_, err = w.releases(release.Options{Timeout: 10 * time.Minute})
		require.NoError(t, err)
		changes := w.changes()
		require.Len(t, changes, 3)
		assert.Equal(t, "deploy web", changes[0])
		assert.Contains(t, changes[1], "continue d-")
		assert.Equal(t, "deploy web", changes[2])
		assert.Equal(t, "web:3", w.serving("web"))
	})
}

func TestInterruptedReleaseGoesOnWithItsDeployment(t *testing.T) {
	live(t, services{"web": blueGreen(migrates)}, func(t *testing.T, w *world) {
		w.up("web")
		ctx, interrupt := context.WithCancel(t.Context())
		w.slept = func() {
			if changes := w.changes(); changes[len(changes)-1] == "deploy web" {
				interrupt()
			}
		}
		_, err := w.releasesIn(ctx, release.Options{})
		require.ErrorIs(t, err, context.Canceled)
		w.tidy("web")

		w.slept = func() {}
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"migrate web:2", "deploy web"}, w.changes())
		assert.Contains(t, strings.Join(w.scalings(), "\n"), "without [ScaleInSuspendedByRelease]\nmap", "suspended again")
		w.tidy("web")
	})
}

func TestInterruptedMigrationIsWaitedFor(t *testing.T) {
	live(t, services{"web": held(migrates)}, func(t *testing.T, w *world) {
		w.up("web")
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Second, interrupt)
		_, err := w.releasesIn(ctx, release.Options{})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "the migration continues, and the next call waits for it")

		said, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Contains(t, said, "the migration of this version runs already: task ")
		assert.Contains(t, said, "waiting for the migration: task ")
		assert.Contains(t, said, " is running\n")
		assert.Equal(t, []string{"migrate web:2", "update web:2"}, w.changes())
	})
}

// A release that was killed could not clean up.
func TestTheNextCallResumesScaleIn(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.Suspend("web", scalingtypes.SuspendedState{
			DynamicScalingInSuspended: aws.Bool(true), ScheduledScalingSuspended: aws.Bool(true),
		}, map[string]string{"ScaleInSuspendedByRelease": "web:1"})
		_, err := w.releases(release.Options{})
		require.NoError(t, err)
		w.tidy("web")
		state, _ := w.Suspension("web")
		assert.True(t, *state.ScheduledScalingSuspended, "what else is suspended stays so")
	})
}

func TestWhatSomebodyElseSuspendedStaysSo(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		w.Suspend("web", scalingtypes.SuspendedState{DynamicScalingInSuspended: aws.Bool(true)}, nil)
		said, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.True(t, w.Suspended("web"))
		assert.Empty(t, w.scalings())
		assert.Contains(t, said, "somebody else has already suspended scale-in: it stays suspended\n")
	})
}

func TestServiceWithoutAutoscaling(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		w.up("web")
		w.Unscaled("web")
		_, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Empty(t, w.scalings())
	})
}

// An alarm that is on would stop the very version that fixes its cause.
func TestHotfixOverridesAlarms(t *testing.T) {
	live(t, services{"web": blueGreen(migrates)}, func(t *testing.T, w *world) {
		w.up("web")
		w.Disturb("web", 30*time.Minute)
		_, err := w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		require.ErrorContains(t, err, "web-5xx is on, and CodeDeploy would stop the deployment")
		require.ErrorContains(t, err, "--override-alarms")
		assert.Empty(t, w.changes())

		_, err = w.releases(release.Options{OverrideAlarms: true})
		require.NoError(t, err)
		for _, call := range w.Calls() {
			if in, ok := call.Input.(*codedeploy.CreateDeploymentInput); ok {
				assert.Equal(t, "CodeDeployDefault.ECSAllAtOnce", *in.DeploymentConfigName)
				assert.Equal(t, &cdtypes.AlarmConfiguration{Enabled: false}, in.OverrideAlarmConfiguration)
				assert.Equal(t, "Release of web:2", *in.Description)
			}
		}
	})
}

func TestServicesComeInTheirOrder(t *testing.T) {
	stack := services{"api": blueGreen(after("zoo")), "web": held(after("api")), "zoo": blueGreen()}
	live(t, stack, func(t *testing.T, w *world) {
		w.up("api", "web", "zoo")
		w.slept = func() {
			if w.serving("web") == "web:2" {
				assert.Equal(t, "api:2", w.serving("api"))
			}
		}
		_, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"deploy zoo", "deploy api", "update web:2"}, w.changes())
	})
}

func TestWhatComesAfterAFailureIsLeftAlone(t *testing.T) {
	stack := services{"api": blueGreen(), "job": held(), "last": held(after("web")), "web": held(after("api"))}
	live(t, stack, func(t *testing.T, w *world) {
		w.up("web", "job", "last")
		_, err := w.Up("api", deployments.Errors)
		require.NoError(t, err)
		said, err := w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		assert.Contains(t, said, "web: not released: it comes after api\n")
		assert.Contains(t, said, "last: not released: it comes after web\n")
		assert.Equal(t, []string{"deploy api", "update job:2"}, w.changes())

		_, err = w.releases(release.Options{Only: []string{"web"}})
		require.EqualError(t, err, "web: it comes after api, which serves api:1 instead of api:2: release that first, "+
			"or both with --service api --service web")
		_, err = w.releases(release.Options{Only: []string{"job"}})
		require.NoError(t, err, "it comes after none")
	})
}

func TestMigrationRunsBeforeAnybodyIsMoved(t *testing.T) {
	for name, options := range (services{"blue/green": blueGreen(migrates), "rolling": held(migrates)}) {
		t.Run(name, func(t *testing.T) {
			live(t, services{"web": options}, func(t *testing.T, w *world) {
				w.up("web")
				w.slept = func() {
					if *w.Migrations()[0].LastStatus == "RUNNING" {
						assert.Equal(t, "web:1", w.serving("web"))
						assert.Equal(t, []string{"migrate web:2"}, w.changes())
					}
				}
				said, err := w.releases(release.Options{})
				require.NoError(t, err)
				assert.Equal(t, "web:2", w.serving("web"))
				require.Len(t, w.Migrations(), 1)
				assert.Contains(t, said, "web: migration started: task ")
				assert.Contains(t, said, "web: migration done\n")
				for _, call := range w.Calls() {
					if in, ok := call.Input.(*ecs.RunTaskInput); ok {
						assert.Equal(t, []string{"python", "migrate.py"}, in.Overrides.ContainerOverrides[0].Command)
						assert.Equal(t, "web", *in.Overrides.ContainerOverrides[0].Name)
						assert.Equal(t, int32(1), *in.Count)
						assert.Equal(t, "1.4.0", *in.PlatformVersion)
						assert.Equal(t, []string{"subnet-1", "subnet-2"}, in.NetworkConfiguration.AwsvpcConfiguration.Subnets)
						assert.Equal(t, []string{"sg-1"}, in.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups)
						assert.EqualValues(t, "DISABLED", in.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp)
						assert.EqualValues(t, "FARGATE", in.LaunchType, "never on Spot")
						assert.Equal(t, "release/web/2", *in.StartedBy)
						assert.Equal(t, "release/web/2-946684800", *in.ClientToken)
					}
				}
			})
		})
	}
}

// The shortest time in which a service is released does for it with a migration, too.
func TestAMigrationTakesNoneOfTheServicesTime(t *testing.T) {
	kinds := map[string]func(...func(*deployments.Options)) deployments.Options{"blue/green": blueGreen, "rolling": held}
	for name, kind := range kinds {
		released := func(timeout time.Duration, options deployments.Options) (err error) {
			live(t, services{"web": options}, func(_ *testing.T, w *world) {
				w.up("web")
				_, err = w.releases(release.Options{Timeout: timeout})
			})
			return err
		}
		timeout := 10 * time.Second
		for released(timeout, kind()) != nil {
			timeout += 10 * time.Second
			require.Less(t, timeout, time.Hour, name)
		}
		require.NoError(t, released(timeout, kind(migrates)), name)
	}
}

func TestFailedMigrationLeavesTheOldVersion(t *testing.T) {
	live(t, services{"web": blueGreen(migrates)}, func(t *testing.T, w *world) {
		w.up("web")
		w.ExitWith(3)
		_, err := w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		task := w.Migrations()[0]
		id := (*task.TaskArn)[strings.LastIndex(*task.TaskArn, "/")+1:]
		require.EqualError(t, err, "web: its migration failed; the previous version still serves: exit code 3; its "+
			"output: log group /ecs/web, stream app/web/"+id)
		assert.Equal(t, []string{"migrate web:2"}, w.changes())

		w.ExitWith(0)
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"migrate web:2", "migrate web:2", "deploy web"}, w.changes())
	})
}

// If something after the migration fails, the next call does not migrate again.
func TestMigrationThatEndedWellIsNotRepeated(t *testing.T) {
	live(t, services{"web": blueGreen(migrates)}, func(t *testing.T, w *world) {
		_, err := w.Up("web", deployments.Errors)
		require.NoError(t, err)
		_, err = w.releases(release.Options{})
		require.ErrorAs(t, err, new(release.FailureError))
		w.Mend("web")
		time.Sleep(10 * time.Minute)
		said, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Contains(t, said, "the migration of this version has run already: task ")
		assert.Equal(t, []string{"migrate web:2", "deploy web", "deploy web"}, w.changes())

		w.up("web")
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		assert.Len(t, w.Migrations(), 2, "another version's is another")
	})
}

func TestMigrationThatHangsIsStopped(t *testing.T) {
	live(t, services{"web": held(migrates)}, func(t *testing.T, w *world) {
		w.up("web")
		w.ExitWith(deployments.Hangs)
		_, err := w.releases(release.Options{})
		require.ErrorContains(t, err, "took longer than 10m0s and was stopped")
		changes := w.changes()
		require.Len(t, changes, 2)
		assert.Equal(t, "migrate web:2", changes[0])
		assert.Contains(t, changes[1], "stop ")
		assert.Equal(t, "STOPPED", *w.Migrations()[0].LastStatus)
		assert.InDelta(t, 10*time.Minute, time.Since(w.began), float64(time.Minute))
	})
}

// The first version of a service is started by pulumi up, before its migration.
func TestFirstVersionIsMigratedAndStartedAgain(t *testing.T) {
	for name, options := range (services{
		"deploy web": blueGreen(migrates, isNew), "update web:1": held(migrates, isNew),
	}) {
		t.Run(name, func(t *testing.T) {
			live(t, services{"web": options}, func(t *testing.T, w *world) {
				said, err := w.releases(release.Options{})
				require.NoError(t, err)
				assert.Equal(t, []string{"migrate web:1", name}, w.changes())
				assert.Contains(t, said, "deploying web:1: the tasks that serve were started before the migration\n")

				_, err = w.releases(release.Options{})
				require.NoError(t, err)
				assert.Len(t, w.changes(), 2, "once")
			})
		})
	}
}

func TestRollingServiceIsWaitedFor(t *testing.T) {
	live(t, services{"web": {Desired: 1}}, func(t *testing.T, w *world) {
		w.up("web")
		said, err := w.releases(release.Options{})
		require.NoError(t, err)
		assert.Empty(t, w.changes())
		assert.Contains(t, said, "deployment: in progress")
		assert.Equal(t, "web:2", w.serving("web"))
		assert.Greater(t, time.Since(w.began), time.Minute)
	})
}

// Taking too long is not a failure: the version may still arrive.
func TestTimeIsUp(t *testing.T) {
	live(t, services{"web": blueGreen(), "job": held()}, func(t *testing.T, w *world) {
		w.up("web", "job")
		_, err := w.releases(release.Options{Timeout: 30 * time.Second})
		require.ErrorAs(t, err, new(release.TimeoutError))
		require.ErrorContains(t, err, "job: after 30s: ")
		require.ErrorContains(t, err, "web: deployment d-")
		require.ErrorContains(t, err, "the time is up after 30s")
		w.tidy("web")
		assert.Less(t, time.Since(w.began), 2*time.Minute)

		w.Stop("web")
		_, err = w.releases(release.Options{Timeout: 20 * time.Second, Only: []string{"web"}})
		require.ErrorAs(t, err, new(release.TimeoutError))
	})
}
