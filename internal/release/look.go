package release

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/bluegreen"
)

// state is the state of a service in AWS at one moment.
type state struct {
	service *ecstypes.Service
	// serves is the task definition that serves or, under rolling, is about to.
	serves string
	// differs says how that version differs from the registered one; empty if they are the same.
	differs string
	// unmigrated says that the serving version was started when pulumi up created the service, that is,
	// before its migration.
	unmigrated bool
	// underway describes the current activity for people; empty if there is none.
	underway string
	// arriving says that the current activity brings the registered version.
	arriving bool
	// rollingBack is the reason for which ECS is going back from the registered version.
	rollingBack string
	// active is CodeDeploy's deployment that has not ended, or nil.
	active *bluegreen.Deployment
}

// current reports whether the version that serves or, under rolling, is about to, is the
// registered one.
func (s *state) current() bool { return s.differs == "" && !s.unmigrated }

// done reports whether requests reach the registered version and there is nothing left to deploy or to
// wait for.
func (s *state) done() bool { return s.current() && !s.arriving }

// sameMoment is the largest difference between ECS's creation times of a service and of its first
// deployment.
const sameMoment = 10 * time.Second

// look asks AWS about a service.
func (r *Release) look(ctx context.Context, one *Service) (*state, error) {
	described, err := r.clients.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: aws.String(one.Cluster), Services: []string{one.Name},
	})
	if err != nil {
		return nil, fmt.Errorf("describe service %s: %w", one.Name, err)
	}
	if len(described.Services) == 0 || aws.ToString(described.Services[0].Status) != "ACTIVE" {
		return nil, failuref("found no active service %s in cluster %s: check account and region, or run pulumi up",
			one.Name, one.Cluster)
	}
	found := &state{service: &described.Services[0]}
	controller := found.service.DeploymentController
	codeDeploys := controller != nil && controller.Type == ecstypes.DeploymentControllerTypeCodeDeploy
	if codeDeploys != one.blueGreen() {
		return nil, failuref("service %s is deployed by another controller than the outputs say: run pulumi up", one.Name)
	}
	if codeDeploys {
		return found, r.lookAtTaskSets(ctx, one, found)
	}
	return found, lookAtDeployments(one, found)
}

// lookAtTaskSets reads the task sets that CodeDeploy created, one per version; the primary serves.
func (r *Release) lookAtTaskSets(ctx context.Context, one *Service, found *state) error {
	wanted, err := one.readAppSpec()
	if err != nil {
		return err
	}
	if found.active, err = bluegreen.Active(ctx, r.clients.CodeDeploy, one.Application, one.Group); err != nil {
		return fmt.Errorf("look at CodeDeploy's group of %s: %w", one.Name, err)
	}
	found.differs = "no task set"
	for i := range found.service.TaskSets {
		set := &found.service.TaskSets[i]
		if aws.ToString(set.Status) == "PRIMARY" {
			found.serves = aws.ToString(set.TaskDefinition)
			found.differs = wanted.differs(one, specOf(set))
			// CodeDeploy names its deployment in the task sets that it creates (API reference of ECS, TaskSet,
			// externalId).
			found.unmigrated = one.migrates() && aws.ToString(set.ExternalId) == ""
		}
	}
	if found.active == nil {
		return nil
	}
	found.underway = fmt.Sprintf("deployment %s: %s", found.active.ID, found.active.Phase)
	for i := range found.service.TaskSets {
		set := &found.service.TaskSets[i]
		if !found.active.Rollback && aws.ToString(set.ExternalId) == found.active.ID {
			found.arriving = found.active.Phase != bluegreen.Waiting && wanted.differs(one, specOf(set)) == ""
		}
	}
	return nil
}

