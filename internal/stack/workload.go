package stack

import (
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// workload is the stack under construction: each step uses what earlier ones made.
type workload struct {
	cfg   *config.Config
	scope components.Scope
	zones []string
	opts  []pulumi.ResourceOption
	// was holds what the stack has deployed so far.
	was *deployed.Stack
	// runningVersion is the version of the deployed database, "" if there is none, and versionStep
	// the change that the update makes.
	runningVersion string
	versionStep    config.VersionStep
	// subnets are the deployed subnets.
	subnets heldSubnets

	keys           *components.Keys
	alerts         *components.Alerts
	network        *components.Network
	securityGroups *components.SecurityGroups
	storage        *components.Storage
	database       *components.Database
	cache          *components.Cache
	// fileSystems by name.
	fileSystems map[string]*components.FileSystem
	queues      map[string]*components.Queue
	namespace   *components.Namespace
	backup      *components.Backup
	audit       *components.AuditTrail
	balancer    *components.LoadBalancer
	cluster     *components.Cluster
	services    []*components.Service
	jobs        []*components.Job
	relay       *components.RotationRelay
	tester      *components.DeploymentTest
	search      *components.LogSearch
	probe       *components.Probe
	outage      *components.Outage
	dashboard   *components.Dashboard

	// alarms and rows of the dashboard of the parts that bring their own: see [workload.show].
	alarms []string
	rows   []components.DashboardRow
}

// deployWorkload deploys one environment of the application.
func deployWorkload(ctx *pulumi.Context, cfg *config.Config, was *deployed.Stack) error {
	settings := providerSettings{aws: cfg.AWS, tags: cfg.Tags, environment: cfg.Environment}
	provider, err := newProvider(ctx, settings)
	if err != nil {
		return err
	}
	w := &workload{cfg: cfg, was: was, opts: []pulumi.ResourceOption{pulumi.Provider(provider)}}
	if w.scope, err = findScope(ctx, settings, pulumi.Provider(provider)); err != nil {
		return err
	}
	w.subnets = deployedSubnets(w.was)
	if w.zones, err = w.findZones(ctx, pulumi.Provider(provider)); err != nil {
		return err
	}
	if err := w.refuseChanges(); err != nil {
		return err
	}
	if err := w.tell(ctx, time.Now()); err != nil {
		return err
	}
	for _, create := range []func(*pulumi.Context) error{
		w.createKeys,
		w.createAlerts,
		w.createNetwork,
		w.createSecurityGroups,
		w.createStorage,
		w.createDatabase,
		w.createCache,
		w.createFileSystems,
		w.createQueues,
		w.createBackup,
		w.createAuditTrail,
		w.createAccountBaseline,
		w.createLoadBalancer,
		w.createCluster,
		w.createNamespace,
		w.createServices,
		w.createDeploymentTest,
		w.createRoutes,
		w.createJobs,
		w.createOperator,
		w.createRotationRelay,
		w.createLogSearch,
		w.createProbe,
		w.createSavedQueries,
		w.createFindings,
		w.createBudget,
		w.createOutage,
		w.createDashboard,
	} {
		if err := create(ctx); err != nil {
			return err
		}
	}
	w.export(ctx)
	return w.warnOfUnserved(ctx, pulumi.Provider(provider))
}

func (w *workload) createKeys(ctx *pulumi.Context) (err error) {
	w.keys, err = components.NewKeys(ctx, "keys", &components.KeysArgs{
		Scope:              w.scope,
		DeletionWindowDays: w.cfg.Encryption.DeletionWindowDays,
		ConfigRecorder:     w.cfg.AccountBaseline.ConfigRecorder,
	}, w.opts...)
	return err
}

func (w *workload) createAlerts(ctx *pulumi.Context) (err error) {
	args := &components.AlertsArgs{
		Scope: w.scope, KeyARN: w.keys.LogsARN, Heartbeat: w.cfg.Monitoring.HeartbeatSecretARN != "",
	}
	for _, subscription := range w.cfg.Monitoring.Subscriptions {
		args.Subscriptions = append(args.Subscriptions, components.AlertSubscription(subscription))
	}
	w.alerts, err = components.NewAlerts(ctx, "app-alerts", args, w.opts...)
	return err
}

func (w *workload) createSecurityGroups(ctx *pulumi.Context) (err error) {
	args := &components.SecurityGroupsArgs{
		VPCID:              w.network.VPCID,
		IngressCIDRs:       w.cfg.LoadBalancer.IngressCIDRs,
		IngressPrefixLists: w.cfg.LoadBalancer.IngressPrefixLists,
		Callers:            w.cfg.CallersByNAT(),
	}
	if w.blueGreen() {
		args.TestPort = w.cfg.LoadBalancer.TestPort
		args.TestIngressCIDRs = w.cfg.LoadBalancer.TestIngressCIDRs
	}
	if w.cfg.Cache.Enabled {
		args.Stores = append(args.Stores, components.CacheStore)
	}
	for i := range w.cfg.FileSystems {
		name := components.FileSystemName(w.cfg.FileSystems[i].Name)
		args.Stores = append(args.Stores, components.FileSystemStore(name))
	}
	for _, service := range w.cfg.Services {
		one := components.SecurityGroupsService{
			Name: service.Name, DatabaseAccess: service.DatabaseAccess || service.Previous.DatabaseAccess,
			Calls: w.callsOf(service), Stores: w.storesOf(service), Egress: allEgressOf(&service),
		}
		if service.HasEndpoint() {
			one.Ports = openPorts(service)
		}
		args.Services = append(args.Services, one)
	}
	for _, job := range w.cfg.Jobs {
		args.Services = append(args.Services, components.SecurityGroupsService{
			Name: job.Name, DatabaseAccess: job.DatabaseAccess, Egress: egressOf(job.Egress),
			Stores: storesOf(config.UnitOfJob(&job)),
		})
	}
	if w.cfg.Operator.Enabled {
		args.Services = append(args.Services, components.SecurityGroupsService{
			Name: config.OperatorName, DatabaseAccess: true,
		})
	}
	w.securityGroups, err = components.NewSecurityGroups(ctx, "security-groups", args, w.opts...)
	return err
}

// openPorts are those of a service's tasks, and of an earlier version that still runs.
func openPorts(service config.Service) []int {
	ports := service.Ports()
	if was := service.Previous.Port; was != 0 && !slices.Contains(ports, was) {
		ports = append(ports, was)
	}
	return ports
}

func egressOf(list []config.Egress) []components.SecurityGroupsEgress {
	var ways []components.SecurityGroupsEgress
	for _, way := range list {
		ways = append(ways, components.SecurityGroupsEgress{
			To: way.To, Port: way.Port, Protocol: way.Protocol, Reason: way.Reason,
		})
	}
	return ways
}

// allEgressOf marks those ways that only an earlier version needs: they may go.
func allEgressOf(service *config.Service) []components.SecurityGroupsEgress {
	all, previous := service.AllEgress()
	ways := egressOf(all)
	for i := len(ways) - previous; i < len(ways); i++ {
		ways[i].Previous = true
	}
	return ways
}

// blueGreen reports whether CodeDeploy deploys any service.
func (w *workload) blueGreen() bool {
	for _, service := range w.cfg.Services {
		if service.Deployment.Controller == config.BlueGreen {
			return true
		}
	}
	return false
}

func (w *workload) createCluster(ctx *pulumi.Context) (err error) {
	spot := slices.ContainsFunc(w.cfg.Services, func(s config.Service) bool { return s.Capacity.SpotWeight > 0 })
	w.cluster, err = components.NewCluster(ctx, "cluster", &components.ClusterArgs{
		Scope:             w.scope,
		ContainerInsights: components.ContainerInsights(w.cfg.Cluster.ContainerInsights),
		LogKeyARN:         w.keys.LogsARN,
		LogRetentionDays:  w.cfg.Logging.RetentionDays,
		Spot:              spot,
		TopicARN:          w.alerts.TopicARN,
	}, w.opts...)
	if err == nil {
		w.alarms = append(w.alarms, w.cluster.AlarmNames...)
	}
	return err
}
