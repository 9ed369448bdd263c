package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// APICareful is [API] with a key, narrow permissions, and its own logs.
func APICareful(ctx *pulumi.Context) error {
	me, err := aws.GetCallerIdentity(ctx, nil)
	if err != nil {
		return err
	}
	region, err := aws.GetRegion(ctx, nil)
	if err != nil {
		return err
	}
	partition, err := aws.GetPartition(ctx, nil)
	if err != nil {
		return err
	}
	key, err := carefulKey(ctx, "orders", keyOwner{partition.Partition, region.Name, me.AccountId}, "")
	if err != nil {
		return err
	}
	table, err := dynamodb.NewTable(ctx, "orders", &dynamodb.TableArgs{
		Attributes: dynamodb.TableAttributeArray{dynamodb.TableAttributeArgs{
			Name: pulumi.String("id"), Type: pulumi.String("S"),
		}},
		HashKey: pulumi.String("id"), BillingMode: pulumi.String("PAY_PER_REQUEST"),
		PointInTimeRecovery:  dynamodb.TablePointInTimeRecoveryArgs{Enabled: pulumi.Bool(true)},
		ServerSideEncryption: dynamodb.TableServerSideEncryptionArgs{Enabled: pulumi.Bool(true), KmsKeyArn: key.Arn},
	}, pulumi.Protect(true))
	if err != nil {
		return err
	}
	logs, err := logGroup(ctx, "handler", "/aws/lambda/orders-handler", key)
	if err != nil {
		return err
	}
	failed, err := sqs.NewQueue(ctx, "failed", &sqs.QueueArgs{KmsMasterKeyId: key.Arn})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "handler", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`),
		InlinePolicies: iam.RoleInlinePolicyArray{iam.RoleInlinePolicyArgs{
			Name: pulumi.String("orders"),
			Policy: pulumi.All(table.Arn, logs.Arn, failed.Arn, key.Arn).ApplyT(func(arns []any) string {
				return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], "Resource": "%s"},
  {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "%s:*"},
  {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "%s"},
  {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "%s"},
  {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
]}`, arns...)
			}).(pulumi.StringOutput),
		}},
	})
	if err != nil {
		return err
	}
	handler, err := lambda.NewFunction(ctx, "handler", &lambda.FunctionArgs{
		Name: pulumi.String("orders-handler"), Runtime: pulumi.String("python3.13"), Handler: pulumi.String("app.handler"),
		Role: role.Arn, Architectures: pulumi.StringArray{pulumi.String("arm64")}, KmsKeyArn: key.Arn,
		Code: pulumi.NewAssetArchive(map[string]any{
			"app.py": pulumi.NewStringAsset("def handler(event, context): return {}"),
		}),
		Environment:      lambda.FunctionEnvironmentArgs{Variables: pulumi.StringMap{"TABLE": table.Name}},
		DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: failed.Arn},
		TracingConfig:    lambda.FunctionTracingConfigArgs{Mode: pulumi.String("Active")},
	}, pulumi.DependsOn([]pulumi.Resource{logs}))
	if err != nil {
		return err
	}
	api, err := apigatewayv2.NewApi(ctx, "orders", &apigatewayv2.ApiArgs{ProtocolType: pulumi.String("HTTP")})
	if err != nil {
		return err
	}
	if _, err := lambda.NewPermission(ctx, "api-invokes-handler", &lambda.PermissionArgs{
		Action: pulumi.String("lambda:InvokeFunction"), Function: handler.Name,
		Principal: pulumi.String("apigateway.amazonaws.com"), SourceArn: pulumi.Sprintf("%s/*/*", api.ExecutionArn),
	}); err != nil {
		return err
	}
	access, err := logGroup(ctx, "api", "/orders/api", key)
	if err != nil {
		return err
	}
	return route(ctx, api, handler, apigatewayv2.StageAccessLogSettingsArgs{
		DestinationArn: access.Arn, Format: pulumi.String(`{"id": "$context.requestId", "status": "$context.status"}`),
	})
}

// keyOwner is the owner of a key.
type keyOwner struct{ partition, region, account string }

// acme is the account of a team that writes its account down.
var acme = keyOwner{"aws", "eu-west-1", "123456789012"}

// carefulKey returns a key for the data of a stack. CloudWatch Logs needs a separate statement.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func carefulKey(
	ctx *pulumi.Context, name string, owner keyOwner, statements string, opts ...pulumi.ResourceOption,
) (*kms.Key, error) {
	return kms.NewKey(ctx, name, &kms.KeyArgs{
		EnableKeyRotation: pulumi.Bool(true),
		Policy: pulumi.String(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:%[1]s:iam::%[3]s:root"}, "Action": "kms:*", "Resource": "*"},
  {"Effect": "Allow", "Principal": {"Service": "logs.%[2]s.amazonaws.com"}, "Resource": "*",
   "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
   "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:%[1]s:logs:%[2]s:%[3]s:*"}}}%[4]s
]}`, owner.partition, owner.region, owner.account, statements)),
	}, opts...)
}

// logGroup returns an encrypted log group with a retention of three months.
func logGroup(ctx *pulumi.Context, name, path string, key *kms.Key) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name: pulumi.String(path), KmsKeyId: key.Arn, RetentionInDays: pulumi.Int(90),
	})
}
