package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// TaskArgs describe a [Task].
type TaskArgs struct {
	// Scope of the stack.
	Scope Scope
	// Name of the task and its container.
	Name string
	// DataKeyARN is the KMS key of the database secret, of Container.Secrets and of the bucket.
	DataKeyARN pulumi.StringInput
	// Container that the task runs.
	Container ServiceContainer
	// Sidecars run beside it.
	Sidecars []TaskSidecar
	// Capacity that the task runs on.
	Capacity ServiceCapacity
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
	// Exec allows ECS Exec into the task; nil forbids it.
	Exec *ServiceExec
	// Logs of the container.
	Logs ServiceLogs
}

// ServiceContainer describes the container of a service's tasks.
type ServiceContainer struct {
	// Image reference. For ECR, the permission to pull is limited to its repository; any other
	// registry must be public.
	Image string
	// Port that the container listens on, and CheckPort for health checks; 0 for none.
	Port, CheckPort int
	// AppProtocol that others speak with Port in a [Namespace]: http, http2 or grpc; empty if the port has no name there.
	AppProtocol string
	// Listener is the sidecar that listens on Port instead; empty for the container itself.
	Listener string
	// DependsOn maps sidecars that start before the container to ECS's condition: START, HEALTHY, COMPLETE or SUCCESS.
	DependsOn map[string]string
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
	// Mounts of file systems.
	Mounts []ServiceMount
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

// TaskSidecar describes a container beside that of the service. Its fields are as those of [ServiceContainer].
type TaskSidecar struct {
	// Name, unique in the task.
	Name, Image string
	User        string
	// Essential says that the task ends with the container.
	Essential    bool
	WritableRoot string
	TmpMiB       int
	// ScratchPaths are shared with containers that name the same.
	ScratchPaths []string
	Mounts       []ServiceMount
	// CPU units and MemoryMiB of the task's; 0 for no share and no limit of its own.
	CPU, MemoryMiB      int
	EntryPoint, Command []string
	Check               ServiceContainerCheck
	DependsOn           map[string]string
	Environment         map[string]string
	Secrets             map[string]string
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

// ServiceUse holds the variables and permissions that a service needs to use a part of the stack. The part returns it,
// so a new part changes nothing here: see [Cache.For].
type ServiceUse struct {
	// Name of the part, in the name of the task role's policy.
	Name string
	// Environment variables of the container that are no secret.
	Environment map[string]pulumi.StringInput
	// rights of the task role.
	rights []statement
	// volume of the task; nil for none.
	volume *taskVolume
	// before lists what has to be there before a task starts.
	before []pulumi.Resource
}

// taskVolume is a file system in a task definition.
type taskVolume struct {
	name                        string
	fileSystemID, accessPointID pulumi.StringInput
}

// ServiceMount puts a file system into a container.
type ServiceMount struct {
	// Volume is a [FileSystem.VolumeName] among TaskArgs.Uses.
	Volume string
	// Path of the folder in the container.
	Path string
	// ReadOnly keeps the container from writing.
	ReadOnly bool
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
	// SidecarImages are those in other repositories.
	SidecarImages []string
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

// ServiceCapacity splits a service's tasks between Fargate and Fargate Spot. Under blue/green
// it applies at creation; afterwards each deployment's AppSpec decides.
type ServiceCapacity struct {
	// FargateBase tasks always run on Fargate.
	FargateBase int
	// FargateWeight and SpotWeight of the tasks above the base.
	FargateWeight, SpotWeight int
}
