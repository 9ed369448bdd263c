// Package config reads a stack's configuration once, fills in the defaults and
// refuses what AWS, or the rules of the stack's environment, would not accept.
//
// Every key is a structured object per subject below the project's namespace, for
// example
//
//	config:
//	  aws-webapp:network:
//	    availabilityZoneCount: 3
//	    nat: per-az
//
// A key that is left out takes the value of [Defaults]. A key that nobody knows, a
// value of the wrong type and a value outside its range are errors; all of them are
// reported together, each with its key path, what was found, what is allowed and how
// to fix it.
package config

// Environment says which rules a stack obeys. It is independent of the stack's name.
type Environment string

// The environments. [Prod] refuses every setting that would lose data, availability
// or confidentiality; the others only refuse what cannot work.
const (
	Dev     Environment = "dev"
	Staging Environment = "staging"
	Prod    Environment = "prod"
)

// Config is everything that a workload stack file can say.
type Config struct {
	// Environment is dev, staging or prod. Required.
	Environment Environment `json:"environment"`
	// AWS says which account and region the stack may touch.
	AWS AWS `json:"aws"`
	// Tags are put on every taggable resource.
	Tags Tags `json:"tags"`
	// Network is the VPC with its three subnet tiers.
	Network Network `json:"network"`
	// Encryption governs the customer managed keys.
	Encryption Encryption `json:"encryption"`
	// Logging governs every CloudWatch log group of the stack.
	Logging Logging `json:"logging"`
	// Storage governs the S3 buckets.
	Storage Storage `json:"storage"`
	// Database is the PostgreSQL instance.
	Database Database `json:"database"`
	// LoadBalancer is the public entry point.
	LoadBalancer LoadBalancer `json:"loadBalancer"`
	// DNS names the public entry point; without it the load balancer's own name is used.
	DNS DNS `json:"dns"`
	// Cluster is the ECS cluster that all services share.
	Cluster Cluster `json:"cluster"`
	// Services are the containers behind the load balancer, at least one.
	Services []Service `json:"services"`
	// Monitoring is the alert topic and the alarm thresholds.
	Monitoring Monitoring `json:"monitoring"`
}

// AWS says which account and region the stack may touch.
type AWS struct {
	// Region such as us-east-1. Required.
	Region string `json:"region"`
	// AllowedAccountIDs are the 12-digit accounts that the provider may deploy to, at
	// least one: credentials of another account fail before anything is created.
	AllowedAccountIDs []string `json:"allowedAccountIds"`
	// Endpoints replaces service endpoints, service name to URL, for an AWS emulator.
	// Never allowed in prod.
	Endpoints map[string]string `json:"endpoints"`
	// MaxRetries bounds how often the provider retries a throttled call. Default 25.
	MaxRetries int `json:"maxRetries"`
}

// Tags are put on every taggable resource through the provider's default tags, beside
// Project, Stack and Environment, which the program knows.
type Tags struct {
	// Owner is the team that answers for the stack. Required.
	Owner string `json:"owner"`
	// CostCenter is whom the bill goes to. Required.
	CostCenter string `json:"costCenter"`
	// Repository is where the program lives. Required.
	Repository string `json:"repository"`
	// Extra are further tags, at most 40 (AWS allows 50 a resource).
	Extra map[string]string `json:"extra"`
}

// NAT says how the app tier reaches the internet.
type NAT string

// The NAT strategies. [NATSingle] costs one gateway and loses the internet with its
// zone; [NATPerAZ] costs one per zone; [NATNone] needs every interface endpoint that
// the workload uses.
const (
	NATNone   NAT = "none"
	NATSingle NAT = "single"
	NATPerAZ  NAT = "per-az"
)

// Network is the VPC with its three subnet tiers.
type Network struct {
	// CIDRBlock of the VPC, /16 to /24. Default 10.0.0.0/16.
	CIDRBlock string `json:"cidrBlock"`
	// SubnetPrefix is the prefix length of every subnet, /18 to /28. Default 24.
	SubnetPrefix int `json:"subnetPrefix"`
	// AvailabilityZoneCount is how many zones to use, 2 to 6. Default 2. Ignored where
	// AvailabilityZones names them.
	AvailabilityZoneCount int `json:"availabilityZoneCount"`
	// AvailabilityZones names the zones; by default the region's first ones in order.
	AvailabilityZones []string `json:"availabilityZones"`
	// NAT is none, single or per-az. Default per-az.
	NAT NAT `json:"nat"`
	// InterfaceEndpoints are the AWS services reached by PrivateLink instead of NAT:
	// ecr.api, ecr.dkr, logs, secretsmanager, kms, sts, ssmmessages. Default none.
	InterfaceEndpoints []string `json:"interfaceEndpoints"`
}

// Encryption governs the customer managed keys.
type Encryption struct {
	// DeletionWindowDays is how long a deleted key can be brought back, 7 to 30. Default 30.
	DeletionWindowDays int `json:"deletionWindowDays"`
}

// Logging governs every CloudWatch log group of the stack.
type Logging struct {
	// RetentionDays is one of the periods that CloudWatch Logs offers. Default 30.
	RetentionDays int `json:"retentionDays"`
	// ServicePrefix is put before a service's name to form its log group. Default /ecs.
	// Two stacks in one account and region need different ones.
	ServicePrefix string `json:"servicePrefix"`
}

// Storage governs the S3 buckets.
type Storage struct {
	// ForceDestroy lets destroy empty the buckets. Never allowed in prod. Default false.
	ForceDestroy bool `json:"forceDestroy"`
	// NoncurrentVersionDays is how long a replaced or deleted object can be brought
	// back. Default 30.
	NoncurrentVersionDays int `json:"noncurrentVersionDays"`
	// InfrequentAccessDays after which application objects move to Standard-IA, at
	// least 30, 0 for never. Default 90.
	InfrequentAccessDays int `json:"infrequentAccessDays"`
	// AccessLogDays is how long access logs are kept. Default 365.
	AccessLogDays int `json:"accessLogDays"`
	// ArtifactDays is how long build artifacts are kept. Default 30.
	ArtifactDays int `json:"artifactDays"`
}
