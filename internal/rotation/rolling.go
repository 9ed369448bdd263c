package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// replaceTasks has ECS replace the tasks of a rolling service, and waits until it has. A deployment in progress
// does not get in the way: ECS replaces it, including the tasks that it has started. If ECS takes the
// deployment back, some tasks with the old password stay, and replaceTasks starts another deployment.
func (r *Relay) replaceTasks(ctx context.Context, one Service, rotated *rotation, say func(string)) (string, error) {
	const most = 2 // deployments at one event; the alarm that took back the first is on when the second starts
	what, forced := Already, 0
	err := r.until(ctx, func() error {
		old, err := r.oldTasks(ctx, one, rotated)
		if err != nil || old == 0 {
			return err
		}
		running, err := r.describe(ctx, one)
		if err != nil {
			return err
		}
		primary := primaryDeployment(running)
		switch {
		case renews(primary, rotated):
		case forced == most:
			return fmt.Errorf("%d deployments failed: %s", most, aws.ToString(primary.RolloutStateReason))
		default:
			if err := r.force(ctx, one); err != nil {
				return err
			}
			what, forced = Replaced, forced+1
			say("deployment forced")
		}
		return fmt.Errorf("%w: %d tasks with the old secret still run", errBusy, old)
	}, say)
	return what, err
}

func (r *Relay) force(ctx context.Context, one Service) error {
	_, err := r.ECS.UpdateService(ctx, &ecs.UpdateServiceInput{
		Cluster:            aws.String(r.Config.Cluster),
		Service:            aws.String(one.Name),
		ForceNewDeployment: true,
	})
	var invalid *ecstypes.InvalidParameterException
	if errors.As(err, &invalid) && strings.Contains(invalid.ErrorMessage(), "active deployments exist") {
		// Five deployments have tasks that have not ended yet: ECS allows no more than that.
		return fmt.Errorf("%w: %s", errBusy, invalid.ErrorMessage())
	}
	if err != nil {
		return fmt.Errorf("force a new deployment: %w", err)
	}
	return nil
}

// primaryDeployment returns the newest deployment, or an empty one if there is none.
func primaryDeployment(running *ecstypes.Service) *ecstypes.Deployment {
	for i := range running.Deployments {
		if aws.ToString(running.Deployments[i].Status) == "PRIMARY" {
			return &running.Deployments[i]
		}
	}
	return &ecstypes.Deployment{}
}

// renews reports whether the deployment replaces all tasks by ones with the new password. A rollback does not: it
// keeps those tasks of the previous deployment that still run.
func renews(primary *ecstypes.Deployment, rotated *rotation) bool {
	reason := strings.ToLower(aws.ToString(primary.RolloutStateReason))
	return primary.RolloutState == ecstypes.DeploymentRolloutStateInProgress &&
		!strings.Contains(reason, "rolling back") &&
		primary.CreatedAt != nil && !primary.CreatedAt.Before(rotated.since())
}
