package components_test

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
)

// Components take what they need from each other's fields, and the one provider as an
// option; internal/stack wires all of them like this.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
		if err != nil {
			return err
		}
		scope := components.Scope{
			Project: ctx.Project(), Stack: ctx.Stack(), Partition: "aws", Region: "us-east-1", AccountID: "123456789012",
		}
		keys, err := components.NewKeys(ctx, "keys", &components.KeysArgs{
			Scope: scope, DeletionWindowDays: 30,
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		network, err := components.NewNetwork(ctx, "network", &components.NetworkArgs{
			Scope:             scope,
			CIDRBlock:         "10.0.0.0/16",
			AvailabilityZones: []string{"us-east-1a", "us-east-1b"},
			PublicCIDRs:       []string{"10.0.1.0/24", "10.0.2.0/24"},
			AppCIDRs:          []string{"10.0.3.0/24", "10.0.4.0/24"},
			DatabaseCIDRs:     []string{"10.0.5.0/24", "10.0.6.0/24"},
			NAT:               components.NATPerAZ,
			LogKeyARN:         keys.LogsARN,
			LogRetentionDays:  30,
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		groups, err := components.NewSecurityGroups(ctx, "security-groups", &components.SecurityGroupsArgs{
			VPCID:        network.VPCID,
			IngressCIDRs: []string{"0.0.0.0/0"},
			Services:     []components.SecurityGroupsService{{Name: "visitor-book", Ports: []int{8000}, DatabaseAccess: true}},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		ctx.Export("serviceGroup", groups.ServiceGroupIDs["visitor-book"])
		return nil
	})
}
