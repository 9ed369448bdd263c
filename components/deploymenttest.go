package components

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const deploymentTestType = "aws-webapp:service:DeploymentTest"

// DeploymentTestArgs describe a [DeploymentTest].
type DeploymentTestArgs struct {
	// Scope of the stack.
	Scope Scope
	// Services to try, by name, at least one.
	Services map[string]ServiceTest
	// HostName that clients use, for services without a host of their own.
	HostName pulumi.StringInput
	// LoadBalancerAddress is the load balancer's DNS name, TestPort that of its test listener.
	LoadBalancerAddress pulumi.StringInput
	TestPort            int
	// Access to the load balancer.
	Access BalancerAccess
	// PackagePath of the function's zip, built by make lambda.
	PackagePath string
	// LogKeyARN is the KMS key of the log group and the function's settings.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the function's log group, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// TopicARN is notified of the alarm.
	TopicARN pulumi.StringInput
}

// ServiceTest describes the requests that must answer 200 to 399 before a new version gets
// traffic.
type ServiceTest struct {
	// Host name of the requests; default HostName.
	Host string `json:"host,omitempty"`
	// Paths of GET requests, at least one.
	Paths []string `json:"paths"`
}

// DeploymentTest tries new versions of blue/green services on the test listener. It runs whoever starts the
// deployment, because the services' AppSpecs name its function as a hook (lambda/deploymenttest).
type DeploymentTest struct {
	pulumi.ResourceState

	// FunctionName of the function, and LogGroupName of its log.
	FunctionName, LogGroupName string
	alarms

	args  DeploymentTestArgs
	role  *iam.Role
	group *ec2.SecurityGroup
	// before lists resources that the function needs although none of its properties refers to
	// them.
	before []pulumi.Resource
}

// DeploymentTestARN returns the ARN of the function of a [DeploymentTest] with that name. It is known before the
// function exists: AppSpecs and roles of services name it.
func DeploymentTestARN(scope Scope, name string) string {
	return scope.ARN("lambda", "function:"+scope.Name(NameLambda, name))
}

// NewDeploymentTest makes a [DeploymentTest].
func NewDeploymentTest(
	ctx *pulumi.Context, name string, args *DeploymentTestArgs, opts ...pulumi.ResourceOption,
) (*DeploymentTest, error) {
	t := &DeploymentTest{args: given(args)}
	t.FunctionName = t.args.Scope.Name(NameLambda, name)
	t.LogGroupName = functionLogGroup(t.FunctionName)
	return construct(ctx, name, t, opts, construction{
		kind: "deployment test", token: deploymentTestType, wrong: check(t.args),
		steps: []step{
			{"create role", t.createRole},
			{"create network", t.createNetwork},
			{"create function", t.createFunction},
			{"create alarms", t.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"functionName": pulumi.String(t.FunctionName),
				"logGroupName": pulumi.String(t.LogGroupName),
			}
		},
	})
}

// The function's settings, from the documentation of lambda/deploymenttest.
const (
	testMemoryMiB      = 128
	testTimeoutSeconds = 300
)

func (t *DeploymentTest) createFunction(ctx *pulumi.Context, name string) error {
	tests, err := json.Marshal(t.args.Services)
	if err != nil {
		return fmt.Errorf("encode the tests: %w", err)
	}
	_, _, err = function{
		name: t.FunctionName, packagePath: t.args.PackagePath, role: t.role, after: append(t.before, t.args.Access.After...),
		logRetentionDays: t.args.LogRetentionDays, logKeyARN: t.args.LogKeyARN,
		variables: pulumi.StringMap{
			"APPLICATION": pulumi.String(t.args.Scope.codeDeployApplication("*")),
			"ADDRESS":     t.args.LoadBalancerAddress,
			"HOST":        t.args.HostName,
			"PORT":        pulumi.String(fmt.Sprint(t.args.TestPort)),
			"TESTS":       pulumi.String(tests),
		},
		args: &lambda.FunctionArgs{
			Description: pulumi.String("Tries new versions of services before they get requests."),
			MemorySize:  pulumi.Int(testMemoryMiB),
			Timeout:     pulumi.Int(testTimeoutSeconds),
			VpcConfig: lambda.FunctionVpcConfigArgs{
				SubnetIds: t.args.Access.SubnetIDs, SecurityGroupIds: pulumi.StringArray{t.group.ID()},
			},
		},
	}.create(ctx, t, name)
	return err
}

func (t *DeploymentTest) createAlarms(ctx *pulumi.Context, name string) error {
	spec := alarmSpec{
		scope: t.args.Scope, name: name + "-errors", namespace: lambdaNamespace, metric: "Errors", statistic: "Sum",
		dimensions: pulumi.StringMap{"FunctionName": pulumi.String(t.FunctionName)},
		description: "The function that tries new versions before they get requests fails: deployments are taken back, or " +
			"wait for an hour.",
		periodSeconds: alarmMinute, evaluationPeriods: 1, comparison: comparisonAbove, missing: missingIsGood,
		topicARN: t.args.TopicARN,
	}
	return t.addAlarm(ctx, t, spec)
}
