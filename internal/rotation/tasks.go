package rotation

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/bluegreen"
)

// oldTasks counts the tasks of the service that are meant to keep running although they were created before the new
// password. The age of deployments is not enough: a rollback may keep tasks that are older than itself.
func (r *Relay) oldTasks(ctx context.Context, one Service, rotated *rotation) (int, error) {
	old := 0
	pages := ecs.NewListTasksPaginator(r.ECS, &ecs.ListTasksInput{
		Cluster: aws.String(r.Config.Cluster), ServiceName: aws.String(one.Name),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("list tasks: %w", err)
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		described, err := r.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{
			Cluster: aws.String(r.Config.Cluster), Tasks: page.TaskArns,
		})
		if err != nil {
			return 0, fmt.Errorf("describe tasks: %w", err)
		}
		for i := range described.Tasks {
			if task := &described.Tasks[i]; task.CreatedAt == nil || task.CreatedAt.Before(rotated.since()) {
				old++
			}
		}
	}
	return old, nil
}

// errBusy means that the caller has to wait.
var errBusy = errors.New("waiting")

// until tries again as long as the error is errBusy, and reports what it waits for.
func (r *Relay) until(ctx context.Context, try func() error, say func(string)) error {
	var waiting error
	for {
		err := try()
		switch {
		case errors.Is(err, errBusy):
			waiting = err
			say(err.Error())
		case err != nil && ctx.Err() != nil && waiting != nil:
			return waiting // time ran out in the middle of a call: that is not the reason
		default:
			return err
		}
		if err := r.Clock.Sleep(ctx, bluegreen.PollEvery); err != nil {
			return errors.Join(waiting, err)
		}
	}
}
