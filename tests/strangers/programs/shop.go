package programs

import (
	"encoding/base64"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Shop has machines behind a load balancer, with MySQL, in a hand-made VPC.
func Shop(ctx *pulumi.Context) error {
	vpc, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.10.0.0/16"), EnableDnsHostnames: pulumi.Bool(true),
		Tags: pulumi.StringMap{"Name": pulumi.String("shop")},
	})
	if err != nil {
		return err
	}
	gateway, err := ec2.NewInternetGateway(ctx, "igw", &ec2.InternetGatewayArgs{VpcId: vpc.ID()})
	if err != nil {
		return err
	}
	table, err := ec2.NewRouteTable(ctx, "rt", &ec2.RouteTableArgs{
		VpcId: vpc.ID(),
		Routes: ec2.RouteTableRouteArray{ec2.RouteTableRouteArgs{
			CidrBlock: pulumi.String("0.0.0.0/0"), GatewayId: gateway.ID(),
		}},
	})
	if err != nil {
		return err
	}
	zones, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{State: pulumi.StringRef("available")})
	if err != nil {
		return err
	}
	var subnets pulumi.StringArray
	for i, zone := range zones.Names[:2] {
		subnet, err := ec2.NewSubnet(ctx, fmt.Sprintf("subnet%d", i), &ec2.SubnetArgs{
			VpcId: vpc.ID(), AvailabilityZone: pulumi.String(zone), MapPublicIpOnLaunch: pulumi.Bool(true),
			CidrBlock: pulumi.String(fmt.Sprintf("10.10.%d.0/24", i)),
		})
		if err != nil {
			return err
		}
		if _, err := ec2.NewRouteTableAssociation(ctx, fmt.Sprintf("rta%d", i), &ec2.RouteTableAssociationArgs{
			SubnetId: subnet.ID(), RouteTableId: table.ID(),
		}); err != nil {
			return err
		}
		subnets = append(subnets, subnet.ID())
	}
	everywhere := ec2.SecurityGroupEgressArray{ec2.SecurityGroupEgressArgs{
		Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
		CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
	}}
	front, err := ec2.NewSecurityGroup(ctx, "lb-sg", &ec2.SecurityGroupArgs{
		VpcId: vpc.ID(), Egress: everywhere,
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(80), ToPort: pulumi.Int(80),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}},
	})
	if err != nil {
		return err
	}
	web, err := ec2.NewSecurityGroup(ctx, "web-sg", &ec2.SecurityGroupArgs{
		VpcId: vpc.ID(), Egress: everywhere,
		Ingress: ec2.SecurityGroupIngressArray{
			ec2.SecurityGroupIngressArgs{
				Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(22), ToPort: pulumi.Int(22),
				CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
			},
			ec2.SecurityGroupIngressArgs{
				Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(80), ToPort: pulumi.Int(80),
				SecurityGroups: pulumi.StringArray{front.ID()},
			},
		},
	})
	if err != nil {
		return err
	}
	mysql, err := ec2.NewSecurityGroup(ctx, "mysql-sg", &ec2.SecurityGroupArgs{
		VpcId: vpc.ID(),
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(3306), ToPort: pulumi.Int(3306),
			SecurityGroups: pulumi.StringArray{web.ID()},
		}},
	})
	if err != nil {
		return err
	}
	group, err := rds.NewSubnetGroup(ctx, "mysql", &rds.SubnetGroupArgs{SubnetIds: subnets})
	if err != nil {
		return err
	}
	password, _ := ctx.GetConfig("shop:dbPassword")
	db, err := rds.NewInstance(ctx, "mysql", &rds.InstanceArgs{
		Engine: pulumi.String("mysql"), EngineVersion: pulumi.String("8.0"), InstanceClass: pulumi.String("db.t3.micro"),
		AllocatedStorage: pulumi.Int(20), DbName: pulumi.String("shop"), Username: pulumi.String("admin"),
		Password: pulumi.String(password), DbSubnetGroupName: group.Name, SkipFinalSnapshot: pulumi.Bool(true),
		VpcSecurityGroupIds: pulumi.StringArray{mysql.ID()},
	})
	if err != nil {
		return err
	}
	image, err := ec2.LookupAmi(ctx, &ec2.LookupAmiArgs{
		MostRecent: pulumi.BoolRef(true), Owners: []string{"amazon"},
		Filters: []ec2.GetAmiFilter{{Name: "name", Values: []string{"al2023-ami-*-x86_64"}}},
	})
	if err != nil {
		return err
	}
	template, err := ec2.NewLaunchTemplate(ctx, "web", &ec2.LaunchTemplateArgs{
		ImageId: pulumi.String(image.Id), InstanceType: pulumi.String("t3.micro"), KeyName: pulumi.String("bob"),
		VpcSecurityGroupIds: pulumi.StringArray{web.ID()},
		UserData: db.Address.ApplyT(func(host string) string {
			return base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\necho DB_HOST=" + host + " > /etc/shop.env\n"))
		}).(pulumi.StringOutput),
	})
	if err != nil {
		return err
	}
	balancer, err := lb.NewLoadBalancer(ctx, "web", &lb.LoadBalancerArgs{
		Subnets: subnets, SecurityGroups: pulumi.StringArray{front.ID()},
	})
	if err != nil {
		return err
	}
	targets, err := lb.NewTargetGroup(ctx, "web", &lb.TargetGroupArgs{
		VpcId: vpc.ID(), Port: pulumi.Int(80), Protocol: pulumi.String("HTTP"),
	})
	if err != nil {
		return err
	}
	if _, err := lb.NewListener(ctx, "http", &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn, Port: pulumi.Int(80),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: targets.Arn,
		}},
	}); err != nil {
		return err
	}
	_, err = autoscaling.NewGroup(ctx, "web", &autoscaling.GroupArgs{
		MinSize: pulumi.Int(1), MaxSize: pulumi.Int(4), VpcZoneIdentifiers: subnets,
		TargetGroupArns: pulumi.StringArray{targets.Arn},
		LaunchTemplate:  autoscaling.GroupLaunchTemplateArgs{Id: template.ID(), Version: pulumi.String("$Latest")},
	})
	ctx.Export("address", balancer.DnsName)
	return err
}
