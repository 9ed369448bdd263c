package awsfake_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
)

func names(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "name"
	}
	return all
}

// AWS's own limits hold whatever the fake answers: a fake that accepts everything hides the
// caller's mistakes.
func TestRequestsBeyondTheModelAreRefused(t *testing.T) {
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		return &ecs.DescribeTasksOutput{}, nil
	})
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) { return &ecs.ListTasksOutput{}, nil })
	awsfake.Answer(cloud, func(*ecs.RunTaskInput) (*ecs.RunTaskOutput, error) { return &ecs.RunTaskOutput{}, nil })
	awsfake.Answer(cloud, func(*cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		return &cloudwatch.DescribeAlarmsOutput{}, nil
	})
	tasks, alarms := ecs.NewFromConfig(cloud.WriteConfig("eu-west-1")), cloudwatch.NewFromConfig(cloud.Config("eu-west-1"))
	ask := map[string]func(context.Context) error{
		"": func(ctx context.Context) error {
			_, err := tasks.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String("c"), Tasks: names(100)})
			return err
		},
		"tasks' failed to satisfy constraint: Member must have length less than or equal to 100": func(
			ctx context.Context,
		) error {
			_, err := tasks.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String("c"), Tasks: names(101)})
			return err
		},
		"cluster is empty": func(ctx context.Context) error {
			_, err := tasks.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String(""), Tasks: names(1)})
			return err
		},
		"an element of tasks[] is empty": func(ctx context.Context) error {
			_, err := tasks.DescribeTasks(ctx, &ecs.DescribeTasksInput{Tasks: []string{"a", ""}})
			return err
		},
		"value less than or equal to 100": func(ctx context.Context) error {
			_, err := tasks.ListTasks(ctx, &ecs.ListTasksInput{MaxResults: aws.Int32(101)})
			return err
		},
		"value greater than or equal to 1": func(ctx context.Context) error {
			_, err := tasks.ListTasks(ctx, &ecs.ListTasksInput{MaxResults: aws.Int32(0)})
			return err
		},
		"enum value set: [EC2": func(ctx context.Context) error {
			_, err := tasks.RunTask(ctx, &ecs.RunTaskInput{TaskDefinition: aws.String("a:1"), LaunchType: "fargate"})
			return err
		},
		"assignPublicIp' failed": func(ctx context.Context) error {
			_, err := tasks.RunTask(ctx, &ecs.RunTaskInput{
				TaskDefinition: aws.String("a:1"), NetworkConfiguration: &ecstypes.NetworkConfiguration{
					AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: names(1), AssignPublicIp: "yes"},
				},
			})
			return err
		},
		"AlarmTypes[]' failed": func(ctx context.Context) error {
			_, err := alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmTypes: []cwtypes.AlarmType{"All"}})
			return err
		},
	}
	for want, call := range ask {
		err := call(t.Context())
		if want == "" {
			require.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, want)
		assert.NotEmpty(t, awsapi.Code(err), want)
	}
}

func TestEveryCallFailsOnce(t *testing.T) {
	var failed []string
	awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
		cloud := awsfake.New()
		awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) { return &ecs.ListTasksOutput{}, nil })
		awsfake.Answer(cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
			return &ecs.DescribeTasksOutput{}, nil
		})
		cloud.FailCall(n)
		client := ecs.NewFromConfig(cloud.Config("eu-west-1"))
		_, first := client.ListTasks(t.Context(), &ecs.ListTasksInput{})
		_, second := client.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: names(1)})
		assert.Equal(t, n == 1, first != nil)
		assert.Equal(t, n == 2, second != nil)
		if call := cloud.Failed(); call != nil {
			failed = append(failed, call.Operation)
		}
		return cloud
	})
	assert.Equal(t, []string{"ListTasks", "DescribeTasks"}, failed)
}

func TestDemandsAreMade(t *testing.T) {
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) { return &ecs.ListTasksOutput{}, nil })
	cloud.Demand("ListTasks", `"Cluster":"app"`, `"ServiceName":"web"`)
	client := ecs.NewFromConfig(cloud.Config("eu-west-1"))
	in := &ecs.ListTasksInput{Cluster: aws.String("app"), ServiceName: aws.String("web")}
	_, err := client.ListTasks(t.Context(), in)
	require.NoError(t, err)
	_, err = client.ListTasks(t.Context(), &ecs.ListTasksInput{Cluster: aws.String("app")})
	require.ErrorContains(t, err, `ListTasks: asked without "ServiceName":"web"`)

	cloud.DemandAll("ListTasks")
	_, err = client.ListTasks(t.Context(), &ecs.ListTasksInput{NextToken: aws.String("1")})
	require.NoError(t, err)
	_, err = client.ListTasks(t.Context(), in)
	require.ErrorContains(t, err, "ListTasks: asked for less than all")
}

// Who reads one page alone misses something; who reads them all has each item once, in whatever order they are.
func TestAnswersInPages(t *testing.T) {
	cloud := awsfake.New()
	arns := []string{"arn:1", "arn:2", "arn:3"}
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		slices.Reverse(arns)
		return &ecs.ListTasksOutput{TaskArns: slices.Clone(arns)}, nil
	})
	cloud.Page()
	client := ecs.NewFromConfig(cloud.Config("eu-west-1"))
	first, err := client.ListTasks(t.Context(), &ecs.ListTasksInput{})
	require.NoError(t, err)
	assert.Empty(t, first.TaskArns)
	assert.NotNil(t, first.NextToken)
	list := func(page *ecs.ListTasksOutput) []string { return page.TaskArns }
	for range 2 {
		all, err := awsapi.All(t.Context(), ecs.NewListTasksPaginator(client, &ecs.ListTasksInput{}), list)
		require.NoError(t, err)
		assert.ElementsMatch(t, arns, all)
	}
	_, err = client.ListTasks(t.Context(), &ecs.ListTasksInput{NextToken: aws.String("another's")})
	require.ErrorContains(t, err, "InvalidNextToken")

	cloud.FailCall(3)
	all, err := awsapi.All(t.Context(), ecs.NewListTasksPaginator(client, &ecs.ListTasksInput{}), list)
	require.Error(t, err)
	assert.Empty(t, all, "half of a list is none")
}
