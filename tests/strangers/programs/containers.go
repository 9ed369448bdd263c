package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Containers is a service on Fargate with awsx: Pulumi's template container-aws with its own VPC.
func Containers(ctx *pulumi.Context) error {
	network, err := newAwsxVpc(ctx, "vpc")
	if err != nil {
		return err
	}
	open := ec2.SecurityGroupEgressArray{ec2.SecurityGroupEgressArgs{
		Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
		CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
	}}
	balancer, err := newAwsxBalancer(ctx, "loadbalancer", network.vpc.ID(), &ec2.SecurityGroupArgs{
		VpcId: network.vpc.ID(), Egress: open,
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(80), ToPort: pulumi.Int(80),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}},
	}, &lb.LoadBalancerArgs{Subnets: network.public}, &lb.TargetGroupArgs{})
	if err != nil {
		return err
	}
	tasks, err := ec2.NewSecurityGroup(ctx, "service-sg", &ec2.SecurityGroupArgs{
		VpcId: network.vpc.ID(), Egress: open,
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			SecurityGroups: pulumi.StringArray{balancer.group.ID()},
		}},
	})
	if err != nil {
		return err
	}
	repository, err := ecr.NewRepository(ctx, "repo", &ecr.RepositoryArgs{ForceDelete: pulumi.Bool(true)})
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "cluster", nil)
	if err != nil {
		return err
	}
	err = newAwsxService(ctx, "service", cluster, container{
		image: pulumi.Sprintf("%s:latest", repository.RepositoryUrl), port: 80, cpu: 512, memory: 128,
		environment: map[string]string{"DB_PASSWORD": "hunter2-hunter2-hunter2"}, assignPublicIP: true,
	}, network.public, tasks, balancer.targets)
	ctx.Export("url", pulumi.Sprintf("http://%s", balancer.dnsName))
	return err
}

// ContainersCareful is [Containers] in private subnets, with TLS, keys and logs.
func ContainersCareful(ctx *pulumi.Context) error {
	key, err := carefulKey(ctx, "app", acme, "")
	if err != nil {
		return err
	}
	network, err := newAwsxVpc(ctx, "vpc")
	if err != nil {
		return err
	}
	if _, err := ec2.NewDefaultSecurityGroup(ctx, "vpc", &ec2.DefaultSecurityGroupArgs{
		VpcId: network.vpc.ID(),
	}); err != nil {
		return err
	}
	if err := flowLog(ctx, network.vpc, key, pulumi.IgnoreChanges(nil)); err != nil {
		return err
	}
	logs, err := carefulBucketOn(ctx, "access-logs", pulumi.IgnoreChanges(nil))
	if err != nil {
		return err
	}
	balancer, err := newAwsxBalancer(ctx, "web", network.vpc.ID(),
		&ec2.SecurityGroupArgs{VpcId: network.vpc.ID(), Description: pulumi.String("Load balancer")},
		&lb.LoadBalancerArgs{
			Subnets: network.public, DropInvalidHeaderFields: pulumi.Bool(true), EnableDeletionProtection: pulumi.Bool(true),
			AccessLogs: lb.LoadBalancerAccessLogsArgs{Bucket: logs.Bucket, Enabled: pulumi.Bool(true)},
		},
		&lb.TargetGroupArgs{
			Port: pulumi.Int(8080), Protocol: pulumi.String("HTTP"),
			HealthCheck: lb.TargetGroupHealthCheckArgs{Path: pulumi.String("/healthz")},
		},
		&lb.ListenerArgs{
			Port: pulumi.Int(80), Protocol: pulumi.String("HTTP"),
			DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
				Type: pulumi.String("redirect"),
				Redirect: lb.ListenerDefaultActionRedirectArgs{
					Protocol: pulumi.String("HTTPS"), Port: pulumi.String("443"), StatusCode: pulumi.String("HTTP_301"),
				},
			}},
		},
		&lb.ListenerArgs{
			Port: pulumi.Int(443), Protocol: pulumi.String("HTTPS"),
			SslPolicy:      pulumi.String("ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
			CertificateArn: pulumi.String("arn:aws:acm:eu-west-1:123456789012:certificate/0f0f0f0f-1111-2222-3333-444455556666"),
		})
	if err != nil {
		return err
	}
	tasks, err := carefulRules(ctx, network.vpc, balancer.group)
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "cluster", &ecs.ClusterArgs{
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name: pulumi.String("containerInsights"), Value: pulumi.String("enabled"),
		}},
	})
	if err != nil {
		return err
	}
	own, err := logGroup(ctx, "app", "/bikes/app", key)
	if err != nil {
		return err
	}
	err = newAwsxService(ctx, "app", cluster, container{
		image: pulumi.String("123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes@sha256:" +
			"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"),
		port: 8080, cpu: 512, memory: 1024, user: "1000", readonlyRoot: true, logs: own, circuitBreaker: true,
		environment: map[string]string{"LOG_LEVEL": "info"},
	}, network.private, tasks, balancer.targets)
	return err
}

// carefulRules creates the rules between the internet, the load balancer and the tasks, and the
// group of the tasks.
func carefulRules(ctx *pulumi.Context, network *ec2.Vpc, front *ec2.SecurityGroup) (*ec2.SecurityGroup, error) {
	tasks, err := ec2.NewSecurityGroup(ctx, "tasks", &ec2.SecurityGroupArgs{
		VpcId: network.ID(), Description: pulumi.String("Tasks"),
	})
	if err != nil {
		return nil, err
	}
	for _, port := range []int{80, 443} {
		if _, err := vpc.NewSecurityGroupIngressRule(ctx, fmt.Sprintf("world-%d", port), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: front.ID(), CidrIpv4: pulumi.String("0.0.0.0/0"), IpProtocol: pulumi.String("tcp"),
			FromPort: pulumi.Int(port), ToPort: pulumi.Int(port), Description: pulumi.String("Customers"),
		}); err != nil {
			return nil, err
		}
	}
	if _, err := vpc.NewSecurityGroupEgressRule(ctx, "to-tasks", &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: front.ID(), ReferencedSecurityGroupId: tasks.ID(), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(8080), ToPort: pulumi.Int(8080), Description: pulumi.String("Requests"),
	}); err != nil {
		return nil, err
	}
	if _, err := vpc.NewSecurityGroupIngressRule(ctx, "from-lb", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: tasks.ID(), ReferencedSecurityGroupId: front.ID(), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(8080), ToPort: pulumi.Int(8080), Description: pulumi.String("Requests"),
	}); err != nil {
		return nil, err
	}
	_, err = vpc.NewSecurityGroupEgressRule(ctx, "to-aws", &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: tasks.ID(), CidrIpv4: pulumi.String("0.0.0.0/0"), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), Description: pulumi.String("AWS"),
	})
	return tasks, err
}
