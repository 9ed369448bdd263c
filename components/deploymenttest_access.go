package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// testerGroup is the tier of the function that tries new versions.
const testerGroup = "tester"

// createRole lets the function see the stack's deployments and answer their hooks.
func (t *DeploymentTest) createRole(ctx *pulumi.Context, name string) error {
	scope := t.args.Scope
	role, err := iam.NewRole(ctx, scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Tries new versions of services before they get requests."),
		AssumeRolePolicy: assumedBy("lambda.amazonaws.com", nil),
		Tags:             named(name),
	}, pulumi.Parent(t))
	if err != nil {
		return err
	}
	t.role = role
	policies, err := grant(ctx, t, name, role,
		policyPart{"run", append(inVPC(scope, t.FunctionName),
			statement{
				Sid: "SeeDeployments", Effect: "Allow", Action: "codedeploy:GetDeployment",
				Resource: scope.ARN("codedeploy", "deploymentgroup:"+scope.codeDeployApplication("*")+"/*"),
			},
			statement{
				// IAM has no resource type for it. Only a caller who knows the execution id of a hook can answer it.
				Sid: "AnswerHooks", Effect: "Allow", Action: "codedeploy:PutLifecycleEventHookExecutionStatus", Resource: "*",
			},
		)},
		policyPart{"settings-key", []statement{ownSettings(scope, t.FunctionName, t.args.LogKeyARN)}})
	t.before = append(t.before, policies...)
	return err
}

// createNetwork opens the way from the function to the test listener. The DNS name of an internet-facing load
// balancer resolves to public addresses (Elastic Load Balancing, "Load balancer scheme"): the function reaches them
// through the NAT gateways, whose addresses the load balancer sees.
func (t *DeploymentTest) createNetwork(ctx *pulumi.Context, name string) (err error) {
	t.group, err = ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       t.args.VPCID,
		Description: pulumi.String("Test of new versions: HTTPS to AWS and to the test listener."),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name), TierTag: pulumi.String(testerGroup)},
	}, pulumi.Parent(t), pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: interfaceDeletion}))
	if err != nil {
		return err
	}
	for _, way := range []struct {
		logical, description string
		port                 int
	}{
		{name + "-to-aws", "HTTPS to AWS services", httpsPort},
		{name + "-to-listener", "HTTPS to the test listener", t.args.TestPort},
	} {
		rule, err := vpc.NewSecurityGroupEgressRule(ctx, way.logical, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: t.group.ID(),
			Description:     pulumi.String(way.description),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(way.port),
			ToPort:          pulumi.Int(way.port),
			CidrIpv4:        pulumi.String(everywhere),
			Tags:            named(way.logical),
		}, pulumi.Parent(t))
		if err != nil {
			return fmt.Errorf("%s: %w", way.logical, err)
		}
		t.before = append(t.before, rule)
	}
	for i, address := range t.args.NATAddresses {
		logical := fmt.Sprintf("%s-from-nat-%d", name, i+1)
		rule, err := vpc.NewSecurityGroupIngressRule(ctx, logical, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: t.args.LoadBalancerGroupID,
			Description:     pulumi.String("Tests of a version that has no traffic yet"),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(t.args.TestPort),
			ToPort:          pulumi.Int(t.args.TestPort),
			CidrIpv4:        pulumi.Sprintf("%s/32", address),
			Tags:            named(logical),
		}, pulumi.Parent(t))
		if err != nil {
			return fmt.Errorf("%s: %w", logical, err)
		}
		t.before = append(t.before, rule)
	}
	return nil
}
