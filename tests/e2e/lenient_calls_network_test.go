//go:build e2e

package e2e

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// allocateAddresses allocates one more address than the default quota allows: 5 per region
// (Amazon VPC User Guide, "Amazon VPC quotas").
func allocateAddresses(ctx context.Context, c clients) error {
	for range 6 {
		if _, err := c.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc}); err != nil {
			return err
		}
	}
	return nil
}

// makeSmallSubnets makes a network without a gateway, with subnets of 16 addresses in two zones.
func makeSmallSubnets(ctx context.Context, c clients) (network *string, subnets []string, err error) {
	made, err := c.ec2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.99.0.0/16")})
	if err != nil {
		return nil, nil, err
	}
	for i, zone := range []string{"a", "b"} {
		subnet, err := c.ec2.CreateSubnet(ctx, &ec2.CreateSubnetInput{
			VpcId: made.Vpc.VpcId, AvailabilityZone: aws.String(region + zone),
			CidrBlock: aws.String(fmt.Sprintf("10.99.%d.0/28", i)),
		})
		if err != nil {
			return nil, nil, err
		}
		subnets = append(subnets, *subnet.Subnet.SubnetId)
	}
	return made.Vpc.VpcId, subnets, nil
}

func makeEndpoint(ctx context.Context, c clients) error {
	network, subnets, err := makeSmallSubnets(ctx, c)
	if err != nil {
		return err
	}
	_, err = c.ec2.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{
		VpcId: network, SubnetIds: subnets, VpcEndpointType: ec2types.VpcEndpointTypeInterface,
		ServiceName: aws.String("com.amazonaws." + region + ".nothing"),
	})
	return err
}

func balance(ctx context.Context, c clients, name string, zones int) (*elbtypes.LoadBalancer, error) {
	_, subnets, err := makeSmallSubnets(ctx, c)
	if err != nil {
		return nil, err
	}
	made, err := c.elb.CreateLoadBalancer(ctx, &elb.CreateLoadBalancerInput{Name: &name, Subnets: subnets[:zones]})
	if err != nil {
		return nil, err
	}
	return &made.LoadBalancers[0], nil
}

func makeBalancer(ctx context.Context, c clients) error {
	_, err := balance(ctx, c, "lenient-small", 2)
	return err
}

func makeNarrowBalancer(ctx context.Context, c clients) error {
	_, err := balance(ctx, c, "lenient-narrow", 1)
	return err
}

func logAccess(ctx context.Context, c clients) error {
	const name = "lenient-logged"
	balancer, err := balance(ctx, c, name, 2)
	if err != nil {
		return err
	}
	if err := makeBucket(ctx, c, name); err != nil {
		return err
	}
	_, err = c.elb.ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: balancer.LoadBalancerArn, Attributes: []elbtypes.LoadBalancerAttribute{
			{Key: aws.String("access_logs.s3.bucket"), Value: aws.String(name)},
			{Key: aws.String("access_logs.s3.enabled"), Value: aws.String("true")},
		},
	})
	return err
}
