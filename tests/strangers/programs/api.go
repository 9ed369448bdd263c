package programs

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// API is a function behind an HTTP API, with a table, as in tutorials.
func API(ctx *pulumi.Context) error {
	table, err := dynamodb.NewTable(ctx, "orders", &dynamodb.TableArgs{
		Attributes: dynamodb.TableAttributeArray{dynamodb.TableAttributeArgs{
			Name: pulumi.String("id"), Type: pulumi.String("S"),
		}},
		HashKey: pulumi.String("id"), BillingMode: pulumi.String("PAY_PER_REQUEST"),
	})
	if err != nil {
		return err
	}
	trust, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "lambda.amazonaws.com"},
		}},
	})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "handler-role", &iam.RoleArgs{AssumeRolePolicy: pulumi.String(trust)})
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "handler-logs", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: iam.ManagedPolicyAWSLambdaBasicExecutionRole,
	}); err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "handler-table", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: iam.ManagedPolicyAmazonDynamoDBFullAccess,
	}); err != nil {
		return err
	}
	handler, err := lambda.NewFunction(ctx, "handler", &lambda.FunctionArgs{
		Runtime: pulumi.String("nodejs22.x"), Handler: pulumi.String("index.handler"), Role: role.Arn,
		Code: pulumi.NewAssetArchive(map[string]any{"index.js": pulumi.NewStringAsset("exports.handler = async () => ({})")}),
		Environment: lambda.FunctionEnvironmentArgs{Variables: pulumi.StringMap{
			"TABLE": table.Name, "STRIPE_SECRET_KEY": pulumi.String("not-a-real-key-0123456789abcdef"),
		}},
	})
	if err != nil {
		return err
	}
	api, err := apigatewayv2.NewApi(ctx, "orders", &apigatewayv2.ApiArgs{ProtocolType: pulumi.String("HTTP")})
	if err != nil {
		return err
	}
	if _, err := lambda.NewPermission(ctx, "api-invokes-handler", &lambda.PermissionArgs{
		Action: pulumi.String("lambda:InvokeFunction"), Function: handler.Name,
		Principal: pulumi.String("apigateway.amazonaws.com"),
	}); err != nil {
		return err
	}
	return route(ctx, api, handler, nil)
}

// route sends every request to the function.
func route(
	ctx *pulumi.Context, api *apigatewayv2.Api, handler *lambda.Function, logs apigatewayv2.StageAccessLogSettingsPtrInput,
) error {
	integration, err := apigatewayv2.NewIntegration(ctx, "handler", &apigatewayv2.IntegrationArgs{
		ApiId: api.ID(), IntegrationType: pulumi.String("AWS_PROXY"), IntegrationUri: handler.InvokeArn,
		PayloadFormatVersion: pulumi.String("2.0"),
	})
	if err != nil {
		return err
	}
	if _, err := apigatewayv2.NewRoute(ctx, "default", &apigatewayv2.RouteArgs{
		ApiId: api.ID(), RouteKey: pulumi.String("$default"), Target: pulumi.Sprintf("integrations/%s", integration.ID()),
	}); err != nil {
		return err
	}
	_, err = apigatewayv2.NewStage(ctx, "default", &apigatewayv2.StageArgs{
		ApiId: api.ID(), Name: pulumi.String("$default"), AutoDeploy: pulumi.Bool(true), AccessLogSettings: logs,
	})
	ctx.Export("endpoint", api.ApiEndpoint)
	return err
}
