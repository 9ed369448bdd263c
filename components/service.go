package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const serviceType = "aws-webapp:service:Service"

// Service is one container behind the load balancer, run on Fargate in private subnets:
// its log group, roles, task definition, target groups, listener rules, ECS service,
// scaling and alarms.
//
// The container runs as a non-root user on a read-only root file system. It may write to /tmp,
// which is in memory and counts towards the task's memory, of which it takes an eighth.
type Service struct {
	pulumi.ResourceState

	// Name of the service in ECS and of its container.
	Name string
	// ClusterName of the cluster that it runs in.
	ClusterName string
	// LogGroupName of the container's output, and LogGroup for resources that wait for it.
	LogGroupName string
	LogGroup     pulumi.Resource
	// TaskFamily of the task definitions.
	TaskFamily string
	// Image that the task definition names.
	Image string
	// TaskDefinitionARN that the program asks for. If the program deploys, under the rolling
	// controller, the output fails when ECS has rolled the service back to another one.
	TaskDefinitionARN pulumi.StringOutput
	// ExecutionRoleARN is used by ECS to start tasks, TaskRoleARN by the application.
	ExecutionRoleARN, TaskRoleARN pulumi.StringOutput
	// CodeDeployApplication and CodeDeployGroup replace the tasks under blue/green; empty
	// under rolling.
	CodeDeployApplication, CodeDeployGroup string
	// AppSpec describes a new version for whoever deploys it, if that is not the program: the
	// AppSpec of a CodeDeploy deployment, as JSON with <TASK_DEFINITION> in place of the task
	// definition's ARN. Empty if the program deploys.
	AppSpec pulumi.StringOutput
	// AlarmNames of all alarms. FailingAlarmNames are those that report whether the service fails
	// its clients: the alarms that roll a deployment back, and the composite alarm over them.
	AlarmNames, FailingAlarmNames []string

	args ServiceArgs
	// prerequisites of the ECS service: it is created after them and deleted before them.
	prerequisites []pulumi.Resource
	// roleARNs lists the roles of the tasks.
	roleARNs pulumi.StringArray
	// attached has the policies of the roles, by logical name.
	attached       map[string]bool
	taskDefinition *ecs.TaskDefinition
	targetGroups   []*lb.TargetGroup
	rules          []*lb.ListenerRule
	// rollbackAlarms are the alarms that end a deployment; their names are known before they
	// exist.
	rollbackAlarms     []pulumi.Resource
	rollbackAlarmNames []string
	service            *ecs.Service
}

// NewService makes a [Service].
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	s := &Service{AppSpec: pulumi.String("").ToStringOutput()}
	if args != nil {
		s.args = *args
	}
	if err := s.args.validate(); err != nil {
		return nil, fmt.Errorf("service %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(serviceType, name, s, opts...); err != nil {
		return nil, fmt.Errorf("service %q: register: %w", name, err)
	}
	s.setNames()
	if s.held() {
		s.AppSpec = s.appSpec()
	}
	for _, step := range []struct {
		name   string
		create func(*pulumi.Context, string) error
	}{
		{"create log group", s.createLogGroup},
		{"create execution role", s.createExecutionRole},
		{"create task role", s.createTaskRole},
		{"create task definition", s.createTaskDefinition},
		{"create target groups", s.createTargetGroups},
		{"attach target groups", s.attachTargetGroups},
		{"create rollback alarms", s.createRollbackAlarms},
		{"create composite alarm", s.createCompositeAlarm},
		{"create service", s.createService},
		{"create listener rule", s.createProductionRule},
		{"create blue/green deployment", s.createBlueGreen},
		{"create autoscaling", s.createScaling},
		{"create alarms", s.createAlarms},
		{"report deployments", s.reportDeployments},
	} {
		if err := step.create(ctx, name); err != nil {
			return nil, fmt.Errorf("service %q: %s: %w", name, step.name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(s, pulumi.Map{
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
	}); err != nil {
		return nil, fmt.Errorf("service %q: register outputs: %w", name, err)
	}
	return s, nil
}

// setNames fixes the names that policies, metrics, alarms and deployments use before the
// resources exist.
func (s *Service) setNames() {
	scope := s.args.Scope
	s.Name = s.args.Name
	s.ClusterName = s.args.ClusterName
	s.LogGroupName = s.args.Logs.Prefix + "/" + s.Name
	s.TaskFamily = scope.Name(NameTaskFamily, s.Name)
	s.Image = s.args.Container.Image
	if s.blueGreen() {
		s.CodeDeployApplication = scope.codeDeployApplication(s.Name)
		s.CodeDeployGroup = s.Name
	}
}

func (s *Service) blueGreen() bool {
	return s.args.Deployment.Controller == BlueGreen
}

// held reports whether new versions are deployed by something other than the program.
func (s *Service) held() bool { return s.blueGreen() || s.args.Deployment.Held }

// Serving returns the resource to wait for until the service exists; under rolling, unless the service is
// held, also until its tasks run.
func (s *Service) Serving() pulumi.Resource { return s.service }
