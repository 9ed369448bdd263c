package components

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceArgs describe a [Service].
type ServiceArgs struct {
	TaskArgs
	// EndpointArgs of a service behind the load balancer; nil for any other.
	*EndpointArgs
	// Connect is the service's place in a [Namespace]; nil for none. ECS connects no service under [BlueGreen].
	Connect *ServiceConnect
	// ClusterName and ClusterARN of the cluster.
	ClusterName string
	ClusterARN  pulumi.StringInput
	// SubnetIDs of the app tier and SecurityGroupID of the tasks.
	SubnetIDs       pulumi.StringArrayInput
	SecurityGroupID pulumi.StringInput
	// After lists what tasks need to start: the app tier's routes and endpoints, and the
	// rules of the security groups for this service.
	After []pulumi.Resource
	// DesiredCount of tasks at creation; autoscaling owns it afterwards.
	DesiredCount int
	// Deployment of new versions.
	Deployment ServiceDeployment
	// Scaling of the number of tasks.
	Scaling ServiceScaling
	// OneTaskReason is the reason why one task is enough; empty if it is not. It becomes a tag.
	OneTaskReason string
	// Alarms of the service.
	Alarms ServiceAlarms
}

func (a ServiceArgs) validate() error {
	err := check(a)
	if a.Deployment.Controller == BlueGreen && (a.EndpointArgs == nil || a.TestListenerARN == nil) {
		err = errors.Join(err, errors.New("TestListenerARN is missing: blue/green tries a new version out on it"))
	}
	if a.Connect != nil && (a.Deployment.Controller == BlueGreen || a.Connect.Serves && a.Container.AppProtocol == "") {
		err = errors.Join(err, errors.New("Connect is set: ECS connects no service under blue/green, and none whose port "+
			"has no AppProtocol"))
	}
	return err
}

// DeploymentController is the service that replaces tasks.
type DeploymentController string

// The controllers. Under [Rolling] ECS replaces tasks when the program's task definition changes,
// unless the service is held. Under [BlueGreen] CodeDeploy does, and the program ignores what it
// changes.
const (
	Rolling   DeploymentController = "rolling"
	BlueGreen DeploymentController = "blue-green"
)

// ServiceDeployment describes how a new version replaces the old one.
type ServiceDeployment struct {
	// Controller is rolling or blue-green. AWS replaces the service when it changes. Before going
	// back to rolling, run a refresh, so that Pulumi sees to which group CodeDeploy sends
	// requests.
	Controller DeploymentController
	// MaximumPercent and MinimumHealthyPercent of the desired count
	// during a rolling deployment.
	MaximumPercent, MinimumHealthyPercent int
	// GracePeriodSeconds before health checks of a new task count.
	GracePeriodSeconds int
	// WaitMinutes that an update waits for a rolling deployment to end: a deployment that fails or
	// is rolled back then fails the update. 0 does not wait, for AWS emulators, which run no
	// tasks.
	WaitMinutes int
	// TrafficShift is the name of CodeDeploy's ECS deployment configuration, such as
	// CodeDeployDefault.ECSCanary10Percent5Minutes.
	TrafficShift string
	// TerminationWaitMinutes that the old tasks stay for a rollback.
	TerminationWaitMinutes int
	// Held leaves the deployment of new versions to whoever reads [Service.AppSpec], also under Rolling: the program
	// creates the service with the first version, registers later ones and waits for none. Blue/green services are
	// always held.
	Held bool
	// TestFunctionARN is the function of a [DeploymentTest] that tries a new version before it gets requests; empty
	// for none. Only under blue/green.
	TestFunctionARN string
}

// ServiceScaling holds the bounds and targets of a service's autoscaling.
type ServiceScaling struct {
	// Min and Max tasks. With Schedules they apply until the first of those.
	Min, Max int
	// CPUPercent and MemoryPercent are targets; 0 for off.
	CPUPercent, MemoryPercent int
	// RequestsPerTarget is a target per minute; 0 for off.
	RequestsPerTarget int
	// ResponseMilliseconds of nine in ten requests above which tasks are added; 0 for off.
	ResponseMilliseconds int
	// Backlog of a queue; nil for none.
	Backlog *ServiceBacklog
	// ScaleInCooldownSeconds and ScaleOutCooldownSeconds after each change.
	ScaleInCooldownSeconds, ScaleOutCooldownSeconds int
	// Schedules change the bounds at set times.
	Schedules []ServiceSchedule
}

// ServiceBacklog is a target for the messages of a queue, divided by the number of tasks.
type ServiceBacklog struct {
	QueueName       string
	MessagesPerTask int
}

// ServiceSchedule changes the bounds of autoscaling at set times.
type ServiceSchedule struct {
	// Name, unique in the service.
	Name string
	// Expression at(...), rate(...) or cron(...), and its Timezone, an IANA name.
	Expression, Timezone string
	// Min and Max tasks from then on.
	Min, Max int
}

// ServiceAlarms are the thresholds of a service's alarms.
type ServiceAlarms struct {
	// TopicARN is notified of them.
	TopicARN pulumi.StringInput
	// CPUPercent and MemoryPercent are the highest normal values.
	CPUPercent, MemoryPercent int
}
