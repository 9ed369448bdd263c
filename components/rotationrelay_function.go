package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The function's settings, from the documentation of lambda/rotationrelay: it waits for a
// deployment in progress.
const (
	relayMemoryMiB = 128
)

// createQueue makes the queue for events that failed. EventBridge and Lambda both send to it.
func (r *RotationRelay) createQueue(ctx *pulumi.Context, name string) error {
	scope, logical := r.args.Scope, name+"-dead-letters"
	queue, err := sqs.NewQueue(ctx, logical, &sqs.QueueArgs{
		Name:                    pulumi.String(r.DeadLetterQueueName),
		KmsMasterKeyId:          r.args.LogKeyARN,
		MessageRetentionSeconds: pulumi.Int(deadLetterSeconds),
		Tags:                    named(r.DeadLetterQueueName),
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	policy, err := sqs.NewQueuePolicy(ctx, logical, &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url,
		Policy: policyDocument(
			statement{
				Sid: "UndeliveredEvents", Effect: "Allow", Principal: map[string]any{"Service": eventsPrincipal},
				Action: "sqs:SendMessage", Resource: r.queueARN(),
				// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html names no other key.
				Condition: conditions{"ArnLike": {"aws:SourceArn": scope.ARN("events", "rule/"+r.succeededRule())}},
			},
			tlsOnlyQueue(r.queueARN()),
		),
	}, pulumi.Parent(r))
	r.queue = queue
	r.DeadLetterQueueURL = queue.Url
	r.before = append(r.before, policy)
	return err
}

func (r *RotationRelay) queueARN() string {
	return r.args.Scope.ARN("sqs", r.DeadLetterQueueName)
}

// createRole lets the function deploy the stack's services. It never reads the secret.
func (r *RotationRelay) createRole(ctx *pulumi.Context, name string) error {
	role, err := iam.NewRole(ctx, r.args.Scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Starts deployments after a rotation of the database's password."),
		AssumeRolePolicy: assumedBy("lambda.amazonaws.com", nil),
		Tags:             named(name),
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.role = role
	policies, err := grant(ctx, r, name, role,
		policyPart{"run", r.runStatements()},
		policyPart{"deploy", r.deployStatements()},
		policyPart{"queue-key", []statement{{
			Sid: "UseQueueKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource:  r.args.LogKeyARN,
			Condition: r.args.Scope.viaService("sqs"),
		}}},
		policyPart{"settings-key", []statement{ownSettings(r.args.Scope, r.FunctionName, r.args.LogKeyARN)}})
	r.before = append(r.before, policies...)
	return err
}

func (r *RotationRelay) runStatements() []statement {
	return []statement{
		{
			Sid: "WriteLog", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: r.args.Scope.LogGroupARN(r.LogGroupName) + ":*",
		},
		{Sid: "KeepDeadLetters", Effect: "Allow", Action: "sqs:SendMessage", Resource: r.queueARN()},
	}
}

// deployStatements name the services by the cluster and by the stack's prefix, not one by one: all
// inline policies of a role together have 10,240 characters.
func (r *RotationRelay) deployStatements() []statement {
	scope := r.args.Scope
	services := scope.ARN("ecs", fmt.Sprintf("service/%s/*", r.args.ClusterName))
	application := scope.codeDeployApplication("*")
	rolling := slices.ContainsFunc(r.args.Services, func(s RotationRelayService) bool { return !s.BlueGreen })
	codeDeploy := slices.ContainsFunc(r.args.Services, func(s RotationRelayService) bool { return s.BlueGreen })
	statements := []statement{
		{Sid: "SeeServices", Effect: "Allow", Action: "ecs:DescribeServices", Resource: services},
		{
			Sid: "SeeTasks", Effect: "Allow", Action: "ecs:DescribeTasks",
			Resource: scope.ARN("ecs", fmt.Sprintf("task/%s/*", r.args.ClusterName)),
		},
		{
			// IAM has no resource type for the tasks of a service.
			Sid: "ListTasks", Effect: "Allow", Action: "ecs:ListTasks", Resource: "*",
			Condition: conditions{"ArnEquals": {"ecs:cluster": scope.ARN("ecs", "cluster/"+r.args.ClusterName)}},
		},
	}
	if rolling {
		statements = append(statements, statement{
			Sid: "DeployByECS", Effect: "Allow", Action: "ecs:UpdateService", Resource: services,
		})
	}
	if !codeDeploy {
		return statements
	}
	return append(
		statements,
		statement{
			// AWS requires the permission to update the group for overriding alarms
			// (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html).
			Sid: "DeployByCodeDeploy", Effect: "Allow",
			Action: []string{
				"codedeploy:BatchGetDeployments", "codedeploy:CreateDeployment", "codedeploy:ListDeployments",
				"codedeploy:UpdateDeploymentGroup",
			},
			Resource: scope.ARN("codedeploy", "deploymentgroup:"+application+"/*"),
		},
		statement{
			// IAM has no resource types for them
			// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html).
			Sid: "FollowDeployments", Effect: "Allow",
			Action: []string{
				"codedeploy:BatchGetDeploymentTargets", "codedeploy:ContinueDeployment", "codedeploy:ListDeploymentTargets",
				"codedeploy:StopDeployment",
			},
			Resource: "*",
		},
		statement{
			Sid: "UseRevisions", Effect: "Allow",
			Action:   []string{"codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"},
			Resource: scope.ARN("codedeploy", "application:"+application),
		},
		statement{
			Sid: "SeeTrafficShift", Effect: "Allow", Action: "codedeploy:GetDeploymentConfig",
			Resource: scope.ARN("codedeploy", "deploymentconfig:"+r.args.TrafficShift),
		},
	)
}

// createFunction makes a function outside of the VPC: it only calls AWS APIs.
func (r *RotationRelay) createFunction(ctx *pulumi.Context, name string) (err error) {
	r.function, _, err = function{
		name: r.FunctionName, packagePath: r.args.PackagePath, role: r.role, after: r.before,
		logRetentionDays: r.args.LogRetentionDays, logKeyARN: r.args.LogKeyARN, variables: r.environment(),
		args: &lambda.FunctionArgs{
			Description: pulumi.String("Starts deployments after a rotation of the database's password."),
			MemorySize:  pulumi.Int(relayMemoryMiB),
			Timeout:     pulumi.Int(r.args.AttemptMinutes * 60),
			// EventBridge does not wait for an answer: without the queue, an event that failed three
			// times would be lost.
			DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: r.queue.Arn},
		},
	}.create(ctx, r, name)
	return err
}

// environment holds only the services' names. All variables of a function together have 4 KB, too
// little for 50 services with ARNs, or with further names that can be derived.
func (r *RotationRelay) environment() pulumi.StringMap {
	var rolling, blueGreen []string
	for _, service := range r.args.Services {
		if service.BlueGreen {
			blueGreen = append(blueGreen, service.Name)
		} else {
			rolling = append(rolling, service.Name)
		}
	}
	variables := pulumi.StringMap{"CLUSTER": pulumi.String(r.args.ClusterName), "SECRET_ARNS": r.args.SecretARN}
	if len(rolling) > 0 {
		variables["ROLLING_SERVICES"] = pulumi.String(strings.Join(rolling, ","))
	}
	if len(blueGreen) > 0 {
		variables["BLUE_GREEN_SERVICES"] = pulumi.String(strings.Join(blueGreen, ","))
		variables["APPLICATION"] = pulumi.String(r.args.Scope.codeDeployApplication("*"))
	}
	return variables
}
