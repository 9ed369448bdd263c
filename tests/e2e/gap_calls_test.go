//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	autoscaletypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"aws-webapp/internal/sandbox/moto"
)

const gapRole = "arn:aws:iam::" + moto.Account + ":role/gap"

// forgot returns an error if moto does not return a setting that was made.
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

func changeScalingPolicy(ctx context.Context, c clients) error {
	const name, dimension = "gap-scaled", autoscaletypes.ScalableDimensionECSServiceDesiredCount
	if _, err := makeService(ctx, c, name, func(*ecs.CreateServiceInput) {}); err != nil {
		return err
	}
	service := aws.String("service/" + name + "/" + name)
	if _, err := c.autoscale.RegisterScalableTarget(ctx, &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: autoscaletypes.ServiceNamespaceEcs, ScalableDimension: dimension, ResourceId: service,
		MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(2), RoleARN: aws.String(gapRole),
	}); err != nil {
		return err
	}
	for _, percent := range []float64{50, 60} {
		if _, err := c.autoscale.PutScalingPolicy(ctx, &applicationautoscaling.PutScalingPolicyInput{
			PolicyName: aws.String(name), PolicyType: autoscaletypes.PolicyTypeTargetTrackingScaling,
			ServiceNamespace: autoscaletypes.ServiceNamespaceEcs, ScalableDimension: dimension, ResourceId: service,
			TargetTrackingScalingPolicyConfiguration: &autoscaletypes.TargetTrackingScalingPolicyConfiguration{
				TargetValue: &percent, PredefinedMetricSpecification: &autoscaletypes.PredefinedMetricSpecification{
					PredefinedMetricType: autoscaletypes.MetricTypeECSServiceAverageCPUUtilization,
				},
			},
		}); err != nil {
			return err
		}
	}
	found, err := c.cloudwatch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
		AlarmNamePrefix: aws.String("TargetTracking-" + *service),
	})
	if err != nil {
		return err
	}
	return forgot(len(found.MetricAlarms) == 2, "an alarm above and one below", len(found.MetricAlarms))
}

// makeTrail makes a trail with a bucket of the same name, and returns its ARN.
func makeTrail(ctx context.Context, c clients, name string) (*string, error) {
	if err := makeBucket(ctx, c, name); err != nil {
		return nil, err
	}
	trail, err := c.trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: &name})
	if err != nil {
		return nil, err
	}
	return trail.TrailARN, nil
}

func startLoggingByARN(ctx context.Context, c clients) error {
	arn, err := makeTrail(ctx, c, "gap-logging")
	if err != nil {
		return err
	}
	_, err = c.trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: arn})
	return err
}

func deleteTrailByARN(ctx context.Context, c clients) error {
	arn, err := makeTrail(ctx, c, "gap-deleted")
	if err != nil {
		return err
	}
	if _, err := c.trails.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: arn}); err != nil {
		return err
	}
	found, err := c.trails.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{TrailNameList: []string{*arn}})
	if err != nil {
		return err
	}
	return forgot(len(found.TrailList) == 0, "no trail", len(found.TrailList))
}

func setFeatures(ctx context.Context, c clients) error {
	detector, err := c.guardduty.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		return err
	}
	for _, feature := range []guarddutytypes.DetectorFeature{
		guarddutytypes.DetectorFeatureS3DataEvents,
		guarddutytypes.DetectorFeatureRdsLoginEvents,
	} {
		if _, err := c.guardduty.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{
			DetectorId: detector.DetectorId,
			Features: []guarddutytypes.DetectorFeatureConfiguration{
				{Name: feature, Status: guarddutytypes.FeatureStatusEnabled},
			},
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

func tagDetector(ctx context.Context, c clients) error {
	detector, err := c.guardduty.CreateDetector(ctx, &guardduty.CreateDetectorInput{
		Enable: aws.Bool(true), Tags: map[string]string{"old": "1"},
	})
	if err != nil {
		return err
	}
	arn := aws.String("arn:aws:guardduty:us-east-1:" + moto.Account + ":detector/" + *detector.DetectorId)
	if _, err := c.guardduty.TagResource(ctx, &guardduty.TagResourceInput{
		ResourceArn: arn, Tags: map[string]string{"new": "2"},
	}); err != nil {
		return err
	}
	if _, err := c.guardduty.UntagResource(ctx, &guardduty.UntagResourceInput{
		ResourceArn: arn, TagKeys: []string{"old"},
	}); err != nil {
		return err
	}
	found, err := c.guardduty.ListTagsForResource(ctx, &guardduty.ListTagsForResourceInput{ResourceArn: arn})
	if err != nil {
		return err
	}
	return forgot(len(found.Tags) == 1 && found.Tags["new"] == "2", "the new tag alone", found.Tags)
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
	return forgot(len(found.CompositeAlarms) == 1 && *found.CompositeAlarms[0].AlarmRule == rule, rule,
		found.CompositeAlarms)
}

func saveQuery(ctx context.Context, c clients) error {
	saved, err := c.logs.PutQueryDefinition(ctx, &cloudwatchlogs.PutQueryDefinitionInput{
		Name: aws.String("gap"), QueryString: aws.String("fields @message"),
	})
	if err != nil {
		return err
	}
	found, err := c.logs.DescribeQueryDefinitions(ctx, &cloudwatchlogs.DescribeQueryDefinitionsInput{
		QueryDefinitionNamePrefix: aws.String("gap"),
	})
	if err != nil {
		return err
	}
	if err := forgot(len(found.QueryDefinitions) == 1 && *found.QueryDefinitions[0].Name == "gap", "a query",
		found.QueryDefinitions); err != nil {
		return err
	}
	_, err = c.logs.DeleteQueryDefinition(ctx, &cloudwatchlogs.DeleteQueryDefinitionInput{
		QueryDefinitionId: saved.QueryDefinitionId,
	})
	return err
}

// makeService creates a cluster with a service of two tasks, and returns the service's
// description.
func makeService(
	ctx context.Context, c clients, name string, more func(*ecs.CreateServiceInput),
) (*ecstypes.Service, error) {
	if _, err := c.ecs.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &name}); err != nil {
		return nil, err
	}
	task, err := c.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: &name, ContainerDefinitions: []ecstypes.ContainerDefinition{
			{Name: aws.String("app"), Image: aws.String("app"), Memory: aws.Int32(128)},
		},
	})
	if err != nil {
		return nil, err
	}
	input := &ecs.CreateServiceInput{
		Cluster: &name, ServiceName: &name, DesiredCount: aws.Int32(2),
		TaskDefinition: task.TaskDefinition.TaskDefinitionArn,
	}
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
	service, err := makeService(ctx, c, "gap-settings", func(input *ecs.CreateServiceInput) {
		input.EnableExecuteCommand = true
	})
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

