package components

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What awsx calls the subnets and route tables of the tiers, each with the number of its zone.
const (
	publicTier   = "public"
	appTier      = "app"
	databaseTier = "db"
)

// adjustVPC switches off the public addresses that awsx switches on for public subnets, and
// protects VPC and subnets where that is asked for. Only a transform reaches the children of a
// component that another provider constructs.
func (n *Network) adjustVPC(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	switch args.Type {
	case "aws:ec2/vpc:Vpc":
	case "aws:ec2/subnet:Subnet":
		args.Props["mapPublicIpOnLaunch"] = pulumi.Bool(false)
	default:
		return nil
	}
	args.Opts.Protect = n.args.Protect
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

// subnetIDs are those of a tier, by zone. awsx lists the ids of a tier, too, but at a preview such
// a list is unknown as a whole as soon as one subnet is new, and every gateway and domain in the
// other zones would look as if it were replaced.
func (n *Network) subnetIDs(name, tier string) pulumi.StringArray {
	ids := make(pulumi.StringArray, len(n.args.AvailabilityZones))
	for zone := range ids {
		logical := fmt.Sprintf("%s-%s-%d", name, tier, zone+1)
		ids[zone] = n.vpc.Subnets.ApplyT(func(subnets []*ec2.Subnet) (pulumi.StringOutput, error) {
			return childID("subnet", subnets, place(zone, tier), logical)
		}).(pulumi.StringOutput)
	}
	return ids
}

// place is where awsx lists what belongs to a tier and zone: zone by zone, and in a zone the
// public tier first, the app tier next and the database tier last.
func place(zone int, tier string) int {
	tiers := []string{publicTier, appTier, databaseTier}
	return zone*len(tiers) + slices.Index(tiers, tier)
}

// childID is the ID of a child of the VPC. Should a release of awsx list its children in another
// order, the update ends before the database tier gets a route to the internet.
func childID[R pulumi.CustomResource](kind string, children []R, at int, name string) (pulumi.StringOutput, error) {
	if at >= len(children) {
		return pulumi.StringOutput{}, fmt.Errorf("the VPC has %d %ss, and %s should be number %d: "+
			"the release of awsx differs from the one that go.mod names", len(children), kind, name, at+1)
	}
	child := children[at]
	return pulumi.All(child.URN(), child.ID()).ApplyT(func(found []any) (string, error) {
		if is := urn.URN(found[0].(pulumi.URN)).Name(); is != name {
			return "", fmt.Errorf("%s %d of the VPC is %s and not %s: "+
				"the release of awsx differs from the one that go.mod names", kind, at+1, is, name)
		}
		return string(found[1].(pulumi.ID)), nil
	}).(pulumi.StringOutput), nil
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
