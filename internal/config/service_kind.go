package config

import "reflect"

// ServiceKind says who sends requests to a service.
type ServiceKind string

// The kinds of services.
const (
	// Web serves clients through the load balancer.
	Web ServiceKind = "web"
	// Internal serves other services, which reach it by its name.
	Internal ServiceKind = "internal"
	// Worker serves nobody: it takes work from a queue, or finds it by itself.
	Worker ServiceKind = "worker"
)

// HasEndpoint reports whether the load balancer sends requests to the service.
func (s *Service) HasEndpoint() bool { return s.Kind != Worker && s.Kind != Internal }

// Listens reports whether anybody sends requests to the service.
func (s *Service) Listens() bool { return s.Kind != Worker }

// kindKeys are the keys of a service that not every kind has.
var kindKeys = []struct {
	key   []string
	value func(*Service) any
	has   func(*Service) bool
	// of names the kinds that have it, and instead what to do.
	of, instead string
}{
	{
		[]string{"routing"},
		func(s *Service) any { return s.Routing }, (*Service).HasEndpoint,
		"web", "remove it: the load balancer sends nothing to it",
	},
	{
		[]string{"healthCheck"},
		func(s *Service) any { return s.HealthCheck }, (*Service).HasEndpoint,
		"web", "remove it: the load balancer does not check it; containerCheck does",
	},
	{
		[]string{"protocolVersion"},
		func(s *Service) any { return s.ProtocolVersion }, (*Service).Listens,
		"web or internal", "remove it: nobody speaks with its tasks",
	},
	{
		[]string{"targetTls"},
		func(s *Service) any { return s.TargetTLS }, (*Service).HasEndpoint,
		"web", "remove it: the load balancer does not speak with its tasks",
	},
	{
		[]string{"stickinessSeconds"},
		func(s *Service) any { return s.StickinessSeconds }, (*Service).HasEndpoint,
		"web", "remove it: the load balancer sends nothing to it",
	},
	{
		[]string{"deployment", "controller"},
		func(s *Service) any { return s.Deployment.Controller }, (*Service).HasEndpoint,
		"web", "remove it: CodeDeploy moves the requests of a load balancer, and this service has none",
	},
	{
		[]string{"deployment", "trafficShift"},
		func(s *Service) any { return s.Deployment.TrafficShift }, (*Service).HasEndpoint,
		"web", "remove it: there are no requests of a load balancer to move",
	},
	{
		[]string{"deployment", "terminationWaitMinutes"},
		func(s *Service) any { return s.Deployment.TerminationWaitMinutes },
		(*Service).HasEndpoint, "web", "remove it: ECS ends old tasks by itself; stopSeconds is their time to end",
	},
	{
		[]string{"deployment", "gracePeriodSeconds"},
		func(s *Service) any { return s.Deployment.GracePeriodSeconds },
		(*Service).HasEndpoint, "web", "remove it: containerCheck.startSeconds is the time that a container may take to " +
			"start",
	},
	{
		[]string{"deployment", "testPaths"},
		func(s *Service) any { return len(s.Deployment.TestPaths) }, (*Service).HasEndpoint,
		"web", "remove it: there is no test listener to ask",
	},
	{
		[]string{"scaling", "requestsPerTarget"},
		func(s *Service) any { return s.Scaling.RequestsPerTarget },
		(*Service).HasEndpoint, "web", "remove it: the load balancer counts no requests for it; use cpuPercent or " +
			"memoryPercent",
	},
	{
		[]string{"scaling", "responseMilliseconds"},
		func(s *Service) any { return s.Scaling.ResponseMilliseconds },
		(*Service).HasEndpoint, "web", "remove it: the load balancer times no requests of it; use cpuPercent or " +
			"memoryPercent",
	},
	{
		[]string{"port"},
		func(s *Service) any { return s.Port }, (*Service).Listens,
		"web or internal", "remove it: nobody can reach a worker",
	},
	{
		[]string{"previous", "port"},
		func(s *Service) any { return s.Previous.Port }, (*Service).Listens,
		"web or internal", "remove it: nobody can reach a worker",
	},
	{
		[]string{"queue"},
		func(s *Service) any { return s.Queue }, (*Service).works,
		"worker", "remove it, or set kind: worker: a service takes work either from clients or from its queue",
	},
	{
		[]string{"oneTaskReason"},
		func(s *Service) any { return s.OneTaskReason }, func(s *Service) bool { return s.Kind != Web },
		"worker or internal", "remove it: while the only task of this service is replaced, no client is served",
	},
	{
		[]string{"requestSeconds"},
		func(s *Service) any { return s.RequestSeconds }, func(s *Service) bool { return s.Kind == Internal },
		"internal", "remove it: for a web service the load balancer waits for loadBalancer.idleTimeoutSeconds",
	},
}

func (s *Service) works() bool { return s.Kind == Worker }

// validateKind refuses keys that the service's kind does not have, if they were changed.
func (s *Service) validateKind(v *validation, at path) {
	if !v.sound(at.key("kind")) {
		return
	}
	usual := DefaultService()
	for _, k := range kindKeys {
		key := at
		for _, part := range k.key {
			key = key.key(part)
		}
		if !k.has(s) && !reflect.DeepEqual(k.value(s), k.value(&usual)) {
			v.add(key, "a key of a service of kind "+string(s.Kind), "a service of kind "+k.of, k.instead)
		}
	}
	if s.HasEndpoint() {
		s.Routing.check(v, at.key("routing"))
	}
	if !s.HasEndpoint() {
		s.validateQueue(v, at)
	}
}
