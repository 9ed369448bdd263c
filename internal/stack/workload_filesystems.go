package stack

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// createFileSystems makes the file systems. The outputs are what it takes to restore one.
func (w *workload) createFileSystems(ctx *pulumi.Context) error {
	if len(w.cfg.FileSystems) == 0 {
		return nil
	}
	w.fileSystems = map[string]*components.FileSystem{}
	outputs := pulumi.Map{}
	for i := range w.cfg.FileSystems {
		cfg := &w.cfg.FileSystems[i]
		name := components.FileSystemName(cfg.Name)
		uid, gid := cfg.Owner()
		files, err := components.NewFileSystem(ctx, name, &components.FileSystemArgs{
			Scope:                w.scope,
			SubnetIDs:            w.network.DatabaseSubnetIDs,
			SecurityGroupID:      w.securityGroups.StoreGroupIDs[name],
			DataKeyARN:           w.keys.DataARN,
			UID:                  uid,
			GID:                  gid,
			Folder:               cfg.Folder,
			Permissions:          cfg.Permissions,
			InfrequentAccessDays: cfg.InfrequentAccessDays,
			Protect:              cfg.DeletionProtection,
			Alarms: components.FileSystemAlarms{
				TopicARN:          w.alerts.TopicARN,
				IOPercent:         cfg.Thresholds.IOPercent,
				TrafficGiBPerHour: cfg.Thresholds.TrafficGiBPerHour,
				SizeGiB:           cfg.Thresholds.SizeGiB,
			},
		}, w.opts...)
		if err != nil {
			return err
		}
		w.fileSystems[cfg.Name] = files
		w.show(files.AlarmNames, files.DashboardRow())
		outputs[cfg.Name] = pulumi.Map{"id": files.ID, "arn": files.ARN, "accessPointId": files.AccessPointID}
	}
	ctx.Export("fileSystems", outputs)
	return nil
}

// fileUses are the file systems that a service or job mounts.
func (w *workload) fileUses(unit config.Unit) []components.ServiceUse {
	uses := unit.FileUses()
	var all []components.ServiceUse
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		all = append(all, w.fileSystems[name].For(uses[name]))
	}
	return all
}

func mountsOf(list []config.FileMount) []components.ServiceMount {
	var mounts []components.ServiceMount
	for _, mount := range list {
		mounts = append(mounts, components.ServiceMount{
			Volume: components.FileSystemName(mount.Name), Path: mount.Path, ReadOnly: mount.ReadOnly,
		})
	}
	return mounts
}
