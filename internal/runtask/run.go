package runtask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
)

// Changes are the actions that clients need besides those that look.
var Changes = []string{"ecs:RunTask"}

const (
	interval = 5 * time.Second
	// startedBy marks the runs in ECS. Who called is in the audit trail.
	startedBy = "webapp-run"
)

// Target is what to run, as the stack's outputs say.
type Target struct {
	// Name of the job or of the task.
	Name string `json:"-"`
	// Container that runs Command; the container's own command if that is empty.
	Container string   `json:"container"`
	Command   []string `json:"command"`
	// TaskDefinition by ARN.
	TaskDefinition string `json:"taskDefinitionArn"`
	// Subnets and SecurityGroup of the run.
	Subnets       []string `json:"subnetIds"`
	SecurityGroup string   `json:"securityGroupId"`
	// LogGroup of its output.
	LogGroup string `json:"logGroup"`
	// TimeoutMinutes that the command waits.
	TimeoutMinutes int `json:"timeoutMinutes"`
}

// Runner runs a target once.
type Runner struct {
	ECS      *ecs.Client
	Clock    clock.Clock
	Progress io.Writer
	Cluster  string
	Target   Target
	// DryRun says what would be done, and does nothing. Beside runs it although a run is under way. Detach does not wait
	// for the end.
	DryRun, Beside, Detach bool
}

// FailedError says why a run did not end well, or was not begun.
type FailedError struct{ error }

func failuref(format string, values ...any) error { return FailedError{fmt.Errorf(format, values...)} }

func (r *Runner) say(format string, values ...any) { fmt.Fprintf(r.Progress, format+"\n", values...) }

// Run starts the target and waits until it has exited with 0.
func (r *Runner) Run(ctx context.Context) error {
	running, err := r.running(ctx)
	if err != nil {
		return err
	}
	if running != "" && !r.Beside {
		return failuref("a run of %s is under way: task %s. Wait for its end, or start another one with --beside",
			r.Target.Name, Short(running))
	}
	what := "the container's own command"
	if len(r.Target.Command) > 0 {
		what = fmt.Sprintf("%q", r.Target.Command)
	}
	if r.DryRun {
		r.say("would run %s: task definition %s, %s, in cluster %s, subnets %s, security group %s", r.Target.Name,
			Short(r.Target.TaskDefinition), what, r.Cluster, strings.Join(r.Target.Subnets, ", "), r.Target.SecurityGroup)
		return nil
	}
	task, err := Start(ctx, r.ECS, r.input())
	if errors.As(err, new(NotStartedError)) {
		return FailedError{err}
	}
	if err != nil {
		return fmt.Errorf("start %s: %w", r.Target.Name, err)
	}
	arn := aws.ToString(task.TaskArn)
	r.say("%s started: task %s; log: %s", r.Target.Name, Short(arn), r.log(arn))
	if r.Detach {
		return nil
	}
	return r.await(ctx, arn)
}

func (r *Runner) input() *ecs.RunTaskInput {
	in := &ecs.RunTaskInput{
		Cluster: &r.Cluster, TaskDefinition: &r.Target.TaskDefinition, Count: aws.Int32(1),
		LaunchType: types.LaunchTypeFargate, StartedBy: aws.String(startedBy),
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
			Subnets: r.Target.Subnets, SecurityGroups: []string{r.Target.SecurityGroup},
			AssignPublicIp: types.AssignPublicIpDisabled,
		}},
	}
	if len(r.Target.Command) > 0 {
		in.Overrides = &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{
			Name: &r.Target.Container, Command: r.Target.Command,
		}}}
	}
	return in
}

// running returns the ARN of a run of the target that has not ended, or "". Tasks of a service's family are its own,
// unless they have the target's command.
func (r *Runner) running(ctx context.Context) (string, error) {
	family, _, _ := strings.Cut(Short(r.Target.TaskDefinition), ":")
	pages := ecs.NewListTasksPaginator(r.ECS, &ecs.ListTasksInput{
		Cluster: &r.Cluster, Family: &family, DesiredStatus: types.DesiredStatusRunning,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", fmt.Errorf("look for a run of %s: %w", r.Target.Name, err)
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		tasks, err := r.describe(ctx, page.TaskArns)
		if err != nil {
			return "", err
		}
		for i := range tasks {
			if !Stopped(&tasks[i]) && r.same(&tasks[i]) {
				return aws.ToString(tasks[i].TaskArn), nil
			}
		}
	}
	return "", nil
}

func (r *Runner) same(task *types.Task) bool {
	if len(r.Target.Command) == 0 {
		return true
	}
	return task.Overrides != nil && slices.ContainsFunc(task.Overrides.ContainerOverrides,
		func(o types.ContainerOverride) bool { return slices.Equal(o.Command, r.Target.Command) })
}

func (r *Runner) describe(ctx context.Context, tasks []string) ([]types.Task, error) {
	out, err := r.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &r.Cluster, Tasks: tasks})
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", r.Target.Name, err)
	}
	return out.Tasks, nil
}

// await waits for the end. A run is not stopped when the time is up, or when somebody stops waiting.
func (r *Runner) await(ctx context.Context, arn string) error {
	began, said := r.Clock.Now(), ""
	for {
		tasks, err := r.describe(ctx, []string{arn})
		switch {
		case err != nil && !awsapi.Passing(err):
			return err
		case err != nil || len(tasks) == 0: // not visible everywhere yet
		case Stopped(&tasks[0]):
			took := r.Clock.Now().Sub(began).Round(time.Second)
			if why := Problem(&tasks[0], r.Target.Container); why != "" {
				return failuref("%s failed after %s: %s; log: %s", r.Target.Name, took, why, r.log(arn))
			}
			r.say("%s has ended well, after %s", r.Target.Name, took)
			return nil
		default:
			if status := strings.ToLower(aws.ToString(tasks[0].LastStatus)); status != said {
				r.say("task %s is %s", Short(arn), status)
				said = status
			}
		}
		if waited := r.Clock.Now().Sub(began); waited >= time.Duration(r.Target.TimeoutMinutes)*time.Minute {
			return failuref("%s still runs after %s, and nothing stops it: aws ecs stop-task --cluster %s --task %s; log: %s",
				r.Target.Name, waited.Round(time.Second), r.Cluster, Short(arn), r.log(arn))
		}
		if err := r.Clock.Sleep(ctx, interval); err != nil {
			return fmt.Errorf("%s goes on as task %s: %w", r.Target.Name, Short(arn), err)
		}
	}
}

// log says where the output is: the stream of the awslogs driver is PREFIX/CONTAINER/TASK, and the prefix is the
// container's name (Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch", awslogs-stream-prefix).
func (r *Runner) log(arn string) string {
	name := r.Target.Container
	return fmt.Sprintf("log group %s, stream %s/%s/%s", r.Target.LogGroup, name, name, Short(arn))
}
