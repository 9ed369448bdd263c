package stack

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

func (w *workload) createServices(ctx *pulumi.Context) error {
	w.services = make([]*components.Service, len(w.cfg.Services))
	for _, i := range w.cfg.InOrder() {
		cfg := w.cfg.Services[i]
		args := w.serviceArgs(cfg)
		// The first version of each starts with the service. Dependencies keep these in order. Later they cost
		// nothing: a service that comes after others gets its versions from the release command, which waits for them.
		for j, other := range w.cfg.Services {
			if slices.Contains(cfg.Deployment.After, other.Name) {
				args.After = append(args.After, w.services[j].Serving())
			}
		}
		service, err := components.NewService(ctx, cfg.Name, args, w.opts...)
		if err != nil {
			return err
		}
		w.services[i] = service
	}
	return nil
}

// createRoutes sends clients to the services that ECS deploys.
func (w *workload) createRoutes(ctx *pulumi.Context) error {
	var rolling []*components.Service
	for i, service := range w.services {
		if w.cfg.Services[i].Deployment.Controller == config.Rolling {
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
	return &components.ServiceArgs{
		Scope:              w.scope,
		Name:               cfg.Name,
		ClusterName:        w.cluster.Name,
		ClusterARN:         w.cluster.ARN,
		VPCID:              w.network.VPCID,
		SubnetIDs:          w.network.AppSubnetIDs,
		SecurityGroupID:    w.securityGroups.ServiceGroupIDs[cfg.Name],
		LoadBalancerSuffix: w.balancer.ARNSuffix,
		HTTPSListenerARN:   w.balancer.HTTPSListenerARN,
		TestListenerARN:    w.balancer.TestListenerARN,
		DataKeyARN:         w.keys.DataARN,
		// Not the whole network and all security groups: then a service would wait for the rules of all others.
		After: slices.Concat(w.network.AppReady, w.securityGroups.ServiceReady[cfg.Name]),
		Container: components.ServiceContainer{
			Image:         cfg.Image,
			Port:          cfg.Port,
			CPU:           cfg.CPU,
			MemoryMiB:     cfg.MemoryMiB,
			Architecture:  string(cfg.Architecture),
			TmpMiB:        cfg.Tmpfs(),
			TmpExec:       cfg.Tmp.Exec,
			User:          cfg.User,
			WritableRoot:  cfg.WritableRoot,
			ScratchPaths:  cfg.ScratchPaths,
			StorageGiB:    cfg.StorageGiB,
			StopSeconds:   cfg.StopSeconds,
			EntryPoint:    cfg.EntryPoint,
			Command:       cfg.Command,
			Check:         components.ServiceContainerCheck(cfg.ContainerCheck),
			Environment:   cfg.Environment,
			Secrets:       cfg.Secrets,
			SecretKeyARNs: cfg.SecretKeyARNs,
		},
		Database:    w.serviceDatabase(cfg.DatabaseAccess, cfg.DatabaseVariables),
		Bucket:      w.serviceBucket(cfg.BucketAccess),
		Uses:        w.serviceUses(cfg.Name, cfg.Asks),
		Permissions: permissionsOf(cfg.Permissions),
		Previous:    w.servicePrevious(cfg),
		Exec:        w.serviceExec(cfg),
		Logs: components.ServiceLogs{
			Prefix:        w.cfg.Logging.ServicePrefix,
			RetentionDays: w.cfg.Logging.RetentionDays,
			KeyARN:        w.keys.LogsARN,
		},
		Routing: components.ServiceRouting(cfg.Routing),
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
		DesiredCount: cfg.DesiredCount,
		Capacity:     components.ServiceCapacity(cfg.Capacity),
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
		Scaling: serviceScaling(cfg.Scaling),
		Alarms: components.ServiceAlarms{
			TopicARN:      w.alerts.TopicARN,
			CPUPercent:    w.cfg.Monitoring.Thresholds.ServiceCPUPercent,
			MemoryPercent: w.cfg.Monitoring.Thresholds.ServiceMemoryPercent,
			ServerErrors:  w.cfg.Monitoring.Thresholds.ServerErrors,
		},
	}
}

func permissionsOf(list []config.Permission) []components.ServicePermission {
	var permissions []components.ServicePermission
	for _, p := range list {
		permissions = append(permissions, components.ServicePermission(p))
	}
	return permissions
}

func (w *workload) servicePrevious(cfg config.Service) *components.ServicePrevious {
	was, roles := cfg.Previous, w.runsWithOldRoles(cfg.Name)
	if reflect.DeepEqual(was, config.DefaultService().Previous) && !roles {
		return nil
	}
	return &components.ServicePrevious{
		Image:    was.Image,
		Secrets:  was.Secrets,
		Database: w.serviceDatabase(was.DatabaseAccess, nil),
		Bucket:   w.serviceBucket(was.BucketAccess),
		Uses:     w.serviceUses(cfg.Name, was.Asks),
		Roles:    roles,
	}
}

// runsWithOldRoles reports whether, after the last update, the service has roles whose names do
// not begin with the stack's prefix. Under blue/green their tasks serve until the next deployment
// has ended.
func (w *workload) runsWithOldRoles(service string) bool {
	definition, up := w.was.Find(resourcetypes.TaskDefinition, service)
	role := path.Base(definition.Text("taskRoleArn"))
	return up && !strings.HasPrefix(role, w.scope.NamesBegin())
}

func (w *workload) serviceDatabase(access bool, variables map[string]string) *components.ServiceDatabase {
	if !access {
		return nil
	}
	return &components.ServiceDatabase{
		Variables: variables,
		Host:      w.database.Address,
		Port:      w.database.Port,
		Name:      w.cfg.Database.Name,
		Username:  w.cfg.Database.Username,
		SSLMode:   string(w.cfg.Database.SSLMode),
		SecretARN: w.database.SecretARN,
	}
}

func (w *workload) serviceBucket(access config.BucketAccess) *components.ServiceBucket {
	if access == config.BucketNone || access == "" {
		return nil
	}
	return &components.ServiceBucket{
		Name:  w.storage.ApplicationBucket,
		Write: access == config.BucketReadWrite,
	}
}

func (w *workload) serviceExec(cfg config.Service) *components.ServiceExec {
	if !cfg.ExecuteCommand {
		return nil
	}
	return &components.ServiceExec{LogGroupName: w.cluster.ExecLogGroupName, KeyARN: w.keys.LogsARN}
}

func serviceScaling(cfg config.Scaling) components.ServiceScaling {
	scaling := components.ServiceScaling{
		Min:                     cfg.Min,
		Max:                     cfg.Max,
		CPUPercent:              cfg.CPUPercent,
		MemoryPercent:           cfg.MemoryPercent,
		RequestsPerTarget:       cfg.RequestsPerTarget,
		ScaleInCooldownSeconds:  cfg.ScaleInCooldownSeconds,
		ScaleOutCooldownSeconds: cfg.ScaleOutCooldownSeconds,
	}
	for _, schedule := range cfg.Schedules {
		scaling.Schedules = append(scaling.Schedules, components.ServiceSchedule(schedule))
	}
	return scaling
}
