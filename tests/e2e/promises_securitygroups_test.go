//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// tierTag names what a security group protects.
const tierTag = "webapp:tier"

// tierOfGroup returns the tier that a security group protects.
func (d *deployment) tierOfGroup(t *testing.T, id string) string {
	t.Helper()
	groups := got(d.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}}))(t)
	return tags(only(t, groups.SecurityGroups).Tags)[tierTag]
}

// groupOfTier returns the security group that protects a tier.
func (d *deployment) groupOfTier(t *testing.T, tier string) string {
	t.Helper()
	groups := got(d.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId")), filter("tag:"+tierTag, tier)},
	}))(t)
	return *only(t, groups.SecurityGroups).GroupId
}

// flowsOf lists the rules of a security group as "alb <- 0.0.0.0/0 tcp 443".
func (d *deployment) flowsOf(t *testing.T, group string) []string {
	t.Helper()
	rules := got(d.ec2.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{
		Filters: []ec2types.Filter{filter("group-id", group)},
	}))(t).SecurityGroupRules
	own := d.tierOfGroup(t, group)
	flows := []string{}
	for _, rule := range rules {
		peer := aws.ToString(rule.CidrIpv4) + aws.ToString(rule.CidrIpv6)
		if rule.ReferencedGroupInfo != nil {
			peer = d.tierOfGroup(t, *rule.ReferencedGroupInfo.GroupId)
		}
		ports := fmt.Sprint(aws.ToInt32(rule.FromPort))
		if aws.ToInt32(rule.ToPort) != aws.ToInt32(rule.FromPort) {
			ports += fmt.Sprintf("-%d", aws.ToInt32(rule.ToPort))
		}
		arrow := "<-"
		if *rule.IsEgress {
			arrow = "->"
		}
		flow := fmt.Sprintf("%s %s %s %s %s", own, arrow, peer, *rule.IpProtocol, ports)
		assert.NotEmpty(t, aws.ToString(rule.Description), "%s is not described", flow)
		flows = append(flows, flow)
	}
	slices.Sort(flows)
	return flows
}

// internet -> alb -> app -> db, and from app to the internet; to the test listener from the function that tries new
// versions, through the NAT gateways, and from whoever else may test. Nothing else.
func checkSecurityGroups(t *testing.T, d *deployment) {
	var alb []string
	for _, block := range d.cfg.LoadBalancer.IngressCIDRs {
		alb = append(alb, "alb <- "+block+" tcp 443", "alb <- "+block+" tcp 80")
	}
	for _, block := range d.testers(t) {
		alb = append(alb, fmt.Sprintf("alb <- %s tcp %d", block, d.cfg.LoadBalancer.TestPort))
	}
	for tier, want := range map[string][]string{
		"alb": append(alb, "alb -> app tcp 8000"),
		"app": {"app <- alb tcp 8000", "app -> 0.0.0.0/0 tcp 443", "app -> db tcp 5432"},
		"db":  {"db <- app tcp 5432"},
	} {
		assert.ElementsMatch(t, want, d.flowsOf(t, d.groupOfTier(t, tier)), tier)
	}

	standard := only(t, got(d.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId")), filter("group-name", "default")},
	}))(t).SecurityGroups)
	require.NotNil(t, standard.GroupId)
	assert.Empty(t, standard.IpPermissions, "the default security group is not emptied")
	assert.Empty(t, standard.IpPermissionsEgress, "the default security group is not emptied")
}

// testers are the blocks that may reach the test listener.
func (d *deployment) testers(t *testing.T) []string {
	if !d.blueGreen() {
		return nil
	}
	blocks := slices.Clone(d.cfg.LoadBalancer.TestIngressCIDRs)
	tested := func(s config.Service) bool { return len(s.Deployment.TestPaths) > 0 }
	if !slices.ContainsFunc(d.cfg.Services, tested) {
		return blocks
	}
	gateways := got(d.ec2.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{
		Filter: []ec2types.Filter{filter("vpc-id", d.output(t, "vpcId")), filter("state", "available")},
	}))(t).NatGateways
	require.NotEmpty(t, gateways)
	for _, gateway := range gateways {
		blocks = append(blocks, *gateway.NatGatewayAddresses[0].PublicIp+"/32")
	}
	return blocks
}
