package bluegreen_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/bluegreen"
)

func (g *group) await(t *testing.T, ready func(context.Context) error) error {
	t.Helper()
	return bluegreen.Await(t.Context(), g.client(), g, "d-1", ready, g.say)
}

func TestAwaitEndsWhenAllRequestsHaveMoved(t *testing.T) {
	g := newGroup()
	one := g.add("d-1", 0, types.DeploymentStatusCreated, "new")
	looks := 0
	g.slept = func(*group) {
		switch looks++; looks {
		case 1:
			one.Status = types.DeploymentStatusInProgress
			g.targets["d-1"] = types.TargetStatusInProgress
		case 3:
			g.targets["d-1"] = types.TargetStatusSucceeded
		}
	}
	require.NoError(t, g.await(t, nil))
	assert.Equal(t, 3, looks)
	assert.Equal(t, []string{"deployment d-1: starting tasks", "deployment d-1: moving requests"}, g.said)
	assert.Equal(t, types.DeploymentStatusInProgress, one.Status, "the old tasks are kept; nobody waits for that")
}

func TestAwaitSaysWhyADeploymentFailed(t *testing.T) {
	g := newGroup()
	g.add("d-1", 0, types.DeploymentStatusStopped, "new").ErrorInformation = &types.ErrorInformation{
		Code: types.ErrorCodeAlarmActive, Message: aws.String("One or more alarms have been activated"),
	}
	var failed *bluegreen.FailedError
	require.ErrorAs(t, g.await(t, nil), &failed)
	assert.EqualError(t, failed, "deployment d-1 failed, and the version before it serves: "+
		"ALARM_ACTIVE: One or more alarms have been activated")
}

func TestAwaitStopsADeploymentWhoseTasksDoNotStart(t *testing.T) {
	g := newGroup()
	g.add("d-1", 0, types.DeploymentStatusCreated, "new")
	require.EqualError(t, g.await(t, nil),
		"deployment d-1 failed, and the version before it serves: its tasks were not healthy after 15m0s")
	assert.Equal(t, []string{"d-1"}, g.stopped)
}

func TestAwaitMovesRequestsOnlyAfterTheTest(t *testing.T) {
	g := newGroup()
	one := g.add("d-1", 0, types.DeploymentStatusReady, "new")
	wrong := errors.New("no pages")
	require.ErrorIs(t, g.await(t, func(context.Context) error { return wrong }), wrong)
	assert.Empty(t, g.continued)

	g.slept = func(*group) { one.Status = types.DeploymentStatusSucceeded }
	tests := 0
	require.NoError(t, g.await(t, func(context.Context) error { tests++; return nil }))
	assert.Equal(t, 1, tests)
	assert.Equal(t, []string{"d-1 READY_WAIT"}, g.continued)
}
