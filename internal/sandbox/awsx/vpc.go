package awsx

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// vpc is the component with the outputs of the official one.
type vpc struct {
	pulumi.ResourceState

	Vpc                    *ec2.Vpc                     `pulumi:"vpc"`
	VpcID                  pulumi.IDOutput              `pulumi:"vpcId"`
	Subnets                []*ec2.Subnet                `pulumi:"subnets"`
	PublicSubnetIDs        pulumi.StringArray           `pulumi:"publicSubnetIds"`
	PrivateSubnetIDs       pulumi.StringArray           `pulumi:"privateSubnetIds"`
	IsolatedSubnetIDs      pulumi.StringArray           `pulumi:"isolatedSubnetIds"`
	InternetGateway        *ec2.InternetGateway         `pulumi:"internetGateway"`
	NatGateways            []*ec2.NatGateway            `pulumi:"natGateways"`
	Eips                   []*ec2.Eip                   `pulumi:"eips"`
	RouteTables            []*ec2.RouteTable            `pulumi:"routeTables"`
	RouteTableAssociations []*ec2.RouteTableAssociation `pulumi:"routeTableAssociations"`
	Routes                 []*ec2.Route                 `pulumi:"routes"`
	VpcEndpoints           []*ec2.VpcEndpoint           `pulumi:"vpcEndpoints"`
	SubnetLayout           []subnetSpec                 `pulumi:"subnetLayout"`
}

// place is the position of a subnet in the VPC.
type place struct {
	spec subnetSpec
	// name of the subnet, its route table, association and route.
	name string
	zone string
	// number counts the zones from 1.
	number int
	block  string
}

// places lists the subnets zone by zone, in each zone first the public, then the private, then
// the isolated ones.
func (a *vpcArgs) places(vpcName string) [][]place {
	byZone := make([][]place, len(a.AvailabilityZoneNames))
	for i, zone := range a.AvailabilityZoneNames {
		for _, spec := range a.SubnetSpecs {
			name := strings.ToLower(spec.Type)
			if spec.Name != nil {
				name = *spec.Name
			}
			byZone[i] = append(byZone[i], place{
				spec: spec, zone: zone, number: i + 1, block: spec.CidrBlocks[i],
				name: fmt.Sprintf("%s-%s-%d", vpcName, name, i+1),
			})
		}
		slices.SortStableFunc(byZone[i], func(x, y place) int {
			return slices.Index(subnetTypes, x.spec.Type) - slices.Index(subnetTypes, y.spec.Type)
		})
	}
	return byZone
}

// construct creates the component and its children.
func construct(ctx *pulumi.Context, name string, args *vpcArgs, opts pulumi.ResourceOption) (*vpc, error) {
	v := &vpc{SubnetLayout: args.SubnetSpecs}
	if err := ctx.RegisterComponentResource(VpcToken, name, v, opts); err != nil {
		return nil, err
	}
	if err := v.createVpc(ctx, name, args); err != nil {
		return nil, err
	}
	for _, zone := range args.places(name) {
		for _, p := range zone {
			if err := v.createPlace(ctx, name, args, p); err != nil {
				return nil, err
			}
		}
	}
	return v, ctx.RegisterResourceOutputs(v, pulumi.Map{})
}

func (v *vpc) createVpc(ctx *pulumi.Context, name string, args *vpcArgs) error {
	var err error
	v.Vpc, err = ec2.NewVpc(ctx, name, &ec2.VpcArgs{
		CidrBlock:          pulumi.StringPtrFromPtr(args.CidrBlock),
		EnableDnsHostnames: args.EnableDNSHostnames,
		EnableDnsSupport:   args.EnableDNSSupport,
		Tags:               args.tags(map[string]string{"Name": name}),
	}, pulumi.Parent(v))
	if err != nil {
		return err
	}
	v.VpcID = v.Vpc.ID()
	v.InternetGateway, err = ec2.NewInternetGateway(ctx, name, &ec2.InternetGatewayArgs{
		VpcId: v.Vpc.ID(),
		Tags:  args.tags(map[string]string{"Name": name}),
	}, child(v.Vpc)...)
	return err
}

