package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
)

// active lists the states of a CodeDeploy deployment that has not ended.
var active = []cdtypes.DeploymentStatus{
	cdtypes.DeploymentStatusCreated, cdtypes.DeploymentStatusQueued, cdtypes.DeploymentStatusInProgress,
	cdtypes.DeploymentStatusBaking, cdtypes.DeploymentStatusReady,
}

// blueGreen reads the state of CodeDeploy. The tasks of a version are a task set. The PRIMARY
// one serves; another one is the replacement, or is kept for a rollback. A deployment goes on
// as long as old tasks are kept, when the new version has been answering all requests for a
// long time. So the traffic decides, not the end of the deployment.
func (v *Verifier) blueGreen(ctx context.Context, service *ecstypes.Service) (*version, error) {
	if v.Request.Application == "" {
		return nil, UsageError{fmt.Errorf(
			"service %s is deployed by CodeDeploy: give --codedeploy-application and --codedeploy-group, or --outputs",
			v.Request.Service)}
	}
	group, err := v.deploymentGroup(ctx)
	if err != nil {
		return nil, err
	}
	deployment, err := v.latestDeployment(ctx, group)
	if err != nil {
		return nil, err
	}
	found := &version{underway: deployment != nil && slices.Contains(active, deployment.Status)}
	set, err := v.serving(ctx, service.TaskSets)
	if err != nil {
		return nil, err
	}
	if set != nil {
		found.definition = aws.ToString(set.TaskDefinition)
		found.startedBy = aws.ToString(set.Id)
		found.desired = int(set.ComputedDesiredCount)
		found.groups = groupsOf(set.LoadBalancers, v.Request.Container)
	}
	route, err := v.routeTo(ctx, found.groups, group)
	if err != nil {
		return nil, err
	}
	wanted, err := v.requested(ctx, found.definition)
	if err != nil {
		return nil, err
	}
	primary := set != nil && aws.ToString(set.Status) == "PRIMARY"
	// If it is not known who gets the requests, the primary task set counts.
	arrived := wanted && (route.all() || !route.known && primary)
	found.checks = append(found.checks, v.checkDeployment(found, deployment, arrived, wanted && primary))
	found.checks = append(found.checks, v.checkTraffic(found, route, wanted))
	return found, nil
}

func (v *Verifier) deploymentGroup(ctx context.Context) (*cdtypes.DeploymentGroupInfo, error) {
	found, err := v.Clients.CodeDeploy.GetDeploymentGroup(ctx, &codedeploy.GetDeploymentGroupInput{
		ApplicationName: aws.String(v.Request.Application), DeploymentGroupName: aws.String(v.Request.DeploymentGroup),
	})
	if err != nil {
		return nil, fmt.Errorf("look at CodeDeploy's group %s/%s: %w", v.Request.Application, v.Request.DeploymentGroup, err)
	}
	return found.DeploymentGroupInfo, nil
}

// latestDeployment returns the deployment under way, else the last one; nil if there was none.
func (v *Verifier) latestDeployment(
	ctx context.Context, group *cdtypes.DeploymentGroupInfo,
) (*cdtypes.DeploymentInfo, error) {
	input := &codedeploy.ListDeploymentsInput{
		ApplicationName: aws.String(v.Request.Application), DeploymentGroupName: aws.String(v.Request.DeploymentGroup),
		IncludeOnlyStatuses: active,
	}
	ids, err := awsapi.All(ctx, codedeploy.NewListDeploymentsPaginator(v.Clients.CodeDeploy, input),
		func(page *codedeploy.ListDeploymentsOutput) []string { return page.Deployments })
	if err != nil {
		return nil, fmt.Errorf("list CodeDeploy's deployments: %w", err)
	}
	id := ""
	switch {
	case len(ids) > 0:
		id = ids[0]
	case group.LastAttemptedDeployment != nil:
		id = aws.ToString(group.LastAttemptedDeployment.DeploymentId)
	}
	if id == "" {
		return nil, nil
	}
	found, err := v.Clients.CodeDeploy.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: aws.String(id)})
	if err != nil {
		return nil, fmt.Errorf("look at CodeDeploy's deployment %s: %w", id, err)
	}
	return found.DeploymentInfo, nil
}

// serving returns the task set to check: that of the requested version if there is one, else
// the primary.
func (v *Verifier) serving(ctx context.Context, sets []ecstypes.TaskSet) (*ecstypes.TaskSet, error) {
	var primary, replacement *ecstypes.TaskSet
	for i := range sets {
		set := &sets[i]
		if aws.ToString(set.Status) == "PRIMARY" {
			primary = set
			continue
		}
		wanted, err := v.requested(ctx, aws.ToString(set.TaskDefinition))
		if err != nil {
			return nil, err
		}
		if wanted && aws.ToString(set.Status) == "ACTIVE" {
			replacement = set
		}
	}
	if primary == nil {
		return replacement, nil
	}
	arrived, err := v.requested(ctx, aws.ToString(primary.TaskDefinition))
	if err != nil || arrived || replacement == nil {
		return primary, err
	}
	return replacement, nil
}

// checkDeployment judges CodeDeploy's last deployment by whether the requested version serves:
// if a deployment of a newer version failed, requests have gone back to the requested one, or
// are about to.
func (v *Verifier) checkDeployment(
	found *version, deployment *cdtypes.DeploymentInfo, arrived, returning bool,
) outcome.Finding {
	// A deployment that ended earlier may not be the one that we wait for.
	check := outcome.Finding{
		Check: "deployment", Status: outcome.Wrong, Found: "none yet", Needed: "no failure",
		Patience: settle,
	}
	if arrived {
		check.Status, check.Patience = outcome.OK, 0
	}
	if deployment == nil {
		return check
	}
	status := strings.ReplaceAll(string(deployment.Status), "InProgress", "in progress")
	check.Found = aws.ToString(deployment.DeploymentId) + " " + strings.ToLower(status)
	rollback := deployment.Creator == cdtypes.DeploymentCreatorCodeDeployRollback
	ended := deployment.Status == cdtypes.DeploymentStatusFailed || deployment.Status == cdtypes.DeploymentStatusStopped
	if rollback {
		check.Found += ", a rollback"
	}
	if rollback || ended {
		check.Note = deploymentReason(deployment)
	}
	switch {
	case arrived:
	case rollback && found.underway && returning:
		check.Status = outcome.Waiting
	case (rollback || ended) && (deployment.CompleteTime == nil || !deployment.CompleteTime.Before(v.start)):
		check.Status = outcome.Failed
		found.givenUp = check.Note
	case found.underway:
		check.Status = outcome.Waiting
	case !rollback && !ended:
		check.Found += ", but this version does not get all requests"
	}
	return check
}

// deploymentReason says why CodeDeploy gave up.
func deploymentReason(deployment *cdtypes.DeploymentInfo) string {
	information := cmp.Or(deployment.ErrorInformation, &cdtypes.ErrorInformation{})
	rollback := cmp.Or(deployment.RollbackInfo, &cdtypes.RollbackInfo{})
	var parts []string
	for _, part := range []struct{ before, said string }{
		{"", strings.Trim(string(information.Code)+": "+aws.ToString(information.Message), ": ")},
		{"goes back after ", aws.ToString(rollback.RollbackTriggeringDeploymentId)},
		{"rolled back by ", aws.ToString(rollback.RollbackDeploymentId)},
		{"", aws.ToString(rollback.RollbackMessage)},
	} {
		if part.said != "" {
			parts = append(parts, part.before+part.said)
		}
	}
	return cmp.Or(strings.Join(parts, "; "), "CodeDeploy gives no reason")
}
