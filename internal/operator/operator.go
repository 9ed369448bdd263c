package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/runtask"
)

// Changes are the actions that clients need besides those that look.
var Changes = []string{"ecs:ExecuteCommand", "ecs:RunTask", "ecs:StopTask"}

const (
	// patience until the task takes sessions: pulling the image takes most of it.
	patience = 5 * time.Minute
	interval = 3 * time.Second
)

// Stack has what the stack's outputs say of the task.
type Stack struct {
	Cluster, TaskDefinition, SecurityGroup string
	Subnets                                []string
}

// Session is what the plugin takes: what ExecuteCommand has answered, and the target that it is for. The session
// has a token, which is not to be shown.
type Session struct {
	Session *types.Session
	Target  string
}

// Operator runs the task.
type Operator struct {
	ECS      *ecs.Client
	STS      *sts.Client
	Clock    clock.Clock
	Progress io.Writer
	Stack    Stack
	// Reason of the session, a tag of the task and in the audit trail's record of RunTask.
	Reason string
	// DryRun says what would be done, and does nothing.
	DryRun bool
	// Attach lends the terminal to a session, and returns at its end.
	Attach func(Session) error
}

// RefusedError says why there is no session.
type RefusedError struct{ error }

func refusef(format string, values ...any) error { return RefusedError{fmt.Errorf(format, values...)} }

func (o *Operator) say(format string, values ...any) { fmt.Fprintf(o.Progress, format+"\n", values...) }

// reasonable matches the value of a tag that says something. Characters and length:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html (tag restrictions)
var reasonable = regexp.MustCompile(`^[\p{L}\p{N} +\-=._:/@]{8,256}$`)

// Check refuses a reason that says nothing, or that ECS would not take.
func Check(reason string) error {
	if !reasonable.MatchString(strings.TrimSpace(reason)) {
		return fmt.Errorf("--reason: found %q, expected 8 to 256 letters, digits, spaces and + - = . _ : / @, such as "+
			"%q: say why, whoever reads the audit trail will ask", reason, "INC-123 count the orders without a customer")
	}
	return nil
}

// Run starts the task, opens a session that runs a command, and stops the task. A task that this caller has left
// running, because the command was killed, is taken instead of another one.
func (o *Operator) Run(ctx context.Context, command string) error {
	who, err := o.caller(ctx)
	if err != nil {
		return err
	}
	left, err := o.left(ctx, who)
	if err != nil {
		return err
	}
	if o.DryRun {
		what := "start a task of " + o.Stack.TaskDefinition
		if left != "" {
			what = "take the task " + left + ", which runs"
		}
		o.say("would %s for %s (%s), open %q in it, and stop it at the end", what, who, o.Reason, command)
		return nil
	}
	if left == "" {
		if left, err = o.start(ctx, who); err != nil {
			return err
		}
	}
	// Ctrl-C is for psql, not for this program; and a task that nobody stops runs for an hour.
	defer o.stop(context.WithoutCancel(ctx), left)
	target, err := o.ready(ctx, left)
	if err != nil {
		return err
	}
	out, err := o.ECS.ExecuteCommand(ctx, &ecs.ExecuteCommandInput{
		Cluster: &o.Stack.Cluster, Task: &left, Command: &command, Interactive: true,
	})
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	o.say("the session is logged, with all that is typed and seen")
	return o.Attach(Session{out.Session, target})
}

// caller names who calls, as startedBy takes it: at most 128 letters, digits, hyphens, slashes and underscores
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html).
func (o *Operator) caller(ctx context.Context) (string, error) {
	out, err := o.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask who calls: %w", err)
	}
	name := aws.ToString(out.Arn)
	name = name[strings.LastIndex(name, ":")+1:]
	const most = 128
	name = regexp.MustCompile(`[^A-Za-z0-9_/-]`).ReplaceAllString(name, "_")
	return name[max(0, len(name)-most):], nil
}

