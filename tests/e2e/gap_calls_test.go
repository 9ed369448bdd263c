//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"aws-webapp/internal/sandbox/moto"
)

const gapRole = "arn:aws:iam::" + moto.Account + ":role/gap"

// forgot is the answer of a moto that was told something and does not say it again.
func forgot(said bool, what string, found any) error {
	if said {
		return nil
	}
	return fmt.Errorf("%s: found %v", what, found)
}

func tagScalableTarget(ctx context.Context, c clients) error {
	_, err := c.autoscale.ListTagsForResource(ctx, &applicationautoscaling.ListTagsForResourceInput{
		ResourceARN: aws.String("arn:aws:application-autoscaling:us-east-1:" + moto.Account + ":scalable-target/1"),
	})
	return err
}

func startLoggingByARN(ctx context.Context, c clients) error {
	const bucket = "gap-trail"
	if err := makeBucket(ctx, c, bucket); err != nil {
		return err
	}
	trail, err := c.trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("gap"), S3BucketName: aws.String(bucket)})
	if err != nil {
		return err
	}
	_, err = c.trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: trail.TrailARN})
	return err
}

func setFeatures(ctx context.Context, c clients) error {
	detector, err := c.guardduty.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		return err
	}
	for _, feature := range []guarddutytypes.DetectorFeature{guarddutytypes.DetectorFeatureS3DataEvents, guarddutytypes.DetectorFeatureRdsLoginEvents} {
		if _, err := c.guardduty.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{
			DetectorId: detector.DetectorId,
			Features:   []guarddutytypes.DetectorFeatureConfiguration{{Name: feature, Status: guarddutytypes.FeatureStatusEnabled}},
		}); err != nil {
			return err
		}
	}
	found, err := c.guardduty.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: detector.DetectorId})
	if err != nil {
		return err
	}
	return forgot(len(found.Features) == 2, "two features", found.Features)
}

func putCompositeAlarm(ctx context.Context, c clients) error {
	const rule = `ALARM("other")`
	if _, err := c.cloudwatch.PutCompositeAlarm(ctx,
		&cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("gap"), AlarmRule: aws.String(rule)}); err != nil {
		return err
	}
	found, err := c.cloudwatch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"gap"}})
	if err != nil {
		return err
	}
	return forgot(len(found.CompositeAlarms) == 1 && *found.CompositeAlarms[0].AlarmRule == rule, rule, found.CompositeAlarms)
}

func saveQuery(ctx context.Context, c clients) error {
	saved, err := c.logs.PutQueryDefinition(ctx, &cloudwatchlogs.PutQueryDefinitionInput{Name: aws.String("gap"), QueryString: aws.String("fields @message")})
	if err != nil {
		return err
	}
	found, err := c.logs.DescribeQueryDefinitions(ctx, &cloudwatchlogs.DescribeQueryDefinitionsInput{QueryDefinitionNamePrefix: aws.String("gap")})
	if err != nil {
		return err
	}
	if err := forgot(len(found.QueryDefinitions) == 1 && *found.QueryDefinitions[0].Name == "gap", "a query", found.QueryDefinitions); err != nil {
		return err
	}
	_, err = c.logs.DeleteQueryDefinition(ctx, &cloudwatchlogs.DeleteQueryDefinitionInput{QueryDefinitionId: saved.QueryDefinitionId})
	return err
}

func invokeFunction(ctx context.Context, c clients) error {
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	if _, err := archive.Create("bootstrap"); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	role, err := c.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("gap"), AssumeRolePolicyDocument: aws.String(trust)})
	if err != nil {
		return err
	}
	if _, err := c.lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: aws.String("gap"), Role: role.Role.Arn, Handler: aws.String("bootstrap"), Runtime: lambdatypes.RuntimeProvidedal2023,
		Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
	}); err != nil {
		return err
	}
	answer, err := c.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("gap"), Payload: []byte("{}")})
	if err != nil {
		return err
	}
	if answer.FunctionError != nil {
		return errors.New(*answer.FunctionError)
	}
	return nil
}

// makeService makes a cluster with a service of two tasks, and returns the service as it is
// described afterwards.
func makeService(ctx context.Context, c clients, name string, more func(*ecs.CreateServiceInput)) (*ecstypes.Service, error) {
	if _, err := c.ecs.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &name}); err != nil {
		return nil, err
	}
	task, err := c.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: &name, ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: aws.String("app"), Image: aws.String("app"), Memory: aws.Int32(128)}},
	})
	if err != nil {
		return nil, err
	}
	input := &ecs.CreateServiceInput{Cluster: &name, ServiceName: &name, DesiredCount: aws.Int32(2), TaskDefinition: task.TaskDefinition.TaskDefinitionArn}
	more(input)
	if _, err := c.ecs.CreateService(ctx, input); err != nil {
		return nil, err
	}
	found, err := c.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &name, Services: []string{name}})
	if err != nil {
		return nil, err
	}
	return &found.Services[0], nil
}

func readServiceSettings(ctx context.Context, c clients) error {
	service, err := makeService(ctx, c, "gap-settings", func(input *ecs.CreateServiceInput) { input.EnableExecuteCommand = true })
	if err != nil {
		return err
	}
	return forgot(service.EnableExecuteCommand, "enableExecuteCommand", service.EnableExecuteCommand)
}

func runTasks(ctx context.Context, c clients) error {
	service, err := makeService(ctx, c, "gap-tasks", func(*ecs.CreateServiceInput) {})
	if err != nil {
		return err
	}
	return forgot(service.RunningCount == 2, "two running tasks", service.RunningCount)
}
