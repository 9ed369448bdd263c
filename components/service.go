package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const serviceType = "aws-webapp:service:Service"

// Service runs a [Task] on Fargate in private subnets, behind the load balancer if it has an [Endpoint]: ECS service,
// scaling and alarms.
type Service struct {
	pulumi.ResourceState
	// Task that the service runs. If the program deploys, under the rolling controller, its
	// TaskDefinitionARN fails when ECS has rolled the service back to another one.
	Task

	// ClusterName of the cluster that it runs in.
	ClusterName string
	// CodeDeployApplication and CodeDeployGroup replace the tasks under blue/green; empty
	// under rolling.
	CodeDeployApplication, CodeDeployGroup string
	// AppSpec describes a new version for whoever deploys it, if that is not the program: the
	// AppSpec of a CodeDeploy deployment, as JSON with <TASK_DEFINITION> in place of the task
	// definition's ARN. Empty if the program deploys.
	AppSpec pulumi.StringOutput
	alarms
	// FailingAlarmNames are those alarms that report whether the service fails its clients: the alarms that roll a
	// deployment back, and the composite alarm over them.
	FailingAlarmNames []string

	args     ServiceArgs
	endpoint *Endpoint
	// rollbackAlarms are the alarms that end a deployment; their names are known before they
	// exist.
	rollbackAlarms     []OutageAlarm
	rollbackAlarmNames []string
	service            *ecs.Service
}

// NewService makes a [Service].
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	s := &Service{AppSpec: pulumi.String("").ToStringOutput(), args: given(args)}
	wrong := s.args.validate()
	var steps []step
	if wrong == nil {
		s.setParts()
		steps = s.steps()
	}
	return construct(ctx, name, s, opts, construction{
		kind: "service", token: serviceType, wrong: wrong, steps: steps,
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"name":                  pulumi.String(s.Name),
				"clusterName":           pulumi.String(s.ClusterName),
				"logGroupName":          pulumi.String(s.LogGroupName),
				"taskFamily":            pulumi.String(s.TaskFamily),
				"taskDefinitionArn":     s.TaskDefinitionARN,
				"executionRoleArn":      s.ExecutionRoleARN,
				"taskRoleArn":           s.TaskRoleARN,
				"codeDeployApplication": pulumi.String(s.CodeDeployApplication),
				"codeDeployGroup":       pulumi.String(s.CodeDeployGroup),
				"appSpec":               s.AppSpec,
			}
		},
	})
}

// setParts makes the task and the endpoint, and fixes the names that they and the deployment roles share.
func (s *Service) setParts() {
	s.ClusterName = s.args.ClusterName
	s.Task = newTask(s, s.args.TaskArgs)
	if s.args.EndpointArgs != nil {
		s.endpoint = &Endpoint{service: s, args: *s.args.EndpointArgs}
	}
	if s.blueGreen() {
		s.CodeDeployApplication = s.args.Scope.codeDeployApplication(s.Name)
		s.CodeDeployGroup = s.Name
	}
	if s.held() {
		s.AppSpec = s.appSpec()
	}
}

func (s *Service) steps() []step {
	steps := s.Task.steps()
	if s.endpoint != nil {
		steps = append(steps, s.endpoint.steps()...)
	} else {
		steps = append(steps,
			step{"create rollback alarm", s.createStoppedAlarm}, step{"create alarms of calls", s.createCallAlarms})
	}
	steps = append(steps,
		step{"create composite alarm", s.createCompositeAlarm},
		step{"create service", s.createService})
	if s.blueGreen() {
		steps = append(steps,
			step{"create listener rule", s.endpoint.createProductionRule},
			step{"create blue/green deployment", s.createBlueGreen})
	}
	return append(steps,
		step{"create autoscaling", s.createScaling},
		step{"create alarms", s.createAlarms},
		step{"report deployments", s.reportDeployments})
}

func (s *Service) blueGreen() bool {
	return s.args.Deployment.Controller == BlueGreen
}

// held reports whether new versions are deployed by something other than the program.
func (s *Service) held() bool { return s.blueGreen() || s.args.Deployment.Held }

// Serving returns the resource to wait for until the service exists; under rolling, unless the service is
// held, also until its tasks run.
func (s *Service) Serving() pulumi.Resource { return s.service }
