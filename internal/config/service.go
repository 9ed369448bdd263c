package config

// ContainerInsights is how much the cluster reports to CloudWatch.
type ContainerInsights string

// The levels of Container Insights. [InsightsEnhanced] adds metrics by task and container.
const (
	InsightsEnabled  ContainerInsights = "enabled"
	InsightsEnhanced ContainerInsights = "enhanced"
)

// Cluster is the ECS cluster that all services share.
type Cluster struct {
	// ContainerInsights is enabled or enhanced. Default enabled.
	ContainerInsights ContainerInsights `json:"containerInsights"`
}

// Service is one container behind the load balancer. Defaults are [DefaultService]'s.
type Service struct {
	// Name of the service and its container: 1 to 24 of a-z, 0-9 and hyphens, unique. Required.
	Name string `json:"name"`
	// Image reference; prod demands a digest or an immutable tag. Required.
	Image string `json:"image"`
	// Port that the container listens on, 1024 to 65535 (it does not run as root). Default 8000.
	Port int `json:"port"`
	// CPU units, with MemoryMiB one of the pairs that Fargate offers. Default 512.
	CPU int `json:"cpu"`
	// MemoryMiB with CPU one of the pairs that Fargate offers. Default 1024.
	MemoryMiB int `json:"memoryMiB"`
	// Architecture is X86_64 or ARM64. Default X86_64.
	Architecture Architecture `json:"architecture"`
	// User that the container runs as, numeric uid or uid:gid, not 0. Default 65532:65532.
	User string `json:"user"`
	// Command replaces the image's. Default the image's own.
	Command []string `json:"command"`
	// Environment variables that are no secret. DATABASE_URL, PGUSER and PGPASSWORD are
	// the program's with DatabaseAccess.
	Environment map[string]string `json:"environment"`
	// Secrets are further variables, name to ARN of a Secrets Manager secret or an SSM parameter.
	Secrets map[string]string `json:"secrets"`
	// DatabaseAccess opens the way to the database and injects its address and
	// credentials. Default false.
	DatabaseAccess bool `json:"databaseAccess"`
	// BucketAccess lets the task read, or read and write, the application bucket:
	// none, read or read-write. Default none.
	BucketAccess BucketAccess `json:"bucketAccess"`
	// Routing says which requests the service answers. Required.
	Routing Routing `json:"routing"`
	// HealthCheck of the target group.
	HealthCheck HealthCheck `json:"healthCheck"`
	// DesiredCount of tasks at creation; autoscaling owns it afterwards. Default 2; prod demands 2.
	DesiredCount int `json:"desiredCount"`
	// Scaling bounds and targets of the service's autoscaling.
	Scaling Scaling `json:"scaling"`
	// Capacity splits the tasks between Fargate and Fargate Spot.
	Capacity Capacity `json:"capacity"`
	// Deployment says how a new version replaces the old one.
	Deployment Deployment `json:"deployment"`
	// ExecuteCommand allows ECS Exec into the tasks, logged and encrypted. Default true.
	ExecuteCommand bool `json:"executeCommand"`
}

// Architecture is a CPU architecture that Fargate offers.
type Architecture string

// The architectures.
const (
	X8664 Architecture = "X86_64"
	ARM64 Architecture = "ARM64"
)

// BucketAccess is what a service may do with the application bucket.
type BucketAccess string

// The levels of access.
const (
	BucketNone      BucketAccess = "none"
	BucketRead      BucketAccess = "read"
	BucketReadWrite BucketAccess = "read-write"
)

// Routing says which requests a service answers: those that match a path and a host,
// where given. At least one of both must be.
type Routing struct {
	// Priority of the listener rule, 1 to 50000, unique, the lowest is tried first. Required.
	Priority int `json:"priority"`
	// Paths such as /* or /api/*; with Hosts at most 5 in all, as AWS counts.
	Paths []string `json:"paths"`
	// Hosts such as app.example.com or *.example.com.
	Hosts []string `json:"hosts"`
}

