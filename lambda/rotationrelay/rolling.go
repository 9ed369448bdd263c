package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// forceDeployment starts a rolling deployment of the same task definition. One that is in progress
// does not stand in its way: ECS replaces it, tasks that it has started included.
func (r *relay) forceDeployment(ctx context.Context, one service, running *ecstypes.Service, rotated *rotation) (string, error) {
	for i := range running.Deployments {
		if renews(&running.Deployments[i], rotated) {
			return already, nil
		}
	}
	_, err := r.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{
		Cluster:            aws.String(r.config.cluster),
		Service:            aws.String(one.Name),
		ForceNewDeployment: true,
	})
	var invalid *ecstypes.InvalidParameterException
	if errors.As(err, &invalid) && strings.Contains(invalid.ErrorMessage(), "active deployments exist") {
		// Five deployments whose tasks have not all ended: ECS admits no more of them.
		return "", fmt.Errorf("%w: %s", errBusy, invalid.ErrorMessage())
	}
	if err != nil {
		return "", fmt.Errorf("force a new deployment: %w", err)
	}
	return started, nil
}

// renews says whether the deployment replaces all tasks by such with the new secret. A failed one
// does not: the tasks of its predecessor stay.
func renews(deployment *ecstypes.Deployment, rotated *rotation) bool {
	return aws.ToString(deployment.Status) == "PRIMARY" &&
		deployment.RolloutState != ecstypes.DeploymentRolloutStateFailed &&
		deployment.CreatedAt != nil && rotated.covers(*deployment.CreatedAt)
}
