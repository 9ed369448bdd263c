package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// hopeful are the states of a deployment that has replaced the tasks or is about to. Failed and
// stopped ones leave the old tasks.
var hopeful = []cdtypes.DeploymentStatus{
	cdtypes.DeploymentStatusCreated, cdtypes.DeploymentStatusQueued, cdtypes.DeploymentStatusInProgress,
	cdtypes.DeploymentStatusBaking, cdtypes.DeploymentStatusReady, cdtypes.DeploymentStatusSucceeded,
}

// replaceTaskSet starts a blue/green deployment of what runs now, under the deployment group's own
// rules (traffic shifting, alarms, rollback).
func (r *relay) replaceTaskSet(ctx context.Context, one service, running *ecstypes.Service, rotated *rotation) (string, error) {
	renewed, err := r.renewedSince(ctx, one, rotated)
	if err != nil {
		return "", err
	}
	if renewed {
		return already, nil
	}

	primary, err := primaryOf(running)
	if err != nil {
		return "", err
	}
	content, err := appSpec(primary)
	if err != nil {
		return "", err
	}
	_, err = r.codedeploy.CreateDeployment(ctx, &codedeploy.CreateDeploymentInput{
		ApplicationName:     aws.String(one.Application),
		DeploymentGroupName: aws.String(one.Name),
		Description:         aws.String("Secret rotated, event " + rotated.eventID),
		Revision: &cdtypes.RevisionLocation{
			RevisionType: cdtypes.RevisionLocationTypeAppSpecContent,
			AppSpecContent: &cdtypes.AppSpecContent{
				Content: aws.String(content),
				Sha256:  aws.String(fmt.Sprintf("%x", sha256.Sum256([]byte(content)))),
			},
		},
	})
	var busy *cdtypes.DeploymentLimitExceededException
	if errors.As(err, &busy) {
		// "The Deployment Group 'x' already has an active Deployment 'd-1'": the one in progress was
		// created before the rotation, or it would have been found above.
		return "", fmt.Errorf("%w: %s", errBusy, busy.ErrorMessage())
	}
	if err != nil {
		return "", fmt.Errorf("create deployment: %w", err)
	}
	return started, nil
}

// renewedSince says whether a deployment that was created after the rotation replaces the tasks.
// A rollback does not: it goes back to tasks that are still running, old secret and all.
func (r *relay) renewedSince(ctx context.Context, one service, rotated *rotation) (bool, error) {
	younger, err := r.codedeploy.ListDeployments(ctx, &codedeploy.ListDeploymentsInput{
		ApplicationName:     aws.String(one.Application),
		DeploymentGroupName: aws.String(one.Name),
		IncludeOnlyStatuses: hopeful,
		CreateTimeRange:     &cdtypes.TimeRange{Start: aws.Time(rotated.at.Add(time.Second))},
	})
	if err != nil {
		return false, fmt.Errorf("list deployments: %w", err)
	}
	if len(younger.Deployments) == 0 {
		return false, nil
	}
	const most = 25 // per call
	details, err := r.codedeploy.BatchGetDeployments(ctx, &codedeploy.BatchGetDeploymentsInput{
		DeploymentIds: younger.Deployments[:min(len(younger.Deployments), most)],
	})
	if err != nil {
		return false, fmt.Errorf("look at deployments: %w", err)
	}
	for i := range details.DeploymentsInfo {
		if details.DeploymentsInfo[i].Creator != cdtypes.DeploymentCreatorCodeDeployRollback {
			return true, nil
		}
	}
	return false, nil
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
	text, err := json.Marshal(appSpecFile{Version: "0.0", Resources: []appSpecResource{{appSpecTarget{"AWS::ECS::Service", properties}}}})
	if err != nil {
		return "", fmt.Errorf("encode AppSpec: %w", err)
	}
	return string(text), nil
}
