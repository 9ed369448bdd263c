package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// tasksPerCall is the limit of DescribeTasks.
const tasksPerCall = 100

// runningTasks returns the version's tasks that should run, without those that ECS is stopping:
// they get no new requests.
func (v *Verifier) runningTasks(ctx context.Context, found *version) ([]ecstypes.Task, error) {
	tasks, err := v.listTasks(ctx, ecstypes.DesiredStatusRunning)
	if err != nil || found.startedBy == "" {
		return tasks, err
	}
	return slices.DeleteFunc(tasks, func(task ecstypes.Task) bool {
		return aws.ToString(task.StartedBy) != found.startedBy
	}), nil
}

func (v *Verifier) listTasks(ctx context.Context, status ecstypes.DesiredStatus) ([]ecstypes.Task, error) {
	return v.tasksOf(ctx, &ecs.ListTasksInput{ServiceName: aws.String(v.Request.Service), DesiredStatus: status})
}

// tasksOf describes the tasks of the cluster that a list has.
func (v *Verifier) tasksOf(ctx context.Context, list *ecs.ListTasksInput) ([]ecstypes.Task, error) {
	list.Cluster, list.MaxResults = aws.String(v.Request.Cluster), aws.Int32(tasksPerCall)
	arns, err := awsapi.All(ctx, ecs.NewListTasksPaginator(v.Clients.ECS, list),
		func(page *ecs.ListTasksOutput) []string { return page.TaskArns })
	if err != nil {
		return nil, fmt.Errorf("list the tasks of %s: %w", v.Request.Service, err)
	}
	var tasks []ecstypes.Task
	for some := range slices.Chunk(arns, tasksPerCall) {
		described, err := v.Clients.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{
			Cluster: aws.String(v.Request.Cluster), Tasks: some,
		})
		if err != nil {
			return nil, fmt.Errorf("describe the tasks of %s: %w", v.Request.Service, err)
		}
		tasks = append(tasks, described.Tasks...)
	}
	return tasks, nil
}

// checkTasks checks the number of running tasks, and what they run.
func (v *Verifier) checkTasks(ctx context.Context, found *version, tasks []ecstypes.Task) ([]outcome.Finding, error) {
	count := outcome.Finding{Check: "tasks", Status: outcome.Wrong, Needed: plural.Of(found.desired, "task") + " running"}
	running, others, sick := 0, 0, 0
	digests := map[string]int{}
	for i := range tasks {
		task := &tasks[i]
		if aws.ToString(task.LastStatus) != "RUNNING" {
			continue
		}
		if task.HealthStatus == ecstypes.HealthStatusUnhealthy {
			sick++
		}
		if aws.ToString(task.TaskDefinitionArn) != found.definition {
			others++
			continue
		}
		running++
		digests[v.digestOf(task)]++
	}
	count.Found = fmt.Sprintf("%d running", running)
	switch {
	case found.desired == 0:
		count.Needed, count.Note = "at least one task", "the service is scaled to zero, so nothing shows what it would run"
		count.Patience = settle
	case others > 0:
		count.Status, count.Found = outcome.Waiting, fmt.Sprintf("%d running, and %d of another task definition", running,
			others)
	case sick > 0:
		count.Found = fmt.Sprintf("%d running, %d unhealthy by their container's health check", running, sick)
	case running != found.desired:
		count.Status = outcome.Waiting
	default:
		count.Status = outcome.OK
	}
	if running < found.desired {
		reason, err := v.stopReason(ctx, found)
		if err != nil {
			return nil, err
		}
		count.Note = reason
	}
	return append([]outcome.Finding{count}, v.checkImage(found, digests)...), nil
}

// digestOf returns the digest that the task reports for the service's container; sidecars do
// not count.
func (v *Verifier) digestOf(task *ecstypes.Task) string {
	for _, container := range task.Containers {
		if aws.ToString(container.Name) == v.Request.Container {
			return aws.ToString(container.ImageDigest)
		}
	}
	return ""
}

// checkImage checks the digests that running tasks report.
func (v *Verifier) checkImage(found *version, digests map[string]int) []outcome.Finding {
	if v.image.text == "" {
		return nil
	}
	check := outcome.Finding{Check: "image", Status: outcome.Waiting, Needed: images.ShortDigest(v.image.digest)}
	var parts []string
	untold, others := digests[""] > 0, false
	for _, digest := range slices.Sorted(maps.Keys(digests)) {
		shown := images.ShortDigest(digest)
		if digest == "" {
			shown = "no digest"
		}
		parts = append(parts, fmt.Sprintf("%s in %s", shown, plural.Of(digests[digest], "task")))
		others = others || digest != "" && !v.image.runs(digest)
	}
	check.Found = strings.Join(parts, ", ")
	switch {
	case len(parts) == 0:
		check.Found = "no running task"
	case others:
		check.Status, check.Patience = v.mismatch(found), settle
	case untold:
		check.Note = "the task reports none yet"
	default:
		check.Status = outcome.OK
	}
	return []outcome.Finding{check}
}

// stopReason returns the reason why the task that ended last stopped, unless ECS decided to
// stop it.
func (v *Verifier) stopReason(ctx context.Context, found *version) (string, error) {
	tasks, err := v.listTasks(ctx, ecstypes.DesiredStatusStopped)
	if err != nil {
		return "", err
	}
	var last *ecstypes.Task
	for i := range tasks {
		task := &tasks[i]
		failed := task.StopCode == ecstypes.TaskStopCodeTaskFailedToStart ||
			task.StopCode == ecstypes.TaskStopCodeEssentialContainerExited
		ofVersion := aws.ToString(task.TaskDefinitionArn) == found.definition ||
			shortARN(aws.ToString(task.TaskDefinitionArn)) == shortARN(v.Request.TaskDefinition)
		if failed && ofVersion && (last == nil || aws.ToTime(task.StoppedAt).After(aws.ToTime(last.StoppedAt))) {
			last = task
		}
	}
	if last == nil {
		return "", nil
	}
	reason := "last task ended: " + aws.ToString(last.StoppedReason)
	for _, container := range last.Containers {
		if container.ExitCode != nil && *container.ExitCode != 0 {
			reason += fmt.Sprintf(", container %s exited with %d", aws.ToString(container.Name), *container.ExitCode)
		}
		if text := aws.ToString(container.Reason); text != "" {
			reason += ", " + text
		}
	}
	return reason, nil
}

// address returns the address of a task in its subnet, or "" while it has none.
func address(task *ecstypes.Task) string {
	for _, attachment := range task.Attachments {
		for _, detail := range attachment.Details {
			if aws.ToString(detail.Name) == "privateIPv4Address" {
				return aws.ToString(detail.Value)
			}
		}
	}
	return ""
}
