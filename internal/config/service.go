package config

// ContainerInsights is the level of detail that the cluster reports to CloudWatch.
type ContainerInsights string

// The levels of Container Insights. [InsightsEnhanced] adds metrics by task and container.
const (
	InsightsEnabled  ContainerInsights = "enabled"
	InsightsEnhanced ContainerInsights = "enhanced"
)

// Cluster is the ECS cluster that all services share.
type Cluster struct {
	// ContainerInsights is enabled or enhanced. Default enabled.
	ContainerInsights ContainerInsights `json:"containerInsights" allowed:"enabled, enhanced"`
}

func (c *Cluster) defaults() { c.ContainerInsights = InsightsEnabled }

// Service is one container, run as many tasks.
type Service struct {
	// Kind is web, which the load balancer sends requests to, or worker, which nobody sends requests to. Default web. A
	// change is refused for an existing service: add another one beside it.
	Kind ServiceKind `json:"kind" allowed:"web, worker"`
	// Name of the service and its container: 1 to 24 of a-z, 0-9 and inner hyphens, unique.
	// Another name is another service: under the rolling controller it takes over without a gap;
	// if the release command deploys, add it beside the old one. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	// Image reference; prod demands a digest or an immutable tag. Required.
	Image string `json:"image" required:"true" allowed:"<image reference>"`
	// Port that the container listens on, 1 to 65535; not of a worker. Below 1024 the program lowers the first port that
	// is open to every user, so that the container need not run as root. Default 8000.
	Port int `json:"port" allowed:"1 to 65535"`
	// CPU units, with MemoryMiB one of the pairs that Fargate offers. Default 512.
	CPU int `json:"cpu" allowed:"256, 512, 1024, 2048, 4096, 8192, 16384"`
	// MemoryMiB with CPU one of the pairs that Fargate offers, 512 to 122880. Default 1024.
	MemoryMiB int `json:"memoryMiB" allowed:"512 to 122880"`
	// Architecture is X86_64 or ARM64. Default X86_64.
	Architecture Architecture `json:"architecture" allowed:"X86_64, ARM64"`
	// User that the container runs as, numeric uid or uid:gid, not 0. Default 65532:65532.
	User string `json:"user" allowed:"<numeric user>"`
	// Tmp is the container's /tmp, the only place where it may write.
	Tmp Tmp `json:"tmp"`
	// WritableRoot is the reason why the container has to write to its root file system, 10 to 256 characters. It
	// appears as a tag of the task definition. Try Tmp and ScratchPaths first. Default none: the root is read-only.
	WritableRoot string `json:"writableRoot" optional:"true" allowed:"<reason>"`
	// ScratchPaths lists folders on the task's disk that the container may write to, gone with the task. In the image,
	// each has to be a VOLUME that belongs to User: else it belongs to root. At most 10. Default none.
	ScratchPaths []string `json:"scratchPaths" count:"0 to 10" allowed:"<folder>"`
	// StorageGiB is the task's disk, for its image and ScratchPaths, 20 to 200. Above 20 it costs. Default 20.
	StorageGiB int `json:"storageGiB" allowed:"20 to 200"`
	// StopSeconds that the container may take to end, 2 to 120, 0 for 30, or 120 on Spot. Default 0.
	StopSeconds int `json:"stopSeconds" allowed:"0, 2 to 120"`
	// EntryPoint replaces the image's. ECS then also drops the image's command. Default the image's own.
	EntryPoint []string `json:"entryPoint" repeat:"true" allowed:"<text>"`
	// Command replaces the image's. Default the image's own.
	Command []string `json:"command" repeat:"true" allowed:"<text>"`
	// ContainerCheck is a command with which ECS checks the container, beside the load balancer's HealthCheck.
	ContainerCheck ContainerCheck `json:"containerCheck"`
	// Environment variables that are not secret. The program sets DatabaseVariables with DatabaseAccess, BUCKET_NAME with
	// BucketAccess, and those that begin with CACHE_ with CacheAccess.
	Environment map[string]string `json:"environment" keys:"<variable name>" sensitive:"true" allowed:"<text>"`
	// Secrets holds further variables: name to what ECS reads when a task starts. That is the ARN of a Secrets Manager
	// secret, with :KEY behind it for one value of a secret in JSON, or an SSM parameter by its /name or ARN, all in the
	// stack's region. The execution role gets exactly these.
	Secrets map[string]string `json:"secrets" keys:"<variable name>" sensitive:"true" allowed:"<secret>"`
	// SecretKeyARNs lists the KMS keys of those Secrets that are encrypted neither with the stack's data key nor with
	// AWS's own keys; secrets of another account always need theirs here. A key's own policy has to allow the
	// service's execution role, too. At most 20.
	SecretKeyARNs []string `json:"secretKeyArns" count:"0 to 20" allowed:"<KMS key ARN>"`
	// DatabaseAccess opens the way to the database and injects its address and
	// credentials. Default false.
	DatabaseAccess bool `json:"databaseAccess"`
	// DatabaseVariables are the names under which the container finds the database: name to host, port, name, user,
	// password, sslmode, url (an address without password) or json (user and password, as RDS keeps them). Default
	// DATABASE_URL: url, PGUSER: user, PGPASSWORD: password, which libpq, psycopg, pgx and node-postgres read.
	DatabaseVariables map[string]string `json:"databaseVariables" keys:"<variable name>" allowed:"<database part>"`
	// CacheAccess opens the way to the cache, injects its address as CACHE_HOST and CACHE_PORT, and lets the task's
	// role connect as CACHE_USER to CACHE_NAME. It needs cache.enabled. Default false.
	CacheAccess bool `json:"cacheAccess"`
	// Calls lists workers to whose queues this service sends. The address of each is in <WORKER>_QUEUE_URL. At most 20.
	// Default none.
	Calls []string `json:"calls" count:"0 to 20" allowed:"<service name>"`
	// Queue of a worker.
	Queue Queue `json:"queue"`
	// Egress lists further ways out of the tasks, such as to a broker, a mail server or a peered network. At most 20.
	// Default none: tasks reach HTTPS everywhere, and what DatabaseAccess and CacheAccess open.
	Egress []Egress `json:"egress" count:"0 to 20"`
	// Permissions are what the application may do with AWS beside what the other keys give it. At most 10. With a
	// boundary, the delivery stack's taskPermissions have to allow the same, and are deployed first. If the release
	// command deploys, remove a permission only when no running version needs it any more. Default none.
	Permissions []Permission `json:"permissions" count:"0 to 10"`
	// BucketAccess allows the task to read, or read and write, the application bucket: none, read
	// or read-write. Default none.
	BucketAccess BucketAccess `json:"bucketAccess" allowed:"none, read, read-write"`
	// Previous holds what the version that still runs needs in addition to this one.
	Previous Previous `json:"previous"`
	// ProtocolVersion that the load balancer speaks with the tasks: HTTP1, HTTP2 or GRPC. Clients of HTTP2 and GRPC have
	// to speak HTTP/2. gRPC answers errors with status 200, so that the alarm on 5XX does not see them. A change is
	// refused for an existing service: AWS would replace its target group. Add another service beside it. Default HTTP1.
	ProtocolVersion ProtocolVersion `json:"protocolVersion" allowed:"HTTP1, HTTP2, GRPC"`
	// TargetTLS lets the load balancer speak TLS with the tasks, whose certificate it does not check: a self-signed one
	// will do. A change is refused for an existing service, as that of ProtocolVersion. Default false.
	TargetTLS bool `json:"targetTls"`
	// StickinessSeconds for which the load balancer sends a client to the same task, by a cookie, 1 to 604800, 0 for
	// off. Default 0.
	StickinessSeconds int `json:"stickinessSeconds" allowed:"0, 1 to 604800"`
	// Routing selects the requests that a web service answers. Required for one.
	Routing Routing `json:"routing"`
	// HealthCheck of a web service's target group.
	HealthCheck HealthCheck `json:"healthCheck"`
	// DesiredCount of tasks at creation, 0 to 5000 and within Scaling's bounds; autoscaling
	// owns it afterwards. Default 2; prod demands 2, or of a worker OneTaskReason.
	DesiredCount int `json:"desiredCount" allowed:"0 to 5000"`
	// OneTaskReason is the reason why a worker may run fewer than two tasks in prod, 10 to 256 characters: while its
	// only task is replaced, nothing is done. It appears as a tag of the service. Default none.
	OneTaskReason string `json:"oneTaskReason" optional:"true" allowed:"<reason>"`
	// Scaling bounds and targets of the service's autoscaling.
	Scaling Scaling `json:"scaling"`
	// Capacity splits the tasks between Fargate and Fargate Spot.
	Capacity Capacity `json:"capacity"`
	// Deployment describes how a new version replaces the old one.
	Deployment Deployment `json:"deployment"`
	// ExecuteCommand allows ECS Exec into the tasks, logged and encrypted. Default true.
	ExecuteCommand bool `json:"executeCommand"`
}

