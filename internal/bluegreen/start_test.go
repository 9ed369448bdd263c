package bluegreen_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/bluegreen"
)

// newSum is the SHA-256 of the AppSpec "new".
const newSum = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"

var began = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// group is a deployment group whose deployments are as a test says. Its time is artificial.
type group struct {
	*awsfake.Cloud
	now         time.Time
	deployments []*types.DeploymentInfo
	targets     map[string]types.TargetStatus
	events      []types.LifecycleEvent
	stopped     []string
	created     []*codedeploy.CreateDeploymentInput
	continued   []string
	// slept happens at each pause.
	slept func(*group)
	said  []string
}

func (g *group) Now() time.Time { return g.now }

func (g *group) Sleep(ctx context.Context, d time.Duration) error {
	g.now = g.now.Add(d)
	if g.slept != nil {
		g.slept(g)
	}
	return ctx.Err()
}

func (g *group) say(text string) { g.said = append(g.said, text) }

func (g *group) add(id string, age time.Duration, status types.DeploymentStatus, appSpec string) *types.DeploymentInfo {
	info := &types.DeploymentInfo{
		DeploymentId: aws.String(id), CreateTime: aws.Time(began.Add(-age)), Status: status,
		Creator:  types.DeploymentCreatorUser,
		Revision: &types.RevisionLocation{AppSpecContent: &types.AppSpecContent{Content: aws.String(appSpec)}},
	}
	g.deployments = append(g.deployments, info)
	return info
}

func newGroup() *group {
	g := &group{Cloud: awsfake.New(), now: began, targets: map[string]types.TargetStatus{}}
	awsfake.Answer(g.Cloud, func(in *codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
		out := &codedeploy.ListDeploymentsOutput{}
		for _, one := range g.deployments {
			if (len(in.IncludeOnlyStatuses) == 0 || slices.Contains(in.IncludeOnlyStatuses, one.Status)) &&
				(in.CreateTimeRange == nil || !one.CreateTime.Before(*in.CreateTimeRange.Start)) {
				out.Deployments = append(out.Deployments, *one.DeploymentId)
			}
		}
		return out, nil
	})
	awsfake.Answer(g.Cloud, func(in *codedeploy.BatchGetDeploymentsInput) (*codedeploy.BatchGetDeploymentsOutput, error) {
		out := &codedeploy.BatchGetDeploymentsOutput{}
		for _, one := range g.deployments {
			if slices.Contains(in.DeploymentIds, *one.DeploymentId) {
				out.DeploymentsInfo = append(out.DeploymentsInfo, *one)
			}
		}
		return out, nil
	})
	awsfake.Answer(g.Cloud, func(in *codedeploy.StopDeploymentInput) (*codedeploy.StopDeploymentOutput, error) {
		g.stopped = append(g.stopped, *in.DeploymentId)
		for _, one := range g.deployments {
			if *one.DeploymentId == *in.DeploymentId {
				one.Status = types.DeploymentStatusStopped
			}
		}
		return &codedeploy.StopDeploymentOutput{}, nil
	})
	awsfake.Answer(g.Cloud, g.listTargets)
	awsfake.Answer(g.Cloud, g.getTargets)
	awsfake.Answer(g.Cloud, func(in *codedeploy.ContinueDeploymentInput) (*codedeploy.ContinueDeploymentOutput, error) {
		g.continued = append(g.continued, *in.DeploymentId+" "+string(in.DeploymentWaitType))
		for _, one := range g.deployments {
			if *one.DeploymentId == *in.DeploymentId && in.DeploymentWaitType == types.DeploymentWaitTypeTerminationWait {
				one.Status = types.DeploymentStatusSucceeded
			}
		}
		return &codedeploy.ContinueDeploymentOutput{}, nil
	})
	awsfake.Answer(g.Cloud, func(in *codedeploy.CreateDeploymentInput) (*codedeploy.CreateDeploymentOutput, error) {
		g.created = append(g.created, in)
		id := fmt.Sprint("d-new-", len(g.created))
		g.add(id, 0, types.DeploymentStatusCreated, *in.Revision.AppSpecContent.Content)
		return &codedeploy.CreateDeploymentOutput{DeploymentId: aws.String(id)}, nil
	})
	return g
}

