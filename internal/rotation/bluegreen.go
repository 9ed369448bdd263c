package rotation

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/bluegreen"
)

// replaceTaskSet has CodeDeploy replace the serving tasks by copies, and waits until the old ones end: there must be
// no way back to them. A release started after the rotation is as good, if it succeeds.
func (r *Relay) replaceTaskSet(ctx context.Context, one Service, rotated *rotation, say func(string)) (string, error) {
	if old, err := r.oldTasks(ctx, one, rotated); err != nil || old == 0 {
		return Already, err
	}
	for {
		started, err := bluegreen.Start(ctx, r.CodeDeploy, r.Clock, bluegreen.Request{
			Application: one.Application, Group: one.Name,
			AppSpec:        func(ctx context.Context) (string, error) { return r.copyOf(ctx, one) },
			Description:    "Secret rotated, event " + rotated.eventID,
			OverrideAlarms: true, AllAtOnce: true, Since: rotated.since(),
		}, say)
		if err != nil {
			return "", err
		}
		err = bluegreen.Await(ctx, r.CodeDeploy, r.Clock, started.ID, say)
		if err == nil {
			err = bluegreen.Finish(ctx, r.CodeDeploy, r.Clock, started.ID, say)
		}
		var failed *bluegreen.FailedError
		switch {
		case started.Already && errors.As(err, &failed):
			say("not replaced by " + err.Error())
		case err != nil:
			return "", err
		default:
			return Replaced, r.until(ctx, func() error {
				if old, err := r.oldTasks(ctx, one, rotated); err != nil || old == 0 {
					return err
				}
				return fmt.Errorf("%w: tasks with the old secret still end", errBusy)
			}, say)
		}
	}
}

// copyOf returns the AppSpec of the tasks that serve.
func (r *Relay) copyOf(ctx context.Context, one Service) (string, error) {
	running, err := r.describe(ctx, one)
	if err != nil {
		return "", err
	}
	primary, err := primaryOf(running)
	if err != nil {
		return "", err
	}
	return appSpec(primary)
}

func primaryOf(running *ecstypes.Service) (*ecstypes.TaskSet, error) {
	for i := range running.TaskSets {
		if set := &running.TaskSets[i]; aws.ToString(set.Status) == "PRIMARY" {
			return set, nil
		}
	}
	return nil, errors.New("no primary task set: CodeDeploy has not deployed it yet")
}

// appSpec describes a copy of the task set. It states everything that may differ from
// CodeDeploy's defaults, which apply to whatever is left out.
func appSpec(set *ecstypes.TaskSet) (string, error) {
	if len(set.LoadBalancers) == 0 {
		return "", errors.New("its task set has no load balancer, which CodeDeploy needs")
	}
	spec := bluegreen.AppSpec{
		TaskDefinition: aws.ToString(set.TaskDefinition), PlatformVersion: aws.ToString(set.PlatformVersion),
	}
	spec.LoadBalancerInfo.ContainerName = aws.ToString(set.LoadBalancers[0].ContainerName)
	spec.LoadBalancerInfo.ContainerPort = aws.ToInt32(set.LoadBalancers[0].ContainerPort)
	if network := set.NetworkConfiguration; network != nil && network.AwsvpcConfiguration != nil {
		where := &spec.NetworkConfiguration.AwsvpcConfiguration
		where.Subnets, where.SecurityGroups = network.AwsvpcConfiguration.Subnets, network.AwsvpcConfiguration.SecurityGroups
		where.AssignPublicIP = string(network.AwsvpcConfiguration.AssignPublicIp)
	}
	for _, provider := range set.CapacityProviderStrategy {
		spec.CapacityProviderStrategy = append(spec.CapacityProviderStrategy, bluegreen.CapacityShare{
			CapacityProvider: aws.ToString(provider.CapacityProvider), Base: provider.Base, Weight: provider.Weight,
		})
	}
	return spec.Text()
}
