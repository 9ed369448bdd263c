package components

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	ingressRuleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleType  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func securityGroupsProgram(ctx *pulumi.Context) error {
	_, err := NewSecurityGroups(ctx, "security-groups", &SecurityGroupsArgs{
		VPCID:        pulumi.String("vpc-1"),
		IngressCIDRs: []string{"0.0.0.0/0"},
		Services: []SecurityGroupsService{
			{Name: "visitor-book", Ports: []int{8000}, DatabaseAccess: true},
			{Name: "frontend", Ports: []int{3000}},
		},
	})
	return err
}

func TestSecurityGroups(t *testing.T) {
	rec := deployed(t, securityGroupsProgram)

	rec.keepsContract(t, securityGroupsType, "security-groups", map[string]any{
		"loadBalancerGroupId": "security-groups-alb-id",
		"databaseGroupId":     "security-groups-db-id",
		"serviceGroupIds": map[string]any{
			"visitor-book": "security-groups-app-visitor-book-id",
			"frontend":     "security-groups-app-frontend-id",
		},
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
		"security-groups-alb": "alb", "security-groups-app-frontend": "app", "security-groups-app-visitor-book": "app",
		"security-groups-db": "db",
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

// A way out opens one port of one protocol, says what it is for, and lets nobody in.
func TestServicesWaysOut(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewSecurityGroups(ctx, "security-groups", &SecurityGroupsArgs{
			VPCID: pulumi.String("vpc-1"), IngressCIDRs: []string{"0.0.0.0/0"},
			Services: []SecurityGroupsService{{Name: "mail", Ports: []int{8000}, Egress: []SecurityGroupsEgress{
				{To: "203.0.113.0/24", Port: 6380, Protocol: "tcp", Reason: "queue of the mail team"},
				{To: "203.0.113.0/24", Port: 6380, Protocol: "udp", Reason: "the same by UDP"},
				{To: "pl-01234567", Port: 587, Protocol: "tcp", Reason: "mail servers of the provider"},
			}}},
		})
		return err
	})
	const mail = "security-groups-app-mail-id"
	found := rules(rec.ofType(egressRuleType))
	assert.Equal(t, rule{mail, "203.0.113.0/24", nil, "tcp", 6380.0, 6380.0},
		found["security-groups-app-mail-to-203.0.113.0_24-6380"])
	assert.Equal(t, rule{mail, "203.0.113.0/24", nil, "udp", 6380.0, 6380.0},
		found["security-groups-app-mail-to-203.0.113.0_24-6380-udp"])
	list := rec.one(t, egressRuleType, "security-groups-app-mail-to-pl-01234567-587")
	assert.Equal(t, "pl-01234567", list.inputs["prefixListId"])
	assert.NotContains(t, list.inputs, "cidrIpv4")
	assert.Equal(t, "mail servers of the provider", list.inputs["tags"].(map[string]any)["webapp:reason"])
	assert.Len(t, found, 5, "with HTTPS, and the load balancer's")
	assert.Len(t, rec.ofType(ingressRuleType), 3)
}

func TestSecurityRulesAreTheTableAndNothingElse(t *testing.T) {
	rec := deployed(t, securityGroupsProgram)

	const alb, book, frontend, db = "security-groups-alb-id", "security-groups-app-visitor-book-id",
		"security-groups-app-frontend-id", "security-groups-db-id"
	assert.Equal(t, map[string]rule{
		"security-groups-alb-from-anywhere-443":          {alb, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"security-groups-alb-from-anywhere-80":           {alb, "0.0.0.0/0", nil, "tcp", 80.0, 80.0},
		"security-groups-app-visitor-book-from-alb-8000": {book, nil, alb, "tcp", 8000.0, 8000.0},
		"security-groups-app-frontend-from-alb-3000":     {frontend, nil, alb, "tcp", 3000.0, 3000.0},
		"security-groups-db-from-app-visitor-book-5432":  {db, nil, book, "tcp", 5432.0, 5432.0},
	}, rules(rec.ofType(ingressRuleType)))
	assert.Equal(t, map[string]rule{
		"security-groups-alb-to-app-visitor-book-8000":     {alb, nil, book, "tcp", 8000.0, 8000.0},
		"security-groups-alb-to-app-frontend-3000":         {alb, nil, frontend, "tcp", 3000.0, 3000.0},
		"security-groups-app-visitor-book-to-anywhere-443": {book, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"security-groups-app-frontend-to-anywhere-443":     {frontend, "0.0.0.0/0", nil, "tcp", 443.0, 443.0},
		"security-groups-app-visitor-book-to-db-5432":      {book, nil, db, "tcp", 5432.0, 5432.0},
	}, rules(rec.ofType(egressRuleType)))
	for _, r := range append(rec.ofType(ingressRuleType), rec.ofType(egressRuleType)...) {
		assert.NotEmpty(t, r.inputs["description"], r.name)
	}
}

// Where a prefix list may take nearly all rules of a group, the stack's own functions have another one.
func TestLoadBalancerHasAGroupForCallers(t *testing.T) {
	for _, callers := range []bool{true, false} {
		rec := deployed(t, func(ctx *pulumi.Context) error {
			_, err := NewSecurityGroups(ctx, "security-groups", &SecurityGroupsArgs{
				VPCID: pulumi.String("vpc-1"), IngressPrefixLists: []string{"pl-3b927c52"}, Callers: callers,
			})
			return err
		})
		assert.Equal(t, callers, slices.Contains(rec.names("aws:ec2/securityGroup:SecurityGroup"), "security-groups-callers"))
		in := rec.ofType(ingressRuleType)
		if assert.Len(t, in, 1, "a list opens port 443 alone") {
			assert.Equal(t, []any{"pl-3b927c52", nil, 443.0},
				[]any{in[0].inputs["prefixListId"], in[0].inputs["cidrIpv4"], in[0].inputs["fromPort"]})
		}
	}
}

// Only what an earlier version needs may go in the next update.
func TestWaysOfAnEarlierVersionAreMarked(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewSecurityGroups(ctx, "security-groups", &SecurityGroupsArgs{
			VPCID: pulumi.String("vpc-1"), IngressCIDRs: []string{"0.0.0.0/0"},
			Services: []SecurityGroupsService{{Name: "mail", Egress: []SecurityGroupsEgress{
				{To: "203.0.113.0/24", Port: 6380, Protocol: "tcp", Reason: "queue of the mail team"},
				{To: "198.51.100.0/24", Port: 6380, Protocol: "tcp", Reason: "queue before that", Previous: true},
			}}},
		})
		return err
	})
	marks := map[any]any{}
	for _, rule := range rec.ofType(egressRuleType) {
		tags := rule.inputs["tags"].(map[string]any)
		if tags[ReasonTag] != nil {
			marks[rule.inputs["cidrIpv4"]] = tags[PreviousTag]
		}
	}
	assert.Equal(t, map[any]any{"203.0.113.0/24": nil, "198.51.100.0/24": "true"}, marks)
}
