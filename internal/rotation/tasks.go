package rotation

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/bluegreen"
)

// oldTasks are how many tasks of the service should run on although they were made before the new password. What
// deployments say of themselves is not enough: one that takes another back may keep tasks that are older than itself.
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

// errBusy means that there is something to wait for.
var errBusy = errors.New("waiting")

// until tries something again as long as there is something to wait for, and says so.
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
