package config

// Previous holds what the version of a service that still runs needs but the configured one no
// longer does. If the release command deploys (under blue/green, with a migration, after others),
// a version runs, and can be rolled back to, until the next one is released, long after an update
// removed its permissions. Set it together with the change and remove it when the release has
// ended. Other services do not need it: what their old tasks need is only removed after them.
type Previous struct {
	// Port that its container listens on, 1024 to 65535, 0 for the same. Default 0.
	Port int `json:"port" allowed:"0, 1024 to 65535"`
	// Image reference whose repository stays readable. Default the same.
	Image string `json:"image" optional:"true" allowed:"<image reference>"`
	// Secrets lists ARNs that stay readable. Default none.
	Secrets []string `json:"secrets" sensitive:"true" allowed:"<secret ARN>"`
	// DatabaseAccess keeps the way to the database and its password. Default false.
	DatabaseAccess bool `json:"databaseAccess"`
	// CacheAccess keeps the way to the cache and its user. Default false.
	CacheAccess bool `json:"cacheAccess"`
	// BucketAccess that stays: none, read or read-write. Default none.
	BucketAccess BucketAccess `json:"bucketAccess" allowed:"none, read, read-write"`
}
