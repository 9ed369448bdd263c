package release_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi/awsfake"
)

func (w *world) answerECS() {
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		s, known := w.services[in.Services[0]]
		if !known {
			return &ecs.DescribeServicesOutput{}, nil
		}
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{s.describe()}}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
		s := w.services[*in.Service]
		port := s.primary.port
		if len(in.LoadBalancers) > 0 {
			port = *in.LoadBalancers[0].ContainerPort
		}
		s.primary = &version{
			id: fmt.Sprintf("ecs-svc/%d", w.now.Unix()), definition: *in.TaskDefinition, group: "blue", port: port,
			created: w.now,
		}
		s.rolling, s.failed = ecstypes.DeploymentRolloutStateInProgress, nil
		return &ecs.UpdateServiceOutput{}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
		family, _, _ := strings.Cut(strings.TrimPrefix(*in.TaskDefinition, definitions), ":")
		container := ecstypes.ContainerDefinition{
			Name: aws.String(family), Image: aws.String("registry/" + family),
			LogConfiguration: &ecstypes.LogConfiguration{Options: map[string]string{
				"awslogs-group": "/ecs/" + family, "awslogs-stream-prefix": "app",
			}},
		}
		return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &ecstypes.TaskDefinition{
			ContainerDefinitions: []ecstypes.ContainerDefinition{container},
		}}, nil
	})
	awsfake.Answer(w.Cloud, w.runTask)
	awsfake.Answer(w.Cloud, func(in *ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
		for _, task := range w.tasks {
			if *task.TaskArn == *in.Task {
				task.LastStatus, task.DesiredStatus, task.StoppedReason = aws.String("STOPPED"), aws.String("STOPPED"), in.Reason
			}
		}
		return &ecs.StopTaskOutput{}, nil
	})
	awsfake.Answer(w.Cloud, w.listTasks)
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		out := &ecs.DescribeTasksOutput{}
		for _, task := range w.tasks {
			if slices.Contains(in.Tasks, *task.TaskArn) {
				out.Tasks = append(out.Tasks, *task)
			}
		}
		for _, s := range w.services {
			for _, task := range s.tasks() {
				if slices.Contains(in.Tasks, *task.TaskArn) {
					out.Tasks = append(out.Tasks, task)
				}
			}
		}
		return out, nil
	})
}

func (s *service) describe() ecstypes.Service {
	described := ecstypes.Service{
		ServiceName: aws.String(s.name), Status: aws.String("ACTIVE"), DesiredCount: 1, CreatedAt: aws.Time(s.made),
		LoadBalancers: s.primary.balancers(s.name), NetworkConfiguration: network(),
	}
	if s.blueGreen {
		described.DeploymentController = &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeCodeDeploy}
		described.TaskSets = []ecstypes.TaskSet{s.primary.taskSet(s.name, "PRIMARY")}
		if s.next != nil {
			described.TaskSets = append(described.TaskSets, s.next.taskSet(s.name, "ACTIVE"))
		}
		return described
	}
	described.Deployments = []ecstypes.Deployment{{
		Id: aws.String(s.primary.id), Status: aws.String("PRIMARY"), TaskDefinition: aws.String(s.primary.definition),
		CreatedAt: aws.Time(s.primary.created), RolloutState: s.rolling, RunningCount: 1, DesiredCount: 1,
	}}
	if s.failed != nil {
		described.Deployments = append(described.Deployments, ecstypes.Deployment{
			Id: aws.String(s.failed.id), Status: aws.String("ACTIVE"), TaskDefinition: aws.String(s.failed.definition),
			RolloutState: ecstypes.DeploymentRolloutStateFailed, RolloutStateReason: aws.String("tasks failed to start"),
		})
	}
	return described
}

func network() *ecstypes.NetworkConfiguration {
	return &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: []string{"subnet-1", "subnet-2"}, SecurityGroups: []string{"sg-1"},
		AssignPublicIp: ecstypes.AssignPublicIpDisabled,
	}}
}

func (v *version) balancers(container string) []ecstypes.LoadBalancer {
	return []ecstypes.LoadBalancer{{
		TargetGroupArn: aws.String(targetGroup + container + "-" + v.group + "/1"), ContainerName: aws.String(container),
		ContainerPort: aws.Int32(v.port),
	}}
}

func (v *version) taskSet(container, status string) ecstypes.TaskSet {
	set := ecstypes.TaskSet{
		Id: aws.String(v.id), Status: aws.String(status), TaskDefinition: aws.String(v.definition), ComputedDesiredCount: 1,
		LoadBalancers: v.balancers(container), NetworkConfiguration: network(),
	}
	if v.by != "" {
		set.ExternalId = aws.String(v.by)
	}
	return set
}

// tasks are one of each version.
func (s *service) tasks() []ecstypes.Task {
	var tasks []ecstypes.Task
	for _, v := range []*version{s.primary, s.next} {
		if v == nil {
			continue
		}
		tasks = append(tasks, ecstypes.Task{
			TaskArn: aws.String("arn:task/" + s.name + v.id), TaskDefinitionArn: aws.String(v.definition),
			StartedBy:  aws.String(v.id),
			LastStatus: aws.String("RUNNING"), DesiredStatus: aws.String("RUNNING"),
			Containers: []ecstypes.Container{{Name: aws.String(s.name)}},
			Attachments: []ecstypes.Attachment{{Details: []ecstypes.KeyValuePair{
				{Name: aws.String("privateIPv4Address"), Value: aws.String(s.name + v.id)},
			}}},
		})
	}
	return tasks
}

func (w *world) listTasks(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
	out := &ecs.ListTasksOutput{}
	if in.ServiceName != nil {
		if in.DesiredStatus == ecstypes.DesiredStatusRunning {
			for _, task := range w.services[*in.ServiceName].tasks() {
				out.TaskArns = append(out.TaskArns, *task.TaskArn)
			}
		}
		return out, nil
	}
	for _, task := range w.tasks {
		ours := strings.HasPrefix(*task.TaskDefinitionArn, definitions+aws.ToString(in.Family)+":")
		if ours && *task.DesiredStatus == string(in.DesiredStatus) {
			out.TaskArns = append(out.TaskArns, *task.TaskArn)
		}
	}
	return out, nil
}

func (w *world) runTask(in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
	task := &ecstypes.Task{
		TaskArn:           aws.String(fmt.Sprintf("arn:aws:ecs:us-east-1:222222222222:task/web/m%d", len(w.tasks)+1)),
		TaskDefinitionArn: in.TaskDefinition, StartedBy: in.StartedBy, Overrides: in.Overrides, CreatedAt: aws.Time(w.now),
		LastStatus: aws.String("RUNNING"), DesiredStatus: aws.String("RUNNING"),
		Containers: []ecstypes.Container{{Name: in.Overrides.ContainerOverrides[0].Name}},
	}
	w.tasks = append(w.tasks, task)
	return &ecs.RunTaskOutput{Tasks: []ecstypes.Task{*task}}, nil
}
