package components

import (
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

// ConnectRow shows the requests that an internal service gets from those who call it. The metrics about answers are
// those of the proxies of the callers: their ServiceName is that of the caller, and the called one is the
// TargetDiscoveryName (ECS developer guide, "Amazon ECS CloudWatch metrics").
func (s *Service) ConnectRow(callers []string) DashboardRow {
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
