package verify

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// ECS has the calls of Amazon ECS that verify makes.
type ECS interface {
	DescribeServices(
		context.Context, *ecs.DescribeServicesInput, ...func(*ecs.Options),
	) (*ecs.DescribeServicesOutput, error)
	DescribeTaskDefinition(
		context.Context, *ecs.DescribeTaskDefinitionInput, ...func(*ecs.Options),
	) (*ecs.DescribeTaskDefinitionOutput, error)
	DescribeTasks(context.Context, *ecs.DescribeTasksInput, ...func(*ecs.Options)) (*ecs.DescribeTasksOutput, error)
	ListTasks(context.Context, *ecs.ListTasksInput, ...func(*ecs.Options)) (*ecs.ListTasksOutput, error)
}

// Clients of the services that know about a deployment.
type Clients struct {
	ECS           ECS
	CodeDeploy    *codedeploy.Client
	LoadBalancing *elb.Client
	CloudWatch    *cloudwatch.Client
	SNS           *sns.Client
	Scheduler     *scheduler.Client
	// ECR of a region: a registry may be in another region than the service.
	ECR func(region string) *ecr.Client
}

// NewClients makes clients of real services.
func NewClients(cfg aws.Config) Clients {
	return Clients{
		ECS:           ecs.NewFromConfig(cfg),
		CodeDeploy:    codedeploy.NewFromConfig(cfg),
		LoadBalancing: elb.NewFromConfig(cfg),
		CloudWatch:    cloudwatch.NewFromConfig(cfg),
		SNS:           sns.NewFromConfig(cfg),
		Scheduler:     scheduler.NewFromConfig(cfg),
		ECR: func(region string) *ecr.Client {
			return ecr.NewFromConfig(cfg, func(o *ecr.Options) { o.Region = region })
		},
	}
}
