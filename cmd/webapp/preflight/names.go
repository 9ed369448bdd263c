package preflight

import (
	"strings"

	"aws-webapp/components"
	"aws-webapp/internal/config"
	"aws-webapp/internal/preflight"
)

// namesOf computes the physical names of a stack as its components do; a test compares them
// with the golden graph.
func namesOf(project, stack, account, partition string, cfg *config.Config) []preflight.Name {
	scope := components.Scope{
		Project: project, Stack: stack, Partition: partition, Region: cfg.AWS.Region, AccountID: account,
	}
	var names []preflight.Name
	add := func(kind preflight.NameKind, limit components.NameKind, role string, parts ...string) {
		names = append(names, preflight.Name{
			Kind: kind, Role: role, Value: scope.Name(limit, parts...), Limit: limit.Max(),
			Full: strings.Join(append([]string{project, stack}, parts...), "-"),
		})
	}
	buckets := []string{"application", "artifacts", "logs"}
	if cfg.AuditTrail.Enabled {
		buckets = append(buckets, "trail")
		add(preflight.TrailName, components.NameTrail, "trail", "trail")
	}
	for _, role := range buckets {
		add(preflight.BucketName, components.NameBucket, role, role, account, cfg.AWS.Region)
	}
	add(preflight.DatabaseName, components.NameDBIdentifier, "database", "database")
	if cfg.Cache.Enabled {
		add(preflight.CacheName, components.NameCache, "cache", "cache")
	}
	add(preflight.OtherName, components.NameCluster, "cluster", "cluster")
	if cfg.LogSearch.Enabled {
		add(preflight.DomainName, components.NameOpenSearch, "log search", "search")
		add(preflight.FunctionName, components.NameLambda, "log shipper", "LogsToOpenSearch")
		add(preflight.FunctionName, components.NameLambda, "log search setup", "LogsToOpenSearch", "setup")
		add(preflight.OtherName, components.NameQueue, "dead letters", "search", "dead-letters")
	}
	for _, service := range cfg.Services {
		add(preflight.OtherName, components.NameTaskFamily, "tasks of "+service.Name, service.Name)
		if service.Deployment.Controller == config.BlueGreen {
			add(preflight.ApplicationName, components.NameCodeDeploy, service.Name, service.Name)
		}
	}
	for _, job := range cfg.Jobs {
		add(preflight.OtherName, components.NameTaskFamily, "tasks of "+job.Name, job.Name)
		add(preflight.OtherName, components.NameEventRule, "failures of "+job.Name, job.Name, "failed")
		if job.Schedule != "" {
			add(preflight.OtherName, components.NameSchedule, "schedule of "+job.Name, job.Name)
			add(preflight.OtherName, components.NameQueue, "dead letters of "+job.Name, job.Name, "dead-letters")
		}
	}
	for _, unit := range cfg.Units() {
		group := cfg.Logging.ServicePrefix + "/" + unit.Name
		names = append(names, preflight.Name{
			Kind: preflight.LogGroupName, Role: unit.Name, Value: group, Full: group, Limit: components.NameLogGroup.Max(),
		})
	}
	return names
}
