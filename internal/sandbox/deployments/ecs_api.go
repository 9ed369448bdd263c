package deployments

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"aws-webapp/internal/awsapi/awsfake"
)

const (
	balancing   = "arn:aws:elasticloadbalancing:" + Region + ":" + Account + ":"
	listenerARN = balancing + "listener/app/web/1/443"
)

func (s *service) targetGroup(color string) string {
	if color == "" {
		color = "blue"
	}
	return balancing + "targetgroup/" + s.name + "-" + color + "/1"
}

func (c *Cloud) answerECS() {
	awsfake.Answer(c.Cloud, locked(c, c.describeServices))
	awsfake.Answer(c.Cloud, locked(c, c.updateService))
	awsfake.Answer(c.Cloud, locked(c, c.listTasks))
	awsfake.Answer(c.Cloud, locked(c, c.describeTasks))
	awsfake.Answer(c.Cloud, locked(c, c.describeRules))
	awsfake.Answer(c.Cloud, locked(c, c.describeTargetHealth))
	awsfake.Answer(c.Cloud, locked(c, c.describeTaskDefinition))
}

func (c *Cloud) describeTaskDefinition(
	in *ecs.DescribeTaskDefinitionInput,
) (*ecs.DescribeTaskDefinitionOutput, error) {
	found, err := c.definition(in.TaskDefinition)
	if err != nil {
		return nil, err
	}
	name := found.family()
	return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &types.TaskDefinition{
		TaskDefinitionArn:    aws.String(found.arn),
		ContainerDefinitions: []types.ContainerDefinition{logging("sidecar"), logging(name)},
	}}, nil
}

// logging is a container with a log of its own.
func logging(name string) types.ContainerDefinition {
	return types.ContainerDefinition{
		Name: aws.String(name), Image: aws.String("example.com/" + name),
		LogConfiguration: &types.LogConfiguration{Options: map[string]string{
			"awslogs-group": "/ecs/" + name, "awslogs-stream-prefix": "app",
		}},
	}
}

// short converts a number of tasks or a percentage to the SDK's type.
func short(n int) int32 { return int32(n) } //nolint:gosec // never more than a hundred

func (c *Cloud) describeServices(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
	if err := inCluster(in.Cluster); err != nil {
		return nil, err
	}
	out := &ecs.DescribeServicesOutput{}
	for _, name := range in.Services {
		s := c.services[name]
		if s == nil {
			out.Failures = append(out.Failures, types.Failure{Reason: aws.String("MISSING")})
			continue
		}
		out.Services = append(out.Services, s.describe())
	}
	return out, nil
}

func (s *service) describe() types.Service {
	described := types.Service{
		ServiceName: aws.String(s.name), Status: aws.String("ACTIVE"), CreatedAt: aws.Time(s.created),
		DesiredCount: short(s.desired), LoadBalancers: s.balancers(""), NetworkConfiguration: network(),
		DeploymentController: &types.DeploymentController{Type: types.DeploymentControllerTypeEcs},
	}
	if s.options.BlueGreen {
		described.DeploymentController.Type = types.DeploymentControllerTypeCodeDeploy
	}
	for _, one := range s.sets {
		status := "ACTIVE"
		switch {
		case one.primary:
			status = "PRIMARY"
		case one.ending:
			status = "DRAINING"
		}
		running := short(s.count(one, func(t *task) bool { return t.runs() && time.Since(t.started) >= runningAfter }))
		pending := short(s.running(one)) - running
		if s.options.BlueGreen {
			described.TaskSets = append(described.TaskSets, types.TaskSet{
				Id: aws.String(one.id), Status: aws.String(status), TaskDefinition: aws.String(one.definition.arn),
				ExternalId: aws.String(one.external), CreatedAt: aws.Time(one.created),
				RunningCount: running, PendingCount: pending, ComputedDesiredCount: short(s.wanted(one)),
				LoadBalancers:        s.balancers(one.group),
				PlatformVersion:      aws.String("1.4.0"),
				NetworkConfiguration: network(),
				CapacityProviderStrategy: []types.CapacityProviderStrategyItem{
					{CapacityProvider: aws.String("FARGATE"), Base: 1, Weight: 1},
				},
			})
			continue
		}
		described.Deployments = append(described.Deployments, types.Deployment{
			Id: aws.String(one.id), Status: aws.String(status), TaskDefinition: aws.String(one.definition.arn),
			CreatedAt: aws.Time(one.created), RolloutState: one.rollout, RolloutStateReason: aws.String(one.reason),
			DesiredCount: short(s.wanted(one)), RunningCount: running, PendingCount: pending, FailedTasks: short(one.failures),
		})
	}
	// ECS documents no order of either list: every other look has another one.
	if s.looks++; s.looks%2 == 0 {
		slices.Reverse(described.TaskSets)
		slices.Reverse(described.Deployments)
	}
	return described
}

func network() *types.NetworkConfiguration {
	return &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
		Subnets: []string{"subnet-1", "subnet-2"}, SecurityGroups: []string{"sg-1"},
		AssignPublicIp: types.AssignPublicIpDisabled,
	}}
}

func (s *service) balancers(color string) []types.LoadBalancer {
	return []types.LoadBalancer{{
		TargetGroupArn: aws.String(s.targetGroup(color)), ContainerName: aws.String(s.name), ContainerPort: aws.Int32(s.port),
	}}
}

