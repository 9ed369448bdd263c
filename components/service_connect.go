package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// connectIdleSeconds after which the proxy closes a connection that nothing uses: AWS's default for HTTP. Without it
// the provider would send 0 beside the other limit, which turns it off (expandTimeout in ecs/service.go).
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TimeoutConfiguration.html
const connectIdleSeconds = 300

// ServiceConnect puts a service into a [Namespace], so that its tasks reach the services that have a name there. ECS
// puts a proxy into each task.
type ServiceConnect struct {
	// NamespaceARN of the namespace.
	NamespaceARN pulumi.StringInput
	// Serves gives the service its own name there, at the port of its container.
	Serves bool
	// RequestSeconds that an answer may take; 0 for no limit.
	RequestSeconds int
	// Callers are the services that call it; ServerErrors is the highest normal number of 5XX answers that they get
	// together in a minute. Above it, a deployment under way is rolled back.
	Callers      []string
	ServerErrors int
}

// connected returns the service's place in its namespace; nil without one. The proxy writes its log into the service's
// own group, in streams that begin with "connect". portName is that of the container's port.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html
func (s *Service) connected() ecs.ServiceServiceConnectConfigurationPtrInput {
	connect := s.args.Connect
	if connect == nil {
		return nil
	}
	args := ecs.ServiceServiceConnectConfigurationArgs{
		Enabled:   pulumi.Bool(true),
		Namespace: connect.NamespaceARN,
		LogConfiguration: ecs.ServiceServiceConnectConfigurationLogConfigurationArgs{
			LogDriver: pulumi.String("awslogs"),
			Options:   pulumi.ToStringMap(s.logOptions("connect")),
		},
	}
	if connect.Serves {
		args.Services = ecs.ServiceServiceConnectConfigurationServiceArray{
			ecs.ServiceServiceConnectConfigurationServiceArgs{
				PortName:      pulumi.String(s.Name),
				DiscoveryName: pulumi.String(s.Name),
				ClientAlias: ecs.ServiceServiceConnectConfigurationServiceClientAliasArray{
					ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs{
						DnsName: pulumi.String(s.Name), Port: pulumi.Int(s.args.Container.Port),
					},
				},
				Timeout: ecs.ServiceServiceConnectConfigurationServiceTimeoutArgs{
					IdleTimeoutSeconds:       pulumi.Int(connectIdleSeconds),
					PerRequestTimeoutSeconds: pulumi.Int(connect.RequestSeconds),
				},
			},
		}
	}
	return args
}

// mostSummed is the number of metrics that one alarm adds up: CloudWatch takes ten with the sum itself.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
const mostSummed = 9

// createCallAlarms makes the alarm on answers with 5XX that an internal service gives, and another one for each further
// nine services that call it. The proxies of the callers count the answers: ServiceName is the caller, and the called
// service the TargetDiscoveryName (ECS developer guide, "Amazon ECS CloudWatch metrics"). Where no task can be reached
// there is no answer to count, and the callers' own alarms ring.
func (s *Service) createCallAlarms(ctx *pulumi.Context, name string) error {
	if s.args.Connect == nil || !s.args.Connect.Serves {
		return nil
	}
	logical := name + "-5xx"
	for i, callers := range slices.Collect(slices.Chunk(s.args.Connect.Callers, mostSummed)) {
		var answers []metricOf
		for _, caller := range callers {
			answers = append(answers, metricOf{
				namespace: serviceNamespace, name: "HTTPCode_Target_5XX_Count", statistic: "Sum",
				dimensions: pulumi.StringMap{
					"TargetDiscoveryName": pulumi.String(s.Name), "ServiceName": pulumi.String(caller),
					"ClusterName": pulumi.String(s.ClusterName),
				},
			})
		}
		if i > 0 {
			logical = fmt.Sprintf("%s-5xx-%d", name, i+1)
		}
		if err := s.addRollbackAlarm(ctx, alarmSpec{
			name: logical, urgency: urgencyPage, runbook: "service-5xx",
			description: "Service " + s.Name + " answers those who call it with 5XX. See its log; a deployment under way is " +
				"rolled back by itself.",
			queries: sumOf("5XX answers", answers...), evaluationPeriods: 2,
			threshold: float64(s.args.Connect.ServerErrors), comparison: comparisonAbove, missing: missingIsGood,
		}); err != nil {
			return err
		}
	}
	return nil
}

// ConnectRow shows the requests that an internal service gets from those who call it, as their proxies count them.
func (s *Service) ConnectRow() DashboardRow {
	callers := s.args.Connect.Callers
	answers := func(name, statistic string) []metric {
		var metrics []metric
		for _, caller := range callers {
			metrics = append(metrics, metric{
				serviceNamespace, name, "TargetDiscoveryName", s.Name, "ServiceName", caller, "ClusterName", s.ClusterName,
				map[string]any{"stat": statistic, "label": "from " + caller},
			})
		}
		return metrics
	}
	title := "Service " + s.Name + ": "
	row := []tile{s.args.Scope.graph(title+"requests", metric{
		serviceNamespace, "RequestCount", "DiscoveryName", s.Name, "ServiceName", s.Name, "ClusterName", s.ClusterName,
		map[string]any{"stat": "Sum", "label": "requests"},
	})}
	if len(callers) > 0 {
		row = append(row,
			s.args.Scope.graph(title+"answers with 5XX", answers("HTTPCode_Target_5XX_Count", "Sum")...),
			s.args.Scope.graph(title+"response time, ms", answers("TargetResponseTime", "p99")...))
	}
	return DashboardRow{row}
}
