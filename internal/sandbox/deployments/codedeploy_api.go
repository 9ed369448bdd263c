package deployments

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/trafficshift"
)

func (c *Cloud) answerCodeDeploy() {
	awsfake.Answer(c.Cloud, locked(c, c.createDeployment))
	awsfake.Answer(c.Cloud, locked(c, c.continueDeployment))
	awsfake.Answer(c.Cloud, locked(c, c.stopDeployment))
	awsfake.Answer(c.Cloud, locked(c, c.answerHook))
	awsfake.Answer(c.Cloud, locked(c, c.listDeployments))
	awsfake.Answer(c.Cloud, locked(c, c.listTargets))
	awsfake.Answer(c.Cloud, locked(c, c.batchGetTargets))
	awsfake.Answer(c.Cloud, locked(c, c.getGroup))
	awsfake.Answer(c.Cloud, locked(c, c.batchGetDeployments))
	awsfake.Answer(c.Cloud, locked(c, func(in *codedeploy.GetDeploymentInput) (*codedeploy.GetDeploymentOutput, error) {
		d, err := c.find(*in.DeploymentId)
		if err != nil {
			return nil, err
		}
		info := c.info(d)
		return &codedeploy.GetDeploymentOutput{DeploymentInfo: &info}, nil
	}))
}

func (c *Cloud) batchGetDeployments(
	in *codedeploy.BatchGetDeploymentsInput,
) (*codedeploy.BatchGetDeploymentsOutput, error) {
	out := &codedeploy.BatchGetDeploymentsOutput{}
	for _, id := range in.DeploymentIds {
		if d, err := c.find(id); err == nil {
			out.DeploymentsInfo = append(out.DeploymentsInfo, c.info(d))
		}
	}
	return out, nil
}

func (c *Cloud) find(id string) (*deployment, error) {
	for _, one := range c.deployments {
		if one.id == id {
			return one, nil
		}
	}
	return nil, &types.DeploymentDoesNotExistException{Message: aws.String("The deployment " + id + " could not be found")}
}

func (c *Cloud) group(application, group *string) (*service, error) {
	s := c.services[aws.ToString(group)]
	if s == nil || !s.options.BlueGreen || Application(s.name) != aws.ToString(application) {
		return nil, &types.DeploymentGroupDoesNotExistException{
			Message: aws.String("No Deployment Group found for name: " + aws.ToString(group)),
		}
	}
	return s, nil
}

func (c *Cloud) createDeployment(in *codedeploy.CreateDeploymentInput) (*codedeploy.CreateDeploymentOutput, error) {
	s, err := c.group(in.ApplicationName, in.DeploymentGroupName)
	if err != nil {
		return nil, err
	}
	if busy := c.active(s); busy != nil {
		return nil, &types.DeploymentLimitExceededException{Message: aws.String(fmt.Sprintf(
			"The Deployment Group '%s' already has an active Deployment '%s'", s.name, busy.id))}
	}
	if in.DeploymentConfigName != nil {
		if _, known := trafficshift.Predefined(*in.DeploymentConfigName); !known {
			return nil, &types.DeploymentConfigDoesNotExistException{Message: aws.String("No Deployment Configuration found")}
		}
	}
	content := aws.ToString(in.Revision.AppSpecContent.Content)
	if in.Revision.RevisionType != types.RevisionLocationTypeAppSpecContent {
		return nil, &types.InvalidRevisionException{Message: aws.String("The revision is no AppSpec")}
	}
	var file struct {
		Resources []struct {
			TargetService struct {
				Properties struct{ TaskDefinition string }
			}
		}
	}
	if err := json.Unmarshal([]byte(content), &file); err != nil || len(file.Resources) != 1 {
		return nil, &types.InvalidRevisionException{Message: aws.String("The AppSpec file is not well-formed")}
	}
	version := c.definitions[file.Resources[0].TargetService.Properties.TaskDefinition]
	if version == nil {
		return nil, &types.InvalidRevisionException{Message: aws.String("The task definition does not exist")}
	}
	d := &deployment{
		id: c.id("d-"), service: s, content: content, sum: fmt.Sprintf("%x", sha256.Sum256([]byte(content))),
		definition: version, config: s.options.Shift, created: time.Now(), status: types.DeploymentStatusCreated,
		description: aws.ToString(in.Description), step: stepCreated, hook: hookOf(content),
		override: in.OverrideAlarmConfiguration != nil && !in.OverrideAlarmConfiguration.Enabled,
	}
	if in.DeploymentConfigName != nil {
		d.config = *in.DeploymentConfigName
	}
	c.deployments = append(c.deployments, d)
	return &codedeploy.CreateDeploymentOutput{DeploymentId: aws.String(d.id)}, nil
}

func (c *Cloud) continueDeployment(
	in *codedeploy.ContinueDeploymentInput,
) (*codedeploy.ContinueDeploymentOutput, error) {
	d, err := c.find(*in.DeploymentId)
	switch {
	case err != nil:
		return nil, err
	case !d.active():
		return nil, &types.DeploymentAlreadyCompletedException{Message: aws.String("Deployment is already completed")}
	case in.DeploymentWaitType == types.DeploymentWaitTypeReadyWait && d.step == stepReady:
		d.enter(stepShift)
		return &codedeploy.ContinueDeploymentOutput{}, nil
	case c.doubts.WaitCannotEnd:
		return nil, &types.UnsupportedActionForDeploymentTypeException{Message: aws.String("Not for ECS")}
	case in.DeploymentWaitType != types.DeploymentWaitTypeTerminationWait || d.step != stepWait:
		return nil, &types.DeploymentIsNotInReadyStateException{Message: aws.String("The deployment does not wait")}
	}
	c.finish(d)
	return &codedeploy.ContinueDeploymentOutput{}, nil
}

