package release

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/verify"
)

// ECS has the calls of Amazon ECS that a release makes.
type ECS interface {
	verify.ECS
	RunTask(context.Context, *ecs.RunTaskInput, ...func(*ecs.Options)) (*ecs.RunTaskOutput, error)
	StopTask(context.Context, *ecs.StopTaskInput, ...func(*ecs.Options)) (*ecs.StopTaskOutput, error)
	UpdateService(context.Context, *ecs.UpdateServiceInput, ...func(*ecs.Options)) (*ecs.UpdateServiceOutput, error)
}

// Scaling has the calls of Application Auto Scaling that a release makes.
type Scaling interface {
	DescribeScalableTargets(
		context.Context, *scaling.DescribeScalableTargetsInput, ...func(*scaling.Options),
	) (*scaling.DescribeScalableTargetsOutput, error)
	ListTagsForResource(
		context.Context, *scaling.ListTagsForResourceInput, ...func(*scaling.Options),
	) (*scaling.ListTagsForResourceOutput, error)
	RegisterScalableTarget(
		context.Context, *scaling.RegisterScalableTargetInput, ...func(*scaling.Options),
	) (*scaling.RegisterScalableTargetOutput, error)
	TagResource(
		context.Context, *scaling.TagResourceInput, ...func(*scaling.Options),
	) (*scaling.TagResourceOutput, error)
	UntagResource(
		context.Context, *scaling.UntagResourceInput, ...func(*scaling.Options),
	) (*scaling.UntagResourceOutput, error)
}

// Clients of the services that a release uses.
type Clients struct {
	ECS        ECS
	CodeDeploy bluegreen.API
	Scaling    Scaling
	// Verify has the clients that check whether the released version has arrived.
	Verify verify.Clients
}

// NewClients makes clients of real services.
func NewClients(cfg aws.Config) Clients {
	return Clients{
		ECS: ecs.NewFromConfig(cfg), CodeDeploy: codedeploy.NewFromConfig(cfg), Scaling: scaling.NewFromConfig(cfg),
		Verify: verify.NewClients(cfg),
	}
}
