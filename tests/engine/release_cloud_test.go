package engine_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/internal/sandbox/simaws/traffic"
)

// releaseCloud shows the simulated account to the release command through AWS's APIs, as far as blue/green needs.
// A CodeDeploy deployment takes no time in it.
type releaseCloud struct {
	*awsfake.Cloud
	up       *sandbox
	now      time.Time
	deployed []string
}

func (c *releaseCloud) Now() time.Time { return c.now }

func (c *releaseCloud) Sleep(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return ctx.Err()
}

// released runs the release command on the stack after its last update, and returns what CodeDeploy got.
func released(t *testing.T, up *sandbox, outputs map[string]any) []string {
	t.Helper()
	text, err := json.Marshal(outputs)
	require.NoError(t, err)
	stack, err := release.ReadOutputs(strings.NewReader(string(text)))
	require.NoError(t, err)
	c := &releaseCloud{Cloud: awsfake.New(), up: up, now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	c.answerECS()
	c.answerCodeDeploy()
	c.answerOthers()
	r, err := release.New(release.Options{
		Stack: stack, Timeout: time.Hour, Clients: release.NewClients(c.WriteConfig("us-east-1")), Clock: c,
		Progress: io.Discard,
	})
	require.NoError(t, err)
	require.NoError(t, r.Run(t.Context()))
	return c.deployed
}

const serviceToken = "aws:ecs/service:Service"

func (c *releaseCloud) answerECS() {
	awsfake.Answer(c.Cloud, func(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{{
			ServiceName: aws.String(in.Services[0]), Status: aws.String("ACTIVE"),
			TaskSets:             []ecstypes.TaskSet{c.primary(in.Services[0])},
			DeploymentController: &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeCodeDeploy},
		}}}, nil
	})
	awsfake.Answer(c.Cloud, func(*ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
		container := ecstypes.ContainerDefinition{Name: aws.String("visitor-book"), Image: aws.String("any")}
		return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &ecstypes.TaskDefinition{
			ContainerDefinitions: []ecstypes.ContainerDefinition{container},
		}}, nil
	})
	awsfake.Answer(c.Cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		return &ecs.ListTasksOutput{TaskArns: []string{"task"}}, nil
	})
	awsfake.Answer(c.Cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		set := c.primary("visitor-book")
		address := ecstypes.KeyValuePair{Name: aws.String("privateIPv4Address"), Value: aws.String("10.0.0.1")}
		return &ecs.DescribeTasksOutput{Tasks: []ecstypes.Task{{
			TaskArn: aws.String("task"), TaskDefinitionArn: set.TaskDefinition, StartedBy: set.Id,
			LastStatus:  aws.String("RUNNING"),
			Attachments: []ecstypes.Attachment{{Details: []ecstypes.KeyValuePair{address}}},
		}}}, nil
	})
}

// primary returns the account's service as the task set that serves.
func (c *releaseCloud) primary(name string) ecstypes.TaskSet {
	record := c.up.find(serviceToken, name).Outputs
	set := ecstypes.TaskSet{
		Id: aws.String("primary"), Status: aws.String("PRIMARY"), ComputedDesiredCount: 1,
		TaskDefinition: aws.String(prop.Text(record, "taskDefinition")),
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
			Subnets:        prop.Texts(record, "networkConfiguration.subnets[]"),
			SecurityGroups: prop.Texts(record, "networkConfiguration.securityGroups[]"),
		}},
	}
	for _, balancer := range prop.Values(record, "loadBalancers[]") {
		port, _ := prop.Number(balancer.ObjectValue(), "containerPort")
		set.LoadBalancers = append(set.LoadBalancers, ecstypes.LoadBalancer{
			ContainerName: aws.String(name), ContainerPort: aws.Int32(int32(port)),
			TargetGroupArn: aws.String(prop.Text(balancer.ObjectValue(), "targetGroupArn")),
		})
	}
	for _, share := range prop.Values(record, "capacityProviderStrategies[]") {
		base, _ := prop.Number(share.ObjectValue(), "base")
		weight, _ := prop.Number(share.ObjectValue(), "weight")
		set.CapacityProviderStrategy = append(set.CapacityProviderStrategy, ecstypes.CapacityProviderStrategyItem{
			CapacityProvider: aws.String(prop.Text(share.ObjectValue(), "capacityProvider")),
			Base:             int32(base), Weight: int32(weight),
		})
	}
	return set
}

func (c *releaseCloud) answerCodeDeploy() {
	info := func() cdtypes.DeploymentInfo {
		return cdtypes.DeploymentInfo{
			DeploymentId: aws.String("d-1"), Status: cdtypes.DeploymentStatusSucceeded, CreateTime: aws.Time(c.now),
			Creator: cdtypes.DeploymentCreatorUser,
		}
	}
	awsfake.Answer(c.Cloud, func(*codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
		return &codedeploy.ListDeploymentsOutput{}, nil
	})
	awsfake.Answer(c.Cloud, func(*codedeploy.BatchGetDeploymentsInput) (*codedeploy.BatchGetDeploymentsOutput, error) {
		return &codedeploy.BatchGetDeploymentsOutput{DeploymentsInfo: []cdtypes.DeploymentInfo{info()}}, nil
	})
	awsfake.Answer(c.Cloud, func(in *codedeploy.CreateDeploymentInput) (*codedeploy.CreateDeploymentOutput, error) {
		var spec struct {
			Resources []struct {
				TargetService struct {
					Properties struct{ TaskDefinition string }
				}
			}
		}
		if err := json.Unmarshal([]byte(*in.Revision.AppSpecContent.Content), &spec); err != nil {
			return nil, err
		}
		name, definition := *in.DeploymentGroupName, spec.Resources[0].TargetService.Properties.TaskDefinition
		c.deployed = append(c.deployed, name+" "+definition[strings.LastIndexByte(definition, '/')+1:])
		err := traffic.Shift(c.up.account(), name, definition, name+"-green", 8000)
		return &codedeploy.CreateDeploymentOutput{DeploymentId: aws.String("d-1")}, err
	})
	awsfake.Answer(c.Cloud, func(*codedeploy.GetDeploymentGroupInput) (*codedeploy.GetDeploymentGroupOutput, error) {
		return &codedeploy.GetDeploymentGroupOutput{DeploymentGroupInfo: &cdtypes.DeploymentGroupInfo{}}, nil
	})
}

func (c *releaseCloud) answerOthers() {
	awsfake.Answer(c.Cloud, func(*elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
		return &elb.DescribeTargetHealthOutput{TargetHealthDescriptions: []elbtypes.TargetHealthDescription{{
			Target:       &elbtypes.TargetDescription{Id: aws.String("10.0.0.1")},
			TargetHealth: &elbtypes.TargetHealth{State: elbtypes.TargetHealthStateEnumHealthy},
		}}}, nil
	})
	awsfake.Answer(c.Cloud, func(in *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		out := &cloudwatch.DescribeAlarmsOutput{}
		for _, name := range in.AlarmNames {
			if in.StateValue == "" {
				quiet := cwtypes.MetricAlarm{AlarmName: aws.String(name), StateValue: cwtypes.StateValueOk}
				out.MetricAlarms = append(out.MetricAlarms, quiet)
			}
		}
		return out, nil
	})
	type asked = scaling.DescribeScalableTargetsInput
	awsfake.Answer(c.Cloud, func(*asked) (*scaling.DescribeScalableTargetsOutput, error) {
		return &scaling.DescribeScalableTargetsOutput{}, nil
	})
}
