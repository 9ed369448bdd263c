//go:build e2e

package e2e

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
)

var networkKinds = []kind{
	{name: "networks", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeVpcs(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Vpcs, func(v ec2types.Vpc) *string { return v.VpcId }), nil
	}},
	{name: "subnets", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeSubnets(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Subnets, func(s ec2types.Subnet) *string { return s.SubnetId }), nil
	}},
	{name: "route tables", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeRouteTables(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.RouteTables, func(r ec2types.RouteTable) *string { return r.RouteTableId }), nil
	}},
	{name: "internet gateways", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeInternetGateways(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.InternetGateways, func(g ec2types.InternetGateway) *string { return g.InternetGatewayId }), nil
	}},
	{name: "NAT gateways", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{
			Filter: []ec2types.Filter{filter("state", "pending", "available")},
		})
		if err != nil {
			return nil, err
		}
		return names(answer.NatGateways, func(g ec2types.NatGateway) *string { return g.NatGatewayId }), nil
	}},
	{name: "addresses", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeAddresses(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Addresses, func(a ec2types.Address) *string { return a.AllocationId }), nil
	}},
	{name: "security groups", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeSecurityGroups(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.SecurityGroups, func(g ec2types.SecurityGroup) *string { return g.GroupId }), nil
	}},
	{name: "VPC endpoints", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeVpcEndpoints(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.VpcEndpoints, func(e ec2types.VpcEndpoint) *string { return e.VpcEndpointId }), nil
	}},
	{name: "flow logs", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.DescribeFlowLogs(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.FlowLogs, func(f ec2types.FlowLog) *string { return f.FlowLogId }), nil
	}},
	{name: "load balancers", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.elb.DescribeLoadBalancers(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.LoadBalancers, func(b elbtypes.LoadBalancer) *string { return b.LoadBalancerArn }), nil
	}},
	{name: "target groups", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.elb.DescribeTargetGroups(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.TargetGroups, func(g elbtypes.TargetGroup) *string { return g.TargetGroupArn }), nil
	}},
	{name: "certificates", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.acm.ListCertificates(ctx, &acm.ListCertificatesInput{})
		if err != nil {
			return nil, err
		}
		return names(answer.CertificateSummaryList, func(s acmtypes.CertificateSummary) *string { return s.CertificateArn }),
			nil
	}},
	{name: "DNS records", list: listRecords},
	{
		name: "web ACLs", absent: func(d *deployment) bool { return !d.cfg.LoadBalancer.WAF.Enabled },
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.waf.ListWebACLs(ctx, &wafv2.ListWebACLsInput{Scope: waftypes.ScopeRegional})
			if err != nil {
				return nil, err
			}
			return names(answer.WebACLs, func(s waftypes.WebACLSummary) *string { return s.ARN }), nil
		},
	},
}

func listRecords(ctx context.Context, c clients) ([]string, error) {
	zones, err := c.route53.ListHostedZones(ctx, nil)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, zone := range zones.HostedZones {
		answer, err := c.route53.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: zone.Id})
		if err != nil {
			return nil, err
		}
		for _, record := range answer.ResourceRecordSets {
			if record.Type != route53types.RRTypeNs && record.Type != route53types.RRTypeSoa {
				found = append(found, string(record.Type)+" "+aws.ToString(record.Name))
			}
		}
	}
	return found, nil
}
