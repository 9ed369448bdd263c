package programs

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The children of awsx's components: its provider is a separate program, and no engine runs here to
// start it. Types, names, parents and open properties are those of
// https://github.com/pulumi/pulumi-awsx/tree/master/awsx (ec2/vpc.ts, lb/applicationLoadBalancer.ts,
// ecs/fargateService.ts, ecs/fargateTaskDefinition.ts, role.ts), read on 2026-11-29.

type awsxVpc struct {
	pulumi.ResourceState
	vpc             *ec2.Vpc
	public, private pulumi.StringArray
}

// newAwsxVpc is awsx.ec2.Vpc with its defaults: public and private subnets, one NAT gateway per
// zone.
func newAwsxVpc(ctx *pulumi.Context, name string) (*awsxVpc, error) {
	v := &awsxVpc{}
	err := ctx.RegisterComponentResource("awsx:ec2:Vpc", name, v)
	if err != nil {
		return nil, err
	}
	tags := func(kind, of string) pulumi.StringMap {
		return pulumi.StringMap{"Name": pulumi.String(of), "SubnetType": pulumi.String(kind)}
	}
	if v.vpc, err = ec2.NewVpc(ctx, name, &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.0.0.0/16"), Tags: pulumi.StringMap{"Name": pulumi.String(name)},
	}, pulumi.Parent(v)); err != nil {
		return nil, err
	}
	gateway, err := ec2.NewInternetGateway(ctx, name, &ec2.InternetGatewayArgs{VpcId: v.vpc.ID()}, pulumi.Parent(v.vpc))
	if err != nil {
		return nil, err
	}
	for i, zone := range []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} {
		var nat *ec2.NatGateway
		for j, kind := range []string{"Public", "Private"} {
			own := fmt.Sprintf("%s-%s-%d", name, []string{"public", "private"}[j], i+1)
			subnet, err := ec2.NewSubnet(ctx, own, &ec2.SubnetArgs{
				VpcId: v.vpc.ID(), AvailabilityZone: pulumi.String(zone), MapPublicIpOnLaunch: pulumi.Bool(kind == "Public"),
				CidrBlock: pulumi.String(fmt.Sprintf("10.0.%d.0/20", 64*i+16*j)), Tags: tags(kind, own),
			}, pulumi.Parent(v.vpc))
			if err != nil {
				return nil, err
			}
			table, err := ec2.NewRouteTable(ctx, own, &ec2.RouteTableArgs{
				VpcId: v.vpc.ID(), Tags: tags(kind, own),
			}, pulumi.Parent(subnet))
			if err != nil {
				return nil, err
			}
			if _, err := ec2.NewRouteTableAssociation(ctx, own, &ec2.RouteTableAssociationArgs{
				RouteTableId: table.ID(), SubnetId: subnet.ID(),
			}, pulumi.Parent(table)); err != nil {
				return nil, err
			}
			route := &ec2.RouteArgs{RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0")}
			if kind == "Public" {
				route.GatewayId = gateway.ID()
				v.public = append(v.public, subnet.ID())
				if nat, err = awsxNat(ctx, fmt.Sprintf("%s-%d", name, i+1), subnet); err != nil {
					return nil, err
				}
			} else {
				route.NatGatewayId = nat.ID()
				v.private = append(v.private, subnet.ID())
			}
			if _, err := ec2.NewRoute(ctx, own, route, pulumi.Parent(table)); err != nil {
				return nil, err
			}
		}
	}
	return v, ctx.RegisterResourceOutputs(v, pulumi.Map{"vpcId": v.vpc.ID()})
}

func awsxNat(ctx *pulumi.Context, name string, subnet *ec2.Subnet) (*ec2.NatGateway, error) {
	address, err := ec2.NewEip(ctx, name, nil, pulumi.Parent(subnet))
	if err != nil {
		return nil, err
	}
	return ec2.NewNatGateway(ctx, name, &ec2.NatGatewayArgs{
		SubnetId: subnet.ID(), AllocationId: address.AllocationId,
	}, pulumi.Parent(subnet))
}

type awsxBalancer struct {
	pulumi.ResourceState
	group   *ec2.SecurityGroup
	targets *lb.TargetGroup
	dnsName pulumi.StringOutput
}

// newAwsxBalancer is awsx.lb.ApplicationLoadBalancer: plain HTTP by default.
func newAwsxBalancer(
	ctx *pulumi.Context, name string, vpcID pulumi.StringInput, group *ec2.SecurityGroupArgs, args *lb.LoadBalancerArgs,
	targets *lb.TargetGroupArgs, listeners ...*lb.ListenerArgs,
) (*awsxBalancer, error) {
	b := &awsxBalancer{}
	err := ctx.RegisterComponentResource("awsx:lb:ApplicationLoadBalancer", name, b)
	if err != nil {
		return nil, err
	}
	parent := pulumi.Parent(b)
	if b.group, err = ec2.NewSecurityGroup(ctx, name, group, parent); err != nil {
		return nil, err
	}
	args.SecurityGroups = pulumi.StringArray{b.group.ID()}
	balancer, err := lb.NewLoadBalancer(ctx, name, args, parent)
	if err != nil {
		return nil, err
	}
	b.dnsName = balancer.DnsName
	targets.VpcId, targets.TargetType = vpcID.ToStringOutput(), pulumi.String("ip")
	if targets.Port == nil {
		targets.Port, targets.Protocol = pulumi.Int(80), pulumi.String("HTTP")
	}
	if b.targets, err = lb.NewTargetGroup(ctx, name, targets, parent); err != nil {
		return nil, err
	}
	if len(listeners) == 0 {
		listeners = []*lb.ListenerArgs{{Port: pulumi.Int(80), Protocol: pulumi.String("HTTP")}}
	}
	for i, listener := range listeners {
		listener.LoadBalancerArn = balancer.Arn
		if listener.DefaultActions == nil {
			listener.DefaultActions = lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
				Type: pulumi.String("forward"), TargetGroupArn: b.targets.Arn,
			}}
		}
		if _, err := lb.NewListener(ctx, fmt.Sprintf("%s-%d", name, i), listener, parent); err != nil {
			return nil, err
		}
	}
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"loadBalancer": balancer})
}