func (s *Service) defaults() {
	*s = Service{
		Kind:            Web,
		Port:            8000,
		CPU:             512,
		MemoryMiB:       1024,
		Architecture:    X8664,
		User:            "65532:65532",
		StorageGiB:      20,
		BucketAccess:    BucketNone,
		ProtocolVersion: HTTP1,
		HealthCheck: HealthCheck{
			Path:                       "/health",
			IntervalSeconds:            30,
			TimeoutSeconds:             5,
			HealthyThreshold:           2,
			UnhealthyThreshold:         2,
			Matcher:                    "200",
			DeregistrationDelaySeconds: 30,
		},
		DesiredCount: 2,
		Scaling: Scaling{
			Min:                     2,
			Max:                     10,
			CPUPercent:              70,
			MemoryPercent:           80,
			ScaleInCooldownSeconds:  60,
			ScaleOutCooldownSeconds: 60,
		},
		Capacity: Capacity{
			FargateBase:   2,
			FargateWeight: 1,
		},
		Deployment: Deployment{
			Controller:             Rolling,
			MaximumPercent:         200,
			MinimumHealthyPercent:  100,
			GracePeriodSeconds:     60,
			WaitMinutes:            20,
			TrafficShift:           "CodeDeployDefault.ECSCanary10Percent5Minutes",
			TerminationWaitMinutes: 10,
			Migration:              Migration{TimeoutMinutes: 30},
		},
		ExecuteCommand: true,
	}
}