// left returns the ARN of a task that this caller has started and not stopped, or "".
func (o *Operator) left(ctx context.Context, who string) (string, error) {
	out, err := o.ECS.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &o.Stack.Cluster, StartedBy: &who})
	if err != nil {
		return "", fmt.Errorf("look for a task that still runs: %w", err)
	}
	if len(out.TaskArns) == 0 {
		return "", nil
	}
	tasks, err := o.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &o.Stack.Cluster, Tasks: out.TaskArns})
	if err != nil {
		return "", fmt.Errorf("look at the task that still runs: %w", err)
	}
	for i := range tasks.Tasks {
		one := &tasks.Tasks[i]
		if aws.ToString(one.TaskDefinitionArn) == o.Stack.TaskDefinition && aws.ToString(one.DesiredStatus) == "RUNNING" {
			return aws.ToString(one.TaskArn), nil
		}
	}
	return "", nil
}

func (o *Operator) start(ctx context.Context, who string) (string, error) {
	task, err := runtask.Start(ctx, o.ECS, &ecs.RunTaskInput{
		Cluster: &o.Stack.Cluster, TaskDefinition: &o.Stack.TaskDefinition, Count: aws.Int32(1),
		StartedBy: &who, EnableExecuteCommand: true, LaunchType: types.LaunchTypeFargate,
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
			Subnets: o.Stack.Subnets, SecurityGroups: []string{o.Stack.SecurityGroup},
			AssignPublicIp: types.AssignPublicIpDisabled,
		}},
		Tags: []types.Tag{{Key: aws.String("webapp:reason"), Value: aws.String(strings.TrimSpace(o.Reason))}},
	})
	if errors.As(err, new(runtask.NotStartedError)) {
		return "", RefusedError{err}
	}
	if err != nil {
		return "", fmt.Errorf("start the task: %w", err)
	}
	return aws.ToString(task.TaskArn), nil
}

// ready waits until the task takes sessions, and returns their target.
func (o *Operator) ready(ctx context.Context, task string) (target string, err error) {
	began, said := o.Clock.Now(), ""
	for {
		out, err := o.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &o.Stack.Cluster, Tasks: []string{task}})
		switch {
		case err != nil && !awsapi.Passing(err):
			return "", fmt.Errorf("look at the task: %w", err)
		case err == nil && len(out.Tasks) > 0:
			one := &out.Tasks[0]
			status := aws.ToString(one.LastStatus)
			if aws.ToString(one.DesiredStatus) == "STOPPED" {
				return "", refusef("the task ended: %s", aws.ToString(one.StoppedReason))
			}
			if target := o.target(one); target != "" {
				return target, nil
			}
			if status != said {
				o.say("task %s is %s", task[strings.LastIndex(task, "/")+1:], status)
				said = status
			}
		}
		if now := o.Clock.Now().Sub(began); now >= patience {
			return "", refusef("after %s the task takes no sessions: look at its events and at the way to ssmmessages", now)
		}
		if err := o.Clock.Sleep(ctx, interval); err != nil {
			return "", err
		}
	}
}

// target is what Session Manager calls a container in which the agent of ECS Exec runs, or "". The form is the AWS
// CLI's: https://github.com/aws/aws-cli/blob/v2/awscli/customizations/ecs/executecommand.py
func (o *Operator) target(task *types.Task) string {
	for i := range task.Containers {
		one := &task.Containers[i]
		for _, agent := range one.ManagedAgents {
			if agent.Name == types.ManagedAgentNameExecuteCommandAgent && aws.ToString(agent.LastStatus) == "RUNNING" {
				id := aws.ToString(task.TaskArn)
				return fmt.Sprintf("ecs:%s_%s_%s", o.Stack.Cluster, id[strings.LastIndex(id, "/")+1:], aws.ToString(one.RuntimeId))
			}
		}
	}
	return ""
}

func (o *Operator) stop(ctx context.Context, task string) {
	_, err := o.ECS.StopTask(ctx, &ecs.StopTaskInput{
		Cluster: &o.Stack.Cluster, Task: &task, Reason: aws.String("the operator's session is over"),
	})
	if err != nil && !errors.As(err, new(*types.InvalidParameterException)) {
		o.say("the task %s still runs, until its time is up: %v", task, err)
		return
	}
	o.say("the task is stopped")
}