// HealthCheck of a target group.
type HealthCheck struct {
	// Path that answers 200 when the task can serve. Default /health.
	Path string `json:"path"`
	// IntervalSeconds between checks, 5 to 300. Default 30.
	IntervalSeconds int `json:"intervalSeconds"`
	// TimeoutSeconds of a check, 2 to 120, below the interval. Default 5.
	TimeoutSeconds int `json:"timeoutSeconds"`
	// HealthyThreshold of successes in a row, 2 to 10. Default 2.
	HealthyThreshold int `json:"healthyThreshold"`
	// UnhealthyThreshold of failures in a row, 2 to 10. Default 2.
	UnhealthyThreshold int `json:"unhealthyThreshold"`
	// Matcher of status codes such as 200 or 200-299. Default 200.
	Matcher string `json:"matcher"`
	// DeregistrationDelaySeconds that a leaving task may finish its requests, 0 to 3600. Default 30.
	DeregistrationDelaySeconds int `json:"deregistrationDelaySeconds"`
	// SlowStartSeconds over which a new task gets its full share, 30 to 900, 0 for off. Default 0.
	SlowStartSeconds int `json:"slowStartSeconds"`
}

// Scaling bounds and targets of a service's autoscaling.
type Scaling struct {
	// Min tasks. Default 2; prod demands 2.
	Min int `json:"min"`
	// Max tasks. Default 10.
	Max int `json:"max"`
	// CPUPercent that is aimed at, 10 to 95, 0 for off. Default 70.
	CPUPercent int `json:"cpuPercent"`
	// MemoryPercent that is aimed at, 10 to 95, 0 for off. Default 80.
	MemoryPercent int `json:"memoryPercent"`
	// RequestsPerTarget a minute that is aimed at, 0 for off, the default. Not with
	// blue/green: the metric names one target group.
	RequestsPerTarget int `json:"requestsPerTarget"`
	// ScaleInCooldownSeconds. Default 60.
	ScaleInCooldownSeconds int `json:"scaleInCooldownSeconds"`
	// ScaleOutCooldownSeconds. Default 60.
	ScaleOutCooldownSeconds int `json:"scaleOutCooldownSeconds"`
	// Schedules change the bounds at set times.
	Schedules []Schedule `json:"schedules"`
}

// Schedule changes the bounds of autoscaling at set times.
type Schedule struct {
	// Name, unique in the service. Required.
	Name string `json:"name"`
	// Expression at(...), rate(...) or cron(...) as Application Auto Scaling takes it. Required.
	Expression string `json:"expression"`
	// Timezone of the expression, an IANA name. Default UTC.
	Timezone string `json:"timezone"`
	// Min tasks from then on.
	Min int `json:"min"`
	// Max tasks from then on.
	Max int `json:"max"`
}

// Capacity splits a service's tasks between Fargate and Fargate Spot.
type Capacity struct {
	// FargateBase tasks always run on Fargate. Default 2.
	FargateBase int `json:"fargateBase"`
	// FargateWeight of the tasks above the base. Default 1.
	FargateWeight int `json:"fargateWeight"`
	// SpotWeight of the tasks above the base. Default 0.
	SpotWeight int `json:"spotWeight"`
}

// DeploymentController decides who replaces tasks.
type DeploymentController string

// The controllers. Under [Rolling] ECS replaces tasks when the program's task definition
// changes; under [BlueGreen] CodeDeploy owns task definition, load balancers and
// listeners after the first deployment.
const (
	Rolling   DeploymentController = "rolling"
	BlueGreen DeploymentController = "blue-green"
)

// Deployment says how a new version replaces the old one.
type Deployment struct {
	// Controller is rolling or blue-green. Default rolling. A change replaces the service.
	Controller DeploymentController `json:"controller"`
	// MaximumPercent of the desired count during a rolling deployment, 100 to 200. Default 200.
	MaximumPercent int `json:"maximumPercent"`
	// MinimumHealthyPercent during a rolling deployment, 0 to 100. Default 100.
	MinimumHealthyPercent int `json:"minimumHealthyPercent"`
	// GracePeriodSeconds before health checks of a new task count. Default 60.
	GracePeriodSeconds int `json:"gracePeriodSeconds"`
	// TrafficShift is CodeDeploy's predefined ECS configuration. Default
	// CodeDeployDefault.ECSCanary10Percent5Minutes.
	TrafficShift string `json:"trafficShift"`
	// TerminationWaitMinutes that the old tasks stay for a rollback, 0 to 2880. Default 60.
	TerminationWaitMinutes int `json:"terminationWaitMinutes"`
}
