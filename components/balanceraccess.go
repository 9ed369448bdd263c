package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// BalancerAccess is what a function in the VPC needs to ask the load balancer.
type BalancerAccess struct {
	// LoadBalancerGroupID is the load balancer's security group that is opened for the function.
	LoadBalancerGroupID pulumi.StringInput
	// NATAddresses are those from which an internet-facing load balancer sees the function's requests: its DNS name
	// resolves to public addresses (Elastic Load Balancing, "Load balancer scheme"). Without any the load balancer is
	// internal, and lets in the function's own group.
	NATAddresses []pulumi.StringOutput
	// VPCID, and SubnetIDs of subnets that reach AWS's APIs.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput
	// After lists the resources that the subnets need.
	After []pulumi.Resource
}

// caller is a function that asks the load balancer from the VPC.
type caller struct {
	// tier of its group, and port of the listener that it asks.
	tier string
	port int
	// does says what it does, for its group, and asks what it asks, for the load balancer's.
	does, asks string
}

// admit makes the group of a function, and the rules that lead from it to AWS's APIs and to the listener.
func (a *BalancerAccess) admit(
	ctx *pulumi.Context, parent pulumi.Resource, name string, by caller,
) (group *ec2.SecurityGroup, rules []pulumi.Resource, err error) {
	group, err = ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       a.VPCID,
		Description: pulumi.String(by.does),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name), TierTag: pulumi.String(by.tier)},
	}, pulumi.Parent(parent), pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: interfaceDeletion}))
	if err != nil {
		return nil, nil, err
	}
	leave := func(logical, description string, port int) error {
		rule, err := vpc.NewSecurityGroupEgressRule(ctx, logical, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String(description),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
			CidrIpv4:        pulumi.String(everywhere),
			Tags:            named(logical),
		}, pulumi.Parent(parent))
		if err != nil {
			return fmt.Errorf("%s: %w", logical, err)
		}
		rules = append(rules, rule)
		return nil
	}
	enter := func(logical string, from vpc.SecurityGroupIngressRuleArgs) error {
		from.SecurityGroupId, from.Description = a.LoadBalancerGroupID, pulumi.String(by.asks)
		from.IpProtocol, from.FromPort, from.ToPort = pulumi.String("tcp"), pulumi.Int(by.port), pulumi.Int(by.port)
		from.Tags = named(logical)
		rule, err := vpc.NewSecurityGroupIngressRule(ctx, logical, &from, pulumi.Parent(parent))
		if err != nil {
			return fmt.Errorf("%s: %w", logical, err)
		}
		rules = append(rules, rule)
		return nil
	}
	if err := leave(name+"-to-aws", "HTTPS to AWS services", httpsPort); err != nil {
		return nil, nil, err
	}
	if by.port != httpsPort { // AWS refuses the same rule twice
		if err := leave(name+"-to-listener", "HTTPS to the test listener", by.port); err != nil {
			return nil, nil, err
		}
	}
	if len(a.NATAddresses) == 0 {
		err := enter(name+"-into-balancer", vpc.SecurityGroupIngressRuleArgs{ReferencedSecurityGroupId: group.ID()})
		return group, rules, err
	}
	for i, address := range a.NATAddresses {
		if err := enter(fmt.Sprintf("%s-from-nat-%d", name, i+1),
			vpc.SecurityGroupIngressRuleArgs{CidrIpv4: pulumi.Sprintf("%s/32", address)}); err != nil {
			return nil, nil, err
		}
	}
	return group, rules, nil
}
