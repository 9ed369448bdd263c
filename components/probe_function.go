package components

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createRole lets the function write its log and look at topic and password, and nothing else.
func (p *Probe) createRole(ctx *pulumi.Context, name string) error {
	role, err := iam.NewRole(ctx, p.args.Scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Lets the probe write its log, and look at the alert topic and the password's age."),
		AssumeRolePolicy: assumedBy("lambda.amazonaws.com", nil),
		Tags:             named(name),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	p.role = role
	topic := p.args.Scope.ARN("sns", p.args.TopicName)
	run := policyPart{"run", []statement{{
		Sid: "WriteLog", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resource: p.args.Scope.LogGroupARN(p.LogGroupName) + ":*",
	}}}
	if p.args.Inside != nil {
		run = policyPart{"run-in-vpc", inVPC(p.args.Scope, p.FunctionName)}
	}
	parts := []policyPart{
		run,
		{"look", []statement{
			{Sid: "CountSubscriptions", Effect: "Allow", Action: "sns:GetTopicAttributes", Resource: topic},
			{
				Sid: "SeeRotation", Effect: "Allow", Action: "secretsmanager:DescribeSecret",
				Resource: p.args.PasswordSecretARN,
			},
		}},
		{"settings-key", []statement{ownSettings(p.args.Scope, p.FunctionName, p.args.LogKeyARN)}},
	}
	if p.args.HeartbeatSecretARN != "" {
		parts = append(parts, policyPart{"heartbeat", p.heartbeatStatements(topic)})
	}
	policies, err := grant(ctx, p, name, role, parts...)
	p.before = append(p.before, policies...)
	return err
}

// heartbeatStatements let the function publish to the topic and learn where to report.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func (p *Probe) heartbeatStatements(topic string) []statement {
	return []statement{
		{Sid: "SendHeartbeats", Effect: "Allow", Action: "sns:Publish", Resource: topic},
		{
			Sid: "UseTopicKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource:  p.args.LogKeyARN,
			Condition: p.args.Scope.viaService("sns"),
		},
		{
			Sid: "ReadWatchersURL", Effect: "Allow", Action: "secretsmanager:GetSecretValue",
			Resource: p.args.HeartbeatSecretARN,
		},
	}
}

// proberGroup is the tier of a probe in the VPC.
const proberGroup = "prober"

// enterVPC gives the function a place in the VPC where nobody outside gets in. Elsewhere it stays outside: from inside,
// the stack's own network would be part of the way.
func (p *Probe) enterVPC(ctx *pulumi.Context, name string) error {
	if p.args.Inside == nil {
		return nil
	}
	group, rules, err := p.args.Inside.admit(ctx, p, name, caller{
		tier: proberGroup, port: httpsPort,
		does: "Probe: HTTPS to AWS and to the load balancer.", asks: "HTTPS from the probe",
	})
	if err != nil {
		return err
	}
	p.before = append(append(p.before, rules...), p.args.Inside.After...)
	p.network = lambda.FunctionVpcConfigArgs{
		SubnetIds: p.args.Inside.SubnetIDs, SecurityGroupIds: pulumi.StringArray{group.ID()},
	}
	return nil
}

func (p *Probe) createFunction(ctx *pulumi.Context, name string) error {
	addresses, err := json.Marshal(p.args.Addresses)
	if err != nil {
		return fmt.Errorf("encode the addresses: %w", err)
	}
	p.function, _, err = function{
		name: p.FunctionName, packagePath: p.args.PackagePath, role: p.role, after: p.before,
		logRetentionDays: p.args.LogRetentionDays, logKeyARN: p.args.LogKeyARN, variables: p.environment(string(addresses)),
		args: &lambda.FunctionArgs{
			Description: pulumi.String("Asks for the stack's addresses as a client does."),
			MemorySize:  pulumi.Int(probeMemoryMiB),
			Timeout:     pulumi.Int(probeSeconds),
			VpcConfig:   p.network,
		},
	}.create(ctx, p, name)
	return err
}

func (p *Probe) environment(addresses string) pulumi.StringMap {
	variables := pulumi.StringMap{
		"ADDRESSES":           pulumi.String(addresses),
		"HOST":                pulumi.String(p.args.HostName),
		"TOPIC_ARN":           p.args.TopicARN,
		"SUBSCRIPTIONS":       pulumi.String(strconv.Itoa(p.args.Subscriptions)),
		"PUBLISHERS":          pulumi.String(alarmsPrincipal + "," + eventsPrincipal),
		"PASSWORD_SECRET_ARN": p.args.PasswordSecretARN,
	}
	if p.args.HeartbeatSecretARN != "" {
		variables["HEARTBEAT_SECRET_ARN"] = pulumi.String(p.args.HeartbeatSecretARN)
	}
	return variables
}

// receiveHeartbeats brings the signs of life, and nothing else of the topic, back to the function.
func (p *Probe) receiveHeartbeats(ctx *pulumi.Context, name string) error {
	if p.args.HeartbeatSecretARN == "" {
		return nil
	}
	logical := name + "-" + heartbeatAttribute
	permission, err := lambda.NewPermission(ctx, logical, &lambda.PermissionArgs{
		Function:  p.function.Name,
		Action:    pulumi.String("lambda:InvokeFunction"),
		Principal: pulumi.String("sns.amazonaws.com"),
		SourceArn: p.args.TopicARN,
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	_, err = sns.NewTopicSubscription(ctx, logical, &sns.TopicSubscriptionArgs{
		Topic: p.args.TopicARN, Protocol: pulumi.String("lambda"), Endpoint: p.function.Arn, FilterPolicy: heartbeats(true),
	}, pulumi.Parent(p), pulumi.DependsOn([]pulumi.Resource{permission}))
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
