package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	probeType      = "aws-webapp:monitoring:Probe"
	probeNamespace = "Probe"
	probeMemoryMiB = 128
	probeSeconds   = 30
	// fewDays are the days before a certificate's end on which somebody has to look: ACM renews from 60 days before, and
	// has tried for more than a month by then. AWS Certificate Manager User Guide, "Managed certificate renewal".
	fewDays = 21
	// overdueDays after its day a rotation is late. Secrets Manager rotates within a day of the date, and tries again
	// when it fails. AWS Secrets Manager User Guide, "Rotation schedules" and "Rotation windows".
	overdueDays = 2
	hoursPerDay = 24
)

// ProbeArgs describe a [Probe].
type ProbeArgs struct {
	// Scope of the stack.
	Scope Scope
	// Addresses to ask for, by the name of what answers: paths below HostName, or https:// URLs. Without any it only looks
	// at topic and password.
	Addresses map[string]string
	// HostName of the load balancer, as clients call it.
	HostName string
	// Subscriptions that the topic should have, with the probe's own if it sends heartbeats.
	Subscriptions int
	// HeartbeatSecretARN is the Secrets Manager secret with the https:// URL by which a watcher outside of AWS hears
	// that the topic works; empty if nobody watches. AWS's own key encrypts it.
	HeartbeatSecretARN string
	// PasswordSecretARN of the database's password, and RotationDays after which it is rotated.
	PasswordSecretARN pulumi.StringInput
	RotationDays      int
	// PackagePath of the function's zip, built by make lambda.
	PackagePath string
	// LogKeyARN is the KMS key of the log group and the function's settings.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the function's log group, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// TopicARN is notified of the alarms, and gets the heartbeats; TopicName is its name.
	TopicARN  pulumi.StringInput
	TopicName string
	// After lists what answers: before that the probe would fail.
	After []pulumi.Resource
	// Inside puts the function into the VPC, where the load balancer does not let everybody in; nil leaves it outside.
	Inside *BalancerAccess
}

// Probe asks for the stack's addresses each minute, as a client does (lambda/probe). A site that nobody
// reaches has no metrics of its own (docs/adr/0026-a-probe-of-our-own.md). It also looks at the topic's subscriptions
// and at the age of the password, and sends signs of life through the topic.
type Probe struct {
	pulumi.ResourceState

	// FunctionName of the function, and LogGroupName of its log.
	FunctionName, LogGroupName string
	alarms

	args     ProbeArgs
	role     *iam.Role
	network  lambda.FunctionVpcConfigPtrInput
	function *lambda.Function
	before   []pulumi.Resource
	calls    pulumi.Resource
}

// NewProbe makes a [Probe].
func NewProbe(ctx *pulumi.Context, name string, args *ProbeArgs, opts ...pulumi.ResourceOption) (*Probe, error) {
	p := &Probe{args: given(args)}
	p.FunctionName = p.args.Scope.Name(NameLambda, name)
	p.LogGroupName = functionLogGroup(p.FunctionName)
	return construct(ctx, name, p, opts, construction{
		kind: "probe", token: probeType, wrong: check(p.args),
		steps: []step{
			{"create role", p.createRole},
			{"enter the VPC", p.enterVPC},
			{"create function", p.createFunction},
			{"create schedule", p.createSchedule},
			{"receive heartbeats", p.receiveHeartbeats},
			{"create alarms", p.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"functionName": pulumi.String(p.FunctionName), "logGroupName": pulumi.String(p.LogGroupName),
			}
		},
	})
}
