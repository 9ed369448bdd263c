package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/runtask"
)

// migrate runs the migration with the registered version and waits until it has ended well. The old version serves
// meanwhile. If a migration of this version is already running, migrate waits for it. One that has ended well is not
// run again while ECS still knows it (about an hour after its end). Later it is, so it must be repeatable.
func (r *Release) migrate(ctx context.Context, one *Service) error {
	if !one.migrates() {
		return nil
	}
	voice := r.voice(one)
	task, err := r.earlierMigration(ctx, one)
	if err != nil {
		return err
	}
	switch {
	case task == nil:
		if task, err = r.runMigration(ctx, one); err != nil {
			return err
		}
		voice.say("migration started: task " + short(aws.ToString(task.TaskArn)))
	case runtask.Stopped(task):
		voice.say("the migration of this version has run already: task " + short(aws.ToString(task.TaskArn)))
	default:
		voice.say("the migration of this version runs already: task " + short(aws.ToString(task.TaskArn)))
	}
	return r.awaitMigration(ctx, one, task)
}

// startedBy marks the tasks of a version's migration; 128 characters of letters, digits, hyphens, underscores and
// slashes (API reference of ECS, RunTask).
func (s *Service) startedBy() string {
	return "release/" + strings.ReplaceAll(short(s.TaskDefinition), ":", "/")
}

// earlierMigration returns the version's migration that runs or has ended well, or nil.
func (r *Release) earlierMigration(ctx context.Context, one *Service) (*ecstypes.Task, error) {
	family, _, _ := strings.Cut(short(one.TaskDefinition), ":")
	for _, status := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped} {
		pages := ecs.NewListTasksPaginator(r.clients.ECS, &ecs.ListTasksInput{
			Cluster: aws.String(one.Cluster), Family: aws.String(family), DesiredStatus: status,
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("list the migrations of %s: %w", one.Name, err)
			}
			tasks, err := r.describeTasks(ctx, one, page.TaskArns)
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(tasks, func(task ecstypes.Task) bool {
				return one.migratedBy(&task) && (!runtask.Stopped(&task) || runtask.Problem(&task, one.Name) == "")
			})
			if at >= 0 {
				return &tasks[at], nil
			}
		}
	}
	return nil, nil
}

// migratedBy reports whether a task is the version's migration.
func (s *Service) migratedBy(task *ecstypes.Task) bool {
	if aws.ToString(task.StartedBy) != s.startedBy() || task.Overrides == nil {
		return false
	}
	return slices.ContainsFunc(task.Overrides.ContainerOverrides, func(o ecstypes.ContainerOverride) bool {
		return aws.ToString(o.Name) == s.Name && slices.Equal(o.Command, s.Migration.Command)
	})
}

func (r *Release) describeTasks(ctx context.Context, one *Service, arns []string) ([]ecstypes.Task, error) {
	if len(arns) == 0 {
		return nil, nil
	}
	described, err := r.clients.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{
		Cluster: aws.String(one.Cluster), Tasks: arns,
	})
	if err != nil {
		return nil, fmt.Errorf("look at the migration of %s: %w", one.Name, err)
	}
	return described.Tasks, nil
}

// runMigration starts the task where the service's tasks run, but never on Spot, which may end it at any moment.
func (r *Release) runMigration(ctx context.Context, one *Service) (*ecstypes.Task, error) {
	wanted, err := one.readAppSpec()
	if err != nil {
		return nil, err
	}
	task, err := runtask.Start(ctx, r.clients.ECS, &ecs.RunTaskInput{
		Cluster: aws.String(one.Cluster), TaskDefinition: aws.String(one.TaskDefinition), Count: aws.Int32(1),
		LaunchType: ecstypes.LaunchTypeFargate, PlatformVersion: wanted.platform(),
		NetworkConfiguration: wanted.network(), StartedBy: aws.String(one.startedBy()),
		// One at a time: a second call with it gets the task of the first.
		ClientToken: aws.String(fmt.Sprintf("%s-%d", lastOf(one.startedBy(), tokenLength), r.start.Unix())),
		Overrides: &ecstypes.TaskOverride{ContainerOverrides: []ecstypes.ContainerOverride{{
			Name: aws.String(one.Name), Command: one.Migration.Command,
		}}},
	})
	var refused runtask.NotStartedError
	if errors.As(err, &refused) {
		return nil, failuref("its migration did not start: %s", refused.Reason)
	}
	if err != nil {
		return nil, fmt.Errorf("start the migration of %s: %w", one.Name, err)
	}
	return task, nil
}

// tokenLength leaves room for a time in the 64 characters of a client token.
const tokenLength = 40

func lastOf(text string, length int) string { return text[max(0, len(text)-length):] }

func (r *Release) awaitMigration(ctx context.Context, one *Service, task *ecstypes.Task) error {
	arn := aws.ToString(task.TaskArn)
	until := r.clock.Now().Add(one.Migration.timeout())
	for {
		tasks, err := r.describeTasks(ctx, one, []string{arn})
		switch {
		case err != nil:
			return err
		case len(tasks) == 0:
			// A task that has just been started may not be visible everywhere yet (API reference of ECS,
			// RunTask).
		case runtask.Stopped(&tasks[0]):
			if why := runtask.Problem(&tasks[0], one.Name); why != "" {
				return failuref("its migration failed; the previous version still serves: %s; its output: %s",
					why, r.logOf(ctx, one, arn))
			}
			r.voice(one).say("migration done")
			return nil
		default:
			status := strings.ToLower(aws.ToString(tasks[0].LastStatus))
			r.voice(one).tell("waiting for the migration: task " + short(arn) + " is " + status)
		}
		if !r.clock.Now().Add(pollEvery).Before(until) {
			return r.giveUp(ctx, one, arn)
		}
		if err := r.clock.Sleep(ctx, pollEvery); err != nil {
			return fmt.Errorf("the migration continues, and the next call waits for it: %w", err)
		}
	}
}

// giveUp stops a migration that takes too long: it may hold locks that the old version waits for.
func (r *Release) giveUp(ctx context.Context, one *Service, arn string) error {
	log := r.logOf(ctx, one, arn)
	if _, err := r.clients.ECS.StopTask(ctx, &ecs.StopTaskInput{
		Cluster: aws.String(one.Cluster), Task: aws.String(arn), Reason: aws.String("The migration took too long."),
	}); err != nil {
		return fmt.Errorf("its migration took longer than %s and cannot be stopped: %w", one.Migration.timeout(), err)
	}
	return failuref("its migration took longer than %s and was stopped; the previous version still serves; its "+
		"output: %s; raise services[].deployment.migration.timeoutMinutes if it needs longer", one.Migration.timeout(), log)
}

// logOf says where to read the migration's log: the stream of the awslogs driver is PREFIX/CONTAINER/TASK (Amazon ECS
// Developer Guide, "Send Amazon ECS logs to CloudWatch", awslogs-stream-prefix).
func (r *Release) logOf(ctx context.Context, one *Service, arn string) string {
	described, err := r.clients.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: aws.String(one.TaskDefinition),
	})
	if err == nil && described.TaskDefinition != nil {
		for i := range described.TaskDefinition.ContainerDefinitions {
			container := &described.TaskDefinition.ContainerDefinitions[i]
			if aws.ToString(container.Name) != one.Name || container.LogConfiguration == nil {
				continue
			}
			options := container.LogConfiguration.Options
			return fmt.Sprintf("log group %s, stream %s/%s/%s",
				options["awslogs-group"], options["awslogs-stream-prefix"], one.Name, short(arn))
		}
	}
	return "the log of the service"
}
