package programs

import (
	"encoding/base64"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ShopCareful is [Shop] with tiers, keys, TLS and a password that RDS manages.
func ShopCareful(ctx *pulumi.Context) error {
	provider, err := aws.NewProvider(ctx, "eu-west-1", &aws.ProviderArgs{
		Region: pulumi.String("eu-west-1"), AllowedAccountIds: pulumi.StringArray{pulumi.String("123456789012")},
		DefaultTags: aws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{
			"team": pulumi.String("shop"), "env": pulumi.String(ctx.Stack()),
		}},
	})
	if err != nil {
		return err
	}
	on := pulumi.Provider(provider)
	key, err := carefulKey(ctx, "shop", acme, "", on)
	if err != nil {
		return err
	}
	net, err := carefulNetwork(ctx, key, on)
	if err != nil {
		return err
	}
	front, web, mysql, err := carefulGroups(ctx, net.vpc, on)
	if err != nil {
		return err
	}
	db, err := carefulDatabase(ctx, key, net.data, mysql, on)
	if err != nil {
		return err
	}
	logs, err := carefulBucketOn(ctx, "lb-logs", on)
	if err != nil {
		return err
	}
	balancer, err := lb.NewLoadBalancer(ctx, "web", &lb.LoadBalancerArgs{
		Subnets: net.public, SecurityGroups: pulumi.StringArray{front.ID()}, EnableDeletionProtection: pulumi.Bool(true),
		DropInvalidHeaderFields: pulumi.Bool(true),
		AccessLogs:              lb.LoadBalancerAccessLogsArgs{Bucket: logs.Bucket, Enabled: pulumi.Bool(true)},
	}, on)
	if err != nil {
		return err
	}
	targets, err := lb.NewTargetGroup(ctx, "web", &lb.TargetGroupArgs{
		VpcId: net.vpc.ID(), Port: pulumi.Int(8443), Protocol: pulumi.String("HTTPS"),
		HealthCheck: lb.TargetGroupHealthCheckArgs{Path: pulumi.String("/healthz"), Protocol: pulumi.String("HTTPS")},
	}, on)
	if err != nil {
		return err
	}
	if _, err := lb.NewListener(ctx, "https", &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn, Port: pulumi.Int(443), Protocol: pulumi.String("HTTPS"),
		SslPolicy:      pulumi.String("ELBSecurityPolicy-TLS13-1-2-2021-06"),
		CertificateArn: pulumi.String("arn:aws:acm:eu-west-1:123456789012:certificate/0f0f0f0f-1111-2222-3333-444455556666"),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: targets.Arn,
		}},
	}, on); err != nil {
		return err
	}
	return carefulMachines(ctx, db, web, targets, net.private, on)
}

// carefulGroups creates the security groups, with their rules as separate resources.
func carefulGroups(ctx *pulumi.Context, network *ec2.Vpc, on pulumi.ResourceOption) (
	front, web, mysql *ec2.SecurityGroup, err error,
) {
	groups := map[string]*ec2.SecurityGroup{}
	for name, what := range map[string]string{"lb": "Load balancer", "web": "Web servers", "mysql": "Database"} {
		if groups[name], err = ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
			VpcId: network.ID(), Description: pulumi.String(what),
		}, on); err != nil {
			return nil, nil, nil, err
		}
	}
	front, web, mysql = groups["lb"], groups["web"], groups["mysql"]
	if _, err = vpc.NewSecurityGroupIngressRule(ctx, "lb-https", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: front.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String("0.0.0.0/0"), Description: pulumi.String("Customers"),
	}, on); err != nil {
		return nil, nil, nil, err
	}
	for _, flow := range []struct {
		name     string
		from, to *ec2.SecurityGroup
		port     int
	}{{"lb-to-web", front, web, 8443}, {"web-to-mysql", web, mysql, 3306}} {
		if _, err = vpc.NewSecurityGroupEgressRule(ctx, flow.name, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: flow.from.ID(), ReferencedSecurityGroupId: flow.to.ID(), IpProtocol: pulumi.String("tcp"),
			FromPort: pulumi.Int(flow.port), ToPort: pulumi.Int(flow.port), Description: pulumi.String(flow.name),
		}, on); err != nil {
			return nil, nil, nil, err
		}
		if _, err = vpc.NewSecurityGroupIngressRule(ctx, flow.name, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: flow.to.ID(), ReferencedSecurityGroupId: flow.from.ID(), IpProtocol: pulumi.String("tcp"),
			FromPort: pulumi.Int(flow.port), ToPort: pulumi.Int(flow.port), Description: pulumi.String(flow.name),
		}, on); err != nil {
			return nil, nil, nil, err
		}
	}
	_, err = vpc.NewSecurityGroupEgressRule(ctx, "web-to-aws", &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: web.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String("0.0.0.0/0"), Description: pulumi.String("AWS and packages"),
	}, on)
	return front, web, mysql, err
}

