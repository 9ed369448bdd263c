package bluegreen

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
)

// Reader has the calls of CodeDeploy that show how far a deployment is.
type Reader interface {
	BatchGetDeployments(
		context.Context, *codedeploy.BatchGetDeploymentsInput, ...func(*codedeploy.Options),
	) (*codedeploy.BatchGetDeploymentsOutput, error)
	BatchGetDeploymentTargets(
		context.Context, *codedeploy.BatchGetDeploymentTargetsInput, ...func(*codedeploy.Options),
	) (*codedeploy.BatchGetDeploymentTargetsOutput, error)
	ListDeployments(
		context.Context, *codedeploy.ListDeploymentsInput, ...func(*codedeploy.Options),
	) (*codedeploy.ListDeploymentsOutput, error)
	ListDeploymentTargets(
		context.Context, *codedeploy.ListDeploymentTargetsInput, ...func(*codedeploy.Options),
	) (*codedeploy.ListDeploymentTargetsOutput, error)
}

// API has the calls of CodeDeploy that a deployment takes.
type API interface {
	Reader
	ContinueDeployment(
		context.Context, *codedeploy.ContinueDeploymentInput, ...func(*codedeploy.Options),
	) (*codedeploy.ContinueDeploymentOutput, error)
	CreateDeployment(
		context.Context, *codedeploy.CreateDeploymentInput, ...func(*codedeploy.Options),
	) (*codedeploy.CreateDeploymentOutput, error)
	StopDeployment(
		context.Context, *codedeploy.StopDeploymentInput, ...func(*codedeploy.Options),
	) (*codedeploy.StopDeploymentOutput, error)
}
