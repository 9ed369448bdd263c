package verify

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// ECS has the calls of Amazon ECS that verify makes.
type ECS interface {
	DescribeServices(context.Context, *ecs.DescribeServicesInput, ...func(*ecs.Options)) (*ecs.DescribeServicesOutput, error)
	DescribeTaskDefinition(context.Context, *ecs.DescribeTaskDefinitionInput, ...func(*ecs.Options)) (*ecs.DescribeTaskDefinitionOutput, error)
	DescribeTasks(context.Context, *ecs.DescribeTasksInput, ...func(*ecs.Options)) (*ecs.DescribeTasksOutput, error)
	ListTasks(context.Context, *ecs.ListTasksInput, ...func(*ecs.Options)) (*ecs.ListTasksOutput, error)
}

// ECR has the calls of Amazon ECR that verify makes.
type ECR interface {
	BatchGetImage(context.Context, *ecr.BatchGetImageInput, ...func(*ecr.Options)) (*ecr.BatchGetImageOutput, error)
	DescribeImages(context.Context, *ecr.DescribeImagesInput, ...func(*ecr.Options)) (*ecr.DescribeImagesOutput, error)
}

// CodeDeploy has the calls of AWS CodeDeploy that verify makes.
type CodeDeploy interface {
	GetDeployment(context.Context, *codedeploy.GetDeploymentInput, ...func(*codedeploy.Options)) (*codedeploy.GetDeploymentOutput, error)
	GetDeploymentGroup(context.Context, *codedeploy.GetDeploymentGroupInput, ...func(*codedeploy.Options)) (*codedeploy.GetDeploymentGroupOutput, error)
	ListDeployments(context.Context, *codedeploy.ListDeploymentsInput, ...func(*codedeploy.Options)) (*codedeploy.ListDeploymentsOutput, error)
}

// LoadBalancing has the calls of Elastic Load Balancing that verify makes.
type LoadBalancing interface {
	DescribeRules(context.Context, *elb.DescribeRulesInput, ...func(*elb.Options)) (*elb.DescribeRulesOutput, error)
	DescribeTargetHealth(context.Context, *elb.DescribeTargetHealthInput, ...func(*elb.Options)) (*elb.DescribeTargetHealthOutput, error)
}

// CloudWatch has the calls of Amazon CloudWatch that verify makes.
type CloudWatch interface {
	DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
}

// SNS has the calls of Amazon SNS that verify makes.
type SNS interface {
	ListSubscriptionsByTopic(
		context.Context, *sns.ListSubscriptionsByTopicInput, ...func(*sns.Options),
	) (*sns.ListSubscriptionsByTopicOutput, error)
}

// Clients of the services that know about a deployment.
type Clients struct {
	ECS           ECS
	CodeDeploy    CodeDeploy
	LoadBalancing LoadBalancing
	CloudWatch    CloudWatch
	SNS           SNS
	// ECR of a region: a registry may be in another region than the service.
	ECR func(region string) ECR
}

// NewClients makes clients of real services.
func NewClients(cfg aws.Config) Clients {
	return Clients{
		ECS:           ecs.NewFromConfig(cfg),
		CodeDeploy:    codedeploy.NewFromConfig(cfg),
		LoadBalancing: elb.NewFromConfig(cfg),
		CloudWatch:    cloudwatch.NewFromConfig(cfg),
		SNS:           sns.NewFromConfig(cfg),
		ECR: func(region string) ECR {
			return ecr.NewFromConfig(cfg, func(o *ecr.Options) { o.Region = region })
		},
	}
}
