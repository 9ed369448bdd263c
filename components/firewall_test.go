package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	ingressRuleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleType  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func firewallProgram(ctx *pulumi.Context) error {
	_, err := NewFirewall(ctx, "firewall", &FirewallArgs{
		VPCID:        pulumi.String("vpc-1"),
		IngressCIDRs: []string{"0.0.0.0/0"},
		Services: []FirewallService{
			{Name: "visitor-book", Ports: []int{8000}, DatabaseAccess: true},
			{Name: "frontend", Ports: []int{3000}},
		},
	})
	return err
}

func TestFirewallGroups(t *testing.T) {
	rec := deployed(t, firewallProgram)

	rec.keepsContract(t, firewallType, "firewall", map[string]any{
		"loadBalancerGroupId": "firewall-alb-id",
		"databaseGroupId":     "firewall-db-id",
		"serviceGroupIds":     map[string]any{"visitor-book": "firewall-app-visitor-book-id", "frontend": "firewall-app-frontend-id"},
	})
	tiers := map[string]any{}
	for _, group := range rec.ofType("aws:ec2/securityGroup:SecurityGroup") {
		assert.Equal(t, "vpc-1", group.inputs["vpcId"])
		assert.NotContains(t, group.inputs, "ingress", "rules stand alone")
		assert.NotContains(t, group.inputs, "egress", "rules stand alone")
		assert.NotContains(t, group.inputs, "name", "a fixed name would deadlock a replacement")
		tiers[group.name] = group.inputs["tags"].(map[string]any)[TierTag]
	}
	assert.Equal(t, map[string]any{
		"firewall-alb": "alb", "firewall-app-frontend": "app", "firewall-app-visitor-book": "app", "firewall-db": "db",
	}, tiers)
}

// rule holds the parts of a security group rule that AWS enforces.
type rule struct{ group, cidr, peer, protocol, from, to any }

func rules(resources []*recorded) map[string]rule {
	found := map[string]rule{}
	for _, r := range resources {
		found[r.name] = rule{
			r.inputs["securityGroupId"], r.inputs["cidrIpv4"], r.inputs["referencedSecurityGroupId"],
			r.inputs["ipProtocol"], r.inputs["fromPort"], r.inputs["toPort"],
		}
	}
	return found
}

func TestFirewallRulesAreTheTableAndNothingElse(t *testing.T) {
	rec := deployed(t, firewallProgram)

	const alb, book, frontend, db = "firewall-alb-id", "firewall-app-visitor-book-id", "firewall-app-frontend-id", "firewall-db-id"
	assert.Equal(t, map[string]rule{
		"firewall-alb-from-anywhere-443":          {alb, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"firewall-alb-from-anywhere-80":           {alb, "0.0.0.0/0", nil, "tcp", 80.0, 80.0},
		"firewall-app-visitor-book-from-alb-8000": {book, nil, alb, "tcp", 8000.0, 8000.0},
		"firewall-app-frontend-from-alb-3000":     {frontend, nil, alb, "tcp", 3000.0, 3000.0},
		"firewall-db-from-app-visitor-book-5432":  {db, nil, book, "tcp", 5432.0, 5432.0},
	}, rules(rec.ofType(ingressRuleType)))
	assert.Equal(t, map[string]rule{
		"firewall-alb-to-app-visitor-book-8000":     {alb, nil, book, "tcp", 8000.0, 8000.0},
		"firewall-alb-to-app-frontend-3000":         {alb, nil, frontend, "tcp", 3000.0, 3000.0},
		"firewall-app-visitor-book-to-anywhere-443": {book, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"firewall-app-frontend-to-anywhere-443":     {frontend, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"firewall-app-visitor-book-to-db-5432":      {book, nil, db, "tcp", 5432.0, 5432.0},
	}, rules(rec.ofType(egressRuleType)))
	for _, r := range append(rec.ofType(ingressRuleType), rec.ofType(egressRuleType)...) {
		assert.NotEmpty(t, r.inputs["description"], r.name)
	}
}