func (g *group) listTargets(
	in *codedeploy.ListDeploymentTargetsInput,
) (*codedeploy.ListDeploymentTargetsOutput, error) {
	if g.targets[*in.DeploymentId] == "" {
		return nil, &types.DeploymentNotStartedException{}
	}
	return &codedeploy.ListDeploymentTargetsOutput{TargetIds: []string{"app:web"}}, nil
}

func (g *group) getTargets(
	in *codedeploy.BatchGetDeploymentTargetsInput,
) (*codedeploy.BatchGetDeploymentTargetsOutput, error) {
	return &codedeploy.BatchGetDeploymentTargetsOutput{DeploymentTargets: []types.DeploymentTarget{{
		EcsTarget: &types.ECSTarget{Status: g.targets[*in.DeploymentId], LifecycleEvents: g.events},
	}}}, nil
}

func (g *group) client() *codedeploy.Client {
	return codedeploy.NewFromConfig(g.WriteConfig("eu-central-1"))
}

func (g *group) start(t *testing.T, r bluegreen.Request) (bluegreen.Started, error) {
	t.Helper()
	r.Application, r.Group = "app-web", "web"
	if r.AppSpec == nil {
		r.AppSpec = bluegreen.Text("new")
	}
	return bluegreen.Start(t.Context(), g.client(), g, r, g.say)
}

func TestStartsTheAppSpecUnderTheGroupsRules(t *testing.T) {
	g := newGroup()
	g.add("d-old", time.Hour, types.DeploymentStatusSucceeded, "old")

	started, err := g.start(t, bluegreen.Request{Description: "why"})

	require.NoError(t, err)
	assert.Equal(t, bluegreen.Started{ID: "d-new-1"}, started)
	require.Len(t, g.created, 1)
	assert.Equal(t, "new", *g.created[0].Revision.AppSpecContent.Content)
	assert.Equal(t, newSum, *g.created[0].Revision.AppSpecContent.Sha256)
	assert.Nil(t, g.created[0].DeploymentConfigName)
	assert.Nil(t, g.created[0].OverrideAlarmConfiguration)
}

func TestOverridesAlarmsAndMovesAllAtOnceWhereAsked(t *testing.T) {
	g := newGroup()

	_, err := g.start(t, bluegreen.Request{OverrideAlarms: true, AllAtOnce: true})

	require.NoError(t, err)
	assert.Equal(t, &types.AlarmConfiguration{Enabled: false}, g.created[0].OverrideAlarmConfiguration)
	assert.Equal(t, "CodeDeployDefault.ECSAllAtOnce", *g.created[0].DeploymentConfigName)
}

// The group would be busy for an hour otherwise, if that is how long it keeps the old tasks.
func TestEndsTheWaitOfADeploymentThatHasAllRequests(t *testing.T) {
	g := newGroup()
	g.add("d-old", 10*time.Minute, types.DeploymentStatusInProgress, "old")
	g.targets["d-old"] = types.TargetStatusSucceeded

	started, err := g.start(t, bluegreen.Request{})

	require.NoError(t, err)
	assert.Equal(t, "d-new-1", started.ID)
	assert.Equal(t, []string{"d-old TERMINATION_WAIT"}, g.continued)
	assert.Equal(t, []string{
		"deployment d-old has moved all requests: ending its wait, so that another can start",
	}, g.said)
}

func TestWaitsForADeploymentThatMovesRequests(t *testing.T) {
	g := newGroup()
	moving := g.add("d-old", time.Minute, types.DeploymentStatusInProgress, "old")
	g.targets["d-old"] = types.TargetStatusInProgress
	looks := 0
	g.slept = func(*group) {
		if looks++; looks == 20 {
			moving.Status = types.DeploymentStatusFailed
		}
	}

	started, err := g.start(t, bluegreen.Request{})

	require.NoError(t, err)
	assert.Equal(t, "d-new-1", started.ID)
	assert.Empty(t, g.continued)
	assert.Equal(t, "waiting for deployment d-old of 2026-03-01 09:59:00, which moves requests", g.said[0])
	assert.Len(t, g.said, 3, "once, and then every two minutes of five")
}

