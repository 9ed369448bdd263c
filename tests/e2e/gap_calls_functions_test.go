//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func readRedrivePolicies(ctx context.Context, c clients) error {
	const (
		allowed = `{"redrivePermission":"denyAll"}`
		redrive = `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:gap-letters","maxReceiveCount":3}`
	)
	if _, err := c.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("gap-letters")}); err != nil {
		return err
	}
	queue, err := c.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName: aws.String("gap-queue"), Attributes: map[string]string{
			"RedriveAllowPolicy": allowed, "RedrivePolicy": redrive,
		},
	})
	if err != nil {
		return err
	}
	found, err := c.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: queue.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		return err
	}
	got := found.Attributes
	return forgot(got["RedriveAllowPolicy"] == allowed && got["RedrivePolicy"] == redrive, "its dead letters", got)
}

// makeRole makes a role and returns its ARN.
func makeRole(ctx context.Context, c clients, name, trust string) (*string, error) {
	role, err := c.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		return nil, err
	}
	return role.Role.Arn, nil
}

// makeFunction creates a function with a role of the same name, and with further settings.
func makeFunction(ctx context.Context, c clients, name *string, more func(*lambda.CreateFunctionInput)) error {
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	if _, err := archive.Create("bootstrap"); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	role, err := makeRole(ctx, c, *name, strings.Replace(trust, "ecs-tasks", "lambda", 1))
	if err != nil {
		return err
	}
	function := &lambda.CreateFunctionInput{
		FunctionName: name, Role: role, Handler: aws.String("bootstrap"), Runtime: lambdatypes.RuntimeProvidedal2023,
		Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()}, LoggingConfig: &lambdatypes.LoggingConfig{LogGroup: name},
	}
	if more != nil {
		more(function)
	}
	_, err = c.lambda.CreateFunction(ctx, function)
	return err
}

func readFunctionSettings(ctx context.Context, c clients) error {
	name := aws.String("gap-settings")
	if err := makeFunction(ctx, c, name, nil); err != nil {
		return err
	}
	found, err := c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: name})
	if err != nil {
		return err
	}
	logs := found.LoggingConfig
	return forgot(logs != nil && aws.ToString(logs.LogGroup) == *name, "the log group", logs)
}

func invokeFunction(ctx context.Context, c clients) error {
	name := aws.String("gap-invoked")
	if err := makeFunction(ctx, c, name, nil); err != nil {
		return err
	}
	answer, err := c.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: name, Payload: []byte("{}")})
	if err != nil {
		return err
	}
	if answer.FunctionError != nil {
		return errors.New(*answer.FunctionError)
	}
	return nil
}

func readFunctionNetwork(ctx context.Context, c clients) error {
	name := aws.String("gap-network")
	group, network, err := makeGroup(ctx, c, *name)
	if err != nil {
		return err
	}
	subnets, err := c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{filter("vpc-id", *network)},
	})
	if err != nil {
		return err
	}
	if err := makeFunction(ctx, c, name, func(function *lambda.CreateFunctionInput) {
		function.VpcConfig = &lambdatypes.VpcConfig{
			SecurityGroupIds: []string{*group}, SubnetIds: []string{*subnets.Subnets[0].SubnetId},
		}
	}); err != nil {
		return err
	}
	found, err := c.lambda.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: name, VpcConfig: &lambdatypes.VpcConfig{SecurityGroupIds: []string{*group}},
	})
	if err != nil {
		return err
	}
	return errors.Join(
		forgot(aws.ToString(found.VpcConfig.VpcId) == *network, *network, aws.ToString(found.VpcConfig.VpcId)),
		forgot(len(found.VpcConfig.SubnetIds) == 1, "its subnet", found.VpcConfig.SubnetIds),
	)
}
