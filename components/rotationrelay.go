package components

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const rotationRelayType = "aws-webapp:secrets:RotationRelay"

// RotationRelayArgs describe a [RotationRelay].
type RotationRelayArgs struct {
	// Scope of the stack.
	Scope Scope
	// SecretARN of the secret whose rotations are followed.
	SecretARN pulumi.StringInput
	// Trail says that a CloudTrail trail records the account: Secrets Manager reports failed
	// rotations only through CloudTrail. Without a trail nobody is notified of them.
	Trail bool
	// ClusterName of the ECS cluster.
	ClusterName string
	// Services that read the secret when their tasks start, at least one.
	Services []RotationRelayService
	// PackagePath of the function's zip, built by make lambda.
	PackagePath string
	// AttemptMinutes that the function may take at each of its attempts.
	AttemptMinutes int
	// TrafficShift is the deployment configuration of its own deployments in CodeDeploy.
	TrafficShift string
	// LogKeyARN is the KMS key of the log group, the queue and the function's settings; its
	// policy must let EventBridge use it.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the function's log group, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// TopicARN is notified of failed rotations and of the alarms.
	TopicARN pulumi.StringInput
}

// RotationRelayService is a service to deploy after a rotation.
type RotationRelayService struct {
	// Name of the service in ECS.
	Name string
	// BlueGreen says that CodeDeploy deploys it.
	BlueGreen bool
}

// RotationRelay brings a rotated secret to running tasks: ECS reads secrets when a task
// starts and never again, so every service that uses the secret gets a new deployment.
type RotationRelay struct {
	pulumi.ResourceState

	// FunctionName of the function, LogGroupName of its log and DeadLetterQueueName of the queue
	// for events that it could not handle.
	FunctionName, LogGroupName, DeadLetterQueueName string
	// DeadLetterQueueURL of that queue.
	DeadLetterQueueURL pulumi.StringOutput
	alarms

	args     RotationRelayArgs
	queue    *sqs.Queue
	role     *iam.Role
	function *lambda.Function
	// before lists resources that the function needs although none of its properties refers to
	// them.
	before []pulumi.Resource
}

// NewRotationRelay makes a [RotationRelay].
func NewRotationRelay(
	ctx *pulumi.Context, name string, args *RotationRelayArgs, opts ...pulumi.ResourceOption,
) (*RotationRelay, error) {
	r := &RotationRelay{args: given(args)}
	r.FunctionName = r.args.Scope.Name(NameLambda, name)
	r.LogGroupName = functionLogGroup(r.FunctionName)
	r.DeadLetterQueueName = r.args.Scope.Name(NameQueue, name, "dead-letters")
	return construct(ctx, name, r, opts, construction{
		kind: "rotation relay", token: rotationRelayType, wrong: r.args.validate(),
		steps: []step{
			{"create queue", r.createQueue},
			{"create role", r.createRole},
			{"create function", r.createFunction},
			{"create rules", r.createRules},
			{"create alarms", r.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"functionName":        pulumi.String(r.FunctionName),
				"logGroupName":        pulumi.String(r.LogGroupName),
				"deadLetterQueueName": pulumi.String(r.DeadLetterQueueName),
				"deadLetterQueueUrl":  r.DeadLetterQueueURL,
			}
		},
	})
}

// validate checks the names of the CodeDeploy applications, which the function builds from the services' names.
func (a RotationRelayArgs) validate() error {
	errs := []error{check(a)}
	for _, service := range a.Services {
		application := a.Scope.codeDeployApplication(service.Name)
		whole := strings.ReplaceAll(a.Scope.codeDeployApplication("*"), "*", service.Name)
		if service.BlueGreen && application != whole {
			errs = append(errs, fmt.Errorf("the CodeDeploy application of service %q would be cut to %s: shorten the name of "+
				"the project or of the stack", service.Name, application))
		}
	}
	return errors.Join(errs...)
}
