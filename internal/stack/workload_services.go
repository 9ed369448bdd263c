package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

func (w *workload) createServices(ctx *pulumi.Context) error {
	w.services = make([]*components.Service, len(w.cfg.Services))
	order, waits, _ := w.cfg.InUpdate(w.isUp)
	for _, i := range order {
		cfg := w.cfg.Services[i]
		args := w.serviceArgs(cfg)
		// The first version of each starts with the service. Dependencies keep these in order. Later they cost
		// nothing: a service that comes after others gets its versions from the release command, which waits for them.
		for j, other := range w.cfg.Services {
			if slices.Contains(waits[cfg.Name], other.Name) {
				args.After = append(args.After, w.services[j].Serving())
			}
		}
		service, err := components.NewService(ctx, cfg.Name, args, w.opts...)
		if err != nil {
			return err
		}
		w.services[i] = service
		if cfg.Kind == config.Internal {
			w.show(nil, service.ConnectRow())
		}
	}
	return nil
}

// createRoutes sends clients to the services that ECS deploys.
func (w *workload) createRoutes(ctx *pulumi.Context) error {
	var rolling []*components.Service
	for i, service := range w.services {
		if w.cfg.Services[i].HasEndpoint() && w.cfg.Services[i].Deployment.Controller == config.Rolling {
			rolling = append(rolling, service)
		}
	}
	if len(rolling) == 0 {
		return nil
	}
	_, err := components.NewRoutes(ctx, "routes", &components.RoutesArgs{Services: rolling}, w.opts...)
	return err
}

func (w *workload) serviceArgs(cfg config.Service) *components.ServiceArgs {
	args := &components.ServiceArgs{
		TaskArgs:        w.taskArgs(cfg),
		ClusterName:     w.cluster.Name,
		ClusterARN:      w.cluster.ARN,
		SubnetIDs:       w.network.AppSubnetIDs,
		SecurityGroupID: w.securityGroups.ServiceGroupIDs[cfg.Name],
		// Not the whole network and all security groups: then a service would wait for the rules of all others.
		After:        slices.Concat(w.network.AppReady, w.securityGroups.ServiceReady[cfg.Name]),
		DesiredCount: cfg.DesiredCount,
		Deployment: components.ServiceDeployment{
			Controller:             components.DeploymentController(cfg.Deployment.Controller),
			MaximumPercent:         cfg.Deployment.MaximumPercent,
			MinimumHealthyPercent:  cfg.Deployment.MinimumHealthyPercent,
			GracePeriodSeconds:     cfg.Deployment.GracePeriodSeconds,
			WaitMinutes:            cfg.Deployment.WaitMinutes,
			TrafficShift:           cfg.Deployment.TrafficShift,
			TerminationWaitMinutes: cfg.Deployment.TerminationWaitMinutes,
			Held:                   cfg.Held(),
			TestFunctionARN:        w.testFunction(cfg),
		},
		Scaling:       w.serviceScaling(cfg),
		OneTaskReason: cfg.OneTaskReason,
		Alarms: components.ServiceAlarms{
			TopicARN:      w.alerts.TopicARN,
			CPUPercent:    w.cfg.Monitoring.Thresholds.ServiceCPUPercent,
			MemoryPercent: w.cfg.Monitoring.Thresholds.ServiceMemoryPercent,
		},
	}
	if cfg.HasEndpoint() {
		args.EndpointArgs = w.endpointArgs(cfg)
	}
	if w.cfg.Connects(&cfg) {
		args.Connect = &components.ServiceConnect{
			NamespaceARN: w.namespace.ARN, Serves: cfg.Kind == config.Internal, RequestSeconds: cfg.RequestSeconds,
			Callers: w.callersOf(cfg.Name), ServerErrors: w.cfg.Monitoring.Thresholds.ServerErrors,
		}
	}
	return args
}

func (w *workload) endpointArgs(cfg config.Service) *components.EndpointArgs {
	return &components.EndpointArgs{
		VPCID:              w.network.VPCID,
		LoadBalancerSuffix: w.balancer.ARNSuffix,
		HTTPSListenerARN:   w.balancer.HTTPSListenerARN,
		TestListenerARN:    w.balancer.TestListenerARN,
		Routing: components.ServiceRouting{
			Priority: cfg.Routing.Priority, Paths: cfg.Routing.Paths, Hosts: cfg.Routing.Hosts,
		},
		MoreRouting:       moreRouting(cfg.Routing.Rules),
		ProtocolVersion:   string(cfg.ProtocolVersion),
		TLS:               cfg.TargetTLS,
		StickinessSeconds: cfg.StickinessSeconds,
		HealthCheck: components.ServiceHealthCheck{
			Port:                       cfg.HealthCheck.Port,
			Path:                       cfg.HealthCheck.Path,
			Matcher:                    cfg.HealthCheck.Matcher,
			IntervalSeconds:            cfg.HealthCheck.IntervalSeconds,
			TimeoutSeconds:             cfg.HealthCheck.TimeoutSeconds,
			HealthyThreshold:           cfg.HealthCheck.HealthyThreshold,
			UnhealthyThreshold:         cfg.HealthCheck.UnhealthyThreshold,
			DeregistrationDelaySeconds: cfg.HealthCheck.DeregistrationDelaySeconds,
			SlowStartSeconds:           cfg.HealthCheck.SlowStartSeconds,
		},
		ServerErrors: w.cfg.Monitoring.Thresholds.ServerErrors,
	}
}

func moreRouting(rules []config.RoutingRule) []components.ServiceRouting {
	var more []components.ServiceRouting
	for _, rule := range rules {
		routing := components.ServiceRouting{Priority: rule.Priority, Paths: rule.Paths, Hosts: rule.Hosts}
		for _, header := range rule.Headers {
			routing.Headers = append(routing.Headers, components.ServiceHeader(header))
		}
		more = append(more, routing)
	}
	return more
}

func (w *workload) serviceScaling(service config.Service) components.ServiceScaling {
	cfg := service.Scaling
	scaling := components.ServiceScaling{
		Min:                     cfg.Min,
		Max:                     cfg.Max,
		CPUPercent:              cfg.CPUPercent,
		MemoryPercent:           cfg.MemoryPercent,
		RequestsPerTarget:       cfg.RequestsPerTarget,
		ResponseMilliseconds:    cfg.ResponseMilliseconds,
		ScaleInCooldownSeconds:  cfg.ScaleInCooldownSeconds,
		ScaleOutCooldownSeconds: cfg.ScaleOutCooldownSeconds,
	}
	if service.Queue.Enabled {
		scaling.Backlog = &components.ServiceBacklog{
			QueueName: w.queues[service.Name].Name, MessagesPerTask: service.Queue.MessagesPerTask,
		}
	}
	for _, schedule := range cfg.Schedules {
		scaling.Schedules = append(scaling.Schedules, components.ServiceSchedule(schedule))
	}
	return scaling
}
