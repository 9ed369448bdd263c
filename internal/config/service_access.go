package config

import "slices"

// Previous holds what the version of a service that still runs needs but the configured one no
// longer does. If the release command deploys (under blue/green, with a migration, after others),
// a version runs, and can be rolled back to, until the next one is released, long after an update
// removed its permissions. Set it together with the change and remove it when the release has
// ended. Other services do not need it: what their old tasks need is only removed after them.
type Previous struct {
	// Port that its container listens on, 0 to 65535, 0 for the same. Default 0.
	Port int `json:"port" allowed:"0 to 65535"`
	// Image reference whose repository stays readable. Default the same.
	Image string `json:"image" optional:"true" allowed:"<image reference>"`
	// SidecarImages lists images of sidecars whose repositories stay readable. At most 9. Default none.
	SidecarImages []string `json:"sidecarImages" count:"0 to 9" allowed:"<image reference>"`
	// Secrets lists those that stay readable, as in the service's Secrets. Default none.
	Secrets []string `json:"secrets" sensitive:"true" allowed:"<secret>"`
	// Egress lists ways out that stay open, as in the service's Egress. Default none.
	Egress []Egress `json:"egress"`
	// DatabaseAccess keeps the way to the database and its password. Default false.
	DatabaseAccess bool `json:"databaseAccess"`
	// CacheAccess keeps the way to the cache and its user. Default false.
	CacheAccess bool `json:"cacheAccess"`
	// BucketAccess that stays: none, read or read-write. Default none.
	BucketAccess BucketAccess `json:"bucketAccess" allowed:"none, read, read-write"`
}

func (p *Previous) defaults() { p.BucketAccess = BucketNone }

func (p *Previous) validate(v *validation, at path) { validateEgress(v, p.Egress, at.key("egress")) }

// Access is a part of the stack that a service may ask for, with a key of services[] and one of services[].previous.
type Access struct {
	// Key such as cacheAccess, and Part as messages call it.
	Key, Part string
	// Variables that the program sets for the service, unless the service names them itself. The first one shows that
	// running tasks use the part.
	Variables []string

	now    func(*Container) bool
	before func(*Previous) bool
}

// Accesses lists every kind of access.
var Accesses = []Access{
	{
		"databaseAccess", "the database",
		[]string{"DATABASE_URL", "PGUSER", "PGPASSWORD"},
		func(c *Container) bool { return c.DatabaseAccess }, func(p *Previous) bool { return p.DatabaseAccess },
	},
	{
		"cacheAccess", "the cache",
		[]string{"CACHE_HOST", "CACHE_PORT", "CACHE_TLS", "CACHE_NAME", "CACHE_USER"},
		func(c *Container) bool { return c.CacheAccess }, func(p *Previous) bool { return p.CacheAccess },
	},
	{
		"bucketAccess", "the application bucket",
		[]string{"BUCKET_NAME"},
		func(c *Container) bool { return c.BucketAccess != BucketNone },
		func(p *Previous) bool { return p.BucketAccess != BucketNone },
	},
}

// Asks reports whether the container has an access, by its key.
func (c *Container) Asks(key string) bool {
	return slices.ContainsFunc(Accesses, func(a Access) bool { return a.Key == key && a.now(c) })
}

// Asks reports whether the version before has an access, by its key.
func (p *Previous) Asks(key string) bool {
	return slices.ContainsFunc(Accesses, func(a Access) bool { return a.Key == key && a.before(p) })
}

// Given reports whether the service, or its version that still runs, has the access.
func (a Access) Given(s *Service) bool { return a.now(&s.Container) || a.before(&s.Previous) }
