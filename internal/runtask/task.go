package runtask

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// NotStartedError is ECS's reason for not starting a task, in an answer that is no error.
type NotStartedError struct{ Reason string }

func (e NotStartedError) Error() string { return "ECS has not started the task: " + e.Reason }

// Client starts tasks.
type Client interface {
	RunTask(context.Context, *ecs.RunTaskInput, ...func(*ecs.Options)) (*ecs.RunTaskOutput, error)
}

// Start starts one task. The error is a [NotStartedError] if ECS takes the request and starts nothing.
func Start(ctx context.Context, client Client, in *ecs.RunTaskInput) (*types.Task, error) {
	out, err := client.RunTask(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(out.Tasks) == 0 {
		why := "AWS gives no reason"
		if len(out.Failures) > 0 {
			why = strings.TrimSpace(aws.ToString(out.Failures[0].Reason) + " " + aws.ToString(out.Failures[0].Detail))
		}
		return nil, NotStartedError{why}
	}
	return &out.Tasks[0], nil
}

// Stopped reports whether a task has ended.
func Stopped(task *types.Task) bool { return aws.ToString(task.LastStatus) == "STOPPED" }

// Problem says what went wrong with a stopped task, by its container; "" if nothing did.
func Problem(task *types.Task, container string) string {
	for i := range task.Containers {
		one := &task.Containers[i]
		if aws.ToString(one.Name) != container {
			continue
		}
		if one.ExitCode != nil && *one.ExitCode == 0 {
			return ""
		}
		if one.ExitCode != nil {
			return strings.TrimSuffix(fmt.Sprintf("exit code %d, %s", *one.ExitCode, aws.ToString(one.Reason)), ", ")
		}
		return "it never ran: " + strings.TrimSpace(aws.ToString(task.StoppedReason)+" "+aws.ToString(one.Reason))
	}
	return "it never ran: " + aws.ToString(task.StoppedReason)
}

// Short returns the last part of an ARN.
func Short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
