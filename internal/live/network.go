package live

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// mostValues of a filter of EC2: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
const mostValues = 200

func filter(name string, values []string) []types.Filter {
	return []types.Filter{{Name: aws.String(name), Values: values}}
}

// rules finds rules of the stack's security groups that are not the stack's.
func (l *Looker) rules(ctx context.Context) (strays []Stray, err error) {
	ours := l.state.IDs(resourcetypes.IngressRule, resourcetypes.EgressRule)
	groups := slices.Sorted(maps.Keys(l.state.IDs(resourcetypes.SecurityGroup, resourcetypes.DefaultSecurityGroup)))
	for _, batch := range batches(groups, mostValues) {
		pages := ec2.NewDescribeSecurityGroupRulesPaginator(l.ec2, &ec2.DescribeSecurityGroupRulesInput{
			Filters: filter("group-id", batch),
		})
		rules, err := awsapi.All(ctx, pages,
			func(page *ec2.DescribeSecurityGroupRulesOutput) []types.SecurityGroupRule {
				return page.SecurityGroupRules
			})
		if err != nil {
			return strays, fmt.Errorf("look at the rules of security groups: %w", err)
		}
		for _, rule := range rules {
			if id := aws.ToString(rule.SecurityGroupRuleId); !ours[id] {
				strays = append(strays, l.strayRule(rule, id))
			}
		}
	}
	return strays, nil
}

func (l *Looker) strayRule(rule types.SecurityGroupRule, id string) Stray {
	direction, word := "ingress", "from"
	if aws.ToBool(rule.IsEgress) {
		direction, word = "egress", "to"
	}
	peer := aws.ToString(rule.CidrIpv4) + aws.ToString(rule.CidrIpv6) + aws.ToString(rule.PrefixListId)
	if rule.ReferencedGroupInfo != nil {
		peer += aws.ToString(rule.ReferencedGroupInfo.GroupId)
	}
	group := aws.ToString(rule.GroupId)
	return Stray{
		ID:     id,
		What:   "rule " + id + " of security group " + group,
		Detail: fmt.Sprintf("%s %s %s, %s", direction, word, peer, ports(rule)),
		Undo: l.command("ec2", "revoke-security-group-"+direction, "--group-id", group,
			"--security-group-rule-ids", id),
		undo: func(ctx context.Context) error { return l.revoke(ctx, rule) },
	}
}

func (l *Looker) revoke(ctx context.Context, rule types.SecurityGroupRule) (err error) {
	ids := []string{aws.ToString(rule.SecurityGroupRuleId)}
	if aws.ToBool(rule.IsEgress) {
		_, err = l.ec2.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{
			GroupId: rule.GroupId, SecurityGroupRuleIds: ids,
		})
		return err
	}
	_, err = l.ec2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
		GroupId: rule.GroupId, SecurityGroupRuleIds: ids,
	})
	return err
}

func ports(rule types.SecurityGroupRule) string {
	protocol, from, to := aws.ToString(rule.IpProtocol), aws.ToInt32(rule.FromPort), aws.ToInt32(rule.ToPort)
	switch {
	case protocol == "-1":
		return "every protocol"
	case from == to:
		return fmt.Sprintf("%s port %d", protocol, from)
	default:
		return fmt.Sprintf("%s ports %d-%d", protocol, from, to)
	}
}

// routes finds routes in the stack's route tables that are not the stack's. Those that come with the table or out of a
// gateway's propagation, and those of the stack's gateway endpoints, are left out.
func (l *Looker) routes(ctx context.Context) (strays []Stray, err error) {
	ours, endpoints := map[string]bool{}, l.state.IDs(resourcetypes.VPCEndpoint)
	for _, route := range l.state.Of(resourcetypes.Route) {
		for _, destination := range []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"} {
			ours[route.Text("routeTableId")+" "+route.Text(destination)] = true
		}
	}
	tables := slices.Sorted(maps.Keys(l.state.IDs(resourcetypes.RouteTable)))
	for _, batch := range batches(tables, mostValues) {
		pages := ec2.NewDescribeRouteTablesPaginator(l.ec2, &ec2.DescribeRouteTablesInput{
			Filters: filter("route-table-id", batch),
		})
		found, err := awsapi.All(ctx, pages,
			func(page *ec2.DescribeRouteTablesOutput) []types.RouteTable { return page.RouteTables })
		if err != nil {
			return strays, fmt.Errorf("look at the route tables: %w", err)
		}
		for _, table := range found {
			for _, route := range table.Routes {
				option, destination := destinationOf(route)
				id := aws.ToString(table.RouteTableId)
				made := ours[id+" "+destination] || endpoints[aws.ToString(route.GatewayId)]
				if made || route.Origin != types.RouteOriginCreateRoute {
					continue
				}
				strays = append(strays, Stray{
					ID:   id + "/" + destination,
					What: "route to " + destination + " in route table " + id, Detail: "by way of " + targetOf(route),
					Undo: l.command("ec2", "delete-route", "--route-table-id", id, option, destination),
					undo: func(ctx context.Context) error {
						_, err := l.ec2.DeleteRoute(ctx, &ec2.DeleteRouteInput{
							RouteTableId: table.RouteTableId, DestinationCidrBlock: route.DestinationCidrBlock,
							DestinationIpv6CidrBlock: route.DestinationIpv6CidrBlock,
							DestinationPrefixListId:  route.DestinationPrefixListId,
						})
						return err
					},
				})
			}
		}
	}
	return strays, nil
}

func destinationOf(route types.Route) (option, destination string) {
	switch {
	case route.DestinationIpv6CidrBlock != nil:
		return "--destination-ipv6-cidr-block", *route.DestinationIpv6CidrBlock
	case route.DestinationPrefixListId != nil:
		return "--destination-prefix-list-id", *route.DestinationPrefixListId
	default:
		return "--destination-cidr-block", aws.ToString(route.DestinationCidrBlock)
	}
}

func targetOf(route types.Route) string {
	for _, target := range []*string{
		route.GatewayId, route.NatGatewayId, route.NetworkInterfaceId, route.VpcPeeringConnectionId, route.TransitGatewayId,
		route.EgressOnlyInternetGatewayId, route.LocalGatewayId, route.CarrierGatewayId, route.CoreNetworkArn,
		route.OdbNetworkArn, route.InstanceId,
	} {
		if name := aws.ToString(target); strings.TrimSpace(name) != "" {
			return name
		}
	}
	return "an unknown target"
}
