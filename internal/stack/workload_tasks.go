package stack

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// taskArgs describe what a service runs.
func (w *workload) taskArgs(cfg config.Service) components.TaskArgs {
	args := w.unitArgs(config.UnitOf(&cfg))
	args.Container.Check = components.ServiceContainerCheck(cfg.ContainerCheck)
	args.Container.DependsOn = cfg.DependsOn
	args.Sidecars = w.sidecars(cfg.Sidecars)
	args.Capacity = components.ServiceCapacity(cfg.Capacity)
	args.Previous = w.servicePrevious(cfg)
	args.Exec = w.serviceExec(cfg)
	if cfg.Listens() {
		args.Container.Port, args.Container.CheckPort = cfg.Port, cfg.HealthCheck.Port
		args.Container.Listener = cfg.Routing.Container
	}
	if cfg.Kind == config.Internal {
		args.Container.AppProtocol = appProtocols[cfg.ProtocolVersion]
	}
	w.setCalls(&cfg, &args.Container)
	return args
}

// unitArgs describe what a service or a job runs, as far as both have it.
func (w *workload) unitArgs(cfg config.Unit) components.TaskArgs {
	return components.TaskArgs{
		Scope:      w.scope,
		Name:       cfg.Name,
		DataKeyARN: w.keys.DataARN,
		Container: components.ServiceContainer{
			Image:         cfg.Image,
			CPU:           cfg.CPU,
			MemoryMiB:     cfg.MemoryMiB,
			Architecture:  string(cfg.Architecture),
			TmpMiB:        cfg.Tmpfs(),
			TmpExec:       cfg.Tmp.Exec,
			User:          cfg.User,
			WritableRoot:  cfg.WritableRoot,
			ScratchPaths:  cfg.ScratchPaths,
			Mounts:        mountsOf(cfg.FileSystems),
			StorageGiB:    cfg.StorageGiB,
			StopSeconds:   cfg.StopSeconds,
			EntryPoint:    cfg.EntryPoint,
			Command:       cfg.Command,
			Environment:   cfg.Environment,
			Secrets:       w.secrets(cfg.Secrets),
			SecretKeyARNs: cfg.SecretKeyARNs,
		},
		Database:    w.serviceDatabase(cfg.DatabaseAccess, cfg.DatabaseVariables),
		Bucket:      w.serviceBucket(cfg.BucketAccess),
		Uses:        slices.Concat(w.serviceUses(cfg.Name, cfg.Asks), w.queueUses(cfg), w.fileUses(cfg)),
		Permissions: permissionsOf(cfg.Permissions, w.scope.Region, w.scope.AccountID),
		Logs: components.ServiceLogs{
			Prefix:        w.cfg.Logging.ServicePrefix,
			RetentionDays: w.cfg.Logging.RetentionDays,
			KeyARN:        w.keys.LogsARN,
		},
	}
}

func (w *workload) sidecars(list []config.Sidecar) []components.TaskSidecar {
	var sidecars []components.TaskSidecar
	for i := range list {
		cfg := &list[i]
		sidecars = append(sidecars, components.TaskSidecar{
			Name: cfg.Name, Image: cfg.Image, User: cfg.User, Essential: cfg.Essential,
			WritableRoot: cfg.WritableRoot, TmpMiB: cfg.TmpMiB, ScratchPaths: cfg.ScratchPaths,
			Mounts: mountsOf(cfg.FileSystems),
			CPU:    cfg.CPU, MemoryMiB: cfg.MemoryMiB,
			EntryPoint: cfg.EntryPoint, Command: cfg.Command,
			Check:     components.ServiceContainerCheck(cfg.ContainerCheck),
			DependsOn: cfg.DependsOn, Environment: cfg.Environment, Secrets: w.secrets(cfg.Secrets),
		})
	}
	return sidecars
}

// secrets returns variables to what task definitions name.
func (w *workload) secrets(named map[string]string) map[string]string {
	arns := make(map[string]string, len(named))
	for variable, secret := range named {
		arns[variable] = config.SecretARN(secret, w.scope.Region, w.scope.AccountID)
	}
	return arns
}

func (w *workload) secretARNs(named []string) []string {
	arns := make([]string, len(named))
	for i, secret := range named {
		arns[i] = config.SecretARN(secret, w.scope.Region, w.scope.AccountID)
	}
	return arns
}

// permissionsOf returns permissions of a region and an account.
func permissionsOf(list []config.Permission, region, account string) []components.ServicePermission {
	var permissions []components.ServicePermission
	for _, p := range list {
		long := p.Expanded(region, account)
		permissions = append(permissions, components.ServicePermission{
			Actions: long.Actions, Resources: long.Resources, Reason: long.Reason,
		})
	}
	return permissions
}

func (w *workload) servicePrevious(cfg config.Service) *components.ServicePrevious {
	was, roles := cfg.Previous, w.runsWithOldRoles(cfg.Name)
	if reflect.DeepEqual(was, config.DefaultService().Previous) && !roles {
		return nil
	}
	return &components.ServicePrevious{
		Image:         was.Image,
		SidecarImages: was.SidecarImages,
		Secrets:       w.secretARNs(was.Secrets),
		Database:      w.serviceDatabase(was.DatabaseAccess, nil),
		Bucket:        w.serviceBucket(was.BucketAccess),
		Uses:          w.serviceUses(cfg.Name, was.Asks),
		Roles:         roles,
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
