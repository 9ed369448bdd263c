package verify

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// rolling reads the state of ECS's own controller. Its newest deployment is PRIMARY; the ones
// before it are ACTIVE while they have tasks. When the circuit breaker or an alarm rolls back,
// a new PRIMARY deployment of the old task definition takes over, and the failed one stays for
// a while as FAILED. In the end the service is stable, on the old version.
func (v *Verifier) rolling(ctx context.Context, service *ecstypes.Service) (*version, error) {
	found := &version{desired: int(service.DesiredCount), groups: groupsOf(service.LoadBalancers, v.Request.Container)}
	check := outcome.Finding{Check: "deployment", Status: outcome.Wrong, Needed: "completed", Patience: settle}
	primary, others := primaryDeployment(service.Deployments)
	if primary == nil {
		check.Found = "no deployment"
		found.checks = []outcome.Finding{check}
		return found, nil
	}
	found.definition = aws.ToString(primary.TaskDefinition)
	reason := aws.ToString(primary.RolloutStateReason)
	var err error
	if found.givenUp, err = v.rollbackReason(ctx, primary, others); err != nil {
		return nil, err
	}
	leftover := 0
	for _, other := range others {
		leftover += int(other.RunningCount)
	}
	switch {
	case primary.RolloutState == ecstypes.DeploymentRolloutStateFailed:
		check.Status, check.Found, check.Note = outcome.Failed, "failed", reason
		found.givenUp = reason
	case found.givenUp != "":
		check.Status, check.Found, check.Note = outcome.Failed, "rolled back to "+shortARN(found.definition), found.givenUp
	case primary.RolloutState == ecstypes.DeploymentRolloutStateInProgress:
		check.Status, check.Found = outcome.Waiting, fmt.Sprintf("in progress, %d of %d tasks run", primary.RunningCount,
			primary.DesiredCount)
		if primary.FailedTasks > 0 {
			check.Found += fmt.Sprintf(", %d failed", primary.FailedTasks)
		}
		found.underway = true
	case leftover > 0:
		check.Status, check.Found = outcome.Waiting, plural.Of(leftover, "old task")+" still to end"
		found.underway = true
	case primary.RolloutState == ecstypes.DeploymentRolloutStateCompleted:
		check.Status, check.Found, check.Patience = outcome.OK, "completed", 0
	default:
		check.Found = fmt.Sprintf("a state of %q", primary.RolloutState)
	}
	found.checks = []outcome.Finding{check}
	return found, nil
}

func primaryDeployment(deployments []ecstypes.Deployment) (primary *ecstypes.Deployment, others []ecstypes.Deployment) {
	for i := range deployments {
		if aws.ToString(deployments[i].Status) == "PRIMARY" {
			primary = &deployments[i]
			continue
		}
		others = append(others, deployments[i])
	}
	return primary, others
}

// rollbackReason returns the reason why ECS has gone back from the requested version, or "" if
// it has not.
func (v *Verifier) rollbackReason(
	ctx context.Context, primary *ecstypes.Deployment, others []ecstypes.Deployment,
) (string, error) {
	arrived, err := v.requested(ctx, aws.ToString(primary.TaskDefinition))
	if err != nil || arrived {
		return "", err
	}
	reason := aws.ToString(primary.RolloutStateReason)
	for _, other := range others {
		if other.RolloutState != ecstypes.DeploymentRolloutStateFailed {
			continue
		}
		failed, err := v.requested(ctx, aws.ToString(other.TaskDefinition))
		if err != nil {
			return "", err
		}
		if failed {
			return "the requested deployment failed: " + orUnknown(other.RolloutStateReason), nil
		}
	}
	if lower := strings.ToLower(reason); strings.Contains(lower, "rolling back") ||
		strings.Contains(lower, "rolled back") {
		return reason, nil
	}
	return "", nil
}

// groupsOf returns the target groups that a container is registered in. If there are none, sidecars take the requests
// for it, and theirs are the ones.
func groupsOf(balancers []ecstypes.LoadBalancer, container string) []string {
	var groups, others []string
	for _, balancer := range balancers {
		switch {
		case balancer.TargetGroupArn == nil:
		case aws.ToString(balancer.ContainerName) == container:
			groups = append(groups, *balancer.TargetGroupArn)
		default:
			others = append(others, *balancer.TargetGroupArn)
		}
	}
	if len(groups) == 0 {
		return others
	}
	return groups
}

func orUnknown(text *string) string {
	if aws.ToString(text) == "" {
		return "AWS gives no reason"
	}
	return *text
}
