//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"aws-webapp/internal/sandbox/moto"
)

// allow returns a policy with one statement.
func allow(principal, action, resource string) *string {
	if principal != "" {
		principal = fmt.Sprintf(`"Principal": %s, `, principal)
	}
	const policy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", %s"Action": %q, "Resource": %q}]}`
	return aws.String(fmt.Sprintf(policy, principal, action, resource))
}

const nobody = `{"AWS": "arn:aws:iam::` + moto.Account + `:role/nobody"}`

func makeBareTrail(ctx context.Context, c clients) error {
	_, err := makeTrail(ctx, c, "lenient-trail")
	return err
}

func putLongPolicies(ctx context.Context, c clients) error {
	role := aws.String("lenient-policies")
	if _, err := makeRole(ctx, c, *role, trust); err != nil {
		return err
	}
	policy := allow("", "s3:GetObject", "arn:aws:s3:::"+strings.Repeat("a", 6000))
	for _, name := range []string{"first", "second"} {
		input := &iam.PutRolePolicyInput{RoleName: role, PolicyName: &name, PolicyDocument: policy}
		if _, err := c.iam.PutRolePolicy(ctx, input); err != nil {
			return err
		}
	}
	return nil
}

func trustNobody(ctx context.Context, c clients) error {
	_, err := makeRole(ctx, c, "lenient-trust", strings.Replace(trust, `{"Service":"ecs-tasks.amazonaws.com"}`, nobody, 1))
	return err
}

func lockKey(ctx context.Context, c clients) error {
	key, err := c.kms.CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		return err
	}
	_, err = c.kms.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{
		KeyId: key.KeyMetadata.KeyId, PolicyName: aws.String("default"),
		Policy: allow(`{"Service": "logs.us-east-1.amazonaws.com"}`, "kms:Encrypt", "*"),
	})
	return err
}

func putForeignPolicy(ctx context.Context, c clients) error {
	bucket := aws.String("lenient-policy")
	if err := makeBucket(ctx, c, *bucket); err != nil {
		return err
	}
	_, err := c.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
		Bucket: bucket, Policy: allow(`"*"`, "s3:GetObject", "arn:aws:s3:::another/*"),
	})
	return err
}

func makeLogs(ctx context.Context, c clients, name, key *string) error {
	_, err := c.logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name, KmsKeyId: key})
	return err
}

func encryptLogs(ctx context.Context, c clients) error {
	key := "arn:aws:kms:us-east-1:" + moto.Account + ":key/00000000-0000-0000-0000-000000000000"
	return makeLogs(ctx, c, aws.String("lenient-key"), &key)
}

func putLongLogPolicy(ctx context.Context, c clients) error {
	_, err := c.logs.PutResourcePolicy(ctx, &cloudwatchlogs.PutResourcePolicyInput{
		PolicyName:     aws.String("lenient"),
		PolicyDocument: allow(`{"Service": "es.amazonaws.com"}`, "logs:PutLogEvents", strings.Repeat("a", 5120)),
	})
	return err
}

func subscribe(ctx context.Context, c clients) error {
	name := aws.String("lenient-subscribed")
	if err := makeFunction(ctx, c, name, nil); err != nil {
		return err
	}
	if err := makeLogs(ctx, c, name, nil); err != nil {
		return err
	}
	_, err := c.logs.PutSubscriptionFilter(ctx, &cloudwatchlogs.PutSubscriptionFilterInput{
		LogGroupName: name, FilterName: name, FilterPattern: aws.String(""),
		DestinationArn: aws.String("arn:aws:lambda:us-east-1:" + moto.Account + ":function:" + *name),
	})
	return err
}

func makeDistrustedFunction(ctx context.Context, c clients) error {
	role, err := makeRole(ctx, c, "lenient-task", trust)
	if err != nil {
		return err
	}
	return makeFunction(ctx, c, aws.String("lenient-distrusted"), func(function *lambda.CreateFunctionInput) {
		function.Role = role
	})
}

func makeLargeEnvironment(ctx context.Context, c clients) error {
	return makeFunction(ctx, c, aws.String("lenient-environment"), func(function *lambda.CreateFunctionInput) {
		function.Environment = &lambdatypes.Environment{Variables: map[string]string{"LIST": strings.Repeat("a", 4097)}}
	})
}

func makeOldFunction(ctx context.Context, c clients) error {
	return makeFunction(ctx, c, aws.String("lenient-runtime"), func(function *lambda.CreateFunctionInput) {
		function.Runtime = lambdatypes.RuntimeGo1x
	})
}

func registerOddTask(ctx context.Context, c clients) error {
	_, err := c.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("lenient"), Cpu: aws.String("256"), Memory: aws.String("8192"),
		NetworkMode:             ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: aws.String("app"), Image: aws.String("app")}},
	})
	return err
}

func putOddSchedule(ctx context.Context, c clients) error {
	_, err := c.events.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String("lenient"), ScheduleExpression: aws.String("cron(99 22 ? * MON-FRI *)"),
	})
	return err
}

func putLongAlarm(ctx context.Context, c clients) error {
	_, err := c.cloudwatch.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("lenient"), Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"),
		Statistic: cloudwatchtypes.StatisticAverage, Period: aws.Int32(3600), EvaluationPeriods: aws.Int32(200),
		Threshold: aws.Float64(1), ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanThreshold,
	})
	return err
}

func makeOddACL(ctx context.Context, c clients) error {
	seen := &waftypes.VisibilityConfig{MetricName: aws.String("lenient")}
	rule := waftypes.Rule{
		Name: aws.String("first"), Priority: 1, VisibilityConfig: seen,
		OverrideAction: &waftypes.OverrideAction{None: &waftypes.NoneAction{}},
		Statement: &waftypes.Statement{ManagedRuleGroupStatement: &waftypes.ManagedRuleGroupStatement{
			VendorName: aws.String("AWS"), Name: aws.String("AWSManagedRulesNoRuleSet"),
		}},
	}
	again := rule
	again.Name = aws.String("second")
	_, err := c.waf.CreateWebACL(ctx, &wafv2.CreateWebACLInput{
		Name: aws.String("lenient"), Scope: waftypes.ScopeRegional, VisibilityConfig: seen,
		DefaultAction: &waftypes.DefaultAction{Allow: &waftypes.AllowAction{}}, Rules: []waftypes.Rule{rule, again},
	})
	return err
}

func makeOldDatabase(ctx context.Context, c clients) error {
	_, err := c.rds.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("lenient"), DBInstanceClass: aws.String("db.t3.micro"),
		Engine: aws.String("postgres"), EngineVersion: aws.String("9.99"), AllocatedStorage: aws.Int32(20),
		MasterUsername: aws.String("app"), ManageMasterUserPassword: aws.Bool(true),
	})
	return err
}

func makeOddDomain(ctx context.Context, c clients) error {
	subnets, err := c.ec2.DescribeSubnets(ctx, nil)
	if err != nil {
		return err
	}
	_, err = c.opensearch.CreateDomain(ctx, &opensearch.CreateDomainInput{
		DomainName: aws.String("lenient"), EngineVersion: aws.String("OpenSearch_99.9"),
		ClusterConfig: &opensearchtypes.ClusterConfig{InstanceCount: aws.Int32(2), ZoneAwarenessEnabled: aws.Bool(true)},
		VPCOptions:    &opensearchtypes.VPCOptions{SubnetIds: []string{*subnets.Subnets[0].SubnetId}},
	})
	return err
}
