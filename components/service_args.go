package components

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceArgs describe a [Service].
type ServiceArgs struct {
	// Scope of the stack.
	Scope Scope
	// Name of the service and its container.
	Name string
	// ClusterName and ClusterARN of the cluster.
	ClusterName string
	ClusterARN  pulumi.StringInput
	// VPCID, SubnetIDs of the app tier and SecurityGroupID of the tasks.
	VPCID           pulumi.StringInput
	SubnetIDs       pulumi.StringArrayInput
	SecurityGroupID pulumi.StringInput
	// LoadBalancerSuffix is the last part of the load balancer's ARN, as metrics name it.
	LoadBalancerSuffix pulumi.StringInput
	// HTTPSListenerARN is the listener of the service's rule. TestListenerARN is the listener of
	// another rule, needed only under blue/green.
	HTTPSListenerARN pulumi.StringInput
	TestListenerARN  pulumi.StringInput `optional:"true"`
	// DataKeyARN is the KMS key of the database secret, of Container.Secrets and of the bucket.
	DataKeyARN pulumi.StringInput
	// After lists what tasks need to start: the app tier's routes and endpoints, and the
	// rules of the security groups for this service.
	After []pulumi.Resource
	// Container that the tasks run.
	Container ServiceContainer
	// Database that the container uses; nil for none.
	Database *ServiceDatabase
	// Bucket that the container uses; nil for none.
	Bucket *ServiceBucket
	// Uses are the other parts of the stack that the container uses.
	Uses []ServiceUse
	// Permissions of the application beside what it uses.
	Permissions []ServicePermission
	// Previous holds what the version that still runs needs in addition to this one; nil for
	// nothing.
	Previous *ServicePrevious
	// Exec allows ECS Exec into the tasks; nil forbids it.
	Exec *ServiceExec
	// Logs of the container.
	Logs ServiceLogs
	// Routing selects the requests that the service answers.
	Routing ServiceRouting
	// HealthCheck of the tasks by the load balancer.
	HealthCheck ServiceHealthCheck
	// DesiredCount of tasks at creation; autoscaling owns it afterwards.
	DesiredCount int
	// Capacity that the tasks run on.
	Capacity ServiceCapacity
	// Deployment of new versions.
	Deployment ServiceDeployment
	// Scaling of the number of tasks.
	Scaling ServiceScaling
	// Alarms of the service.
	Alarms ServiceAlarms
}

func (a ServiceArgs) validate() error {
	err := check(a)
	if a.Deployment.Controller == BlueGreen && a.TestListenerARN == nil {
		err = errors.Join(err, errors.New("TestListenerARN is missing: blue/green tries a new version out on it"))
	}
	return err
}

// ServiceContainer describes the container of a service's tasks.
type ServiceContainer struct {
	// Image reference. For ECR, the permission to pull is limited to its repository; any other
	// registry must be public.
	Image string
	// Port that the container listens on.
	Port int
	// CPU units and MemoryMiB, one of the pairs that Fargate offers.
	CPU, MemoryMiB int
	// Architecture is X86_64 or ARM64.
	Architecture string
	// TmpMiB is the size of /tmp. It must be less than MemoryMiB, to which it counts.
	TmpMiB int
	// TmpExec allows programs in /tmp to run.
	TmpExec bool
	// User is a numeric uid or uid:gid, not 0.
	User string
	// WritableRoot is the reason why the root file system is not read-only; empty if it is.
	WritableRoot string
	// ScratchPaths are folders on the task's disk of StorageGiB, at least 20, that the container may write to.
	ScratchPaths []string
	StorageGiB   int
	// StopSeconds that the container may take to end; 0 for 30, or 120 on Spot.
	StopSeconds int
	// EntryPoint and Command replace the image's; empty keeps them.
	EntryPoint, Command []string
	// Check is a command with which ECS checks the container.
	Check ServiceContainerCheck
	// Environment variables that are not secret.
	Environment map[string]string
	// Secrets holds variables by name, each the ARN of a Secrets Manager secret, optionally
	// followed by :<json key>:<version stage>:<version id>, or of an SSM parameter. They are
	// encrypted with ServiceArgs.DataKeyARN, with SecretKeyARNs or with AWS's own keys.
	Secrets map[string]string
	// SecretKeyARNs lists further KMS keys that encrypt Secrets.
	SecretKeyARNs []string
}

// ServiceContainerCheck is ECS's own check of a container. Without a command there is none.
type ServiceContainerCheck struct {
	// Command that exits with 0 if the container works, without CMD before it.
	Command []string
	// IntervalSeconds between checks, and TimeoutSeconds of one.
	IntervalSeconds, TimeoutSeconds int
	// Retries before the container counts as unhealthy.
	Retries int
	// StartSeconds in which failures do not count.
	StartSeconds int
}

