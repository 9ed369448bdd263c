package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
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

// createNetwork opens the way from the function to the test listener.
func (t *DeploymentTest) createNetwork(ctx *pulumi.Context, name string) error {
	group, rules, err := t.args.Access.admit(ctx, t, name, caller{
		tier: testerGroup, port: t.args.TestPort,
		does: "Test of new versions: HTTPS to AWS and to the test listener.",
		asks: "Tests of a version that has no traffic yet",
	})
	t.group, t.before = group, append(t.before, rules...)
	return err
}
