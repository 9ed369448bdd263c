package components

import (
	"context"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// assignNoPublicIPs switches off what awsx switches on for public subnets. Only a transform
// reaches the children of a component that another provider constructs.
func assignNoPublicIPs(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type != "aws:ec2/subnet:Subnet" {
		return nil
	}
	args.Props["mapPublicIpOnLaunch"] = pulumi.Bool(false)
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

// closeDefaultSecurityGroup takes every rule out of the group that AWS gives to whatever
// names no group of its own.
func (n *Network) closeDefaultSecurityGroup(ctx *pulumi.Context, name string) error {
	_, err := ec2.NewDefaultSecurityGroup(ctx, name+"-default", &ec2.DefaultSecurityGroupArgs{
		VpcId: n.VPCID,
		Tags:  named(name + "-default-closed"),
	}, pulumi.Parent(n))
	return err
}
