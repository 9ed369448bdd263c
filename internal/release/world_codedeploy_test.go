package release_test

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"aws-webapp/internal/awsapi/awsfake"
)

// goOn is CodeDeploy.
func (w *world) goOn(s *service, one *deployment) {
	if one.Status != cdtypes.DeploymentStatusInProgress && one.Status != cdtypes.DeploymentStatusCreated {
		return
	}
	age := w.now.Sub(*one.CreateTime)
	one.Status = cdtypes.DeploymentStatusInProgress
	var spec struct {
		Resources []struct {
			TargetService struct {
				Properties struct {
					TaskDefinition   string
					LoadBalancerInfo struct{ ContainerPort int32 }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(*one.Revision.AppSpecContent.Content), &spec); err != nil {
		panic(err)
	}
	properties := spec.Resources[0].TargetService.Properties
	if age >= startsAfter && s.next == nil && !one.moved {
		s.next = &version{
			id: "ecs-svc/" + *one.DeploymentId, definition: properties.TaskDefinition, by: *one.DeploymentId,
			group: map[string]string{"blue": "green", "green": "blue"}[s.primary.group],
			port:  properties.LoadBalancerInfo.ContainerPort,
		}
	}
	alarmed := len(w.loud) > 0 && (one.in.OverrideAlarmConfiguration == nil || one.in.OverrideAlarmConfiguration.Enabled)
	switch {
	case w.bad[properties.TaskDefinition] && age >= startsAfter, alarmed && age >= startsAfter:
		one.Status, s.next = cdtypes.DeploymentStatusStopped, nil
		if one.moved {
			s.primary = one.old
		}
		one.ErrorInformation = &cdtypes.ErrorInformation{
			Code: cdtypes.ErrorCodeAlarmActive, Message: aws.String("One or more alarms have been activated"),
		}
	case age >= movedAfter && !one.moved:
		one.moved, one.old, one.movedAt = true, s.primary, w.now
		s.primary, s.next = s.next, nil
	case one.moved && (one.continued || w.now.Sub(one.movedAt) >= keeps):
		one.Status = cdtypes.DeploymentStatusSucceeded
	}
}

func (w *world) answerCodeDeploy() {
	awsfake.Answer(w.Cloud, func(in *codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
		out := &codedeploy.ListDeploymentsOutput{}
		for _, one := range w.services[*in.DeploymentGroupName].deployments {
			listed := len(in.IncludeOnlyStatuses) == 0 || slices.Contains(in.IncludeOnlyStatuses, one.Status)
			if listed && (in.CreateTimeRange == nil || !one.CreateTime.Before(*in.CreateTimeRange.Start)) {
				out.Deployments = append(out.Deployments, *one.DeploymentId)
			}
		}
		return out, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.BatchGetDeploymentsInput) (*codedeploy.BatchGetDeploymentsOutput, error) {
		out := &codedeploy.BatchGetDeploymentsOutput{}
		for _, id := range in.DeploymentIds {
			out.DeploymentsInfo = append(out.DeploymentsInfo, w.deployment(id).DeploymentInfo)
		}
		return out, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.GetDeploymentInput) (*codedeploy.GetDeploymentOutput, error) {
		return &codedeploy.GetDeploymentOutput{DeploymentInfo: &w.deployment(*in.DeploymentId).DeploymentInfo}, nil
	})
	awsfake.Answer(w.Cloud, listTargets)
	awsfake.Answer(w.Cloud, w.getTargets)
	awsfake.Answer(w.Cloud, func(in *codedeploy.ContinueDeploymentInput) (*codedeploy.ContinueDeploymentOutput, error) {
		w.deployment(*in.DeploymentId).continued = true
		return &codedeploy.ContinueDeploymentOutput{}, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.CreateDeploymentInput) (*codedeploy.CreateDeploymentOutput, error) {
		return &codedeploy.CreateDeploymentOutput{DeploymentId: aws.String(w.deploys(in))}, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.GetDeploymentGroupInput) (*codedeploy.GetDeploymentGroupOutput, error) {
		s := w.services[*in.DeploymentGroupName]
		pair := cdtypes.TargetGroupPairInfo{
			ProdTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{s.name}},
			TargetGroups: []cdtypes.TargetGroupInfo{
				{Name: aws.String(s.name + "-blue")}, {Name: aws.String(s.name + "-green")},
			},
		}
		info := &cdtypes.DeploymentGroupInfo{
			LoadBalancerInfo: &cdtypes.LoadBalancerInfo{TargetGroupPairInfoList: []cdtypes.TargetGroupPairInfo{pair}},
		}
		if last := len(s.deployments) - 1; last >= 0 {
			info.LastAttemptedDeployment = &cdtypes.LastDeploymentInfo{DeploymentId: s.deployments[last].DeploymentId}
		}
		return &codedeploy.GetDeploymentGroupOutput{DeploymentGroupInfo: info}, nil
	})
}

func listTargets(in *codedeploy.ListDeploymentTargetsInput) (*codedeploy.ListDeploymentTargetsOutput, error) {
	return &codedeploy.ListDeploymentTargetsOutput{TargetIds: []string{*in.DeploymentId}}, nil
}

func (w *world) getTargets(
	in *codedeploy.BatchGetDeploymentTargetsInput,
) (*codedeploy.BatchGetDeploymentTargetsOutput, error) {
	status := cdtypes.TargetStatusInProgress
	if w.deployment(*in.DeploymentId).moved {
		status = cdtypes.TargetStatusSucceeded
	}
	return &codedeploy.BatchGetDeploymentTargetsOutput{DeploymentTargets: []cdtypes.DeploymentTarget{
		{EcsTarget: &cdtypes.ECSTarget{Status: status}},
	}}, nil
}

// deploys starts a deployment of CodeDeploy.
func (w *world) deploys(in *codedeploy.CreateDeploymentInput) string {
	s := w.services[*in.DeploymentGroupName]
	id := fmt.Sprintf("d-%s-%d", s.name, len(s.deployments)+1)
	s.deployments = append(s.deployments, &deployment{in: in, DeploymentInfo: cdtypes.DeploymentInfo{
		DeploymentId: aws.String(id), CreateTime: aws.Time(w.now), Status: cdtypes.DeploymentStatusCreated,
		Revision: in.Revision, Creator: cdtypes.DeploymentCreatorUser,
	}})
	return id
}

func (w *world) deployment(id string) *deployment {
	for _, s := range w.services {
		for _, one := range s.deployments {
			if *one.DeploymentId == id {
				return one
			}
		}
	}
	panic("no deployment " + id)
}
