package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

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
	var parts []string
	if information := deployment.ErrorInformation; information != nil {
		parts = append(parts, fmt.Sprintf("%s: %s", information.Code, aws.ToString(information.Message)))
	}
	if rollback := deployment.RollbackInfo; rollback != nil {
		if id := aws.ToString(rollback.RollbackTriggeringDeploymentId); id != "" {
			parts = append(parts, "goes back after "+id)
		}
		if id := aws.ToString(rollback.RollbackDeploymentId); id != "" {
			parts = append(parts, "rolled back by "+id)
		}
		if message := aws.ToString(rollback.RollbackMessage); message != "" {
			parts = append(parts, message)
		}
	}
	if len(parts) == 0 {
		return "CodeDeploy gives no reason"
	}
	return strings.Join(parts, "; ")
}

// route is the share of requests that reach a task set.
type route struct {
	// known is true if the deployment group names listeners.
	known bool
	// shares in percent, one for each rule that forwards to the service.
	shares []int
}

func (r route) all() bool { return len(r.shares) > 0 && r.least() == 100 }

func (r route) least() int {
	if len(r.shares) == 0 {
		return 0
	}
	return slices.Min(r.shares)
}

// routeTo reads from the production listeners the share of requests that they send to the
// target groups.
func (v *Verifier) routeTo(ctx context.Context, groups []string, group *cdtypes.DeploymentGroupInfo) (route, error) {
	listeners, names := productionRoute(group)
	found := route{known: len(listeners) > 0}
	for _, listener := range listeners {
		shares, err := v.shares(ctx, listener, groups, names)
		if err != nil {
			return route{}, err
		}
		found.shares = append(found.shares, shares...)
	}
	return found, nil
}

func (v *Verifier) checkTraffic(found *version, to route, wanted bool) outcome.Finding {
	check := outcome.Finding{
		Check: "traffic", Status: v.mismatch(found), Found: fmt.Sprintf("%d %% of requests", to.least()),
		Needed: "all requests to this version", Patience: settle,
	}
	switch {
	case !to.known:
		check.Status, check.Found, check.Note = outcome.Unchecked, "unknown", "the deployment group names no listener"
	case len(to.shares) == 0:
		check.Found = "no listener rule for the service"
	case !wanted:
		check.Found = "all requests to another version"
	case to.all():
		check.Status, check.Found, check.Patience = outcome.OK, "all requests", 0
	}
	return check
}

// productionRoute returns the production listeners of a deployment group and the names of the
// target groups between which it moves requests.
func productionRoute(group *cdtypes.DeploymentGroupInfo) (listeners, names []string) {
	if group.LoadBalancerInfo == nil {
		return nil, nil
	}
	for _, pair := range group.LoadBalancerInfo.TargetGroupPairInfoList {
		if pair.ProdTrafficRoute != nil {
			listeners = append(listeners, pair.ProdTrafficRoute.ListenerArns...)
		}
		for _, one := range pair.TargetGroups {
			names = append(names, aws.ToString(one.Name))
		}
	}
	return listeners, names
}

// shares returns, for each rule of a listener that forwards to the pair of target groups, the
// percentage that it sends to those in groups.
func (v *Verifier) shares(ctx context.Context, listener string, groups, names []string) ([]int, error) {
	input := &elb.DescribeRulesInput{ListenerArn: aws.String(listener)}
	rules, err := awsapi.All(ctx, elb.NewDescribeRulesPaginator(v.Clients.LoadBalancing, input),
		func(page *elb.DescribeRulesOutput) []elbtypes.Rule { return page.Rules })
	if err != nil {
		return nil, fmt.Errorf("describe the rules of %s: %w", shortARN(listener), err)
	}
	var shares []int
	for _, rule := range rules {
		sum, own, known := 0, 0, false
		for arn, weight := range weights(rule.Actions) {
			sum += weight
			known = known || slices.Contains(names, groupName(arn))
			if slices.Contains(groups, arn) {
				own += weight
			}
		}
		if known && sum > 0 {
			shares = append(shares, own*100/sum)
		}
	}
	return shares, nil
}

// weights returns the target groups that a rule's actions forward to, with their weights.
func weights(actions []elbtypes.Action) map[string]int {
	weights := map[string]int{}
	for _, action := range actions {
		groups := []elbtypes.TargetGroupTuple{{TargetGroupArn: action.TargetGroupArn}}
		if action.ForwardConfig != nil {
			groups = action.ForwardConfig.TargetGroups
		}
		for _, group := range groups {
			weight := 1
			if group.Weight != nil {
				weight = int(*group.Weight)
			}
			if group.TargetGroupArn != nil {
				weights[*group.TargetGroupArn] = weight
			}
		}
	}
	return weights
}

// groupName returns the name in arn:...:targetgroup/NAME/ID.
func groupName(arn string) string {
	parts := strings.Split(arn, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
