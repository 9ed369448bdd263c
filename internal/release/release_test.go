package release_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/release"
)

func TestBlueGreenServiceIsShiftedVerifiedAndWatched(t *testing.T) {
	w := newWorld("bg:web")
	w.slept = func(w *world) {
		assert.True(t, w.services["web"].suspended(), "scale-in is suspended while the deployment lasts")
	}
	o := release.Options{Stack: webAt(t, 2)}
	said, err := w.releases(t.Context(), t, o)
	require.NoError(t, err)
	assert.Equal(t, []string{"suspended true", "deploy web", "suspended false"}, w.changes())
	assert.Equal(t, definitions+"web:2", w.services["web"].primary.definition)
	assert.Empty(t, w.services["web"].tags)
	for _, line := range []string{
		"     0s  web: deploying web:2: serves web:1 instead of web:2\n", "web: CodeDeploy deployment d-web-1\n",
		"web: web:2 serves all requests\n", "web: keeping the old tasks for a way back (deployment d-web-1)\n",
		"web: released",
	} {
		assert.Contains(t, said, line)
	}

	// Once more, nothing is done.
	w.slept = nil
	_, err = w.releases(t.Context(), t, o)
	require.NoError(t, err)
	assert.Len(t, w.changes(), 3)
}

func TestRolledBackDeploymentIsAFailureAndCanBeRepeated(t *testing.T) {
	w := newWorld("bg:web", "ecs:job")
	w.bad[definitions+"web:2"], w.bad[definitions+"job:2"] = true, true
	stack := stackOf(t, map[string]registered{"web": {revision: 2, blueGreen: true}, "job": {revision: 2}})
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.ErrorAs(t, err, new(release.FailureError))
	assert.ErrorContains(t, err, "web: deployment d-web-1 failed, and the version before it serves: "+
		"ALARM_ACTIVE: One or more alarms have been activated")
	assert.ErrorContains(t, err, "job: deployment: found rolled back to job:1")
	assert.False(t, w.services["web"].suspended())
	assert.Empty(t, w.services["web"].tags)

	clear(w.bad)
	w.pass(time.Hour)
	_, err = w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)
	assert.Equal(t, definitions+"web:2", w.services["web"].primary.definition)
	assert.Equal(t, definitions+"job:2", w.services["job"].primary.definition)
}

// What is reported as released can still be taken back: by an alarm while the old tasks are kept.
func TestRollbackWhileTheOldTasksAreKeptIsAFailure(t *testing.T) {
	w := newWorld("bg:web")
	w.slept = func(w *world) {
		if w.now.Sub(began) > 9*time.Minute {
			w.loud = []string{"web-5xx"}
		}
	}
	_, err := w.releases(t.Context(), t, release.Options{Stack: webAt(t, 2)})
	require.ErrorAs(t, err, new(release.FailureError))
	assert.ErrorContains(t, err, "taken back after it had served all requests")
	assert.False(t, w.services["web"].suspended())
}

func TestActiveDeploymentOfAnotherVersionIsPassed(t *testing.T) {
	w := newWorld("bg:web")
	_, err := w.releases(t.Context(), t, release.Options{Stack: webAt(t, 2), Timeout: 7 * time.Minute})
	require.NoError(t, err)
	w.services["web"].deployments[0].Status = cdtypes.DeploymentStatusInProgress
	w.services["web"].deployments[0].movedAt = w.now
	began := w.now
	_, err = w.releases(t.Context(), t, release.Options{Stack: webAt(t, 3), Timeout: 9 * time.Minute})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(w.changes(), "\n"), "continue d-web-1\ndeploy web")
	assert.Equal(t, definitions+"web:3", w.services["web"].primary.definition)
	assert.Less(t, w.now.Sub(began), 7*time.Minute+keeps)
}

func TestInterruptedReleaseGoesOnWithItsDeployment(t *testing.T) {
	w := newWorld("bg:web")
	stack := stackOf(t, map[string]registered{"web": {revision: 2, blueGreen: true, migration: []string{"migrate"}}})
	ctx, interrupt := context.WithCancel(t.Context())
	w.slept = func(w *world) {
		if w.services["web"].next != nil {
			interrupt()
		}
	}
	_, err := w.releases(ctx, t, release.Options{Stack: stack})
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, w.services["web"].suspended(), "an interrupted release lets autoscaling work again")

	w.slept = nil
	_, err = w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"migrate web:2", "suspended true", "deploy web", "suspended false", "suspended true", "suspended false",
	}, w.changes())
}

// A release that was killed could not tidy up.
func TestTheNextCallResumesScaleIn(t *testing.T) {
	w := newWorld("bg:web")
	web := w.services["web"]
	web.tags["ScaleInSuspendedByRelease"] = "web:1"
	web.target.SuspendedState = &scalingtypes.SuspendedState{
		DynamicScalingInSuspended: aws.Bool(true), ScheduledScalingSuspended: aws.Bool(true),
	}
	_, err := w.releases(t.Context(), t, release.Options{Stack: webAt(t, 1)})
	require.NoError(t, err)
	assert.False(t, web.suspended())
	assert.True(t, *web.target.SuspendedState.ScheduledScalingSuspended, "what else is suspended stays so")
	assert.Empty(t, web.tags)
}

