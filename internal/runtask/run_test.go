package runtask_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/runtask"
)

const (
	definition = "arn:aws:ecs:us-east-1:222222222222:task-definition/aws-webapp-prod-nightly:3"
	taskARN    = "arn:aws:ecs:us-east-1:222222222222:task/app/0a1b2c"
)

// account runs a task for two minutes, which then exits with a code.
type account struct {
	*awsfake.Cloud
	tasks   []types.Task
	started time.Time
	lasts   time.Duration
	exits   *int32
	refuses string
	out     bytes.Buffer
	runner  runtask.Runner
}

func newAccount() *account {
	a := &account{Cloud: awsfake.New(), lasts: 2 * time.Minute, exits: aws.Int32(0)}
	awsfake.Answer(a.Cloud, func(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		out := &ecs.ListTasksOutput{}
		if aws.ToString(in.Family) == "aws-webapp-prod-nightly" {
			for _, one := range a.tasks {
				out.TaskArns = append(out.TaskArns, *one.TaskArn)
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
		if a.refuses != "" {
			return &ecs.RunTaskOutput{Failures: []types.Failure{{Reason: &a.refuses}}}, nil
		}
		a.started = time.Now()
		a.tasks = append(a.tasks, types.Task{TaskArn: aws.String(taskARN), TaskDefinitionArn: in.TaskDefinition})
		return &ecs.RunTaskOutput{Tasks: a.tasks[len(a.tasks)-1:]}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		for i := range a.tasks {
			one := &a.tasks[i]
			one.LastStatus, one.Containers = aws.String("RUNNING"), []types.Container{{Name: aws.String("nightly")}}
			if a.lasts > 0 && !time.Now().Before(a.started.Add(a.lasts)) {
				one.LastStatus, one.StoppedReason = aws.String("STOPPED"), aws.String("CannotPullContainerError")
				one.Containers[0].ExitCode = a.exits
			}
		}
		return &ecs.DescribeTasksOutput{Tasks: a.tasks}, nil
	})
	cfg := awsapi.ChangeOnly(a.WriteConfig("us-east-1"), runtask.Changes...)
	a.runner = runtask.Runner{
		ECS: ecs.NewFromConfig(cfg), Clock: clock.System{}, Progress: &a.out, Cluster: "app",
		Target: runtask.Target{
			Name: "nightly", Container: "nightly", TaskDefinition: definition, Subnets: []string{"subnet-1", "subnet-2"},
			SecurityGroup: "sg-nightly", LogGroup: "/ecs/nightly", TimeoutMinutes: 30,
		},
	}
	return a
}

func (a *account) oneStart(t *testing.T) *ecs.RunTaskInput {
	t.Helper()
	var found []*ecs.RunTaskInput
	for _, call := range a.Calls() {
		if in, is := call.Input.(*ecs.RunTaskInput); is {
			found = append(found, in)
		}
	}
	require.Len(t, found, 1)
	return found[0]
}

const log = "log group /ecs/nightly, stream nightly/nightly/0a1b2c"

// A run has the network of the stack's own runs, and no public address.
func TestRunsWhereTheStackRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		require.NoError(t, a.runner.Run(t.Context()))
		in := a.oneStart(t)
		assert.Equal(t, definition, aws.ToString(in.TaskDefinition))
		assert.Equal(t, "app", aws.ToString(in.Cluster))
		assert.EqualValues(t, 1, aws.ToInt32(in.Count))
		assert.Equal(t, types.LaunchTypeFargate, in.LaunchType)
		assert.Equal(t, &types.AwsVpcConfiguration{
			Subnets: []string{"subnet-1", "subnet-2"}, SecurityGroups: []string{"sg-nightly"},
			AssignPublicIp: types.AssignPublicIpDisabled,
		}, in.NetworkConfiguration.AwsvpcConfiguration)
		assert.Nil(t, in.Overrides, "the container's own command")
		assert.Equal(t, "nightly started: task 0a1b2c; log: "+log+"\ntask 0a1b2c is running\n"+
			"nightly has ended well, after 2m0s\n", a.out.String())
	})
}

// A task of a service is its image with another command, and the service's own tasks are no run of it.
func TestRunsACommandBesideTheServicesTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.tasks = []types.Task{{TaskArn: aws.String(taskARN + "-service")}}
		a.runner.Target.Command, a.runner.Detach = []string{"manage", "reindex"}, true
		require.NoError(t, a.runner.Run(t.Context()))
		assert.Equal(t, []types.ContainerOverride{{Name: aws.String("nightly"), Command: []string{"manage", "reindex"}}},
			a.oneStart(t).Overrides.ContainerOverrides)
		assert.Equal(t, "nightly started: task 0a1b2c; log: "+log+"\n", a.out.String(), "it does not wait")
		a.tasks[0].Overrides = a.oneStart(t).Overrides
		assert.ErrorContains(t, a.runner.Run(t.Context()), "a run of nightly is under way: task 0a1b2c-service")
	})
}

func TestEndsAsTheRunDoes(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*account)
		want   string
	}{
		"a bad end": {func(a *account) { a.exits = aws.Int32(3) }, "nightly failed after 2m0s: exit code 3; log: " + log},
		"no start":  {func(a *account) { a.exits = nil }, "it never ran: CannotPullContainerError"},
		"no room":   {func(a *account) { a.refuses = "Capacity is unavailable" }, "not started the task: Capacity is"},
		"no end":    {func(a *account) { a.lasts = 0 }, "still runs after 30m0s, and nothing stops it: aws ecs stop-task"},
		"two at once": {
			func(a *account) { a.tasks, a.started = []types.Task{{TaskArn: aws.String(taskARN)}}, time.Now() },
			"start another one with --beside",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			row.change(a)
			err := a.runner.Run(t.Context())
			require.ErrorContains(t, err, row.want, name)
			assert.ErrorAs(t, err, new(runtask.FailedError), name)
		})
	}
}

func TestStartsAnotherOnRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.tasks, a.started = []types.Task{{TaskArn: aws.String(taskARN + "-first")}}, time.Now()
		a.runner.Beside = true
		require.NoError(t, a.runner.Run(t.Context()))
		a.oneStart(t)
	})
}

func TestADryRunStartsNothing(t *testing.T) {
	a := newAccount()
	a.runner.DryRun = true
	require.NoError(t, a.runner.Run(t.Context()))
	for _, call := range a.Calls() {
		assert.NotEqual(t, "RunTask", call.Operation)
	}
	assert.Equal(t, "would run nightly: task definition aws-webapp-prod-nightly:3, the container's own command, in "+
		"cluster app, subnets subnet-1, subnet-2, security group sg-nightly\n", a.out.String())
}

// Whoever stops waiting does not stop the run, and is told so.
func TestTheRunGoesOnWithoutItsWatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := a.runner.Run(ctx)
		require.ErrorContains(t, err, "nightly goes on as task 0a1b2c")
		assert.False(t, errors.As(err, new(runtask.FailedError)), "it is not known how it ends")
	})
}
