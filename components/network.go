package components

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsxec2 "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const networkType = "aws-webapp:network:Network"

// NetworkArgs describe a [Network].
type NetworkArgs struct {
	// Scope of the stack.
	Scope Scope
	// CIDRBlock of the VPC.
	CIDRBlock string
	// AvailabilityZones by name.
	AvailabilityZones []string
	// PublicCIDRs, AppCIDRs and DatabaseCIDRs are each tier's blocks, one per zone.
	PublicCIDRs, AppCIDRs, DatabaseCIDRs []string
	// Protect makes Pulumi refuse to delete or replace the VPC and its subnets.
	Protect bool
	// NAT strategy of the app tier.
	NAT NATStrategy
	// InterfaceEndpoints lists AWS services by the last part of their endpoint's name, such as
	// ecr.api. AWS charges for each per zone and hour.
	InterfaceEndpoints []string
	// EndpointAccounts lists further accounts whose principals may use the endpoints.
	EndpointAccounts []string
	// ReadableBuckets lists buckets of others that everybody in the network may read through S3's
	// endpoint, even with credentials of another account or none. [AnyBucket] stands for all
	// buckets.
	ReadableBuckets []string
	// LogKeyARN is the KMS key that encrypts the flow logs.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the flow logs, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// TopicARN is notified of the NAT gateways' alarms.
	TopicARN pulumi.StringInput
}

// Network is a VPC with a public, an app and a database tier in every zone, the ways out of it,
// endpoints of AWS services, and flow logs. The database tier has only the VPC's local route.
type Network struct {
	pulumi.ResourceState

	// VPCID of the VPC.
	VPCID pulumi.StringOutput
	// PublicSubnetIDs, AppSubnetIDs and DatabaseSubnetIDs hold one subnet per zone. Each is a
	// separate output: when a zone is added, a preview still knows the subnets of the others.
	PublicSubnetIDs, AppSubnetIDs, DatabaseSubnetIDs pulumi.StringArray
	// AppReady lists what must exist before anything in the app tier reaches AWS and the internet:
	// the routes to the NAT gateways, and the endpoints with their rules.
	AppReady []pulumi.Resource
	// FlowLogGroupName of the VPC's flow logs.
	FlowLogGroupName string
	alarms

	// NATAddresses are the public source addresses of the app tier; none without NAT.
	NATAddresses []pulumi.StringOutput

	args     NetworkArgs
	vpc      *awsxec2.Vpc
	gateways []*ec2.NatGateway
}

// NewNetwork makes a [Network].
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	n := &Network{args: given(args)}
	return construct(ctx, name, n, opts, construction{
		kind: "network", token: networkType, wrong: n.args.validate(),
		steps: []step{
			{"create VPC and subnets", n.createVPC},
			{"create NAT gateways", n.createNAT},
			{"close the default security group", n.closeDefaultSecurityGroup},
			{"create flow log", n.createFlowLog},
			{"create gateway endpoint", n.createGatewayEndpoint},
			{"create interface endpoints", n.createInterfaceEndpoints},
			{"create alarms", n.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"vpcId":             n.VPCID,
				"publicSubnetIds":   n.PublicSubnetIDs,
				"appSubnetIds":      n.AppSubnetIDs,
				"databaseSubnetIds": n.DatabaseSubnetIDs,
			}
		},
	})
}

// validate checks that every tier has a block for each zone.
func (a NetworkArgs) validate() error {
	errs := []error{check(a)}
	for _, cidrs := range [][]string{a.PublicCIDRs, a.AppCIDRs, a.DatabaseCIDRs} {
		if blocks, zones := len(cidrs), len(a.AvailabilityZones); blocks != zones {
			errs = append(errs, fmt.Errorf("a tier has %d blocks for %d zones: give one a zone", blocks, zones))
		}
	}
	return errors.Join(errs...)
}

// createVPC lets awsx create the VPC, subnets and route tables, but not NAT, see createNAT.
// Explicit blocks need its strategy Auto: Legacy ignores them, and Exact refuses plans that are
// not ordered by zone.
func (n *Network) createVPC(ctx *pulumi.Context, name string) error {
	strategy := awsxec2.SubnetAllocationStrategyAuto
	vpc, err := awsxec2.NewVpc(ctx, name, &awsxec2.VpcArgs{
		CidrBlock:             pulumi.StringRef(n.args.CIDRBlock),
		AvailabilityZoneNames: n.args.AvailabilityZones,
		SubnetStrategy:        &strategy,
		SubnetSpecs: []awsxec2.SubnetSpecArgs{
			{Type: awsxec2.SubnetTypePublic, Name: pulumi.StringRef(publicTier), CidrBlocks: n.args.PublicCIDRs},
			{Type: awsxec2.SubnetTypePrivate, Name: pulumi.StringRef(appTier), CidrBlocks: n.args.AppCIDRs},
			{Type: awsxec2.SubnetTypeIsolated, Name: pulumi.StringRef(databaseTier), CidrBlocks: n.args.DatabaseCIDRs},
		},
		NatGateways:        &awsxec2.NatGatewayConfigurationArgs{Strategy: awsxec2.NatGatewayStrategyNone},
		EnableDnsHostnames: pulumi.Bool(true),
		EnableDnsSupport:   pulumi.Bool(true),
	}, pulumi.Parent(n), pulumi.Transforms([]pulumi.ResourceTransform{n.adjustVPC}))
	if err != nil {
		return err
	}
	n.vpc = vpc
	n.VPCID = vpc.VpcId
	n.PublicSubnetIDs = n.subnetIDs(name, publicTier)
	n.AppSubnetIDs = n.subnetIDs(name, appTier)
	n.DatabaseSubnetIDs = n.subnetIDs(name, databaseTier)
	return nil
}
