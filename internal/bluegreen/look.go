package bluegreen

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// Phase is the progress of a deployment.
type Phase string

// The phases. A deployment in one of the first four is active: its group takes no other one.
const (
	// Starting the new tasks, until all of them are healthy. They only get requests of the test listener.
	Starting Phase = "starting tasks"
	// Ready: the new tasks answer on the test listener, and requests wait to be moved by ContinueDeployment.
	Ready Phase = "ready"
	// Shifting until the new tasks get all requests.
	Shifting Phase = "moving requests"
	// Waiting: the new tasks get all requests, and the old ones are kept for a rollback.
	Waiting Phase = "keeping the old tasks"
	// Succeeded: the old tasks have been told to end.
	Succeeded Phase = "succeeded"
	// Failed or stopped: the old tasks serve, or will when a rollback has ended.
	Failed Phase = "failed"
)

// Deployment is a deployment of CodeDeploy.
type Deployment struct {
	ID      string
	Phase   Phase
	Created time.Time
	// Rollback says that CodeDeploy created it, to go back to tasks that still run.
	Rollback bool
	// Reason says why it failed or, while it is active, why CodeDeploy created it.
	Reason string

	content, sum string
}

// Active reports whether the deployment keeps the group from taking another one.
func (d *Deployment) Active() bool { return d.Phase != Succeeded && d.Phase != Failed }

// Serves reports whether the deployment's tasks get all requests.
func (d *Deployment) Serves() bool { return d.Phase == Waiting || d.Phase == Succeeded }

// deploys reports whether the deployment has this AppSpec. CodeDeploy may answer with the text, its checksum, or
// both.
func (d *Deployment) deploys(appSpec string) bool {
	return d.content == appSpec || strings.EqualFold(d.sum, sum(appSpec))
}

func sum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// active lists the states of a deployment that has not ended.
var active = []types.DeploymentStatus{
	types.DeploymentStatusCreated, types.DeploymentStatusQueued, types.DeploymentStatusInProgress,
	types.DeploymentStatusBaking, types.DeploymentStatusReady,
}

// Active returns the deployment that keeps the group busy, or nil.
func Active(ctx context.Context, api Reader, application, group string) (*Deployment, error) {
	return newest(ctx, api, &codedeploy.ListDeploymentsInput{
		ApplicationName: aws.String(application), DeploymentGroupName: aws.String(group), IncludeOnlyStatuses: active,
	})
}

// newest returns the newest of the listed deployments, or nil if there are none. The order of the list
// is not documented.
func newest(ctx context.Context, api Reader, list *codedeploy.ListDeploymentsInput) (*Deployment, error) {
	var ids []string
	for pages := codedeploy.NewListDeploymentsPaginator(api, list); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list deployments: %w", err)
		}
		ids = append(ids, page.Deployments...)
	}
	var found *types.DeploymentInfo
	const most = 25 // BatchGetDeployments takes no more
	for some := range slices.Chunk(ids, most) {
		details, err := api.BatchGetDeployments(ctx, &codedeploy.BatchGetDeploymentsInput{DeploymentIds: some})
		if err != nil {
			return nil, fmt.Errorf("look at deployments: %w", err)
		}
		for i := range details.DeploymentsInfo {
			one := &details.DeploymentsInfo[i]
			if found == nil || aws.ToTime(one.CreateTime).After(aws.ToTime(found.CreateTime)) {
				found = one
			}
		}
	}
	if found == nil {
		return nil, nil
	}
	return read(ctx, api, found)
}

// Look returns the state of one deployment.
func Look(ctx context.Context, api Reader, id string) (*Deployment, error) {
	details, err := api.BatchGetDeployments(ctx, &codedeploy.BatchGetDeploymentsInput{DeploymentIds: []string{id}})
	if err != nil {
		return nil, fmt.Errorf("look at deployment %s: %w", id, err)
	}
	if len(details.DeploymentsInfo) != 1 {
		return nil, fmt.Errorf("look at deployment %s: CodeDeploy does not know it", id)
	}
	return read(ctx, api, &details.DeploymentsInfo[0])
}

func read(ctx context.Context, api Reader, info *types.DeploymentInfo) (*Deployment, error) {
	d := &Deployment{
		ID: aws.ToString(info.DeploymentId), Created: aws.ToTime(info.CreateTime),
		Rollback: info.Creator == types.DeploymentCreatorCodeDeployRollback, Reason: reason(info),
	}
	if info.Revision != nil && info.Revision.AppSpecContent != nil {
		d.content = aws.ToString(info.Revision.AppSpecContent.Content)
		d.sum = aws.ToString(info.Revision.AppSpecContent.Sha256)
	}
	switch info.Status {
	case types.DeploymentStatusSucceeded:
		d.Phase = Succeeded
	case types.DeploymentStatusFailed, types.DeploymentStatusStopped:
		d.Phase = Failed
	case types.DeploymentStatusReady:
		d.Phase = Ready
	default:
		var err error
		d.Phase, err = activePhase(ctx, api, info)
		return d, err
	}
	return d, nil
}

// activePhase reads the progress from the deployment's target, the service. For EC2 a flag of the deployment says that
// all requests have moved; for ECS that stays false, and the target's state is Succeeded from then on, while the
// deployment keeps the old tasks (https://github.com/aws/containers-roadmap/issues/269, answer by AWS).
func activePhase(ctx context.Context, api Reader, info *types.DeploymentInfo) (Phase, error) {
	if info.InstanceTerminationWaitTimeStarted {
		return Waiting, nil
	}
	target, err := targetOf(ctx, api, info.DeploymentId)
	var early *types.DeploymentNotStartedException
	switch {
	case errors.As(err, &early), err == nil && target == nil:
		return Starting, nil
	case err != nil:
		return "", fmt.Errorf("look at the target of deployment %s: %w", aws.ToString(info.DeploymentId), err)
	case target.Status == types.TargetStatusSucceeded:
		return Waiting, nil
	}
	for i := range target.LifecycleEvents {
		event := &target.LifecycleEvents[i]
		if aws.ToString(event.LifecycleEventName) == "Install" && event.Status != types.LifecycleEventStatusSucceeded {
			return Starting, nil
		}
	}
	return Shifting, nil
}

// targetOf returns nil if CodeDeploy names no target yet. An ECS deployment has one target.
func targetOf(ctx context.Context, api Reader, id *string) (*types.ECSTarget, error) {
	listed, err := api.ListDeploymentTargets(ctx, &codedeploy.ListDeploymentTargetsInput{DeploymentId: id})
	if err != nil || len(listed.TargetIds) == 0 {
		return nil, err
	}
	found, err := api.BatchGetDeploymentTargets(ctx, &codedeploy.BatchGetDeploymentTargetsInput{
		DeploymentId: id, TargetIds: listed.TargetIds,
	})
	if err != nil || len(found.DeploymentTargets) == 0 {
		return nil, err
	}
	return found.DeploymentTargets[0].EcsTarget, nil
}

func reason(info *types.DeploymentInfo) string {
	switch {
	case info.ErrorInformation != nil:
		return strings.TrimPrefix(string(info.ErrorInformation.Code)+": "+aws.ToString(info.ErrorInformation.Message), ": ")
	case info.RollbackInfo != nil:
		return aws.ToString(info.RollbackInfo.RollbackMessage)
	default:
		return ""
	}
}