func listServicesAfterDeletion(ctx context.Context, c clients) error {
	name := aws.String("gap-deleted")
	if _, err := makeService(ctx, c, *name, func(*ecs.CreateServiceInput) {}); err != nil {
		return err
	}
	if _, err := c.ecs.DeleteService(ctx, &ecs.DeleteServiceInput{
		Cluster: name, Service: name, Force: aws.Bool(true),
	}); err != nil {
		return err
	}
	found, err := c.ecs.ListServices(ctx, &ecs.ListServicesInput{Cluster: name})
	if err != nil {
		return err
	}
	return forgot(len(found.ServiceArns) == 0, "no service", found.ServiceArns)
}

// makeGroup makes a security group in the account's own VPC, and returns that too.
func makeGroup(ctx context.Context, c clients, name string) (group, network *string, err error) {
	networks, err := c.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		return nil, nil, err
	}
	network = networks.Vpcs[0].VpcId
	made, err := c.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: &name,
		VpcId: network,
	})
	if err != nil {
		return nil, nil, err
	}
	return made.GroupId, network, nil
}

func readRuleDescription(ctx context.Context, c clients) error {
	group, _, err := makeGroup(ctx, c, "gap")
	if err != nil {
		return err
	}
	if _, err := c.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group, IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443),
			UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: group, Description: aws.String("inside")}},
		}},
	}); err != nil {
		return err
	}
	found, err := c.ec2.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{
		Filters: []ec2types.Filter{filter("group-id", *group)},
	})
	if err != nil {
		return err
	}
	described := false
	for _, rule := range found.SecurityGroupRules {
		described = described || aws.ToString(rule.Description) == "inside"
	}
	return forgot(described, "the description", len(found.SecurityGroupRules))
}

func deleteEndpoint(ctx context.Context, c clients) error {
	_, network, err := makeGroup(ctx, c, "gap-endpoint")
	if err != nil {
		return err
	}
	made, err := c.ec2.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{
		VpcId: network, ServiceName: aws.String("com.amazonaws.us-east-1.s3"),
		VpcEndpointType: ec2types.VpcEndpointTypeGateway,
	})
	if err != nil {
		return err
	}
	id := *made.VpcEndpoint.VpcEndpointId
	if _, err := c.ec2.DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
		return err
	}
	found, err := c.ec2.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{
		Filters: []ec2types.Filter{filter("vpc-id", *network)},
	})
	if err != nil {
		return err
	}
	for _, endpoint := range found.VpcEndpoints {
		if *endpoint.VpcEndpointId == id {
			return errors.New("a deleted endpoint is still there")
		}
	}
	return nil
}

func readScheme(ctx context.Context, c clients) error {
	group, network, err := makeGroup(ctx, c, "gap-scheme")
	if err != nil {
		return err
	}
	subnets, err := c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{filter("vpc-id", *network)},
	})
	if err != nil {
		return err
	}
	made, err := c.elb.CreateLoadBalancer(ctx, &elb.CreateLoadBalancerInput{
		Name: aws.String("gap"), SecurityGroups: []string{*group}, Subnets: subnetIDs(subnets.Subnets[:2]),
	})
	if err != nil {
		return err
	}
	return forgot(made.LoadBalancers[0].Scheme == elbtypes.LoadBalancerSchemeEnumInternetFacing, "a scheme",
		made.LoadBalancers[0].Scheme)
}
