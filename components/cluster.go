package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const clusterType = "aws-webapp:service:Cluster"

// ContainerInsights is the level of detail that a cluster reports to CloudWatch.
type ContainerInsights string

// The levels of Container Insights. The alarm on missing tasks needs at least
// [InsightsEnabled]; [InsightsEnhanced] adds metrics by task and container.
const (
	InsightsEnabled  ContainerInsights = "enabled"
	InsightsEnhanced ContainerInsights = "enhanced"
)

// The capacity providers that every cluster offers.
const (
	fargate     = "FARGATE"
	fargateSpot = "FARGATE_SPOT"
)

// ClusterArgs describe a [Cluster].
type ClusterArgs struct {
	// Scope of the stack.
	Scope Scope
	// ContainerInsights is enabled or enhanced.
	ContainerInsights ContainerInsights
	// LogKeyARN is the KMS key that encrypts ECS Exec sessions and their log group.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the sessions' log, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// Spot says that services run tasks on Fargate Spot, which has a quota of its own.
	Spot bool
	// TopicARN is notified of the alarms.
	TopicARN pulumi.StringInput
}

// Cluster is an ECS cluster on Fargate whose ECS Exec sessions are encrypted and logged.
type Cluster struct {
	pulumi.ResourceState

	// Name of the cluster in ECS.
	Name string
	// ARN of the cluster, known once services can use its capacity providers.
	ARN pulumi.StringOutput
	// ExecLogGroupName is the log group of ECS Exec sessions.
	ExecLogGroupName string
	alarms

	args         ClusterArgs
	execLogGroup *cloudwatch.LogGroup
	cluster      *ecs.Cluster
}

// NewCluster makes a [Cluster].
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{args: given(args)}
	// Metrics, scaling and deployments name the cluster before it exists.
	c.Name = c.args.Scope.Name(NameCluster, name)
	c.ExecLogGroupName = "/ecs-exec/" + c.Name
	return construct(ctx, name, c, opts, construction{
		kind: "cluster", token: clusterType, wrong: check(c.args),
		steps: []step{
			{"create log group of ECS Exec sessions", c.createExecLogGroup},
			{"create cluster", c.createCluster},
			{"attach capacity providers", c.attachCapacityProviders},
			{"create alarms", c.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"name":             pulumi.String(c.Name),
				"arn":              c.ARN,
				"execLogGroupName": pulumi.String(c.ExecLogGroupName),
			}
		},
	})
}

func (c *Cluster) createExecLogGroup(ctx *pulumi.Context, name string) error {
	group, err := cloudwatch.NewLogGroup(ctx, name+"-exec", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(c.ExecLogGroupName),
		RetentionInDays: pulumi.Int(c.args.LogRetentionDays),
		KmsKeyId:        c.args.LogKeyARN,
	}, pulumi.Parent(c))
	c.execLogGroup = group
	return err
}

func (c *Cluster) createCluster(ctx *pulumi.Context, name string) error {
	cluster, err := ecs.NewCluster(ctx, name, &ecs.ClusterArgs{
		Name: pulumi.String(c.Name),
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name:  pulumi.String("containerInsights"),
			Value: pulumi.String(c.args.ContainerInsights),
		}},
		Configuration: ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				KmsKeyId: c.args.LogKeyARN,
				Logging:  pulumi.String("OVERRIDE"),
				LogConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchEncryptionEnabled: pulumi.Bool(true),
					CloudWatchLogGroupName:      c.execLogGroup.Name,
				},
			},
		},
		Tags: named(c.Name),
	}, pulumi.Parent(c))
	c.cluster = cluster
	return err
}

// attachCapacityProviders delays the cluster's ARN until services may name the providers: ECS
// refuses a service whose provider the cluster does not have yet.
func (c *Cluster) attachCapacityProviders(ctx *pulumi.Context, name string) error {
	providers, err := ecs.NewClusterCapacityProviders(ctx, name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       c.cluster.Name,
		CapacityProviders: pulumi.ToStringArray([]string{fargate, fargateSpot}),
		// Tasks started by hand without a capacity provider must not land on Spot.
		DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
			ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
				CapacityProvider: pulumi.String(fargate),
				Weight:           pulumi.Int(1),
			},
		},
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	c.ARN = pulumi.All(c.cluster.Arn, providers.ID()).ApplyT(func(values []any) string {
		return values[0].(string)
	}).(pulumi.StringOutput)
	return nil
}
