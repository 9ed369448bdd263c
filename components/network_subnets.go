package components

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The names of the tiers' subnets and route tables in awsx, each followed by the number of its
// zone.
const (
	publicTier   = "public"
	appTier      = "app"
	databaseTier = "db"
)

// adjustVPC switches off the public addresses that awsx switches on for public subnets, and
// protects VPC and subnets if Protect is set. Only a transform reaches the children of a
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

// subnetIDs returns the ids of a tier's subnets, by zone. awsx lists them, too, but in a preview
// its list is unknown as a whole as soon as one subnet is new: every gateway and domain in the
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

// place returns the position of a tier and zone in awsx's lists: zone by zone, and in each zone
// first the public tier, then the app tier, then the database tier.
func place(zone int, tier string) int {
	tiers := []string{publicTier, appTier, databaseTier}
	return zone*len(tiers) + slices.Index(tiers, tier)
}

// childID returns the ID of a child of the VPC. If a release of awsx lists its children in
// another order, the update fails before the database tier gets a route to the internet.
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

// closeDefaultSecurityGroup removes every rule from the default group, which AWS gives to
// everything that names no group.
func (n *Network) closeDefaultSecurityGroup(ctx *pulumi.Context, name string) error {
	_, err := ec2.NewDefaultSecurityGroup(ctx, name+"-default", &ec2.DefaultSecurityGroupArgs{
		VpcId: n.VPCID,
		Tags:  named(name + "-default-closed"),
	}, pulumi.Parent(n))
	return err
}
