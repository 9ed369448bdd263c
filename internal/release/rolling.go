package release

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// roll releases a service whose tasks ECS replaces. Usually pulumi up has started the deployment; roll starts one if
// that was rolled back in the meantime, or if pulumi up does not deploy the service.
func (r *Release) roll(ctx context.Context, one *Service, until time.Time) error {
	found, err := r.look(ctx, one)
	if err != nil {
		return err
	}
	if found.rollingBack != "" {
		return failuref("ECS goes back to %s: %s", short(found.serves), found.rollingBack)
	}
	if found.current() {
		return r.arrived(ctx, one, until)
	}
	if err := r.migrate(ctx, one); err != nil {
		return err
	}
	if err := r.updateService(ctx, one, found); err != nil {
		return err
	}
	return r.arrived(ctx, one, until.Add(one.Migration.timeout()))
}

// updateService gives the registered version to ECS. For the changes that start a deployment, and those allowed under
// the controller ECS, see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
func (r *Release) updateService(ctx context.Context, one *Service, found *state) error {
	in := &ecs.UpdateServiceInput{
		Cluster: aws.String(one.Cluster), Service: aws.String(one.Name), TaskDefinition: aws.String(one.TaskDefinition),
		// Without it, ECS starts no deployment if only the capacity changes or a deployment is
		// repeated.
		ForceNewDeployment: true,
	}
	if one.AppSpec != "" {
		wanted, err := one.readAppSpec()
		if err != nil {
			return err
		}
		in.NetworkConfiguration = wanted.network()
		in.PlatformVersion = wanted.platform()
		for _, share := range wanted.CapacityProviderStrategy {
			in.CapacityProviderStrategy = append(in.CapacityProviderStrategy, ecstypes.CapacityProviderStrategyItem{
				CapacityProvider: aws.String(share.CapacityProvider), Base: share.Base, Weight: share.Weight,
			})
		}
		for _, balancer := range found.service.LoadBalancers {
			listener := wanted.LoadBalancerInfo
			if aws.ToInt32(balancer.ContainerPort) == listener.ContainerPort &&
				aws.ToString(balancer.ContainerName) == listener.ContainerName {
				continue
			}
			in.LoadBalancers = append(in.LoadBalancers, ecstypes.LoadBalancer{
				TargetGroupArn: balancer.TargetGroupArn, ContainerName: aws.String(listener.ContainerName),
				ContainerPort: aws.Int32(listener.ContainerPort),
			})
		}
	}
	r.voice(one).say(fmt.Sprintf("deploying %s: %s", short(one.TaskDefinition), because(found)))
	if _, err := r.clients.ECS.UpdateService(ctx, in); err != nil {
		return fmt.Errorf("update service %s: %w", one.Name, err)
	}
	return nil
}

// because returns the reason why a service is deployed.
func because(found *state) string {
	if found.differs == "" {
		return "the tasks that serve were started before the migration"
	}
	return "serves " + found.differs
}

// platform is the version of Fargate; nil leaves it to ECS.
func (a *appSpec) platform() *string {
	if a.PlatformVersion == "" {
		return nil
	}
	return aws.String(a.PlatformVersion)
}

func (a *appSpec) network() *ecstypes.NetworkConfiguration {
	network := a.NetworkConfiguration.AwsvpcConfiguration
	return &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: network.Subnets, SecurityGroups: network.SecurityGroups,
		AssignPublicIp: ecstypes.AssignPublicIp(network.AssignPublicIP),
	}}
}
