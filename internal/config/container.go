package config

import (
	"fmt"
	"strings"
)

// Container is what services and jobs have in common: one container, and what it may reach.
type Container struct {
	// Image reference; prod demands a digest or an immutable tag. Required.
	Image string `json:"image" required:"true" allowed:"<image reference>"`
	// CPU units, with MemoryMiB one of the pairs that Fargate offers. An internal service and those that call one need
	// 512 or more: ECS puts a proxy beside the container. Default 512.
	CPU int `json:"cpu" allowed:"256, 512, 1024, 2048, 4096, 8192, 16384"`
	// MemoryMiB with CPU one of the pairs that Fargate offers, 512 to 122880. Default 1024.
	MemoryMiB int `json:"memoryMiB" allowed:"512 to 122880"`
	// Architecture is X86_64 or ARM64. Default X86_64.
	Architecture Architecture `json:"architecture" allowed:"X86_64, ARM64"`
	// User that the container runs as, numeric uid or uid:gid, not 0. Default 65532:65532.
	User string `json:"user" allowed:"<numeric user>"`
	// Tmp is the container's /tmp, the only place where it may write.
	Tmp Tmp `json:"tmp"`
	// WritableRoot is the reason why the container has to write to its root file system, 10 to 256 characters. It
	// appears as a tag of the task definition. Try Tmp and ScratchPaths first. Default none: the root is read-only.
	WritableRoot string `json:"writableRoot" optional:"true" allowed:"<reason>"`
	// ScratchPaths lists folders on the task's disk that the container may write to, gone with the task. In the image,
	// each has to be a VOLUME that belongs to User: else it belongs to root. At most 10. Default none.
	ScratchPaths []string `json:"scratchPaths" count:"0 to 10" allowed:"<folder>"`
	// FileSystems are folders of the stack's file systems that the container has: they stay when the task goes, and
	// other tasks that have them see the same files. At most 8. Default none.
	FileSystems []FileMount `json:"fileSystems" count:"0 to 8"`
	// StorageGiB is the task's disk, for its image and ScratchPaths, 20 to 200. Above 20 it costs. Default 20.
	StorageGiB int `json:"storageGiB" allowed:"20 to 200"`
	// StopSeconds that the container may take to end, 2 to 120, 0 for 30, or 120 on Spot. Default 0.
	StopSeconds int `json:"stopSeconds" allowed:"0, 2 to 120"`
	// EntryPoint replaces the image's. ECS then also drops the image's command. Default the image's own.
	EntryPoint []string `json:"entryPoint" repeat:"true" allowed:"<text>"`
	// Command replaces the image's. Default the image's own.
	Command []string `json:"command" repeat:"true" allowed:"<text>"`
	// Environment variables that are not secret. The program sets DatabaseVariables with DatabaseAccess, BUCKET_NAME with
	// BucketAccess, and those that begin with CACHE_ with CacheAccess.
	Environment map[string]string `json:"environment" keys:"<variable name>" sensitive:"true" allowed:"<text>"`
	// Secrets holds further variables: name to what ECS reads when a task starts. That is the ARN of a Secrets Manager
	// secret, with :KEY behind it for one value of a secret in JSON, or an SSM parameter by its /name or ARN, all in the
	// stack's region. The execution role gets exactly these.
	Secrets map[string]string `json:"secrets" keys:"<variable name>" sensitive:"true" allowed:"<secret>"`
	// SecretKeyARNs lists the KMS keys of those Secrets that are encrypted neither with the stack's data key nor with
	// AWS's own keys; secrets of another account always need theirs here. A key's own policy has to allow the
	// service's execution role, too. At most 20.
	SecretKeyARNs []string `json:"secretKeyArns" count:"0 to 20" allowed:"<KMS key ARN>"`
	// DatabaseAccess opens the way to the database and injects its address and
	// credentials. Default false.
	DatabaseAccess bool `json:"databaseAccess"`
	// DatabaseVariables are the names under which the container finds the database: name to host, port, name, user,
	// password, sslmode, url (an address without password) or json (user and password, as RDS keeps them). Default
	// DATABASE_URL: url, PGUSER: user, PGPASSWORD: password, which libpq, psycopg, pgx and node-postgres read.
	DatabaseVariables map[string]string `json:"databaseVariables" keys:"<variable name>" allowed:"<database part>"`
	// CacheAccess opens the way to the cache, injects its address as CACHE_HOST and CACHE_PORT, and lets the task's
	// role connect as CACHE_USER to CACHE_NAME. It needs cache.enabled. Default false.
	CacheAccess bool `json:"cacheAccess"`
	// Calls lists other services that this one uses: workers, to whose queues it sends, by <WORKER>_QUEUE_URL, and
	// internal ones, which it reaches by <NAME>_URL, http://name:port. That name is known to the service's tasks alone,
	// not to its migration. A service under blue-green cannot call internal ones. If the release command deploys, remove
	// a call only when no running version needs it any more. At most 20. Default none.
	Calls []string `json:"calls" count:"0 to 20" allowed:"<service name>"`
	// Egress lists further ways out of the tasks, such as to a broker, a mail server or a peered network. At most 20.
	// Default none: tasks reach HTTPS everywhere, and what DatabaseAccess and CacheAccess open.
	Egress []Egress `json:"egress" count:"0 to 20"`
	// Permissions are what the application may do with AWS beside what the other keys give it. At most 10. With a
	// boundary, the delivery stack's taskPermissions have to allow the same, and are deployed first. If the release
	// command deploys, remove a permission only when no running version needs it any more. Default none.
	Permissions []Permission `json:"permissions" count:"0 to 10"`
	// BucketAccess allows the task to read, or read and write, the application bucket: none, read
	// or read-write. Default none.
	BucketAccess BucketAccess `json:"bucketAccess" allowed:"none, read, read-write"`
}

