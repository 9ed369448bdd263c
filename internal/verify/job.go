package verify

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// JobRequest describes a job as it should be.
type JobRequest struct {
	// Cluster in which it runs, and Job, its name.
	Cluster, Job string
	// Container whose exit code says how a run ended.
	Container string
	// TaskDefinition is the ARN of the revision that it runs.
	TaskDefinition string
	// ScheduleName is that of the schedule and its group, Schedule its expression and Timezone its zone. All are empty
	// for a job that people start.
	ScheduleName, Schedule, Timezone string
	// Alarms, AlertTopic and Subscriptions as in [Request].
	Alarms        []string
	AlertTopic    string
	Subscriptions int
}

// FromOutputs reads what a stack's outputs say of a job, and returns the stack's region.
func (r *JobRequest) FromOutputs(source io.Reader, job string) (region string, err error) {
	out, err := readOutputs(source)
	if err != nil {
		return "", err
	}
	known, there := out.Jobs[job]
	if !there {
		names := "no jobs"
		if len(out.Jobs) > 0 {
			names = strings.Join(slices.Sorted(maps.Keys(out.Jobs)), ", ")
		}
		return "", fmt.Errorf("--job: found %q, but the stack has %s: name one of its jobs", job, names)
	}
	*r = JobRequest{
		Cluster: out.ClusterName, Job: job, Container: known.Container, TaskDefinition: known.TaskDefinitionARN,
		ScheduleName: known.ScheduleName, Schedule: known.Schedule, Timezone: known.Timezone, Alarms: known.Alarms,
		AlertTopic: out.AlertTopic, Subscriptions: out.Subscriptions,
	}
	return regionOf(known.TaskDefinitionARN), nil
}

// LookAtJob looks once: a job that is not as it should be does not become so by waiting. Errors are as those of
// [Verifier.Run].
func (v *Verifier) LookAtJob(ctx context.Context, job JobRequest) (*Report, error) {
	v.start = v.Clock.Now()
	v.Request = Request{
		Cluster: job.Cluster, Service: job.Job, Alarms: job.Alarms, AlertTopic: job.AlertTopic,
		Subscriptions: job.Subscriptions,
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	var findings []outcome.Finding
	for _, check := range []func(context.Context, JobRequest) (outcome.Finding, error){
		v.checkSchedule, v.checkRevision, v.checkRuns,
		func(ctx context.Context, _ JobRequest) (outcome.Finding, error) { return v.checkAlarms(ctx) },
		func(ctx context.Context, _ JobRequest) (outcome.Finding, error) { return v.checkSubscriptions(ctx) },
	} {
		found, err := check(ctx, job)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found)
	}
	for _, found := range findings {
		if found.Status != outcome.OK && found.Status != outcome.Unchecked {
			return v.report(NotAsRequested, found.String(), findings), nil
		}
	}
	return v.report(Verified, "", findings), nil
}

// checkSchedule asks whether the schedule is on, and starts the deployed revision at the times of the stack file.
func (v *Verifier) checkSchedule(ctx context.Context, job JobRequest) (outcome.Finding, error) {
	check := outcome.Finding{Check: "schedule", Status: outcome.Wrong}
	if job.ScheduleName == "" {
		check.Status, check.Found = outcome.OK, "none: people start it"
		return check, nil
	}
	times := func(expression, zone string) string { return expression + " " + cmp.Or(zone, "UTC") }
	check.Needed = "on, " + times(job.Schedule, job.Timezone) + ", " + shortARN(job.TaskDefinition)
	check.Fix = "put back what was changed by hand: docs/runbook.md"
	schedule, err := v.Clients.Scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{
		Name: aws.String(job.ScheduleName), GroupName: aws.String(job.ScheduleName),
	})
	if awsapi.Code(err) == "ResourceNotFoundException" {
		check.Found = "no schedule " + job.ScheduleName
		return check, nil
	}
	if err != nil {
		return outcome.Finding{}, fmt.Errorf("look at schedule %s: %w", job.ScheduleName, err)
	}
	state, target := "on", "something else than a task"
	if schedule.State != "ENABLED" {
		state = "off"
	}
	if schedule.Target != nil && schedule.Target.EcsParameters != nil {
		target = shortARN(aws.ToString(schedule.Target.EcsParameters.TaskDefinitionArn))
	}
	check.Found = state + ", " +
		times(aws.ToString(schedule.ScheduleExpression), aws.ToString(schedule.ScheduleExpressionTimezone)) + ", " + target
	if check.Found == check.Needed {
		check.Status, check.Fix = outcome.OK, ""
	}
	return check, nil
}

