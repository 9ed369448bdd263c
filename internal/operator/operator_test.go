package operator_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/operator"
)

const (
	definition = "arn:aws:ecs:us-east-1:222222222222:task-definition/aws-webapp-prod-operator:3"
	taskARN    = "arn:aws:ecs:us-east-1:222222222222:task/app/0a1b2c"
	reason     = "INC-123 count the orders"
)

// account has tasks that take sessions a minute after they were started.
type account struct {
	*awsfake.Cloud
	tasks    []types.Task
	started  time.Time
	sessions []operator.Session
	broken   error
	out      bytes.Buffer
}

func newAccount() *account {
	a := &account{Cloud: awsfake.New()}
	awsfake.Answer(a.Cloud, func(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		return &sts.GetCallerIdentityOutput{Arn: aws.String("arn:aws:sts::2:assumed-role/on-call/jo@example.com")}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		out := &ecs.ListTasksOutput{}
		for _, one := range a.tasks {
			if aws.ToString(one.StartedBy) == *in.StartedBy {
				out.TaskArns = append(out.TaskArns, *one.TaskArn)
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
		a.started = time.Now()
		a.tasks = []types.Task{{
			TaskArn: aws.String(taskARN), TaskDefinitionArn: in.TaskDefinition, StartedBy: in.StartedBy,
			DesiredStatus: aws.String("RUNNING"), Containers: []types.Container{{RuntimeId: aws.String("0a1b2c-7")}},
		}}
		return &ecs.RunTaskOutput{Tasks: a.tasks}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		status, agent := "PROVISIONING", "PENDING"
		if !time.Now().Before(a.started.Add(time.Minute)) {
			status, agent = "RUNNING", "RUNNING"
		}
		for i := range a.tasks {
			a.tasks[i].LastStatus = aws.String(status)
			for j := range a.tasks[i].Containers {
				a.tasks[i].Containers[j].ManagedAgents = []types.ManagedAgent{{
					Name: types.ManagedAgentNameExecuteCommandAgent, LastStatus: aws.String(agent),
				}}
			}
		}
		return &ecs.DescribeTasksOutput{Tasks: a.tasks}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecs.ExecuteCommandInput) (*ecs.ExecuteCommandOutput, error) {
		return &ecs.ExecuteCommandOutput{Session: &types.Session{TokenValue: aws.String("token-of-the-session")}}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
		for i := range a.tasks {
			a.tasks[i].DesiredStatus = aws.String("STOPPED")
		}
		return &ecs.StopTaskOutput{}, nil
	})
	return a
}

func (a *account) run(t *testing.T, dryRun bool) error {
	t.Helper()
	cfg := awsapi.ChangeOnly(a.WriteConfig("us-east-1"), operator.Changes...)
	o := &operator.Operator{
		ECS: ecs.NewFromConfig(cfg), STS: sts.NewFromConfig(cfg), Clock: clock.System{}, Progress: &a.out,
		Reason: reason, DryRun: dryRun,
		Stack: operator.Stack{
			Cluster: "app", TaskDefinition: definition, SecurityGroup: "sg-operator", Subnets: []string{"subnet-1"},
		},
		Attach: func(session operator.Session) error {
			a.sessions = append(a.sessions, session)
			return a.broken
		},
	}
	return o.Run(t.Context(), "psql")
}

func (a *account) inputs(operation string) (found []any) {
	for _, call := range a.Calls() {
		if call.Operation == operation {
			found = append(found, call.Input)
		}
	}
	return found
}

func TestASessionHasAReasonAndAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		require.NoError(t, a.run(t, false))
		run := a.inputs("RunTask")[0].(*ecs.RunTaskInput)
		assert.Equal(t, "assumed-role/on-call/jo_example_com", *run.StartedBy)
		assert.Equal(t, []types.Tag{{Key: aws.String("webapp:reason"), Value: aws.String(reason)}}, run.Tags)
		assert.True(t, run.EnableExecuteCommand)
		network := run.NetworkConfiguration.AwsvpcConfiguration
		assert.Equal(t, types.AssignPublicIpDisabled, network.AssignPublicIp)
		assert.Equal(t, []string{"sg-operator", "subnet-1"}, append(network.SecurityGroups, network.Subnets...))
		assert.Equal(t, []any{&ecs.ExecuteCommandInput{
			Cluster: aws.String("app"), Task: aws.String(taskARN), Command: aws.String("psql"), Interactive: true,
		}}, a.inputs("ExecuteCommand"), "not before the agent runs")
		require.Len(t, a.sessions, 1)
		assert.Equal(t, "ecs:app_0a1b2c_0a1b2c-7", a.sessions[0].Target)
		assert.Len(t, a.inputs("StopTask"), 1)
		assert.NotContains(t, a.out.String(), "token-of-the-session")
		granted := awsfake.Documented(t, "### Permissions of task\n")
		assert.ElementsMatch(t, append(a.Actions(), "ecs:TagResource", "iam:PassRole"), granted)
	})
}

func TestATaskThatWasLeftRunningIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.broken = errors.New("the connection is lost")
		a.Fail("ecs:StopTask", awsfake.Failure(http.StatusForbidden, "AccessDeniedException", "no"))
		require.ErrorIs(t, a.run(t, false), a.broken)
		assert.Contains(t, a.out.String(), "still runs, until its time is up")
		a.broken = nil
		require.NoError(t, a.run(t, true))
		assert.Contains(t, a.out.String(), "would take the task "+taskARN+", which runs")
		require.NoError(t, a.run(t, false))
		assert.Len(t, a.inputs("RunTask"), 1)
		require.NoError(t, a.run(t, false), "one that is stopped is not taken")
		assert.Len(t, a.inputs("RunTask"), 2)
	})
}

// Neither a lost session nor an agent that never comes leaves a task behind.
func TestWhatFailsLeavesNoTask(t *testing.T) {
	for want, breaks := range map[string]func(*account){
		"the connection is lost": func(a *account) { a.broken = errors.New("the connection is lost") },
		"takes no sessions": func(a *account) {
			a.started = time.Now().Add(time.Hour)
			a.tasks = []types.Task{{
				TaskArn: aws.String(taskARN), TaskDefinitionArn: aws.String(definition), DesiredStatus: aws.String("RUNNING"),
				StartedBy: aws.String("assumed-role/on-call/jo_example_com"), Containers: []types.Container{{}},
			}}
		},
		"open a session: ": func(a *account) {
			a.Fail("ecs:ExecuteCommand", awsfake.Failure(http.StatusBadRequest, "InvalidParameterException", "not enabled"))
		},
		"ecs:DescribeTasks": func(a *account) { a.Deny("ecs:DescribeTasks") },
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			breaks(a)
			err := a.run(t, false)
			require.Error(t, err, want)
			if !strings.HasPrefix(want, "ecs:") {
				require.ErrorContains(t, err, want)
			}
			assert.Len(t, a.inputs("StopTask"), 1, want)
		})
	}
}

func TestATaskThatECSDoesNotStartIsRefused(t *testing.T) {
	a := newAccount()
	awsfake.Answer(a.Cloud, func(*ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
		return &ecs.RunTaskOutput{Failures: []types.Failure{{Reason: aws.String("Capacity is unavailable")}}}, nil
	})
	err := a.run(t, false)
	require.EqualError(t, err, "ECS has not started the task: Capacity is unavailable")
	require.ErrorAs(t, err, new(operator.RefusedError))
	assert.Empty(t, a.inputs("StopTask"))
}

func TestADryRunStartsNothing(t *testing.T) {
	a := newAccount()
	require.NoError(t, a.run(t, true))
	assert.Contains(t, a.out.String(), "would start a task of "+definition)
	for _, call := range a.Calls() {
		assert.True(t, awsapi.Reads(call.Operation), call.Operation)
	}
}

func TestReasonsThatSayNothingAreRefused(t *testing.T) {
	for _, good := range []string{reason, "Größe der Tabelle"} {
		require.NoError(t, operator.Check(good))
	}
	for _, bad := range []string{"", "x", "       a", strings.Repeat("a", 257), "why; drop table", "two\nlines of it"} {
		assert.ErrorContains(t, operator.Check(bad), "say why", bad)
	}
}