// ServiceDatabase describes a service's connection to its database.
type ServiceDatabase struct {
	// Variables of the container: name to host, port, name, user, password, sslmode, url or json. If there are none, it
	// gets DATABASE_URL without a password, and PGUSER and PGPASSWORD, which libpq, psycopg, pgx and node-postgres read.
	Variables map[string]string
	// Host and Port of the instance.
	Host pulumi.StringInput
	Port int
	// Name of the database and Username of its owner.
	Name, Username string
	// SSLMode is require or verify-full. For verify-full the image needs RDS's certificates.
	SSLMode string
	// SecretARN of the secret in which RDS keeps username and password.
	SecretARN pulumi.StringInput
}

// ServiceBucket describes a service's access to a bucket. The container gets its name as
// BUCKET_NAME.
type ServiceBucket struct {
	// Name of the bucket.
	Name string
	// Write lets the service change objects, too.
	Write bool
}

// ServiceUse is what a part of the stack gives a service that uses it. The part makes it, so that a new one changes
// nothing here: see [Cache.For].
type ServiceUse struct {
	// Name of the part, in the name of the task role's policy.
	Name string
	// Environment variables of the container that are no secret.
	Environment map[string]pulumi.StringInput
	// rights of the task role.
	rights []statement
}

// ServicePermission lets the application use actions on resources.
type ServicePermission struct {
	// Actions by AWS's names, Resources by ARN.
	Actions, Resources []string
	// Reason for wildcards; may be empty. It becomes the statement's Sid.
	Reason string
}

// ServicePrevious holds what the tasks of an earlier version need: CodeDeploy keeps them
// running after an update, until the next deployment is over.
type ServicePrevious struct {
	// Image reference, if it is in another repository.
	Image string
	// Secrets are ARNs as in ServiceContainer.
	Secrets []string
	// Database, Bucket and Uses as in ServiceArgs; of Uses the rights alone.
	Database *ServiceDatabase
	Bucket   *ServiceBucket
	Uses     []ServiceUse
	// Roles says that it runs with roles whose names do not begin with project and stack. That was
	// so before deploy roles recognized a workload's roles by their names.
	Roles bool
}

// ServiceExec names the log group and the key of ECS Exec sessions.
type ServiceExec struct {
	// LogGroupName and KeyARN of the cluster's sessions.
	LogGroupName string
	KeyARN       pulumi.StringInput
}

// ServiceLogs describes the logs of a container's output.
type ServiceLogs struct {
	// Prefix is put before the service's name to form the log group's, such as /ecs.
	Prefix string
	// RetentionDays is one of CloudWatch Logs' periods.
	RetentionDays int
	// KeyARN is the KMS key that encrypts them.
	KeyARN pulumi.StringInput
}

// ServiceRouting selects the requests that a service answers: those that match a path and a
// host, if given.
type ServiceRouting struct {
	// Priority of the listener rule; the lowest is tried first.
	Priority int
	// Paths such as /* and Hosts such as *.example.com.
	Paths, Hosts []string
}

// ServiceHealthCheck of a target group.
type ServiceHealthCheck struct {
	// Port to check; 0 for the container's own.
	Port int
	// Path that answers with a status in Matcher, such as 200 or 200-299.
	Path, Matcher string
	// IntervalSeconds between checks, and TimeoutSeconds of one.
	IntervalSeconds, TimeoutSeconds int
	// HealthyThreshold and UnhealthyThreshold in a row.
	HealthyThreshold, UnhealthyThreshold int
	// DeregistrationDelaySeconds that a leaving task may finish its requests.
	DeregistrationDelaySeconds int
	// SlowStartSeconds in which a new task's share of requests rises to the full one; 0 for off.
	SlowStartSeconds int
}

// ServiceCapacity splits a service's tasks between Fargate and Fargate Spot. Under blue/green
// it applies at creation; afterwards each deployment's AppSpec decides.
type ServiceCapacity struct {
	// FargateBase tasks always run on Fargate.
	FargateBase int
	// FargateWeight and SpotWeight of the tasks above the base.
	FargateWeight, SpotWeight int
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
	// RequestsPerTarget is a target per minute; 0 for off. Not with blue/green, since the metric
	// is about one target group.
	RequestsPerTarget int
	// ScaleInCooldownSeconds and ScaleOutCooldownSeconds after each change.
	ScaleInCooldownSeconds, ScaleOutCooldownSeconds int
	// Schedules change the bounds at set times.
	Schedules []ServiceSchedule
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
	// ServerErrors is the highest normal number of 5XX answers in a minute. Above it, a deployment
	// under way is rolled back.
	ServerErrors int
}
