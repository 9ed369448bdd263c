package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// team is a component of somebody else.
type team struct{ pulumi.ResourceState }

// Guest adds to the resources of others: it reads, imports, uses outputs of other stacks, the
// partitions of the US government and China, and resources of other providers.
func Guest(ctx *pulumi.Context) error {
	network, err := pulumi.NewStackReference(ctx, "acme/network/prod", nil)
	if err != nil {
		return err
	}
	own := &team{}
	if err := ctx.RegisterComponentResource("acme:platform:Team", "search", own); err != nil {
		return err
	}
	subnet := network.GetStringOutput(pulumi.String("appSubnetId"))
	group, err := ec2.GetSecurityGroup(ctx, "shared", pulumi.ID("sg-0a1b2c3d4e5f60718"), nil)
	if err != nil {
		return err
	}
	if _, err := ec2.NewSecurityGroupRule(ctx, "from-vpn", &ec2.SecurityGroupRuleArgs{
		Type: pulumi.String("ingress"), SecurityGroupId: group.ID(), Protocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), CidrBlocks: pulumi.StringArray{pulumi.String("10.99.0.0/16")},
	}); err != nil {
		return err
	}
	if _, err := ec2.NewInstance(ctx, "jump", &ec2.InstanceArgs{
		Ami: pulumi.String("ami-0123456789abcdef0"), InstanceType: pulumi.String("t3.nano"), SubnetId: subnet,
		VpcSecurityGroupIds: pulumi.StringArray{group.ID()},
	}, pulumi.Parent(own)); err != nil {
		return err
	}
	if _, err := s3.NewBucketV2(ctx, "old", &s3.BucketV2Args{Bucket: pulumi.String("acme-old")},
		pulumi.Import(pulumi.ID("acme-old")), pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("archive")}})); err != nil {
		return err
	}
	gov, err := aws.NewProvider(ctx, "gov", &aws.ProviderArgs{Region: pulumi.String("us-gov-west-1")})
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "gov-admin", &iam.RolePolicyAttachmentArgs{
		Role: pulumi.String("ops"), PolicyArn: pulumi.String("arn:aws-us-gov:iam::aws:policy/AdministratorAccess"),
	}, pulumi.Provider(gov)); err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "china-reads", &iam.RolePolicyAttachmentArgs{
		Role: pulumi.String("ops"), PolicyArn: pulumi.String("arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess"),
	}); err != nil {
		return err
	}
	if _, err := iam.NewRole(ctx, "china", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "ec2.amazonaws.com.cn"}, "Action": "sts:AssumeRole"}]}`),
	}); err != nil {
		return err
	}
	if _, err := lambda.NewPermission(ctx, "china", &lambda.PermissionArgs{
		Action: pulumi.String("lambda:InvokeFunction"), Function: pulumi.String("resize"),
		Principal: pulumi.String("s3.amazonaws.com"), SourceArn: pulumi.String("arn:aws-cn:s3:::acme-pictures"),
		SourceAccount: pulumi.String("123456789012"),
	}); err != nil {
		return err
	}
	if _, err := rds.NewInstance(ctx, "replica", &rds.InstanceArgs{
		InstanceClass: pulumi.String("db.t4g.micro"), ReplicateSourceDb: pulumi.String("orders"),
		SkipFinalSnapshot: pulumi.Bool(true), StorageEncrypted: pulumi.Bool(true),
	}); err != nil {
		return err
	}
	return foreign(ctx)
}

// foreign creates resources of providers that the pack does not judge.
func foreign(ctx *pulumi.Context) error {
	for token, name := range map[string]string{
		"gcp:storage/bucket:Bucket": "backup", "kubernetes:core/v1:Namespace": "search",
		"random:index/randomPet:RandomPet": "pet", "aws-native:s3:Bucket": "native",
		"docker-build:index:Image": "image", "eks:index:Cluster": "packaged",
	} {
		var res pulumi.CustomResourceState
		if err := ctx.RegisterResource(token, name, pulumi.Map{"name": pulumi.String(name)}, &res); err != nil {
			return fmt.Errorf("%s: %w", token, err)
		}
	}
	return nil
}
