package preflight

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (p *Preflight) countVPCs(ctx context.Context) (float64, error) {
	count := 0
	var next *string
	for {
		page, err := p.Clients.EC2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{NextToken: next})
		if err != nil {
			return 0, err
		}
		count += len(page.Vpcs)
		if next = page.NextToken; aws.ToString(next) == "" {
			return float64(count), nil
		}
	}
}

func (p *Preflight) countAddresses(ctx context.Context) (float64, error) {
	described, err := p.Clients.EC2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return 0, err
	}
	return float64(len(described.Addresses)), nil
}

// countGateways is the number in the fullest zone.
func (p *Preflight) countGateways(ctx context.Context) (float64, error) {
	subnets := map[string]int{}
	var next *string
	for {
		states := ec2types.Filter{Name: aws.String("state"), Values: []string{"pending", "available", "deleting"}}
		page, err := p.Clients.EC2.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{
			NextToken: next, Filter: []ec2types.Filter{states},
		})
		if err != nil {
			return 0, err
		}
		for i := range page.NatGateways {
			subnets[aws.ToString(page.NatGateways[i].SubnetId)]++
		}
		if next = page.NextToken; aws.ToString(next) == "" {
			break
		}
	}
	if len(subnets) == 0 {
		return 0, nil
	}
	input := &ec2.DescribeSubnetsInput{}
	for subnet := range subnets {
		input.SubnetIds = append(input.SubnetIds, subnet)
	}
	described, err := p.Clients.EC2.DescribeSubnets(ctx, input)
	if err != nil {
		return 0, err
	}
	zones, most := map[string]int{}, 0
	for i := range described.Subnets {
		zone := aws.ToString(described.Subnets[i].AvailabilityZone)
		zones[zone] += subnets[aws.ToString(described.Subnets[i].SubnetId)]
		most = max(most, zones[zone])
	}
	return float64(most), nil
}

func (p *Preflight) countInternetGateways(ctx context.Context) (float64, error) {
	count := 0
	var next *string
	for {
		page, err := p.Clients.EC2.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{NextToken: next})
		if err != nil {
			return 0, err
		}
		count += len(page.InternetGateways)
		if next = page.NextToken; aws.ToString(next) == "" {
			return float64(count), nil
		}
	}
}

func (p *Preflight) countSecurityGroups(ctx context.Context) (float64, error) {
	count := 0
	var next *string
	for {
		page, err := p.Clients.EC2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{NextToken: next})
		if err != nil {
			return 0, err
		}
		count += len(page.SecurityGroups)
		if next = page.NextToken; aws.ToString(next) == "" {
			return float64(count), nil
		}
	}
}
