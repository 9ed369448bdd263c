package components

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// balancerAccess is that of a function whose requests come from these addresses; none for an internal load balancer.
func balancerAccess(addresses ...pulumi.StringOutput) BalancerAccess {
	return BalancerAccess{
		LoadBalancerGroupID: pulumi.String("sg-alb"), NATAddresses: addresses, VPCID: pulumi.String("vpc-1"),
		SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
	}
}

// insideProgram is a probe in the VPC.
func insideProgram(t *testing.T, addresses ...string) pulumi.RunFunc {
	t.Helper()
	code := filepath.Join(t.TempDir(), "probe.zip")
	require.NoError(t, os.WriteFile(code, []byte("zip"), 0o600))
	return func(ctx *pulumi.Context) error {
		var outputs []pulumi.StringOutput
		for _, address := range addresses {
			outputs = append(outputs, pulumi.String(address).ToStringOutput())
		}
		access := balancerAccess(outputs...)
		_, err := NewProbe(ctx, "probe", &ProbeArgs{
			Scope: testScope, Addresses: map[string]string{"web": "/health"},
			PackagePath: code, LogKeyARN: pulumi.String(testLogKey), LogRetentionDays: 30,
			TopicARN: pulumi.String(topicARN), TopicName: "aws-webapp-prod-app-alerts",
			PasswordSecretARN: pulumi.String(testPassword), RotationDays: 30, Inside: &access,
		})
		return err
	}
}

// An internal load balancer lets the probe in by its group, and nothing else comes by that.
func TestProbeIsANeighbourOfAnInternalLoadBalancer(t *testing.T) {
	rec := deployed(t, insideProgram(t))
	group := rec.one(t, "aws:ec2/securityGroup:SecurityGroup", "probe")
	assert.Equal(t, "prober", group.inputs["tags"].(map[string]any)[TierTag])
	function := rec.one(t, "aws:lambda/function:Function", "probe")
	assert.Equal(t, map[string]any{
		"subnetIds": []any{"subnet-1", "subnet-2"}, "securityGroupIds": []any{"probe-id"},
	}, function.inputs["vpcConfig"])

	in := rec.ofType(ingressRuleType)
	require.Len(t, in, 1)
	for key, want := range map[string]any{
		"securityGroupId": "sg-alb", "referencedSecurityGroupId": "probe-id", "fromPort": 443.0, "toPort": 443.0,
		"ipProtocol": "tcp", "cidrIpv4": nil,
	} {
		assert.Equal(t, want, in[0].inputs[key], key)
	}
	out := rec.one(t, egressRuleType, "probe-to-aws")
	assert.Equal(t, []any{"probe-id", "0.0.0.0/0", 443.0, 443.0}, []any{
		out.inputs["securityGroupId"], out.inputs["cidrIpv4"], out.inputs["fromPort"], out.inputs["toPort"],
	})
	assert.True(t, function.dependsOn(out) && function.dependsOn(in[0]), "its first call needs the way")
	assert.Contains(t, rec.one(t, rolePolicyType, "probe-run-in-vpc").inputs["policy"], "ec2:CreateNetworkInterface")
}

// An internet-facing one sees the addresses of the NAT gateways.
func TestProbeComesByTheNATGateways(t *testing.T) {
	rec := deployed(t, insideProgram(t, "203.0.113.7", "203.0.113.8"))
	var from []any
	for _, rule := range rec.ofType(ingressRuleType) {
		assert.Equal(t, []any{"sg-alb", 443.0}, []any{rule.inputs["securityGroupId"], rule.inputs["toPort"]})
		from = append(from, rule.inputs["cidrIpv4"])
	}
	assert.ElementsMatch(t, []any{"203.0.113.7/32", "203.0.113.8/32"}, from)
	assert.Len(t, rec.ofType(egressRuleType), 1, "AWS refuses a rule that is there")
}
