package config

// EvictionPolicy says which keys Valkey deletes when its memory is full.
type EvictionPolicy string

// VolatileLRU deletes the keys that were not used for longest, of those that have an end.
const VolatileLRU EvictionPolicy = "volatile-lru"

// Cache is a Valkey cache on ElastiCache, for services[].cacheAccess. Limits are those of the ElastiCache API's
// CreateReplicationGroup.
type Cache struct {
	// Enabled makes the cache. Default false.
	Enabled bool `json:"enabled"`
	// EngineVersion of Valkey, in quotes: 8.0, 8.1 or 8.2. AWS may raise it; a lower one than runs is ignored.
	// Default 8.1.
	EngineVersion string `json:"engineVersion" allowed:"8.0, 8.1, 8.2"`
	// NodeType such as cache.t4g.small. Default cache.t4g.small.
	NodeType string `json:"nodeType" allowed:"<cache node type>"`
	// Nodes, 1 to 6: one that takes writes, the others copies of it in further zones. Default 2; prod demands 2.
	Nodes int `json:"nodes" allowed:"1 to 6"`
	// EvictionPolicy says which keys go when the memory is full: of those that have an end what was not used for longest
	// (volatile-lru) or ends first (volatile-ttl), of all what was not used for longest (allkeys-lru), or none, and writes
	// are refused (noeviction). Default volatile-lru.
	EvictionPolicy EvictionPolicy `json:"evictionPolicy" allowed:"volatile-lru, volatile-ttl, allkeys-lru, noeviction"`
	// SnapshotRetentionDays of daily snapshots, 0 to 35, 0 for none. Default 1; prod demands 1.
	SnapshotRetentionDays int `json:"snapshotRetentionDays" allowed:"0 to 35"`
	// SnapshotWindow in UTC, hh:mm-hh:mm, at least an hour. Default 02:00-03:00.
	SnapshotWindow string `json:"snapshotWindow" allowed:"<daily window>"`
	// MaintenanceWindow in UTC, ddd:hh:mm-ddd:hh:mm, 1 to 24 hours, not overlapping the snapshots. Default
	// sun:03:30-sun:04:30.
	MaintenanceWindow string `json:"maintenanceWindow" allowed:"<weekly window>"`
	// ApplyImmediately changes the cache now and not in the maintenance window. Default false.
	ApplyImmediately bool `json:"applyImmediately"`
	// Thresholds of the alarms.
	Thresholds CacheThresholds `json:"thresholds"`
}

func (c *Cache) defaults() {
	*c = Cache{
		EngineVersion:         "8.1",
		NodeType:              "cache.t4g.small",
		Nodes:                 2,
		EvictionPolicy:        VolatileLRU,
		SnapshotRetentionDays: 1,
		SnapshotWindow:        "02:00-03:00",
		MaintenanceWindow:     "sun:03:30-sun:04:30",
		Thresholds: CacheThresholds{
			CPUPercent:         80,
			MemoryPercent:      85,
			EvictionsPerMinute: 100,
			Connections:        5000,
			LagSeconds:         10,
		},
	}
}

func init() {
	formats["cache node type"] = patterned(
		"an ElastiCache node type", "cache.t4g.small",
		`^cache\.[a-z][a-z0-9]{1,15}\.(micro|small|medium|large|[0-9]{0,2}xlarge)$`,
	)
}

// CacheThresholds are those of the cache's alarms, each about the busiest node.
type CacheThresholds struct {
	// CPUPercent, 1 to 100. Default 80.
	CPUPercent int `json:"cpuPercent" allowed:"1 to 100"`
	// MemoryPercent of what keys may take, 1 to 100. Default 85.
	MemoryPercent int `json:"memoryPercent" allowed:"1 to 100"`
	// EvictionsPerMinute for five minutes, 0 to 1000000. Default 100.
	EvictionsPerMinute int `json:"evictionsPerMinute" allowed:"0 to 1000000"`
	// Connections at the same time, 1 to 65000, which is AWS's limit. Default 5000.
	Connections int `json:"connections" allowed:"1 to 65000"`
	// LagSeconds that a copy may be behind, 1 to 3600. Default 10.
	LagSeconds int `json:"lagSeconds" allowed:"1 to 3600"`
}

// shortestCacheWindow is the least length of the windows for snapshots and for maintenance, in minutes.
const shortestCacheWindow = 60

// fewestProdNodes of the cache, in two zones.
const fewestProdNodes = 2

func (c *Cache) validate(v *validation, at path) {
	v.windows(at, "snapshotWindow", c.SnapshotWindow, c.MaintenanceWindow, shortestCacheWindow)
	v.inProd(c.Enabled && c.Nodes < fewestProdNodes, at.key("nodes"),
		show(c.Nodes), "2 to 6 in prod", "set 2 or more, so that the loss of a zone does not empty the cache")
	v.inProd(c.Enabled && c.SnapshotRetentionDays == 0, at.key("snapshotRetentionDays"),
		"0", "1 to 35 in prod", "set 1 or more, so that the cache need not begin empty after the loss of all nodes")
}

// validateCache compares the cache with the services that use it.
func (c *Config) validateCache(v *validation, at path) {
	if c.Cache.Enabled {
		if len(c.CacheUsers()) == 0 {
			v.add(at.key("cache").key("enabled"), "true", "false while no service has cacheAccess",
				"set services[].cacheAccess to true for a service that uses the cache: ElastiCache wants a user, and each "+
					"service has its own")
		}
		return
	}
	given := map[path]bool{}
	for _, unit := range c.Units() {
		given[unit.at(at).key("cacheAccess")] = unit.CacheAccess
	}
	for i, service := range c.Services {
		given[at.key("services").index(i).key("previous").key("cacheAccess")] = service.Previous.CacheAccess
	}
	for key, access := range given {
		if access {
			v.add(key, "true", "false while cache.enabled is false", "set cache.enabled to true")
		}
	}
}

// CacheUsers are the services and jobs that connect to the cache, or whose running tasks do.
func (c *Config) CacheUsers() []string {
	var users []string
	for _, service := range c.Services {
		if service.CacheAccess || service.Previous.CacheAccess {
			users = append(users, service.Name)
		}
	}
	for _, job := range c.Jobs {
		if job.CacheAccess {
			users = append(users, job.Name)
		}
	}
	return users
}

// StepFrom says what engineVersion does to a cache that runs a version, empty for none. The provider replaces a cache
// whose version goes down, which empties it.
func (c *Cache) StepFrom(running string) VersionStep {
	switch step := compareVersions(c.EngineVersion, running); {
	case running == "" || step == 0:
		return VersionStays
	case step < 0:
		return VersionIgnored
	default:
		return VersionRaised
	}
}
