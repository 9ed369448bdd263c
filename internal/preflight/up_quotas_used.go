package preflight

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"aws-webapp/internal/awsapi"
)

// allVPCs are the region's that filters leave.
func (p *Preflight) allVPCs(ctx context.Context, filters ...ec2types.Filter) ([]ec2types.Vpc, error) {
	return awsapi.All(ctx,
		ec2.NewDescribeVpcsPaginator(ec2.NewFromConfig(p.AWS), &ec2.DescribeVpcsInput{Filters: filters}),
		func(page *ec2.DescribeVpcsOutput) []ec2types.Vpc { return page.Vpcs })
}

func (p *Preflight) countVPCs(ctx context.Context) (float64, error) {
	found, err := p.allVPCs(ctx)
	return float64(len(found)), err
}

func (p *Preflight) countAddresses(ctx context.Context) (float64, error) {
	described, err := ec2.NewFromConfig(p.AWS).DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return 0, err
	}
	return float64(len(described.Addresses)), nil
}

// countGateways is the number of NAT gateways in the zone that has most.
func (p *Preflight) countGateways(ctx context.Context) (float64, error) {
	states := ec2types.Filter{Name: aws.String("state"), Values: []string{"pending", "available", "deleting"}}
	input := &ec2.DescribeNatGatewaysInput{Filter: []ec2types.Filter{states}}
	gateways, err := awsapi.All(ctx, ec2.NewDescribeNatGatewaysPaginator(ec2.NewFromConfig(p.AWS), input),
		func(page *ec2.DescribeNatGatewaysOutput) []ec2types.NatGateway { return page.NatGateways })
	if err != nil || len(gateways) == 0 {
		return 0, err
	}
	inSubnet := map[string]int{}
	var ids []string
	for i := range gateways {
		id := aws.ToString(gateways[i].SubnetId)
		if inSubnet[id]++; inSubnet[id] == 1 {
			ids = append(ids, id)
		}
	}
	where := &ec2.DescribeSubnetsInput{SubnetIds: ids}
	subnets, err := awsapi.All(ctx, ec2.NewDescribeSubnetsPaginator(ec2.NewFromConfig(p.AWS), where),
		func(page *ec2.DescribeSubnetsOutput) []ec2types.Subnet { return page.Subnets })
	if err != nil {
		return 0, err
	}
	zones, most := map[string]int{}, 0
	for i := range subnets {
		zone := aws.ToString(subnets[i].AvailabilityZone)
		zones[zone] += inSubnet[aws.ToString(subnets[i].SubnetId)]
		most = max(most, zones[zone])
	}
	return float64(most), nil
}

func (p *Preflight) countInternetGateways(ctx context.Context) (float64, error) {
	input := &ec2.DescribeInternetGatewaysInput{}
	found, err := awsapi.All(ctx, ec2.NewDescribeInternetGatewaysPaginator(ec2.NewFromConfig(p.AWS), input),
		func(page *ec2.DescribeInternetGatewaysOutput) []ec2types.InternetGateway {
			return page.InternetGateways
		})
	return float64(len(found)), err
}

func (p *Preflight) countSecurityGroups(ctx context.Context) (float64, error) {
	input := &ec2.DescribeSecurityGroupsInput{}
	found, err := awsapi.All(ctx, ec2.NewDescribeSecurityGroupsPaginator(ec2.NewFromConfig(p.AWS), input),
		func(page *ec2.DescribeSecurityGroupsOutput) []ec2types.SecurityGroup { return page.SecurityGroups })
	return float64(len(found)), err
}
