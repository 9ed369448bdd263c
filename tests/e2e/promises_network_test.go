//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// The tiers, as the subnets are tagged.
const (
	public   = "Public"
	app      = "Private"
	database = "Isolated"
)

// subnets of the stack's VPC by tier, each tier in the order of its zones.
func (d *deployment) subnets(t *testing.T) map[string][]ec2types.Subnet {
	t.Helper()
	found := got(d.ec2.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId"))},
	}))(t).Subnets
	tiers := map[string][]ec2types.Subnet{}
	for _, subnet := range found {
		tier := tags(subnet.Tags)["SubnetType"]
		tiers[tier] = append(tiers[tier], subnet)
	}
	for _, tier := range tiers {
		slices.SortFunc(tier, func(a, b ec2types.Subnet) int {
			return strings.Compare(*a.AvailabilityZone, *b.AvailabilityZone)
		})
	}
	return tiers
}

func subnetIDs(subnets []ec2types.Subnet) []string {
	return each(subnets, func(s ec2types.Subnet) string { return *s.SubnetId })
}

// One subnet per zone: x.y.1.0/24 and so on, tier by tier of the first two zones, then zone by
// zone.
func checkSubnets(t *testing.T, d *deployment) {
	network := only(t,
		got(d.ec2.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{VpcIds: []string{d.output(t, "vpcId")}}))(t).Vpcs)
	assert.Equal(t, d.cfg.Network.CIDRBlock, *network.CidrBlock)
	tiers := d.subnets(t)
	require.Len(t, tiers, 3)
	zones := d.cfg.Network.AvailabilityZoneCount
	for row, tier := range []string{public, app, database} {
		require.Len(t, tiers[tier], zones, tier)
		for i, subnet := range tiers[tier] {
			number := 2*row + i + 1
			if i >= 2 {
				number = 3*i + row + 1
			}
			block := fmt.Sprintf("%s.%d.0/24", strings.TrimSuffix(d.cfg.Network.CIDRBlock, ".0.0/16"), number)
			assert.Equal(t, block, *subnet.CidrBlock, tier)
			assert.Equal(t, d.cfg.AWS.Region+string("abcdef"[i]), *subnet.AvailabilityZone, tier)
			assert.False(t, aws.ToBool(subnet.MapPublicIpOnLaunch), "%s gives out public addresses", block)
		}
	}
	for _, attribute := range []ec2types.VpcAttributeName{
		ec2types.VpcAttributeNameEnableDnsHostnames,
		ec2types.VpcAttributeNameEnableDnsSupport,
	} {
		answer := got(d.ec2.DescribeVpcAttribute(t.Context(), &ec2.DescribeVpcAttributeInput{
			VpcId: network.VpcId, Attribute: attribute,
		}))(t)
		for _, value := range []*ec2types.AttributeBooleanValue{answer.EnableDnsHostnames, answer.EnableDnsSupport} {
			if value != nil {
				assert.True(t, *value.Value, attribute)
			}
		}
	}
}

// routesOf a subnet: destination to the kind of its gateway.
func (d *deployment) routesOf(t *testing.T, subnet string) map[string]string {
	t.Helper()
	table := only(t, got(d.ec2.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{
		Filters: []ec2types.Filter{filter("association.subnet-id", subnet)},
	}))(t).RouteTables)
	routes := map[string]string{}
	for _, route := range table.Routes {
		target := aws.ToString(route.GatewayId) + aws.ToString(route.NatGatewayId)
		kind, _, _ := strings.Cut(target, "-")
		routes[aws.ToString(route.DestinationCidrBlock)+aws.ToString(route.DestinationPrefixListId)] = kind
	}
	return routes
}

func checkRoutes(t *testing.T, d *deployment) {
	const everywhere = "0.0.0.0/0"
	tiers := d.subnets(t)
	for _, subnet := range subnetIDs(tiers[public]) {
		assert.Equal(t, "igw", d.routesOf(t, subnet)[everywhere])
	}
	for _, subnet := range subnetIDs(tiers[app]) {
		assert.Equal(t, "nat", d.routesOf(t, subnet)[everywhere])
	}
	for _, subnet := range subnetIDs(tiers[database]) {
		assert.NotContains(t, d.routesOf(t, subnet), everywhere, "the database tier must not reach the internet")
	}

	gateways := got(d.ec2.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{
		Filter: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId")), filter("state", "available")},
	}))(t).NatGateways
	wanted := 1
	if d.cfg.Network.NAT == config.NATPerAZ {
		wanted = d.cfg.Network.AvailabilityZoneCount
	}
	assert.Len(t, gateways, wanted)
	for _, gateway := range gateways {
		assert.Contains(t, subnetIDs(tiers[public]), *gateway.SubnetId)
	}
}

func checkEndpoints(t *testing.T, d *deployment) {
	endpoints := got(d.ec2.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{
		Filters: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId"))},
	}))(t).VpcEndpoints
	tiers := d.subnets(t)
	var interfaces []string
	gateways := 0
	for _, endpoint := range endpoints {
		service := strings.TrimPrefix(*endpoint.ServiceName, "com.amazonaws."+d.cfg.AWS.Region+".")
		if endpoint.VpcEndpointType == ec2types.VpcEndpointTypeGateway {
			gateways++
			assert.Equal(t, "s3", service)
			assert.Len(t, endpoint.RouteTableIds, 3*d.cfg.Network.AvailabilityZoneCount,
				"every subnet reaches S3 by the gateway")
			continue
		}
		interfaces = append(interfaces, service)
		assert.True(t, *endpoint.PrivateDnsEnabled, service)
		assert.ElementsMatch(t, subnetIDs(tiers[app]), endpoint.SubnetIds, service)
		assert.Contains(t, *endpoint.PolicyDocument, "aws:PrincipalAccount", "%s is open to other accounts", service)
		group := only(t, endpoint.Groups)
		assert.Equal(t, "endpoints", d.tierOfGroup(t, *group.GroupId), service)
	}
	assert.Equal(t, 1, gateways)
	assert.ElementsMatch(t, d.cfg.Network.InterfaceEndpoints, interfaces)
}

func checkFlowLogs(t *testing.T, d *deployment) {
	log := only(t, got(d.ec2.DescribeFlowLogs(t.Context(), &ec2.DescribeFlowLogsInput{
		Filter: []ec2types.Filter{filter("resource-id", d.output(t, "vpcId"))},
	}))(t).FlowLogs)
	assert.Equal(t, ec2types.TrafficTypeAll, log.TrafficType)
	assert.Equal(t, ec2types.LogDestinationTypeCloudWatchLogs, log.LogDestinationType)
	assert.Equal(t, d.arn("logs", "log-group:/vpc/"+d.fixed("network-flow-logs")),
		strings.TrimSuffix(*log.LogDestination, ":*"))
	assert.EqualValues(t, 60, *log.MaxAggregationInterval)
}
