package config

// cached adds to the changes the keys that give staging a cache.
func cached(changes edits) edits {
	all := edits{"cache.enabled": "true", "services[0].cacheAccess": "true"}
	for key, value := range changes {
		all[key] = value
	}
	return all
}

var badCaches = map[string]bad{
	"cache that nobody uses": {
		edits{"cache.enabled": "true"},
		Error{
			"cache.enabled", "true", "false while no service has cacheAccess",
			"set services[].cacheAccess to true for a service that uses the cache: ElastiCache wants a user, and each " +
				"service has its own",
		},
	},
	"service that uses a cache that is not there": {
		edits{"services[0].cacheAccess": "true"},
		Error{"services[0].cacheAccess", "true", "false while cache.enabled is false", "set cache.enabled to true"},
	},
	"tasks that use a cache that is not there": {
		edits{"services[0].previous.cacheAccess": "true"},
		Error{"services[0].previous.cacheAccess", "true", "false while cache.enabled is false", "set cache.enabled to true"},
	},
	"engine that does not exist": {
		cached(edits{"cache.engineVersion": `"7.1"`}),
		Error{"cache.engineVersion", `"7.1"`, "8.0, 8.1, 8.2", `did you mean "8.1"?`},
	},
	"node type of the database": {
		cached(edits{"cache.nodeType": `"db.t4g.small"`}),
		Error{"cache.nodeType", `"db.t4g.small"`, "an ElastiCache node type", "write it like cache.t4g.small"},
	},
	"seven nodes": {
		cached(edits{"cache.nodes": "7"}),
		Error{"cache.nodes", "7", "1 to 6", "set a number in that range"},
	},
	"eviction of everything": {
		cached(edits{"cache.evictionPolicy": `"allkey-lru"`}),
		Error{
			"cache.evictionPolicy", `"allkey-lru"`,
			"volatile-lru, volatile-ttl, allkeys-lru, noeviction", `did you mean "allkeys-lru"?`,
		},
	},
	"half an hour for snapshots": {
		cached(edits{"cache.snapshotWindow": `"02:00-02:59"`}),
		Error{"cache.snapshotWindow", `"02:00-02:59"`, "a window of at least 60 minutes", "let it end later"},
	},
	"half an hour for maintenance": {
		cached(edits{"cache.maintenanceWindow": `"sun:05:00-sun:05:59"`}),
		Error{
			"cache.maintenanceWindow", `"sun:05:00-sun:05:59"`, "a window of 60 minutes to 24 hours",
			"move its end to 60 minutes or more after its start",
		},
	},
	"more than a day for maintenance": {
		cached(edits{"cache.maintenanceWindow": `"sun:03:00-mon:03:01"`, "cache.snapshotWindow": `"23:00-00:00"`}),
		Error{
			"cache.maintenanceWindow", `"sun:03:00-mon:03:01"`, "a window of 60 minutes to 24 hours",
			"move its end to 60 minutes or more after its start",
		},
	},
	"maintenance while snapshots are taken": {
		cached(edits{"cache.maintenanceWindow": `"sun:02:30-sun:03:30"`}),
		Error{
			"cache.maintenanceWindow", `"sun:02:30-sun:03:30"`, "a window apart from snapshotWindow, 02:00-03:00 every day",
			"move one of them",
		},
	},
	"variable that the cache sets": {
		cached(edits{"services[0].environment": `{"CACHE_HOST": "localhost"}`}),
		Error{
			"services[0].environment.CACHE_HOST", "a variable that the program sets", "variables besides those of cacheAccess",
			"remove it, or set cacheAccess off and provide the variable yourself",
		},
	},
}
