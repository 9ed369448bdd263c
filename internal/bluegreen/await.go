package bluegreen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"aws-webapp/internal/clock"
)

// FailedError is a deployment that failed or was stopped.
type FailedError struct{ ID, Reason string }

func (e *FailedError) Error() string {
	text := "deployment " + e.ID + " failed; the previous version serves"
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Await waits until a deployment's tasks get all requests, and reports what it waits for. If the group is
// configured to hold requests back until a call of ContinueDeployment, it makes that call.
//
// The error is a [FailedError], the error of a call, or that of a context that is done.
func Await(ctx context.Context, api API, clk clock.Clock, id string, say func(string)) error {
	teller, hopeless := newTeller(clk, say), ""
	for {
		d, err := Look(ctx, api, id)
		switch {
		case err != nil:
			return err
		case d.Serves():
			return nil
		case d.Phase == Failed:
			return &FailedError{ID: id, Reason: cmp.Or(hopeless, d.Reason)}
		case d.hopeless(clk.Now()):
			hopeless = fmt.Sprintf("it was not ready to move requests after %s", StartsWithin)
			if err := stop(ctx, api, id); err != nil {
				return err
			}
		case d.Phase == Ready:
			if err := proceed(ctx, api, id, types.DeploymentWaitTypeReadyWait); err != nil {
				return err
			}
		}
		teller.tell(fmt.Sprintf("deployment %s: %s", id, d.Phase))
		if err := clk.Sleep(ctx, PollEvery); err != nil {
			return fmt.Errorf("deployment %s was still %s: %w", id, d.Phase, err)
		}
	}
}

// Finish makes a deployment that has moved all requests end the old tasks now, and waits until it has ended.
// Afterwards there is no way back to them. Errors are those of [Await].
func Finish(ctx context.Context, api API, clk clock.Clock, id string, say func(string)) error {
	teller := newTeller(clk, say)
	for {
		d, err := Look(ctx, api, id)
		switch {
		case err != nil:
			return err
		case d.Phase == Failed:
			return &FailedError{ID: id, Reason: d.Reason}
		case !d.Active():
			return nil
		}
		if err := end(ctx, api, id); err != nil {
			return err
		}
		teller.tell("deployment " + id + ": ending the old tasks")
		if err := clk.Sleep(ctx, PollEvery); err != nil {
			return fmt.Errorf("deployment %s still keeps the old tasks: %w", id, err)
		}
	}
}

// end ends the waiting time of a deployment
// (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ContinueDeployment.html, TERMINATION_WAIT). It is no
// error if the deployment has ended, or if CodeDeploy refuses: then the deployment ends by itself when its time is up.
func end(ctx context.Context, api API, id string) error {
	return proceed(ctx, api, id, types.DeploymentWaitTypeTerminationWait)
}

func proceed(ctx context.Context, api API, id string, past types.DeploymentWaitType) error {
	_, err := api.ContinueDeployment(ctx, &codedeploy.ContinueDeploymentInput{
		DeploymentId: aws.String(id), DeploymentWaitType: past,
	})
	var (
		over  *types.DeploymentAlreadyCompletedException
		early *types.DeploymentIsNotInReadyStateException
		never *types.UnsupportedActionForDeploymentTypeException
	)
	if err == nil || errors.As(err, &over) || errors.As(err, &early) || errors.As(err, &never) {
		return nil
	}
	return fmt.Errorf("continue deployment %s: %w", id, err)
}

// StartsWithin is the time limit for a deployment until requests move: its tasks become healthy, and are tested if the
// group has a test hook. CodeDeploy itself fails a deployment whose tasks do not start after 60 minutes, and its
// group is busy for that long (https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ecs.html).
// Since its tasks get no requests yet, stopping it harms nobody.
const StartsWithin = 15 * time.Minute

func (d *Deployment) hopeless(now time.Time) bool {
	return (d.Phase == Starting || d.Phase == Ready) && now.Sub(d.Created) > StartsWithin
}

// stop ends a deployment and has CodeDeploy remove its tasks.
func stop(ctx context.Context, api API, id string) error {
	_, err := api.StopDeployment(ctx, &codedeploy.StopDeploymentInput{
		DeploymentId: aws.String(id), AutoRollbackEnabled: aws.Bool(true),
	})
	var over *types.DeploymentAlreadyCompletedException
	if err == nil || errors.As(err, &over) {
		return nil
	}
	return fmt.Errorf("stop deployment %s: %w", id, err)
}
