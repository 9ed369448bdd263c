package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

func (w *workload) createStorage(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.Storage
	var logged []string
	if w.cfg.AuditTrail.Enabled {
		logged = append(logged, components.TrailBucketName(w.scope))
	}
	w.storage, err = components.NewStorage(ctx, "storage", &components.StorageArgs{
		Scope:                 w.scope,
		DataKeyARN:            w.keys.DataARN,
		ForceDestroy:          cfg.ForceDestroy,
		Protect:               w.cfg.Environment == config.Prod,
		NoncurrentVersionDays: cfg.NoncurrentVersionDays,
		InfrequentAccessDays:  cfg.InfrequentAccessDays,
		AccessLogDays:         cfg.AccessLogDays,
		ArtifactDays:          cfg.ArtifactDays,
		AccessLogSources:      logged,
	}, w.opts...)
	return err
}

func (w *workload) createDatabase(ctx *pulumi.Context) (err error) {
	cfg, thresholds := w.cfg.Database, w.cfg.Monitoring.Thresholds
	w.database, err = components.NewDatabase(ctx, databaseName, &components.DatabaseArgs{
		Scope:                      w.scope,
		SubnetIDs:                  w.network.DatabaseSubnetIDs,
		SecurityGroupID:            w.securityGroups.DatabaseGroupID,
		DataKeyARN:                 w.keys.DataARN,
		LogKeyARN:                  w.keys.LogsARN,
		LogRetentionDays:           w.cfg.Logging.RetentionDays,
		Name:                       cfg.Name,
		Username:                   cfg.Username,
		EngineVersion:              cfg.EngineVersion,
		RaiseVersion:               w.versionStep == config.VersionRaised,
		AllowMajorVersionUpgrade:   cfg.AllowMajorVersionUpgrade,
		InstanceClass:              cfg.InstanceClass,
		AllocatedStorageGiB:        cfg.AllocatedStorageGiB,
		MaxAllocatedStorageGiB:     cfg.MaxAllocatedStorageGiB,
		MultiAZ:                    cfg.MultiAZ,
		BackupRetentionDays:        cfg.BackupRetentionDays,
		ContinuousBackup:           w.cfg.Backup.Enabled && w.cfg.Backup.Continuous,
		BackupWindow:               cfg.BackupWindow,
		MaintenanceWindow:          cfg.MaintenanceWindow,
		ApplyImmediately:           cfg.ApplyImmediately,
		DeletionProtection:         cfg.DeletionProtection,
		FinalSnapshot:              cfg.FinalSnapshot,
		PerformanceInsightsDays:    cfg.PerformanceInsightsDays,
		MonitoringIntervalSeconds:  cfg.MonitoringIntervalSeconds,
		RotationDays:               cfg.RotationDays,
		LogMinDurationMilliseconds: cfg.LogMinDurationMilliseconds,
		Parameters:                 cfg.Parameters,
		Alarms: components.DatabaseAlarms{
			TopicARN:           w.alerts.TopicARN,
			CPUPercent:         thresholds.DatabaseCPUPercent,
			FreeStoragePercent: thresholds.DatabaseFreeStoragePercent,
			FreeMemoryPercent:  thresholds.DatabaseFreeMemoryPercent,
			ConnectionPercent:  thresholds.DatabaseConnectionPercent,
		},
	}, w.opts...)
	return err
}

func (w *workload) createBackup(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.Backup
	if !cfg.Enabled {
		return nil
	}
	args := &components.BackupArgs{
		Scope:                w.scope,
		DatabaseARN:          w.database.ARN,
		DatabaseIdentifier:   w.database.Identifier,
		KeyARN:               w.keys.DataARN,
		StartTime:            cfg.StartTime,
		RetentionDays:        cfg.RetentionDays,
		MonthlyRetentionDays: cfg.MonthlyRetentionDays,
		ForceDestroy:         cfg.ForceDestroy,
		Lock: components.BackupLock{
			Mode:             components.VaultLock(cfg.Lock.Mode),
			MinRetentionDays: cfg.Lock.MinRetentionDays,
			MaxRetentionDays: cfg.Lock.MaxRetentionDays,
			GraceDays:        cfg.Lock.GraceDays,
		},
		TopicARN: w.alerts.TopicARN,
	}
	for i := range w.cfg.FileSystems {
		files := w.fileSystems[w.cfg.FileSystems[i].Name]
		args.FileSystems = append(args.FileSystems, components.BackupFileSystem{ID: files.ID, ARN: files.ARN})
	}
	if cfg.Continuous {
		args.ContinuousDays = w.cfg.Database.BackupRetentionDays
	}
	w.backup, err = components.NewBackup(ctx, "backup", args, w.opts...)
	if err != nil {
		return err
	}
	ctx.Export("backup", pulumi.Map{
		"vaultName": pulumi.String(w.backup.VaultName),
		"roleArn":   w.backup.RoleARN,
	})
	return nil
}