// Architecture is a CPU architecture that Fargate offers.
type Architecture string

// The architectures.
const (
	X8664 Architecture = "X86_64"
	ARM64 Architecture = "ARM64"
)

// BucketAccess is a service's access to the application bucket.
type BucketAccess string

// The levels of access.
const (
	BucketNone      BucketAccess = "none"
	BucketRead      BucketAccess = "read"
	BucketReadWrite BucketAccess = "read-write"
)

func (s *Service) validate(v *validation, at path) {
	s.validateKind(v, at)
	s.validateSize(v, at)
	s.validateVariables(v, at)
	s.validateContainer(v, at)
	s.validateEgress(v, at)
	if s.HasEndpoint() {
		s.validateTargets(v, at)
	}
	s.validateLimits(v, at)
	s.validateCounts(v, at)
	s.validateRoom(v, at.key("deployment"))
	s.validatePatience(v, at.key("deployment"))
	s.validateProd(v, at)
	if s.Deployment.Controller == BlueGreen && s.Scaling.RequestsPerTarget > 0 {
		v.add(at.key("scaling").key("requestsPerTarget"), show(s.Scaling.RequestsPerTarget),
			"0 with deployment.controller blue-green",
			"remove it and scale on cpuPercent or memoryPercent: the metric names one target group, and blue/green has two")
	}
}

// validateCounts checks the number of tasks against its bounds.
func (s *Service) validateCounts(v *validation, at path) {
	desired, scaling, base := at.key("desiredCount"), at.key("scaling"), at.key("capacity").key("fargateBase")
	if !v.sound(desired, scaling.key("min"), scaling.key("max"), base) || s.Scaling.Min > s.Scaling.Max {
		return
	}
	if s.DesiredCount < s.Scaling.Min || s.DesiredCount > s.Scaling.Max {
		v.add(desired, show(s.DesiredCount), show(s.Scaling.Min)+" to "+show(s.Scaling.Max)+", the bounds of scaling",
			"set it within them, or move the bounds")
	}
	if s.Capacity.FargateBase > s.Scaling.Max {
		v.add(base, show(s.Capacity.FargateBase), "at most scaling.max, "+show(s.Scaling.Max),
			"lower it, or raise scaling.max")
	}
}
