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

// Service is one container, perhaps with Sidecars, run as many tasks.
type Service struct {
	// Kind is web, which the load balancer sends requests to, internal, which other services reach by its name, or worker,
	// which nobody sends requests to. Default web. A change is refused for an existing service: add another one beside it.
	Kind ServiceKind `json:"kind" allowed:"web, internal, worker"`
	// Name of the service and its container: 1 to 24 of a-z, 0-9 and inner hyphens, unique.
	// Another name is another service: under the rolling controller it takes over without a gap;
	// if the release command deploys, add it beside the old one. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	Container
	// Port that the container listens on, or Routing.Container's, and at which others call an internal service, 1 to
	// 65535; not of a worker. Below 1024 the program lowers the first port that is open to every user, so that the
	// container need not run as root. Default 8000.
	Port int `json:"port" allowed:"1 to 65535"`
	// Sidecars are further containers of each task, at most 9. Default none.
	Sidecars []Sidecar `json:"sidecars" count:"0 to 9"`
	// DependsOn lists the sidecars that the service's own container starts after: name to START (it has started),
	// HEALTHY (its containerCheck passes), COMPLETE (it has ended) or SUCCESS (with exit code 0). Default none.
	DependsOn map[string]string `json:"dependsOn" keys:"<service name>" allowed:"START, HEALTHY, COMPLETE, SUCCESS"`
	// ContainerCheck is a command with which ECS checks the container, beside the load balancer's HealthCheck.
	ContainerCheck ContainerCheck `json:"containerCheck"`
	// Queue of a worker.
	Queue Queue `json:"queue"`
	// Previous holds what the version that still runs needs in addition to this one.
	Previous Previous `json:"previous"`
	// RequestSeconds that an internal service may take for an answer, 0 to 300, 0 for as long as data flows. Those who
	// call it get 504 afterwards. Default 60.
	RequestSeconds int `json:"requestSeconds" allowed:"0 to 300"`
	// ProtocolVersion that the load balancer, or those who call an internal service, speak with the tasks: HTTP1, HTTP2 or
	// GRPC. Clients of HTTP2 and GRPC have to speak HTTP/2. gRPC answers errors with status 200, so that the alarm on 5XX
	// does not see them. A change is refused for an existing service: AWS would replace its target group, and fixes the
	// protocol of an internal one. Add another service beside it. Default HTTP1.
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
	// Tasks are commands that people run once in the service's image, at most 20. Default none.
	Tasks []Task `json:"tasks" count:"0 to 20"`
	// DesiredCount of tasks at creation, 0 to 5000 and within Scaling's bounds; autoscaling
	// owns it afterwards. Default 2; prod demands 2, or of a worker or internal service OneTaskReason.
	DesiredCount int `json:"desiredCount" allowed:"0 to 5000"`
	// OneTaskReason is the reason why a worker or internal service may run fewer than two tasks in prod, 10 to 256
	// characters: while its only task is replaced, nothing is done. It appears as a tag of the service. Default none.
	OneTaskReason string `json:"oneTaskReason" optional:"true" allowed:"<reason>"`
	// Scaling bounds and targets of the service's autoscaling.
	Scaling Scaling `json:"scaling"`
	// Capacity splits the tasks between Fargate and Fargate Spot.
	Capacity Capacity `json:"capacity"`
	// Deployment describes how a new version replaces the old one.
	Deployment Deployment `json:"deployment"`
	// ExecuteCommand allows ECS Exec into the tasks, logged and encrypted. Whoever may call ecs:ExecuteCommand then has
	// all that the service has; the operator's task (operator.enabled) has the database alone. Default false.
	ExecuteCommand bool `json:"executeCommand"`
}

func (s *Service) defaults() {
	*s = Service{
		Kind:            Web,
		Port:            8000,
		Container:       defaultContainer(),
		RequestSeconds:  60,
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
	}
}

func (s *Service) validate(v *validation, at path) {
	s.validateKind(v, at)
	s.validateVariables(v, at)
	s.check(v, at, s.ContainerCheck.Command)
	s.validateSidecars(v, at)
	if s.HasEndpoint() {
		s.validateTargets(v, at)
	}
	s.validateCounts(v, at)
	s.validateRoom(v, at.key("deployment"), at.key("scaling").key("min"))
	s.validatePatience(v, at.key("deployment"))
	s.validateProd(v, at)
}

// validateCounts checks the number of tasks against its bounds.
func (s *Service) validateCounts(v *validation, at path) {
	desired, scaling, base := at.key("desiredCount"), at.key("scaling"), at.key("capacity").key("fargateBase")
	if !v.sound(scaling.key("min"), scaling.key("max")) || s.Scaling.Min > s.Scaling.Max {
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
