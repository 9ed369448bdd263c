package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The tiers of log search.
const (
	searchGroup  = "search"
	shipperGroup = "shipper"
)

// interfaceDeletion covers the time, up to 40 minutes, that Lambda keeps the network interfaces
// of a deleted function, and with them its security group.
const interfaceDeletion = "60m"

// createSecurityGroups makes the security groups and flows of log search: functions to the
// domain and to AWS's APIs, readers to the domain.
func (s *LogSearch) createSecurityGroups(ctx *pulumi.Context, name string) (err error) {
	if s.domainGroup, err = s.createGroup(ctx, name+"-domain", searchGroup,
		"Search domain: HTTPS in, nothing out."); err != nil {
		return err
	}
	if s.functionGroup, err = s.createGroup(ctx, name+"-functions", shipperGroup,
		"Log functions: HTTPS to the search domain and AWS."); err != nil {
		return err
	}
	for _, way := range []struct {
		logical, description, block string
		peer                        pulumi.StringPtrInput
	}{
		{logical: name + "-functions-to-domain", description: "HTTPS to the search domain", peer: s.domainGroup.ID()},
		{logical: name + "-functions-to-anywhere", description: "HTTPS to AWS services", block: everywhere},
	} {
		args := &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId:           s.functionGroup.ID(),
			Description:               pulumi.String(way.description),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(httpsPort),
			ToPort:                    pulumi.Int(httpsPort),
			ReferencedSecurityGroupId: way.peer,
			Tags:                      named(way.logical),
		}
		if way.block != "" {
			args.CidrIpv4 = pulumi.String(way.block)
		}
		rule, err := vpc.NewSecurityGroupEgressRule(ctx, way.logical, args, pulumi.Parent(s))
		if err != nil {
			return fmt.Errorf("%s: %w", way.logical, err)
		}
		s.network = append(s.network, rule)
	}
	return s.letIn(ctx, name)
}

func (s *LogSearch) createGroup(ctx *pulumi.Context, logical, tier, description string) (*ec2.SecurityGroup, error) {
	return ec2.NewSecurityGroup(ctx, logical, &ec2.SecurityGroupArgs{
		VpcId:       s.args.VPCID,
		Description: pulumi.String(description),
		Tags:        pulumi.StringMap{"Name": pulumi.String(logical), TierTag: pulumi.String(tier)},
	}, pulumi.Parent(s), pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: interfaceDeletion}))
}

// letIn opens the domain to the functions and to the readers' networks.
func (s *LogSearch) letIn(ctx *pulumi.Context, name string) error {
	rule := func(logical, description string, from *vpc.SecurityGroupIngressRuleArgs) error {
		from.SecurityGroupId = s.domainGroup.ID()
		from.Description = pulumi.String(description)
		from.IpProtocol = pulumi.String("tcp")
		from.FromPort, from.ToPort = pulumi.Int(httpsPort), pulumi.Int(httpsPort)
		from.Tags = named(logical)
		created, err := vpc.NewSecurityGroupIngressRule(ctx, logical, from, pulumi.Parent(s))
		if err != nil {
			return fmt.Errorf("%s: %w", logical, err)
		}
		s.network = append(s.network, created)
		return nil
	}
	if err := rule(name+"-domain-from-functions", "HTTPS from the log functions",
		&vpc.SecurityGroupIngressRuleArgs{ReferencedSecurityGroupId: s.functionGroup.ID()}); err != nil {
		return err
	}
	for _, block := range s.args.ReaderCIDRs {
		if err := rule(name+"-domain-from-"+ruleLabel(block), "HTTPS from people who search",
			&vpc.SecurityGroupIngressRuleArgs{CidrIpv4: pulumi.String(block)}); err != nil {
			return err
		}
	}
	return nil
}
