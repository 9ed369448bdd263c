package rotation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/bluegreen"
)

// replaceTaskSet lets CodeDeploy replace the tasks that serve by copies, and waits until the old ones end: there must
// be no way back to them. A release that was started after the rotation does as well, if it arrives.
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

// copyOf is the AppSpec of what serves.
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

// The AppSpec of an ECS deployment:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
type (
	appSpecFile struct {
		Version   json.Number       `json:"version"`
		Resources []appSpecResource `json:"Resources"`
	}
	appSpecResource struct {
		TargetService appSpecTarget `json:"TargetService"`
	}
	appSpecTarget struct {
		Type       string            `json:"Type"`
		Properties appSpecProperties `json:"Properties"`
	}
	appSpecProperties struct {
		TaskDefinition           string                    `json:"TaskDefinition"`
		LoadBalancerInfo         appSpecLoadBalancer       `json:"LoadBalancerInfo"`
		PlatformVersion          string                    `json:"PlatformVersion,omitempty"`
		NetworkConfiguration     *appSpecNetwork           `json:"NetworkConfiguration,omitempty"`
		CapacityProviderStrategy []appSpecCapacityProvider `json:"CapacityProviderStrategy,omitempty"`
	}
	appSpecLoadBalancer struct {
		ContainerName string `json:"ContainerName"`
		ContainerPort int32  `json:"ContainerPort"`
	}
	appSpecNetwork struct {
		AwsvpcConfiguration appSpecAwsvpc `json:"AwsvpcConfiguration"`
	}
	appSpecAwsvpc struct {
		Subnets        []string `json:"Subnets"`
		SecurityGroups []string `json:"SecurityGroups,omitempty"`
		AssignPublicIP string   `json:"AssignPublicIp,omitempty"`
	}
	appSpecCapacityProvider struct {
		CapacityProvider string `json:"CapacityProvider"`
		Base             int32  `json:"Base"`
		Weight           int32  `json:"Weight"`
	}
)

// appSpec describes a copy of the task set. What it leaves out, CodeDeploy would decide by
// defaults; so everything that may differ from them is stated.
func appSpec(set *ecstypes.TaskSet) (string, error) {
	if len(set.LoadBalancers) == 0 {
		return "", errors.New("its task set has no load balancer, which CodeDeploy needs")
	}
	properties := appSpecProperties{
		TaskDefinition: aws.ToString(set.TaskDefinition),
		LoadBalancerInfo: appSpecLoadBalancer{
			ContainerName: aws.ToString(set.LoadBalancers[0].ContainerName),
			ContainerPort: aws.ToInt32(set.LoadBalancers[0].ContainerPort),
		},
		PlatformVersion: aws.ToString(set.PlatformVersion),
	}
	if network := set.NetworkConfiguration; network != nil && network.AwsvpcConfiguration != nil {
		properties.NetworkConfiguration = &appSpecNetwork{appSpecAwsvpc{
			Subnets:        network.AwsvpcConfiguration.Subnets,
			SecurityGroups: network.AwsvpcConfiguration.SecurityGroups,
			AssignPublicIP: string(network.AwsvpcConfiguration.AssignPublicIp),
		}}
	}
	for _, provider := range set.CapacityProviderStrategy {
		properties.CapacityProviderStrategy = append(properties.CapacityProviderStrategy, appSpecCapacityProvider{
			CapacityProvider: aws.ToString(provider.CapacityProvider),
			Base:             provider.Base,
			Weight:           provider.Weight,
		})
	}
	text, err := json.Marshal(appSpecFile{
		Version: "0.0", Resources: []appSpecResource{{appSpecTarget{"AWS::ECS::Service", properties}}},
	})
	if err != nil {
		return "", fmt.Errorf("encode AppSpec: %w", err)
	}
	return string(text), nil
}