func TestWhatSomebodyElseSuspendedStaysSo(t *testing.T) {
	w := newWorld("bg:web")
	w.services["web"].target.SuspendedState = &scalingtypes.SuspendedState{DynamicScalingInSuspended: aws.Bool(true)}
	_, err := w.releases(t.Context(), t, release.Options{Stack: webAt(t, 2)})
	require.NoError(t, err)
	assert.True(t, w.services["web"].suspended())
	assert.Equal(t, []string{"deploy web"}, w.changes())
}

// An alarm that is on would stop the very version that mends it.
func TestHotfixOverridesAlarms(t *testing.T) {
	w := newWorld("bg:web")
	w.loud = []string{"web-5xx"}
	stack := stackOf(t, map[string]registered{"web": {revision: 2, blueGreen: true, migration: []string{"migrate"}}})
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.ErrorAs(t, err, new(release.FailureError))
	require.ErrorContains(t, err, "web-5xx is on, and CodeDeploy would stop the deployment")
	require.ErrorContains(t, err, "--override-alarms")
	assert.Empty(t, w.changes())

	w.slept = func(w *world) {
		if w.services["web"].primary.definition == definitions+"web:2" {
			w.loud = nil
		}
	}
	_, err = w.releases(t.Context(), t, release.Options{Stack: stack, OverrideAlarms: true})
	require.NoError(t, err)
	in := w.services["web"].deployments[0].in
	assert.Equal(t, "CodeDeployDefault.ECSAllAtOnce", *in.DeploymentConfigName)
	assert.Equal(t, &cdtypes.AlarmConfiguration{Enabled: false}, in.OverrideAlarmConfiguration)
}

func TestServicesComeInTheirOrder(t *testing.T) {
	w := newWorld("bg:api", "ecs:web", "bg:zoo")
	stack := stackOf(t, map[string]registered{
		"api": {revision: 2, blueGreen: true, after: []string{"zoo"}},
		"web": {revision: 2, held: true, after: []string{"api"}},
		"zoo": {revision: 2, blueGreen: true},
	})
	w.slept = func(w *world) {
		if w.services["web"].primary.definition == definitions+"web:2" {
			assert.Equal(t, definitions+"api:2", w.services["api"].primary.definition)
		}
	}
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)
	assert.Equal(t, []string{"deploy zoo", "deploy api", "update web:2"}, besidesScaling(w.changes()))
}

// besidesScaling are the changes but for those of autoscaling.
func besidesScaling(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if !strings.HasPrefix(text, "suspended") {
			kept = append(kept, text)
		}
	}
	return kept
}

func TestWhatComesAfterAFailureIsLeftAlone(t *testing.T) {
	w := newWorld("bg:api", "ecs:job", "ecs:web")
	w.bad[definitions+"api:2"] = true
	stack := stackOf(t, map[string]registered{
		"api": {revision: 2, blueGreen: true}, "web": {revision: 2, held: true, after: []string{"api"}},
		"job": {revision: 2, held: true},
	})
	said, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.ErrorAs(t, err, new(release.FailureError))
	assert.Contains(t, said, "web: left alone: it comes after api\n")
	assert.Equal(t, []string{"deploy api", "update job:2"}, besidesScaling(w.changes()))

	_, err = w.releases(t.Context(), t, release.Options{Stack: stack, Only: []string{"web"}})
	require.ErrorContains(t, err, "it comes after api, which serves api:1 instead of api:2: release that first")
}

func TestMigrationRunsBeforeAnybodyIsMoved(t *testing.T) {
	for _, kind := range []string{"bg", "ecs"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(kind + ":web")
			w.slept = func(w *world) {
				if len(w.tasks) > 0 && *w.tasks[0].LastStatus == "RUNNING" {
					assert.Equal(t, definitions+"web:1", w.services["web"].primary.definition)
					assert.Empty(t, w.services["web"].deployments)
				}
			}
			stack := stackOf(t, map[string]registered{
				"web": {revision: 2, blueGreen: kind == "bg", held: true, migration: []string{"python", "migrate.py"}},
			})
			_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
			require.NoError(t, err)
			assert.Equal(t, definitions+"web:2", w.services["web"].primary.definition)
			require.Len(t, w.tasks, 1)
			assert.Equal(t, []string{"python", "migrate.py"}, w.tasks[0].Overrides.ContainerOverrides[0].Command)
		})
	}
}

func TestFailedMigrationLeavesTheOldVersion(t *testing.T) {
	w := newWorld("bg:web")
	w.exit = 3
	stack := stackOf(t, map[string]registered{"web": {revision: 2, blueGreen: true, migration: []string{"migrate"}}})
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.ErrorAs(t, err, new(release.FailureError))
	require.ErrorContains(t, err, "exit code 3; its output: log group /ecs/web, stream app/web/m1")
	assert.Equal(t, []string{"migrate web:2"}, w.changes())

	w.exit = 0
	_, err = w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)
	assert.Equal(t, []string{"migrate web:2", "migrate web:2", "deploy web"}, besidesScaling(w.changes()))
}

