package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// platformVersion follows Fargate's latest: newly started tasks get AWS's fixes.
	platformVersion = "LATEST"
	// noExtraTasks is the maximum percent at which ECS cannot move tasks between zones.
	noExtraTasks = 100
	// drainMinutes that a service may take to stop all of its tasks.
	drainMinutes = 20
)

// autoscalingOwns lists the properties that autoscaling changes from the first minute on.
var autoscalingOwns = []string{"desiredCount"}

// releaseOwns lists the properties that come with each version if something other than the
// program deploys it. Under CodeDeploy, ECS refuses to change them without a deployment. A
// deployment whose AppSpec names no capacity providers removes them; putting them back would
// replace the service.
var releaseOwns = []string{
	"taskDefinition", "loadBalancers", "networkConfiguration", "platformVersion", "capacityProviderStrategies",
}

// createService fixes the service's name, which metrics, scaling and deployments use. A
// replacement therefore has to wait until its predecessor is gone.
func (s *Service) createService(ctx *pulumi.Context, name string) error {
	args := &ecs.ServiceArgs{
		Name:                       pulumi.String(s.Name),
		Cluster:                    s.args.ClusterARN,
		TaskDefinition:             s.taskDefinition.Arn,
		DesiredCount:               pulumi.Int(s.args.DesiredCount),
		CapacityProviderStrategies: s.args.Capacity.strategies(),
		PlatformVersion:            pulumi.String(platformVersion),
		SchedulingStrategy:         pulumi.String("REPLICA"),
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        s.args.SubnetIDs,
			SecurityGroups: pulumi.StringArray{s.args.SecurityGroupID},
			AssignPublicIp: pulumi.Bool(false),
		},
		EnableExecuteCommand: pulumi.Bool(s.args.Exec != nil),
		EnableEcsManagedTags: pulumi.Bool(true),
		PropagateTags:        pulumi.String("SERVICE"),
		Tags:                 s.tags(),
	}
	if s.endpoint != nil {
		args.HealthCheckGracePeriodSeconds = pulumi.Int(s.args.Deployment.GracePeriodSeconds)
		args.LoadBalancers = ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: s.endpoint.targetGroups[0].Arn,
			ContainerName:  pulumi.String(s.listener()),
			ContainerPort:  pulumi.Int(s.args.Container.Port),
		}}
	}
	ignored := autoscalingOwns
	if s.held() {
		ignored = append(append([]string{}, autoscalingOwns...), releaseOwns...)
	}
	if s.blueGreen() {
		args.DeploymentController = ecs.ServiceDeploymentControllerArgs{Type: pulumi.String("CODE_DEPLOY")}
	} else {
		s.deployRolling(args)
	}
	service, err := ecs.NewService(ctx, name, args, pulumi.Parent(s),
		pulumi.DependsOn(append(append([]pulumi.Resource{}, s.prerequisites...), s.args.After...)),
		pulumi.IgnoreChanges(ignored), pulumi.DeleteBeforeReplace(true), pulumi.Timeouts(s.timeouts()))
	if err != nil {
		return err
	}
	s.service = service
	if !s.held() {
		s.TaskDefinitionARN = s.runningTaskDefinition()
	}
	return nil
}

// oneTaskTag holds the reason why a service may run one task alone, for whoever wonders in the console.
const oneTaskTag = "webapp:one-task"

func (s *Service) tags() pulumi.StringMap {
	tags := named(s.Name)
	if s.args.OneTaskReason != "" {
		tags[oneTaskTag] = pulumi.String(s.args.OneTaskReason)
	}
	return tags
}

// deployRolling adds the properties that ECS only accepts under its own controller.
func (s *Service) deployRolling(args *ecs.ServiceArgs) {
	deployment := s.args.Deployment
	rebalancing := "ENABLED"
	if deployment.MaximumPercent <= noExtraTasks {
		rebalancing = "DISABLED"
	}
	args.DeploymentController = ecs.ServiceDeploymentControllerArgs{Type: pulumi.String("ECS")}
	args.DeploymentMaximumPercent = pulumi.Int(deployment.MaximumPercent)
	args.DeploymentMinimumHealthyPercent = pulumi.Int(deployment.MinimumHealthyPercent)
	args.DeploymentCircuitBreaker = ecs.ServiceDeploymentCircuitBreakerArgs{
		Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
	}
	args.Alarms = ecs.ServiceAlarmsArgs{
		Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		AlarmNames: pulumi.ToStringArray(s.rollbackAlarmNames),
	}
	args.AvailabilityZoneRebalancing = pulumi.String(rebalancing)
	// Without it a change of capacity providers replaces the service; with it every change of the
	// service starts new tasks, as most of them do anyway. Tasks of a held service only start with
	// its versions.
	args.ForceNewDeployment = pulumi.Bool(!s.held())
	args.WaitForSteadyState = pulumi.Bool(s.waits())
	args.ServiceConnectConfiguration = s.connected()
}

// waits reports whether an update waits for the tasks. Tasks of a held service may have to wait
// for something that only comes after the update, such as their migration.
func (s *Service) waits() bool { return !s.held() && s.args.Deployment.WaitMinutes > 0 }

func (s *Service) timeouts() *pulumi.CustomTimeouts {
	timeouts := &pulumi.CustomTimeouts{Delete: fmt.Sprintf("%dm", drainMinutes)}
	if s.waits() {
		timeouts.Create = fmt.Sprintf("%dm", s.args.Deployment.WaitMinutes)
		timeouts.Update = timeouts.Create
	}
	return timeouts
}

// runningTaskDefinition fails if ECS has rolled the service back to another task definition
// than the program's: AWS reports a rollback as a successful deployment.
func (s *Service) runningTaskDefinition() pulumi.StringOutput {
	name := s.Name
	return pulumi.All(s.service.TaskDefinition, s.taskDefinition.Arn).ApplyT(func(values []any) (string, error) {
		running, _ := values[0].(*string)
		wanted := values[1].(string)
		if running != nil && *running != wanted {
			return "", fmt.Errorf("service %q runs %s and not %s: the deployment failed and was rolled back, or the service "+
				"was left out by --target; see its events and log, correct the image or its settings and run the update again, "+
				"without --target", name, *running, wanted)
		}
		return wanted, nil
	}).(pulumi.StringOutput)
}

// strategies leaves out a provider that gets no tasks.
func (c ServiceCapacity) strategies() ecs.ServiceCapacityProviderStrategyArray {
	var strategies ecs.ServiceCapacityProviderStrategyArray
	for _, share := range c.shares() {
		strategies = append(strategies, ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String(share.CapacityProvider),
			Base:             pulumi.Int(share.Base),
			Weight:           pulumi.Int(share.Weight),
		})
	}
	return strategies
}

// capacityShare is a provider's share of a service's capacity, as written in AppSpec files.
type capacityShare struct {
	Base             int
	CapacityProvider string
	Weight           int
}

func (c ServiceCapacity) shares() []capacityShare {
	var shares []capacityShare
	for _, share := range []capacityShare{
		{c.FargateBase, fargate, c.FargateWeight},
		{0, fargateSpot, c.SpotWeight},
	} {
		if share.Base > 0 || share.Weight > 0 {
			shares = append(shares, share)
		}
	}
	return shares
}