func carefulDatabase(
	ctx *pulumi.Context, key *kms.Key, subnets pulumi.StringArray, group *ec2.SecurityGroup, on pulumi.ResourceOption,
) (*rds.Instance, error) {
	parameters, err := rds.NewParameterGroup(ctx, "mysql", &rds.ParameterGroupArgs{
		Family: pulumi.String("mysql8.4"),
		Parameters: rds.ParameterGroupParameterArray{
			rds.ParameterGroupParameterArgs{Name: pulumi.String("require_secure_transport"), Value: pulumi.String("1")},
			rds.ParameterGroupParameterArgs{Name: pulumi.String("slow_query_log"), Value: pulumi.String("1")},
		},
	}, on)
	if err != nil {
		return nil, err
	}
	within, err := rds.NewSubnetGroup(ctx, "mysql", &rds.SubnetGroupArgs{SubnetIds: subnets}, on)
	if err != nil {
		return nil, err
	}
	return rds.NewInstance(ctx, "mysql", &rds.InstanceArgs{
		Engine: pulumi.String("mysql"), EngineVersion: pulumi.String("8.4"), InstanceClass: pulumi.String("db.m7g.large"),
		AllocatedStorage: pulumi.Int(100), DbName: pulumi.String("shop"), Username: pulumi.String("shop_owner"),
		ManageMasterUserPassword: pulumi.Bool(true), MasterUserSecretKmsKeyId: key.KeyId, StorageEncrypted: pulumi.Bool(true),
		KmsKeyId: key.Arn, MultiAz: pulumi.Bool(true), BackupRetentionPeriod: pulumi.Int(14),
		DeletionProtection: pulumi.Bool(true), CopyTagsToSnapshot: pulumi.Bool(true), ParameterGroupName: parameters.Name,
		DbSubnetGroupName: within.Name, VpcSecurityGroupIds: pulumi.StringArray{group.ID()},
		EnabledCloudwatchLogsExports: pulumi.ToStringArray([]string{"error", "slowquery"}),
		FinalSnapshotIdentifier:      pulumi.String("shop-final"),
	}, on, pulumi.Protect(true))
}

func carefulMachines(
	ctx *pulumi.Context, db *rds.Instance, web *ec2.SecurityGroup, targets *lb.TargetGroup, subnets pulumi.StringArray,
	on pulumi.ResourceOption,
) error {
	role, err := iam.NewRole(ctx, "web", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
  "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}`),
	}, on)
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "web-ssm", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: iam.ManagedPolicyAmazonSSMManagedInstanceCore,
	}, on); err != nil {
		return err
	}
	profile, err := iam.NewInstanceProfile(ctx, "web", &iam.InstanceProfileArgs{Role: role.Name}, on)
	if err != nil {
		return err
	}
	template, err := ec2.NewLaunchTemplate(ctx, "web", &ec2.LaunchTemplateArgs{
		ImageId:      pulumi.String("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"),
		InstanceType: pulumi.String("m7i.large"), VpcSecurityGroupIds: pulumi.StringArray{web.ID()},
		IamInstanceProfile: ec2.LaunchTemplateIamInstanceProfileArgs{Arn: profile.Arn},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpTokens: pulumi.String("required"), HttpEndpoint: pulumi.String("enabled"),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String("/dev/xvda"),
			Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				Encrypted: pulumi.String("true"), VolumeSize: pulumi.Int(30),
			},
		}},
		UserData: db.Address.ApplyT(func(host string) string {
			return base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\necho DB_HOST=" + host + " > /etc/shop.env\n"))
		}).(pulumi.StringOutput),
	}, on)
	if err != nil {
		return err
	}
	_, err = autoscaling.NewGroup(ctx, "web", &autoscaling.GroupArgs{
		MinSize: pulumi.Int(2), MaxSize: pulumi.Int(8), VpcZoneIdentifiers: subnets, HealthCheckType: pulumi.String("ELB"),
		TargetGroupArns: pulumi.StringArray{targets.Arn},
		LaunchTemplate: autoscaling.GroupLaunchTemplateArgs{
			Id:      template.ID(),
			Version: template.LatestVersion.ApplyT(func(v int) string { return strconv.Itoa(v) }).(pulumi.StringOutput),
		},
	}, on)
	return err
}
