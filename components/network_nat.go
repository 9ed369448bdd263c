package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NATStrategy is the way in which the app tier reaches the internet.
type NATStrategy string

// The NAT strategies: no gateway, one for all zones, or one in each zone.
const (
	NATNone   NATStrategy = "none"
	NATSingle NATStrategy = "single"
	NATPerAZ  NATStrategy = "per-az"
)

// gateways returns the number of NAT gateways.
func (s NATStrategy) gateways(zones int) int {
	switch s {
	case NATPerAZ:
		return zones
	case NATSingle:
		return 1
	default:
		return 0
	}
}

// createNAT gives the app tier its way to the internet. awsx could create the gateways, too,
// but a component that another process constructs answers only once all of its children exist.
// Everything that needs the VPC's ID, such as the database and the search domain, would wait
// two minutes for gateways that it does not use.
func (n *Network) createNAT(ctx *pulumi.Context, name string) error {
	for i := range n.args.NAT.gateways(len(n.args.AvailabilityZones)) {
		if err := n.createGateway(ctx, fmt.Sprintf("%s-nat-%d", name, i+1), i); err != nil {
			return fmt.Errorf("gateway %d: %w", i+1, err)
		}
	}
	if len(n.gateways) == 0 {
		return nil
	}
	for zone := range n.args.AvailabilityZones {
		table := fmt.Sprintf("%s-%s-%d", name, appTier, zone+1)
		route, err := ec2.NewRoute(ctx, table, &ec2.RouteArgs{
			RouteTableId:         n.appRouteTableID(table, zone),
			DestinationCidrBlock: pulumi.String(everywhere),
			// A zone without a gateway uses the only one.
			NatGatewayId: n.gateways[min(zone, len(n.gateways)-1)].ID(),
		}, pulumi.Parent(n))
		if err != nil {
			return fmt.Errorf("route of %s: %w", table, err)
		}
		n.AppReady = append(n.AppReady, route)
	}
	return nil
}

// createGateway makes a gateway with its own address in a zone's public subnet.
func (n *Network) createGateway(ctx *pulumi.Context, name string, zone int) error {
	address, err := ec2.NewEip(ctx, name, &ec2.EipArgs{
		Domain: pulumi.String("vpc"),
		Tags:   named(name),
	}, pulumi.Parent(n))
	if err != nil {
		return fmt.Errorf("address: %w", err)
	}
	gateway, err := ec2.NewNatGateway(ctx, name, &ec2.NatGatewayArgs{
		SubnetId:     n.PublicSubnetIDs[zone],
		AllocationId: address.AllocationId,
		Tags:         named(name),
	}, pulumi.Parent(n), pulumi.DeleteBeforeReplace(true)) // its address is taken until it is gone
	if err != nil {
		return err
	}
	n.gateways = append(n.gateways, gateway)
	n.NATAddresses = append(n.NATAddresses, address.PublicIp)
	return nil
}

// appRouteTableID returns the ID of a zone's app route table.
func (n *Network) appRouteTableID(name string, zone int) pulumi.StringOutput {
	return n.vpc.RouteTables.ApplyT(func(tables []*ec2.RouteTable) (pulumi.StringOutput, error) {
		return childID("route table", tables, place(zone, appTier), name)
	}).(pulumi.StringOutput)
}
