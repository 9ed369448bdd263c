package components

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
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
)

// ProbeArgs describe a [Probe].
type ProbeArgs struct {
	// Scope of the stack.
	Scope Scope
	// Addresses to ask for, https:// URLs by the name of what answers.
	Addresses map[string]pulumi.StringInput
	// PackagePath of the function's zip, built by make lambda.
	PackagePath string
	// LogKeyARN is the KMS key of the log group and the function's settings.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the function's log group, one of CloudWatch Logs' periods.
	LogRetentionDays int
	// TopicARN is notified of the alarms.
	TopicARN pulumi.StringInput
	// After lists what answers: before that the probe would fail.
	After []pulumi.Resource
}

// Probe asks for the stack's addresses each minute, as a client on the internet does (lambda/probe). A site that nobody
// reaches has no metrics of its own (docs/adr/0026-a-probe-of-our-own.md).
type Probe struct {
	pulumi.ResourceState

	// FunctionName of the function, and LogGroupName of its log.
	FunctionName, LogGroupName string
	// AlarmNames of the alarms.
	AlarmNames []string
	// OutageAlarms are those of them that an [Outage] reports.
	OutageAlarms []OutageAlarm

	args     ProbeArgs
	role     *iam.Role
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
			{"create function", p.createFunction},
			{"create schedule", p.createSchedule},
			{"create alarms", p.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"functionName": pulumi.String(p.FunctionName), "logGroupName": pulumi.String(p.LogGroupName),
			}
		},
	})
}

// createRole lets the function write its log, and nothing else.
func (p *Probe) createRole(ctx *pulumi.Context, name string) error {
	role, err := iam.NewRole(ctx, p.args.Scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Lets the probe write its log."),
		AssumeRolePolicy: assumedBy("lambda.amazonaws.com", nil),
		Tags:             named(name),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	p.role = role
	policies, err := grant(ctx, p, name, role,
		policyPart{"run", []statement{{
			Sid: "WriteLog", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: p.args.Scope.LogGroupARN(p.LogGroupName) + ":*",
		}}},
		policyPart{"settings-key", []statement{ownSettings(p.args.Scope, p.FunctionName, p.args.LogKeyARN)}})
	p.before = append(p.before, policies...)
	return err
}

// createFunction makes a function outside of the VPC: from inside, the stack's own network would be part of the way.
func (p *Probe) createFunction(ctx *pulumi.Context, name string) (err error) {
	addresses := pulumi.StringMap{}
	for service, address := range p.args.Addresses {
		addresses[service] = address
	}
	p.function, _, err = function{
		name: p.FunctionName, packagePath: p.args.PackagePath, role: p.role, after: p.before,
		logRetentionDays: p.args.LogRetentionDays, logKeyARN: p.args.LogKeyARN,
		variables: pulumi.StringMap{
			"ADDRESSES": addresses.ToStringMapOutput().ApplyT(func(all map[string]string) (string, error) {
				text, err := json.Marshal(all)
				return string(text), err
			}).(pulumi.StringOutput),
		},
		args: &lambda.FunctionArgs{
			Description: pulumi.String("Asks for the stack's addresses as a client does."),
			MemorySize:  pulumi.Int(probeMemoryMiB),
			Timeout:     pulumi.Int(probeSeconds),
		},
	}.create(ctx, p, name)
	return err
}

func (p *Probe) rule() string { return shorten(p.FunctionName, NameEventRule, NameEventRule.max) }

// createSchedule calls the function each minute. What is late is of no use: the next call comes.
func (p *Probe) createSchedule(ctx *pulumi.Context, name string) error {
	rule, err := cloudwatch.NewEventRule(ctx, name, &cloudwatch.EventRuleArgs{
		Name:               pulumi.String(p.rule()),
		Description:        pulumi.String("Calls the probe each minute."),
		ScheduleExpression: pulumi.String("rate(1 minute)"),
		Tags:               named(p.rule()),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	permission, err := lambda.NewPermission(ctx, name, &lambda.PermissionArgs{
		Function:  p.function.Name,
		Action:    pulumi.String("lambda:InvokeFunction"),
		Principal: pulumi.String(eventsPrincipal),
		SourceArn: rule.Arn,
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	p.calls, err = cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("probe"), Arn: p.function.Arn,
		RetryPolicy: cloudwatch.EventTargetRetryPolicyArgs{
			MaximumEventAgeInSeconds: pulumi.Int(alarmMinute), MaximumRetryAttempts: pulumi.Int(0),
		},
	}, pulumi.Parent(p), pulumi.DependsOn(append([]pulumi.Resource{permission}, p.args.After...)))
	return err
}

func (p *Probe) createAlarms(ctx *pulumi.Context, name string) error {
	dimensions := pulumi.StringMap{"FunctionName": pulumi.String(p.FunctionName)}
	for _, spec := range []alarmSpec{
		{
			name: "unreachable", urgency: urgencyPage, partOf: true, namespace: probeNamespace, metric: "Failed",
			statistic: "Minimum", dimensions: dimensions, periodSeconds: alarmMinute, evaluationPeriods: 3,
			comparison: comparisonAbove, missing: missingIsBad, after: []pulumi.Resource{p.calls},
			description: "A request from the internet gets no answer, or the probe itself does not run. Its log says which: " +
				"DNS, certificate, firewall or service.",
		},
		{
			name: "certificate", namespace: probeNamespace, metric: "CertificateDays", statistic: "Minimum",
			dimensions: dimensions, periodSeconds: secondsPerHour, evaluationPeriods: 1,
			comparison: comparisonBelow, threshold: fewDays, missing: missingIsUnknown,
			description: "A certificate ends within three weeks, and ACM has not renewed it. Look for its DNS record, or " +
				"import a new one.",
		},
		undelivered("undelivered", p.rule(), "EventBridge could not call the probe, which asks whether clients are served."),
	} {
		spec.scope = p.args.Scope
		spec.runbook = "probe-" + spec.name
		spec.name = name + nameSeparator + spec.name
		spec.topicARN = p.args.TopicARN
		alarm, err := newAlarm(ctx, p, spec)
		if err != nil {
			return fmt.Errorf("%s: %w", spec.name, err)
		}
		p.AlarmNames = append(p.AlarmNames, alarmName(spec.scope, spec.name))
		if spec.partOf {
			p.OutageAlarms = append(p.OutageAlarms, OutageAlarm{alarmName(spec.scope, spec.name), alarm})
		}
	}
	return nil
}