func (c *Cloud) updateService(in *ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
	s, err := c.inService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	if s.options.BlueGreen {
		return nil, &types.InvalidParameterException{Message: aws.String(
			"Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy.")}
	}
	version := s.primary().definition
	if in.TaskDefinition == nil && !in.ForceNewDeployment {
		return &ecs.UpdateServiceOutput{}, nil
	}
	if in.TaskDefinition != nil {
		if version, err = c.definition(in.TaskDefinition); err != nil {
			return nil, err
		}
	}
	if in.NetworkConfiguration != nil {
		if err := awsvpc(in.NetworkConfiguration); err != nil {
			return nil, err
		}
	}
	if len(in.LoadBalancers) > 0 {
		own := s.balancers("")[0]
		if *in.LoadBalancers[0].TargetGroupArn != *own.TargetGroupArn || *in.LoadBalancers[0].ContainerName != s.name {
			return nil, &types.InvalidParameterException{Message: aws.String("No such container or target group.")}
		}
		s.port = *in.LoadBalancers[0].ContainerPort
	}
	return &ecs.UpdateServiceOutput{}, s.deploy(version)
}

func (c *Cloud) listTasks(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
	if in.ServiceName == nil {
		return c.listMigrations(in)
	}
	s, err := c.inService(in.Cluster, in.ServiceName)
	if err != nil {
		return nil, err
	}
	out := &ecs.ListTasksOutput{}
	for _, one := range s.tasks {
		if one.runs() == (in.DesiredStatus != types.DesiredStatusStopped) {
			out.TaskArns = append(out.TaskArns, one.arn)
		}
	}
	return out, nil
}

func (c *Cloud) describeTasks(in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
	if err := inCluster(in.Cluster); err != nil {
		return nil, err
	}
	out := &ecs.DescribeTasksOutput{}
	for _, one := range c.migrations {
		if slices.Contains(in.Tasks, *one.TaskArn) {
			out.Tasks = append(out.Tasks, one.Task)
		}
	}
	for _, s := range c.services {
		for _, one := range s.tasks {
			if slices.Contains(in.Tasks, one.arn) {
				out.Tasks = append(out.Tasks, s.describeTask(one))
			}
		}
	}
	return out, nil
}

func (s *service) describeTask(one *task) types.Task {
	described := types.Task{
		TaskArn: aws.String(one.arn), TaskDefinitionArn: aws.String(one.set.definition.arn),
		StartedBy:  aws.String(one.set.id),
		LastStatus: aws.String("PENDING"), DesiredStatus: aws.String("RUNNING"), CreatedAt: aws.Time(one.started),
		Attachments: []types.Attachment{{Details: []types.KeyValuePair{{
			Name: aws.String("privateIPv4Address"), Value: aws.String(one.address()),
		}}}},
	}
	if time.Since(one.started) >= runningAfter {
		described.LastStatus = aws.String("RUNNING")
	}
	if !one.runs() {
		described.LastStatus, described.DesiredStatus = aws.String("STOPPED"), aws.String("STOPPED")
		described.StoppedAt = aws.Time(one.stopped)
		described.StoppedReason = aws.String("Scaling activity initiated by deployment")
		described.StopCode = types.TaskStopCodeServiceSchedulerInitiated
	}
	if one.exited {
		described.StopCode = types.TaskStopCodeEssentialContainerExited
		described.StoppedReason = aws.String("Essential container in task exited")
		described.Containers = []types.Container{{Name: aws.String(s.name), ExitCode: aws.Int32(1)}}
	}
	return described
}

// address returns the task's IP address, which no other task has.
func (t *task) address() string {
	return fmt.Sprintf("10.0.0.%s", t.arn[strings.LastIndex(t.arn, "/")+1:])
}

func (c *Cloud) describeRules(in *elb.DescribeRulesInput) (*elb.DescribeRulesOutput, error) {
	if aws.ToString(in.ListenerArn) != listenerARN {
		return nil, &elbtypes.ListenerNotFoundException{Message: aws.String("One or more listeners not found")}
	}
	out := &elb.DescribeRulesOutput{}
	for _, s := range c.services {
		forward := &elbtypes.ForwardActionConfig{}
		for _, one := range s.sets {
			if weight := one.weight; weight > 0 {
				forward.TargetGroups = append(forward.TargetGroups, elbtypes.TargetGroupTuple{
					TargetGroupArn: aws.String(s.targetGroup(one.group)), Weight: aws.Int32(short(weight)),
				})
			}
		}
		out.Rules = append(out.Rules, elbtypes.Rule{Actions: []elbtypes.Action{{ForwardConfig: forward}}})
	}
	return out, nil
}

func (c *Cloud) describeTargetHealth(in *elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
	out := &elb.DescribeTargetHealthOutput{}
	known := false
	for _, s := range c.services {
		for _, color := range []string{"blue", "green"} {
			known = known || s.targetGroup(color) == *in.TargetGroupArn
		}
		for _, one := range s.tasks {
			if one.runs() && s.targetGroup(one.set.group) == *in.TargetGroupArn {
				health := &elbtypes.TargetHealth{State: elbtypes.TargetHealthStateEnumInitial}
				if one.healthy() {
					health.State = elbtypes.TargetHealthStateEnumHealthy
				}
				out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, elbtypes.TargetHealthDescription{
					Target: &elbtypes.TargetDescription{Id: aws.String(one.address()), Port: aws.Int32(8000)}, TargetHealth: health,
				})
			}
		}
	}
	if !known {
		return nil, &elbtypes.TargetGroupNotFoundException{Message: aws.String("One or more target groups not found")}
	}
	return out, nil
}
