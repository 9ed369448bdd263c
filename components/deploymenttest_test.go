package components

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const testFunction = "arn:aws:lambda:us-east-1:123456789012:function:aws-webapp-prod-deployment-test"

func deploymentTestProgram(t *testing.T, access ...BalancerAccess) pulumi.RunFunc {
	t.Helper()
	code := filepath.Join(t.TempDir(), "deploymenttest.zip")
	require.NoError(t, os.WriteFile(code, []byte("zip"), 0o600))
	return func(ctx *pulumi.Context) error {
		if len(access) == 0 {
			access = []BalancerAccess{balancerAccess(pulumi.String("203.0.113.7").ToStringOutput())}
		}
		_, err := NewDeploymentTest(ctx, "deployment-test", &DeploymentTestArgs{
			Scope: testScope,
			Services: map[string]ServiceTest{
				"api": {Host: "api.example.com", Paths: []string{"/v1"}},
				"web": {Paths: []string{"/"}},
			},
			HostName:            pulumi.String("example.com"),
			LoadBalancerAddress: pulumi.String("web-1.us-east-1.elb.amazonaws.com"),
			TestPort:            8443,
			Access:              access[0],
			PackagePath:         code,
			LogKeyARN:           pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
			LogRetentionDays:    30,
			TopicARN:            pulumi.String("arn:aws:sns:us-east-1:123456789012:alerts"),
		})
		return err
	}
}

func TestDeploymentTestKeepsTheContract(t *testing.T) {
	rec := deployed(t, deploymentTestProgram(t))
	rec.keepsContract(t, deploymentTestType, "deployment-test", map[string]any{
		"functionName": "aws-webapp-prod-deployment-test", "logGroupName": "/aws/lambda/aws-webapp-prod-deployment-test",
	})
	assert.Equal(t, testFunction, DeploymentTestARN(testScope, "deployment-test"))
	function := rec.one(t, "aws:lambda/function:Function", "deployment-test")
	assert.Equal(t, map[string]any{"variables": map[string]any{
		"APPLICATION": "aws-webapp-prod-*", "ADDRESS": "web-1.us-east-1.elb.amazonaws.com", "HOST": "example.com",
		"PORT":  "8443",
		"TESTS": `{"api":{"host":"api.example.com","paths":["/v1"]},"web":{"paths":["/"]}}`,
	}}, function.inputs["environment"])
	for _, rule := range []string{"deployment-test-to-aws", "deployment-test-to-listener"} {
		assert.True(t, function.dependsOn(rec.one(t, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule)), rule)
	}
	assert.Equal(t, []string{"deployment-test-errors"}, rec.names(alarmType))
}

// The function reaches the load balancer from the NAT gateways, and the rules let nobody else in.
func TestDeploymentTestOpensTheTestListenerToTheNATGatewaysAlone(t *testing.T) {
	rec := deployed(t, deploymentTestProgram(t))
	rule := rec.one(t, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "deployment-test-from-nat-1").inputs
	assert.Equal(t, "sg-alb", rule["securityGroupId"])
	assert.Equal(t, "203.0.113.7/32", rule["cidrIpv4"])
	assert.InDelta(t, 8443, rule["fromPort"], 0)
	assert.InDelta(t, 8443, rule["toPort"], 0)
	assert.Len(t, rec.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), 1,
		"nobody comes to the function")
}

func TestDeploymentTestMaySeeTheStacksDeploymentsAlone(t *testing.T) {
	policy := previewed(t, deploymentTestProgram(t)).one(t, rolePolicyType, "deployment-test-run").policy(t, "policy")
	assert.Equal(t, "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:aws-webapp-prod-*/*",
		policy.sid(t, "SeeDeployments")["Resource"])
	assert.Equal(t, "*", policy.sid(t, "AnswerHooks")["Resource"], "AWS knows no resource for it")
}

// A service whose versions are tried names the function in its AppSpec, and CodeDeploy may call it.
func TestServiceWithATest(t *testing.T) {
	args := testBlueGreenArgs()
	without := deployed(t, serviceProgram(&args))
	assert.NotContains(t, without.one(t, serviceType, "visitor-book").outputs["appSpec"], "Hooks")
	assert.NotContains(t, without.one(t, rolePolicyType, "visitor-book-deployment-tasks").inputs["policy"], "lambda:")
	args.Deployment.TestFunctionARN = testFunction
	rec := deployed(t, serviceProgram(&args))
	assert.Contains(t, rec.one(t, serviceType, "visitor-book").outputs["appSpec"],
		`"Hooks":[{"AfterAllowTestTraffic":"`+testFunction+`"}]`)
	policy := rec.one(t, rolePolicyType, "visitor-book-deployment-tasks").policy(t, "policy")
	assert.Equal(t, testFunction, policy.sid(t, "TestVersion")["Resource"])
}

// A load balancer inside of the network sees the function itself.
func TestDeploymentTestIsLetIntoAnInternalLoadBalancer(t *testing.T) {
	rec := deployed(t, deploymentTestProgram(t, balancerAccess()))
	const group = "deployment-test-id"
	in := rec.one(t, ingressRuleType, "deployment-test-into-balancer").inputs
	assert.Equal(t, []any{"sg-alb", group, 8443.0},
		[]any{in["securityGroupId"], in["referencedSecurityGroupId"], in["toPort"]})
	assert.Len(t, rec.ofType(ingressRuleType), 1)
}