func (c *Cloud) stopDeployment(in *codedeploy.StopDeploymentInput) (*codedeploy.StopDeploymentOutput, error) {
	d, err := c.find(*in.DeploymentId)
	switch {
	case err != nil:
		return nil, err
	case !d.active():
		return nil, &types.DeploymentAlreadyCompletedException{Message: aws.String("Deployment is already completed")}
	}
	c.fail(d, types.DeploymentStatusStopped, types.ErrorCodeManualStop, "The deployment has been stopped by a call")
	return &codedeploy.StopDeploymentOutput{Status: types.StopStatusSucceeded}, nil
}

func (c *Cloud) listDeployments(in *codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
	s, err := c.group(in.ApplicationName, in.DeploymentGroupName)
	if err != nil {
		return nil, err
	}
	out := &codedeploy.ListDeploymentsOutput{}
	for _, one := range c.deployments {
		late := in.CreateTimeRange != nil && in.CreateTimeRange.Start != nil && one.created.Before(*in.CreateTimeRange.Start)
		listed := len(in.IncludeOnlyStatuses) == 0 || slices.Contains(in.IncludeOnlyStatuses, one.status)
		if one.service == s && listed && !late {
			out.Deployments = append(out.Deployments, one.id)
		}
	}
	return out, nil
}

func (c *Cloud) info(d *deployment) types.DeploymentInfo {
	info := types.DeploymentInfo{
		DeploymentId: aws.String(d.id), ApplicationName: aws.String(Application(d.service.name)),
		DeploymentGroupName: aws.String(d.service.name), DeploymentConfigName: aws.String(d.config),
		CreateTime: aws.Time(d.created), Status: d.status, ErrorInformation: d.failure, Creator: types.DeploymentCreatorUser,
		Description: aws.String(d.description),
		Revision: &types.RevisionLocation{
			RevisionType:   types.RevisionLocationTypeAppSpecContent,
			AppSpecContent: &types.AppSpecContent{Sha256: aws.String(d.sum)},
		},
	}
	if !c.doubts.SumOnly {
		info.Revision.AppSpecContent.Content = aws.String(d.content)
	}
	if !d.ended.IsZero() {
		info.CompleteTime = aws.Time(d.ended)
	}
	if d.rollback() {
		info.Creator = types.DeploymentCreatorCodeDeployRollback
		info.RollbackInfo = &types.RollbackInfo{RollbackTriggeringDeploymentId: aws.String(d.returns.id)}
	}
	if d.takeback != nil {
		info.RollbackInfo = &types.RollbackInfo{RollbackDeploymentId: aws.String(d.takeback.id)}
	}
	return info
}

func (c *Cloud) listTargets(
	in *codedeploy.ListDeploymentTargetsInput,
) (*codedeploy.ListDeploymentTargetsOutput, error) {
	d, err := c.find(*in.DeploymentId)
	switch {
	case err != nil:
		return nil, err
	case d.step == stepCreated:
		return nil, &types.DeploymentNotStartedException{Message: aws.String("Deployment has not started")}
	}
	return &codedeploy.ListDeploymentTargetsOutput{TargetIds: []string{d.target()}}, nil
}

// target returns CodeDeploy's id of the service as a target.
func (d *deployment) target() string { return Cluster + ":" + d.service.name }

func (c *Cloud) batchGetTargets(
	in *codedeploy.BatchGetDeploymentTargetsInput,
) (*codedeploy.BatchGetDeploymentTargetsOutput, error) {
	d, err := c.find(*in.DeploymentId)
	switch {
	case err != nil:
		return nil, err
	case !slices.Equal(in.TargetIds, []string{d.target()}):
		return nil, &types.DeploymentTargetDoesNotExistException{Message: aws.String("No such target")}
	}
	target := &types.ECSTarget{Status: types.TargetStatusInProgress}
	install := types.LifecycleEventStatusSucceeded
	switch d.step {
	case stepWait, stepDone:
		target.Status = types.TargetStatusSucceeded
	case stepInstall:
		install = types.LifecycleEventStatusInProgress
	default:
	}
	target.LifecycleEvents = []types.LifecycleEvent{
		{LifecycleEventName: aws.String("BeforeInstall"), Status: types.LifecycleEventStatusSucceeded},
		{LifecycleEventName: aws.String("Install"), Status: install},
	}
	return &codedeploy.BatchGetDeploymentTargetsOutput{DeploymentTargets: []types.DeploymentTarget{{
		DeploymentTargetType: types.DeploymentTargetTypeEcsTarget, EcsTarget: target,
	}}}, nil
}

func (c *Cloud) getGroup(in *codedeploy.GetDeploymentGroupInput) (*codedeploy.GetDeploymentGroupOutput, error) {
	s, err := c.group(in.ApplicationName, in.DeploymentGroupName)
	if err != nil {
		return nil, err
	}
	group := &types.DeploymentGroupInfo{
		ApplicationName: in.ApplicationName, DeploymentGroupName: in.DeploymentGroupName,
		LoadBalancerInfo: &types.LoadBalancerInfo{TargetGroupPairInfoList: []types.TargetGroupPairInfo{{
			ProdTrafficRoute: &types.TrafficRoute{ListenerArns: []string{listenerARN}},
			TargetGroups: []types.TargetGroupInfo{
				{Name: aws.String(s.name + "-blue")}, {Name: aws.String(s.name + "-green")},
			},
		}}},
	}
	for _, one := range c.deployments {
		if one.service == s {
			group.LastAttemptedDeployment = &types.LastDeploymentInfo{DeploymentId: aws.String(one.id), Status: one.status}
		}
	}
	return &codedeploy.GetDeploymentGroupOutput{DeploymentGroupInfo: group}, nil
}