// lookAtDeployments reads the deployments of ECS's own controller. The newest is PRIMARY. After a rollback that is a
// deployment of the old version, and the failed one may still be listed.
func lookAtDeployments(one *Service, found *state) error {
	var primary *ecstypes.Deployment
	failed := ""
	for i := range found.service.Deployments {
		other := &found.service.Deployments[i]
		switch {
		case aws.ToString(other.Status) == "PRIMARY":
			primary = other
		case failedOf(other, one.TaskDefinition):
			failed = "the deployment failed: " + aws.ToString(other.RolloutStateReason)
		}
	}
	if primary == nil {
		found.differs = "no deployment"
		return nil
	}
	found.serves = aws.ToString(primary.TaskDefinition)
	found.differs = differs(found.serves, one.TaskDefinition)
	if one.AppSpec != "" && found.differs == "" {
		wanted, err := one.readAppSpec()
		if err != nil {
			return err
		}
		found.differs = wanted.differs(one, specOfService(found.service, found.serves))
	}
	if made := found.service.CreatedAt; made != nil {
		found.unmigrated = one.migrates() && aws.ToTime(primary.CreatedAt).Sub(*made).Abs() < sameMoment
	}
	switch primary.RolloutState {
	case ecstypes.DeploymentRolloutStateInProgress:
		found.underway = "deployment of " + short(found.serves) + " in progress"
		found.arriving = found.differs == ""
		if !found.arriving {
			found.rollingBack = cmp.Or(goesBack(primary), failed)
		}
	case ecstypes.DeploymentRolloutStateCompleted:
	case ecstypes.DeploymentRolloutStateFailed:
		found.differs = "its deployment failed: " + aws.ToString(primary.RolloutStateReason)
	}
	return nil
}

func failedOf(deployment *ecstypes.Deployment, definition string) bool {
	return deployment.RolloutState == ecstypes.DeploymentRolloutStateFailed &&
		aws.ToString(deployment.TaskDefinition) == definition
}

// goesBack returns the reason of a deployment that is a rollback, or "" for any other.
func goesBack(deployment *ecstypes.Deployment) string {
	reason := aws.ToString(deployment.RolloutStateReason)
	lower := strings.ToLower(reason)
	if strings.Contains(lower, "rolling back") || strings.Contains(lower, "rolled back") {
		return reason
	}
	return ""
}

// spec holds the parts that make up a version.
type spec struct {
	definition, container   string
	port                    int32
	subnets, securityGroups []string
	capacity                []string
}

func specOf(set *ecstypes.TaskSet) spec {
	definition := aws.ToString(set.TaskDefinition)
	return newSpec(definition, set.LoadBalancers, set.NetworkConfiguration, set.CapacityProviderStrategy)
}

func specOfService(service *ecstypes.Service, definition string) spec {
	return newSpec(definition, service.LoadBalancers, service.NetworkConfiguration, service.CapacityProviderStrategy)
}

func newSpec(
	definition string, balancers []ecstypes.LoadBalancer, network *ecstypes.NetworkConfiguration,
	capacity []ecstypes.CapacityProviderStrategyItem,
) spec {
	s := spec{definition: definition}
	if len(balancers) > 0 {
		s.container, s.port = aws.ToString(balancers[0].ContainerName), aws.ToInt32(balancers[0].ContainerPort)
	}
	if network != nil && network.AwsvpcConfiguration != nil {
		s.subnets, s.securityGroups = network.AwsvpcConfiguration.Subnets, network.AwsvpcConfiguration.SecurityGroups
	}
	for _, share := range capacity {
		s.capacity = append(s.capacity, capacityText(aws.ToString(share.CapacityProvider), share.Base, share.Weight))
	}
	return s
}

func capacityText(provider string, base, weight int32) string {
	return fmt.Sprintf("%s base %d weight %d", provider, base, weight)
}

// differs says how a version differs from that of the AppSpec; "" if they are the same.
func (a *appSpec) differs(one *Service, from spec) string {
	var capacity []string
	for _, share := range a.CapacityProviderStrategy {
		capacity = append(capacity, capacityText(share.CapacityProvider, share.Base, share.Weight))
	}
	network := a.NetworkConfiguration.AwsvpcConfiguration
	switch {
	case differs(from.definition, one.TaskDefinition) != "":
		return differs(from.definition, one.TaskDefinition)
	case from.port != a.LoadBalancerInfo.ContainerPort:
		return fmt.Sprintf("port %d instead of %d", from.port, a.LoadBalancerInfo.ContainerPort)
	case from.container != a.LoadBalancerInfo.ContainerName:
		return fmt.Sprintf("container %s instead of %s", from.container, a.LoadBalancerInfo.ContainerName)
	case !same(from.subnets, network.Subnets):
		return "other subnets"
	case !same(from.securityGroups, network.SecurityGroups):
		return "other security groups"
	case len(from.capacity) > 0 && !same(from.capacity, capacity):
		return "other capacity providers"
	}
	return ""
}

func differs(serves, registered string) string {
	if short(serves) == short(registered) {
		return ""
	}
	return short(serves) + " instead of " + short(registered)
}

// same compares lists regardless of order.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