// checkRevision asks whether the deployed revision can still be started.
func (v *Verifier) checkRevision(ctx context.Context, job JobRequest) (outcome.Finding, error) {
	check := outcome.Finding{
		Check: "task definition", Status: outcome.Wrong, Needed: shortARN(job.TaskDefinition) + " that is active",
		Fix: "deploy the stack again, which registers another revision",
	}
	described, err := v.Clients.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: aws.String(job.TaskDefinition),
	})
	if awsapi.Code(err) == "ClientException" {
		check.Found = "none"
		return check, nil
	}
	if err != nil {
		return outcome.Finding{}, fmt.Errorf("describe task definition %s: %w", shortARN(job.TaskDefinition), err)
	}
	status := described.TaskDefinition.Status
	check.Found = shortARN(job.TaskDefinition) + ", " + strings.ToLower(string(status))
	if status == ecstypes.TaskDefinitionStatusActive {
		check.Status, check.Fix = outcome.OK, ""
	}
	return check, nil
}

// checkRuns says how the last run ended. ECS forgets a task about an hour after its end
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html); of earlier ones the alarms speak.
func (v *Verifier) checkRuns(ctx context.Context, job JobRequest) (outcome.Finding, error) {
	check := outcome.Finding{Check: "last run", Status: outcome.OK}
	family, _, _ := strings.Cut(shortARN(job.TaskDefinition), ":")
	var ended []ecstypes.Task
	for _, status := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped} {
		tasks, err := v.tasksOf(ctx, &ecs.ListTasksInput{Family: aws.String(family), DesiredStatus: status})
		if err != nil {
			return outcome.Finding{}, err
		}
		if status == ecstypes.DesiredStatusRunning && len(tasks) > 0 {
			check.Note = plural.Of(len(tasks), "run") + " under way"
		}
		for i := range tasks {
			if aws.ToString(tasks[i].LastStatus) == string(ecstypes.DesiredStatusStopped) {
				ended = append(ended, tasks[i])
			}
		}
	}
	if len(ended) == 0 {
		check.Found = "none that ended within the hour"
		return check, nil
	}
	last := slices.MaxFunc(ended, func(a, b ecstypes.Task) int {
		return aws.ToTime(a.StoppedAt).Compare(aws.ToTime(b.StoppedAt))
	})
	ago := v.Clock.Now().Sub(aws.ToTime(last.StoppedAt)).Round(time.Minute)
	check.Needed = "exit code 0"
	for i := range last.Containers {
		container := &last.Containers[i]
		switch {
		case aws.ToString(container.Name) != job.Container:
		case container.ExitCode == nil:
			check.Status = outcome.Wrong
			check.Found = fmt.Sprintf("did not start, %s ago: %s", ago, aws.ToString(last.StoppedReason))
		default:
			check.Found = fmt.Sprintf("exit code %d, %s ago", *container.ExitCode, ago)
			if *container.ExitCode != 0 {
				check.Status = outcome.Wrong
			}
		}
	}
	if check.Status == outcome.Wrong {
		check.Fix = "read its log, then run it again: go run ./cmd/webapp job run " + job.Job
	}
	return check, nil
}
