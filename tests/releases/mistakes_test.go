package releases

import (
	"context"

	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/release"
	"aws-webapp/internal/rotation"
)

// mistake is a mistake that the tested code could make. The zero value is none.
type mistake struct {
	// underAlarms deploys by the group's own steps and alarms, as after a release.
	underAlarms bool
	// neverEnds does not end the waiting time of another deployment, or its own.
	neverEnds bool
	// neverStops does not stop a deployment whose tasks do not start.
	neverStops bool
	// swallows drops the error of a release.
	swallows bool
	// seesNoTasks ignores tasks that are older than the password.
	seesNoTasks bool
	// staysSuspended does not resume autoscaling.
	staysSuspended bool
	// deregisters the revisions that pulumi up replaces.
	deregisters bool
}

func (m mistake) clients(of release.Clients) release.Clients {
	of.CodeDeploy = m.codeDeploy(of.CodeDeploy)
	if m.staysSuspended {
		of.Scaling = greedy{of.Scaling}
	}
	return of
}

func (m mistake) codeDeploy(of bluegreen.API) bluegreen.API { return wrongCodeDeploy{of, m} }

func (m mistake) ecs(of rotation.ECS) rotation.ECS {
	if m.seesNoTasks {
		return blind{of}
	}
	return of
}

type wrongCodeDeploy struct {
	bluegreen.API
	mistake mistake
}

func (w wrongCodeDeploy) CreateDeployment(
	ctx context.Context, in *codedeploy.CreateDeploymentInput, o ...func(*codedeploy.Options),
) (*codedeploy.CreateDeploymentOutput, error) {
	if w.mistake.underAlarms {
		in.OverrideAlarmConfiguration, in.DeploymentConfigName = nil, nil
	}
	return w.API.CreateDeployment(ctx, in, o...)
}

func (w wrongCodeDeploy) ContinueDeployment(
	ctx context.Context, in *codedeploy.ContinueDeploymentInput, o ...func(*codedeploy.Options),
) (*codedeploy.ContinueDeploymentOutput, error) {
	if w.mistake.neverEnds {
		return &codedeploy.ContinueDeploymentOutput{}, nil
	}
	return w.API.ContinueDeployment(ctx, in, o...)
}

func (w wrongCodeDeploy) StopDeployment(
	ctx context.Context, in *codedeploy.StopDeploymentInput, o ...func(*codedeploy.Options),
) (*codedeploy.StopDeploymentOutput, error) {
	if w.mistake.neverStops {
		return &codedeploy.StopDeploymentOutput{}, nil
	}
	return w.API.StopDeployment(ctx, in, o...)
}

type blind struct{ rotation.ECS }

func (blind) ListTasks(context.Context, *ecs.ListTasksInput, ...func(*ecs.Options)) (*ecs.ListTasksOutput, error) {
	return &ecs.ListTasksOutput{}, nil
}

type greedy struct{ release.Scaling }

func (g greedy) RegisterScalableTarget(
	ctx context.Context, in *scaling.RegisterScalableTargetInput, o ...func(*scaling.Options),
) (*scaling.RegisterScalableTargetOutput, error) {
	if in.SuspendedState != nil && !*in.SuspendedState.DynamicScalingInSuspended {
		return &scaling.RegisterScalableTargetOutput{}, nil
	}
	return g.Scaling.RegisterScalableTarget(ctx, in, o...)
}
