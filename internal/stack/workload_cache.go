package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

const (
	cacheName   = "cache"
	cacheAccess = "cacheAccess"
)

func (w *workload) createCache(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.Cache
	if !cfg.Enabled {
		return nil
	}
	_, step := w.cacheVersion()
	w.cache, err = components.NewCache(ctx, cacheName, &components.CacheArgs{
		Scope:                 w.scope,
		SubnetIDs:             w.network.DatabaseSubnetIDs,
		SecurityGroupID:       w.securityGroups.StoreGroupIDs[components.CacheStore.Name],
		DataKeyARN:            w.keys.DataARN,
		LogKeyARN:             w.keys.LogsARN,
		LogRetentionDays:      w.cfg.Logging.RetentionDays,
		EngineVersion:         cfg.EngineVersion,
		RaiseVersion:          step == config.VersionRaised,
		NodeType:              cfg.NodeType,
		Nodes:                 cfg.Nodes,
		EvictionPolicy:        string(cfg.EvictionPolicy),
		SnapshotRetentionDays: cfg.SnapshotRetentionDays,
		SnapshotWindow:        cfg.SnapshotWindow,
		MaintenanceWindow:     cfg.MaintenanceWindow,
		ApplyImmediately:      cfg.ApplyImmediately,
		Users:                 w.cfg.CacheUsers(),
		Alarms: components.CacheAlarms{
			TopicARN:           w.alerts.TopicARN,
			CPUPercent:         cfg.Thresholds.CPUPercent,
			MemoryPercent:      cfg.Thresholds.MemoryPercent,
			EvictionsPerMinute: cfg.Thresholds.EvictionsPerMinute,
			Connections:        cfg.Thresholds.Connections,
			LagSeconds:         cfg.Thresholds.LagSeconds,
		},
	}, w.opts...)
	if err != nil {
		return err
	}
	w.show(w.cache.AlarmNames, w.cache.DashboardRow())
	ctx.Export("cache", pulumi.Map{
		"name":      pulumi.String(w.cache.Identifier),
		"address":   w.cache.Address,
		"logGroups": pulumi.ToStringArray(w.cache.LogGroupNames),
	})
	return nil
}

// storesOf are the stores beside the database that a service, or its running tasks, use.
func (w *workload) storesOf(service config.Service) []string {
	if service.Previous.Asks(cacheAccess) {
		service.CacheAccess = true
	}
	return storesOf(config.UnitOf(&service))
}

func storesOf(unit config.Unit) []string {
	var stores []string
	if unit.Asks(cacheAccess) {
		stores = append(stores, components.CacheStore.Name)
	}
	for name := range unit.FileUses() {
		stores = append(stores, components.FileSystemName(name))
	}
	return stores
}

// serviceUses returns what a service uses beside the database and the bucket, as its keys of access say.
func (w *workload) serviceUses(service string, asks func(key string) bool) []components.ServiceUse {
	if !asks(cacheAccess) {
		return nil
	}
	return []components.ServiceUse{w.cache.For(service)}
}