func TestMigrationThatHangsIsStopped(t *testing.T) {
	w := newWorld("ecs:web")
	w.exit = -1
	stack := stackOf(t, map[string]registered{"web": {revision: 2, held: true, migration: []string{"migrate"}}})
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.ErrorContains(t, err, "took longer than 10m0s and was stopped")
	assert.Equal(t, []string{"migrate web:2", "stop arn:aws:ecs:us-east-1:222222222222:task/web/m1"}, w.changes())
}

// The first version of a service is started by pulumi up, before its migration.
func TestFirstVersionIsMigratedAndStartedAgain(t *testing.T) {
	for _, kind := range []string{"bg", "ecs"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(kind + ":web")
			w.services["web"].primary.by = ""
			w.services["web"].primary.created = w.services["web"].made
			stack := stackOf(t, map[string]registered{
				"web": {revision: 1, blueGreen: kind == "bg", held: true, migration: []string{"migrate"}},
			})
			_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
			require.NoError(t, err)
			changes := besidesScaling(w.changes())
			require.Len(t, changes, 2)
			assert.Equal(t, "migrate web:1", changes[0])

			_, err = w.releases(t.Context(), t, release.Options{Stack: stack})
			require.NoError(t, err)
			assert.Len(t, besidesScaling(w.changes()), 2, "once")
		})
	}
}

func TestRollingServiceIsWaitedFor(t *testing.T) {
	w := newWorld("ecs:web")
	w.services["web"].primary = &version{id: "ecs-svc/2", definition: definitions + "web:2", group: "blue", created: began}
	w.services["web"].rolling = ecstypes.DeploymentRolloutStateInProgress
	stack := stackOf(t, map[string]registered{"web": {revision: 2}})
	said, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)
	assert.Empty(t, w.changes())
	assert.Contains(t, said, "deployment: in progress")
	assert.GreaterOrEqual(t, w.now.Sub(began), rolledAfter)
}

func TestPlanSaysWhatWouldHappenAndChangesNothing(t *testing.T) {
	w := newWorld("bg:api", "bg:done", "ecs:job", "ecs:web")
	w.deploys(&codedeploy.CreateDeploymentInput{
		DeploymentGroupName: aws.String("api"),
		Revision:            &cdtypes.RevisionLocation{AppSpecContent: &cdtypes.AppSpecContent{Content: aws.String("{}")}},
	})
	stack := stackOf(t, map[string]registered{
		"api": {revision: 2, blueGreen: true, migration: []string{"migrate"}}, "done": {revision: 1, blueGreen: true},
		"job": {revision: 2, held: true}, "web": {revision: 1},
	})
	r, err := release.New(release.Options{
		Stack: stack, Clients: release.NewClients(w.Config("us-east-1")), Clock: w, Progress: io.Discard, Timeout: time.Hour,
	})
	require.NoError(t, err)
	steps, err := r.Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []release.Step{
		{"api", "api:1", "api:2", "migrate, wait for deployment d-api-1: moving requests, " +
			"deploy by CodeDeploy (serves api:1 instead of api:2)"},
		{"done", "done:1", "done:1", "verify"},
		{"job", "job:1", "job:2", "deploy by ECS (serves job:1 instead of job:2)"},
		{"web", "web:1", "web:1", "verify"},
	}, steps)
	w.loud = []string{"api-5xx"}
	blocked, err := r.Plan(t.Context())
	require.NoError(t, err)
	assert.Contains(t, blocked[0].Does, "fail: api-5xx is on, and CodeDeploy would stop the deployment")
	var table strings.Builder
	release.PrintPlan(&table, 150, steps)
	assert.Contains(t, table.String(), "SERVICE  SERVES  REGISTERED  DOES\n")
	assert.Empty(t, w.changes())
}

func TestWrongChoicesAreRefused(t *testing.T) {
	stack := stackOf(t, map[string]registered{"web": {revision: 1}})
	_, err := release.New(release.Options{Stack: stack, Only: []string{"shop"}, Timeout: time.Hour, Clock: newWorld()})
	require.EqualError(t, err, `--service: found "shop", but the stack has web: name one of these`)
	_, err = release.New(release.Options{Stack: stack, Clock: newWorld()})
	require.ErrorContains(t, err, "--timeout: found 0s")

	for text, want := range map[string]string{
		"x":          "found no JSON of stack outputs",
		`{"url":""}`: "found no services",
		`{"services":{"web":{"taskDefinitionArn":"web:1"}}}`:                     `found taskDefinitionArn "web:1"`,
		`{"services":{"a":{"taskDefinitionArn":"a:b:c:d:e:f:1","after":["a"]}}}`: "in a circle",
	} {
		_, err := release.ReadOutputs(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}