// container is the container of a Fargate service.
type container struct {
	image                          pulumi.StringInput
	port                           int
	user                           string
	environment                    map[string]string
	cpu, memory                    int
	readonlyRoot                   bool
	logs                           *cloudwatch.LogGroup
	roles                          []*iam.Role
	assignPublicIP, circuitBreaker bool
}

type awsxService struct{ pulumi.ResourceState }

// newAwsxService is awsx.ecs.FargateService with its own task definition: it creates a log group
// and two roles unless they are given.
func newAwsxService(
	ctx *pulumi.Context, name string, cluster *ecs.Cluster, k container, subnets pulumi.StringArray,
	group *ec2.SecurityGroup, targets *lb.TargetGroup,
) error {
	s := &awsxService{}
	if err := ctx.RegisterComponentResource("awsx:ecs:FargateService", name, s); err != nil {
		return err
	}
	task := &awsxService{}
	if err := ctx.RegisterComponentResource("awsx:ecs:FargateTaskDefinition", name, task, pulumi.Parent(s)); err != nil {
		return err
	}
	parent := pulumi.Parent(task)
	var err error
	if k.logs == nil {
		if k.logs, err = cloudwatch.NewLogGroup(ctx, name, nil, parent); err != nil {
			return err
		}
	}
	if k.roles == nil {
		if k.roles, err = awsxRoles(ctx, name, parent); err != nil {
			return err
		}
	}
	definition, err := ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family: pulumi.String(name + "-0b1c2d3e"), RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		NetworkMode: pulumi.String("awsvpc"), Cpu: pulumi.Sprintf("%d", k.cpu), Memory: pulumi.Sprintf("%d", k.memory),
		TaskRoleArn: k.roles[0].Arn, ExecutionRoleArn: k.roles[1].Arn,
		ContainerDefinitions: pulumi.All(k.image, k.logs.Name).ApplyT(func(of []any) (string, error) {
			return k.definition(name, fmt.Sprint(of[0]), fmt.Sprint(of[1]))
		}).(pulumi.StringOutput),
	}, parent)
	if err != nil {
		return err
	}
	args := &ecs.ServiceArgs{
		Cluster: cluster.Arn, DesiredCount: pulumi.Int(2), LaunchType: pulumi.String("FARGATE"),
		TaskDefinition: definition.Arn, WaitForSteadyState: pulumi.Bool(true),
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets: subnets, SecurityGroups: pulumi.StringArray{group.ID()}, AssignPublicIp: pulumi.Bool(k.assignPublicIP),
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			ContainerName: pulumi.String(name), ContainerPort: pulumi.Int(k.port), TargetGroupArn: targets.Arn,
		}},
	}
	if k.circuitBreaker {
		args.DeploymentCircuitBreaker = ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		}
	}
	if _, err := ecs.NewService(ctx, name, args, pulumi.Parent(s)); err != nil {
		return err
	}
	return ctx.RegisterResourceOutputs(s, pulumi.Map{})
}

// awsxRoles creates the task role, which has no permissions, and the execution role.
func awsxRoles(ctx *pulumi.Context, name string, parent pulumi.ResourceOption) ([]*iam.Role, error) {
	var roles []*iam.Role
	for _, kind := range []string{"task", "execution"} {
		role, err := iam.NewRole(ctx, name+"-"+kind, &iam.RoleArgs{AssumeRolePolicy: pulumi.String(
			`{"Version":"2012-10-17","Statement":[{"Action":"sts:AssumeRole",` +
				`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Effect":"Allow","Sid":""}]}`)}, parent)
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	_, err := iam.NewRolePolicyAttachment(ctx, name+"-execution-9a42f520", &iam.RolePolicyAttachmentArgs{
		Role: roles[1].Name, PolicyArn: iam.ManagedPolicyAmazonECSTaskExecutionRolePolicy,
	}, parent)
	return roles, err
}

// definition returns the container's part of the task definition.
func (k container) definition(name, image, logs string) (string, error) {
	environment := []map[string]string{}
	for key, value := range k.environment {
		environment = append(environment, map[string]string{"name": key, "value": value})
	}
	slices.SortFunc(environment, func(a, b map[string]string) int {
		if a["name"] < b["name"] {
			return -1
		}
		return 1
	})
	definition := map[string]any{
		"name": name, "image": image, "cpu": k.cpu, "memory": k.memory, "essential": true, "environment": environment,
		"portMappings": []map[string]any{{"containerPort": k.port, "hostPort": k.port}},
		"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]string{
			"awslogs-group": logs, "awslogs-region": "eu-west-1", "awslogs-stream-prefix": name,
		}},
	}
	if k.user != "" {
		definition["user"] = k.user
	}
	if k.readonlyRoot {
		definition["readonlyRootFilesystem"] = true
	}
	content, err := json.Marshal([]any{definition})
	return string(content), err
}