// Unit is a service or a job.
type Unit struct {
	// Name, and Key in the stack file, such as services[0].
	Name, Key string
	*Container
	sidecars []Sidecar
}

// UnitOf returns a service outside of its stack file: it has no key.
func UnitOf(s *Service) Unit {
	return Unit{Name: s.Name, Container: &s.Container, sidecars: s.Sidecars}
}

// UnitOfJob is UnitOf for a job, which has no sidecars.
func UnitOfJob(j *Job) Unit { return Unit{Name: j.Name, Container: &j.Container} }

// SecretMaps returns the secrets of each container, the unit's own first.
func (u Unit) SecretMaps() []map[string]string {
	all := []map[string]string{u.Secrets}
	for i := range u.sidecars {
		all = append(all, u.sidecars[i].Secrets)
	}
	return all
}

// Units returns the services, then the jobs.
func (c *Config) Units() []Unit {
	units := make([]Unit, 0, len(c.Services)+len(c.Jobs))
	for i := range c.Services {
		s := &c.Services[i]
		units = append(units, Unit{s.Name, fmt.Sprintf("services[%d]", i), &s.Container, s.Sidecars})
	}
	for i := range c.Jobs {
		j := &c.Jobs[i]
		units = append(units, Unit{j.Name, fmt.Sprintf("jobs[%d]", i), &j.Container, nil})
	}
	return units
}

// at is the place of the unit in the stack file, whose place is given.
func (u Unit) at(file path) path {
	list, index, _ := strings.Cut(u.Key, "[")
	return file.key(list) + path("["+index)
}

func defaultContainer() Container {
	return Container{
		CPU:          512,
		MemoryMiB:    1024,
		Architecture: X8664,
		User:         "65532:65532",
		StorageGiB:   20,
		BucketAccess: BucketNone,
	}
}

// check judges a container in its service or job, whose task definition has further words.
func (c *Container) check(v *validation, at path, words []string) {
	c.validateSize(v, at)
	c.validateVariables(v, at)
	c.validateContainer(v, at)
	validateEgress(v, c.Egress, at.key("egress"))
	c.validateLimits(v, at, words)
	why := mutableTag(c.Image)
	v.inProd(why != "", at.key("image"), why, prodImages, prodImagesFix)
}

// Architecture is a CPU architecture that Fargate offers.
type Architecture string

// The architectures.
const (
	X8664 Architecture = "X86_64"
	ARM64 Architecture = "ARM64"
)

// BucketAccess is a service's access to the application bucket.
type BucketAccess string

// The levels of access.
const (
	BucketNone      BucketAccess = "none"
	BucketRead      BucketAccess = "read"
	BucketReadWrite BucketAccess = "read-write"
)