func TestWhatIsAskedForIsNotStartedTwice(t *testing.T) {
	tests := map[string]struct {
		prepare func(*group)
		since   time.Time
		already bool
	}{
		"active": {func(g *group) { g.add("d-1", 0, types.DeploymentStatusCreated, "new") }, time.Time{}, true},
		"done":   {func(g *group) { g.add("d-1", 0, types.DeploymentStatusSucceeded, "new") }, time.Time{}, true},
		"known by its sum": {func(g *group) {
			g.add("d-1", 0, "Queued", "").Revision.AppSpecContent.Sha256 = aws.String(newSum)
		}, time.Time{}, true},
		"failed": {func(g *group) { g.add("d-1", 0, types.DeploymentStatusFailed, "new") }, time.Time{}, false},
		"replaced since": {func(g *group) {
			g.add("d-1", time.Hour, types.DeploymentStatusSucceeded, "new")
			g.add("d-2", 0, types.DeploymentStatusSucceeded, "other")
		}, time.Time{}, false},
		"rolled back since": {func(g *group) {
			g.add("d-1", time.Hour, types.DeploymentStatusSucceeded, "new")
			g.add("d-2", 0, types.DeploymentStatusSucceeded, "new").Creator = types.DeploymentCreatorCodeDeployRollback
		}, time.Time{}, false},
		"before the time": {func(g *group) { g.add("d-1", time.Hour, types.DeploymentStatusSucceeded, "new") }, began, false},
		"since the time":  {func(g *group) { g.add("d-1", 0, types.DeploymentStatusInProgress, "other") }, began, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := newGroup()
			test.prepare(g)
			started, err := g.start(t, bluegreen.Request{Since: test.since})
			require.NoError(t, err)
			assert.Equal(t, test.already, started.Already)
			assert.Equal(t, test.already, len(g.created) == 0)
		})
	}
}

// CodeDeploy would wait for its tasks for an hour, and so would the version that mends them.
func TestStopsADeploymentWhoseTasksDoNotStart(t *testing.T) {
	g := newGroup()
	g.add("d-old", 10*time.Minute, types.DeploymentStatusInProgress, "old")
	g.targets["d-old"] = types.TargetStatusInProgress
	g.events = []types.LifecycleEvent{
		{LifecycleEventName: aws.String("BeforeInstall"), Status: types.LifecycleEventStatusSucceeded},
		{LifecycleEventName: aws.String("Install"), Status: types.LifecycleEventStatusInProgress},
	}

	started, err := g.start(t, bluegreen.Request{})

	require.NoError(t, err)
	assert.Equal(t, "d-new-1", started.ID)
	assert.Equal(t, []string{"d-old"}, g.stopped)
	assert.Equal(t, began.Add(5*time.Minute+2*bluegreen.PollEvery), g.now)
}

// Two callers at once, or the SDK that repeats a call whose answer got lost.
func TestWhoIsSecondFindsTheFirstsDeployment(t *testing.T) {
	g := newGroup()
	g.Fail("codedeploy:CreateDeployment", &types.DeploymentLimitExceededException{
		Message: aws.String("already has an active Deployment 'd-1'"),
	})
	g.slept = func(g *group) { g.add("d-1", 0, types.DeploymentStatusCreated, "new") }

	started, err := g.start(t, bluegreen.Request{})

	require.NoError(t, err)
	assert.Equal(t, bluegreen.Started{ID: "d-1", Already: true}, started)
}

func TestSaysWhatItWaitedForWhenTheTimeIsUp(t *testing.T) {
	g := newGroup()
	g.add("d-old", time.Minute, types.DeploymentStatusReady, "old")
	ctx, cancel := context.WithCancel(t.Context())
	g.slept = func(*group) { cancel() }

	_, err := bluegreen.Start(ctx, g.client(), g, bluegreen.Request{
		Application: "app-web", Group: "web", AppSpec: bluegreen.Text("new"),
	}, g.say)

	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "waiting for deployment d-old, which has not moved requests yet: continue or stop it")
}

func TestRefusalsAreReported(t *testing.T) {
	for _, action := range []string{
		"CreateDeployment", "ListDeployments", "BatchGetDeployments", "ListDeploymentTargets", "ContinueDeployment",
	} {
		g := newGroup()
		if action != "CreateDeployment" {
			g.add("d-old", time.Minute, types.DeploymentStatusInProgress, "old")
			g.targets["d-old"] = types.TargetStatusSucceeded
		}
		g.Fail("codedeploy:"+action, awsfake.Failure(http.StatusBadRequest, "AccessDeniedException", "not authorized"))
		_, err := g.start(t, bluegreen.Request{})
		require.ErrorContains(t, err, "AccessDeniedException", action)
	}
}