// createPlace creates a subnet with its route table and, if it hosts one, the NAT gateway.
func (v *vpc) createPlace(ctx *pulumi.Context, vpcName string, args *vpcArgs, p place) error {
	own := map[string]string{"Name": p.name, "SubnetType": p.spec.Type}
	shared := map[string]string{"Name": vpcName}
	subnet, err := ec2.NewSubnet(ctx, p.name, &ec2.SubnetArgs{
		VpcId:               v.Vpc.ID(),
		AvailabilityZone:    pulumi.String(p.zone),
		CidrBlock:           pulumi.String(p.block),
		MapPublicIpOnLaunch: pulumi.Bool(p.spec.Type == "Public"),
		Tags:                args.tags(shared, p.spec.Tags, own),
	}, child(v.Vpc)...)
	if err != nil {
		return err
	}
	v.keep(subnet, p.spec.Type)
	table, err := ec2.NewRouteTable(ctx, p.name, &ec2.RouteTableArgs{
		VpcId: v.Vpc.ID(), Tags: args.tags(shared, own),
	}, child(subnet)...)
	if err != nil {
		return err
	}
	v.RouteTables = append(v.RouteTables, table)
	association, err := ec2.NewRouteTableAssociation(ctx, p.name, &ec2.RouteTableAssociationArgs{
		RouteTableId: table.ID(), SubnetId: subnet.ID(),
	}, child(table)...)
	if err != nil {
		return err
	}
	v.RouteTableAssociations = append(v.RouteTableAssociations, association)
	if p.spec.Type == "Public" && args.hostsGateway(len(v.NatGateways), p.number) {
		if err := v.createGateway(ctx, fmt.Sprintf("%s-%d", vpcName, p.number), args, subnet); err != nil {
			return err
		}
	}
	return v.createRoute(ctx, args, p, table)
}

func (v *vpc) keep(subnet *ec2.Subnet, typ string) {
	v.Subnets = append(v.Subnets, subnet)
	id := subnet.ID().ToStringOutput()
	switch typ {
	case "Public":
		v.PublicSubnetIDs = append(v.PublicSubnetIDs, id)
	case "Private":
		v.PrivateSubnetIDs = append(v.PrivateSubnetIDs, id)
	default:
		v.IsolatedSubnetIDs = append(v.IsolatedSubnetIDs, id)
	}
}

// hostsGateway reports whether the public subnet of the zone gets a NAT gateway.
func (a *vpcArgs) hostsGateway(existing, zone int) bool {
	switch a.natStrategy() {
	case natSingle:
		return existing < 1
	case natOnePerAz:
		return existing < zone
	default:
		return false
	}
}

func (v *vpc) createGateway(ctx *pulumi.Context, name string, args *vpcArgs, subnet *ec2.Subnet) error {
	own := map[string]string{"Name": name}
	address, err := ec2.NewEip(ctx, name, &ec2.EipArgs{Tags: args.tags(nil, own)}, child(subnet)...)
	if err != nil {
		return err
	}
	v.Eips = append(v.Eips, address)
	gateway, err := ec2.NewNatGateway(ctx, name, &ec2.NatGatewayArgs{
		SubnetId: subnet.ID(), AllocationId: address.AllocationId, Tags: args.tags(nil, own),
	}, child(subnet)...)
	v.NatGateways = append(v.NatGateways, gateway)
	return err
}

// createRoute routes public subnets to the internet gateway and private ones to a NAT gateway.
// Isolated subnets get no route.
func (v *vpc) createRoute(ctx *pulumi.Context, args *vpcArgs, p place, table *ec2.RouteTable) error {
	routeArgs := &ec2.RouteArgs{RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0")}
	switch {
	case p.spec.Type == "Public":
		routeArgs.GatewayId = v.InternetGateway.ID()
	case p.spec.Type == "Private" && args.natStrategy() == natSingle:
		routeArgs.NatGatewayId = v.NatGateways[0].ID()
	case p.spec.Type == "Private" && args.natStrategy() == natOnePerAz:
		routeArgs.NatGatewayId = v.NatGateways[p.number-1].ID()
	default:
		return nil
	}
	route, err := ec2.NewRoute(ctx, p.name, routeArgs, child(table)...)
	v.Routes = append(v.Routes, route)
	return err
}

// child returns the options of a child that is created after its parent: the official provider
// depends on the parent explicitly.
func child(parent pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{parent})}
}

// tags merges the component's tags with others: they override those below and give way to those
// above.
func (a *vpcArgs) tags(below map[string]string, above ...map[string]string) pulumi.StringMapInput {
	merge := func(own map[string]string) map[string]string {
		all := map[string]string{}
		for _, layer := range slices.Concat([]map[string]string{below, own}, above) {
			maps.Copy(all, layer)
		}
		return all
	}
	if a.Tags == nil {
		return pulumi.ToStringMap(merge(nil))
	}
	merged, _ := a.Tags.ToStringMapOutput().ApplyT(merge).(pulumi.StringMapOutput)
	return merged
}
