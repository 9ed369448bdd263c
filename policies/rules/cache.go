package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

const (
	cacheClusterType     = "aws:elasticache/cluster:Cluster"
	cacheGroupType       = "aws:elasticache/replicationGroup:ReplicationGroup"
	serverlessCacheType  = "aws:elasticache/serverlessCache:ServerlessCache"
	cacheSubnetGroupType = "aws:elasticache/subnetGroup:SubnetGroup"

	cacheTier = "cache"
	cachePort = 6379
)

func init() {
	tierOwners = append(tierOwners, tierOwner{cacheTier, cacheGroupType, []string{"securityGroupIds"}})
	tierNames = append(tierNames, "cache=*cache*")
	symbols["cache"] = cachePorts
	defaultFlows = append(defaultFlows, "app -> cache tcp cache optional")
}

// caches are the controls of replication groups. Single nodes and serverless caches are not judged.
func caches() []*control.Control {
	const subject = "ElastiCache"
	groups := []string{cacheGroupType}
	present := []string{"aws:elasticache/replicationGroup:"}
	return []*control.Control{
		{
			Name: "cache-encrypted", Subject: subject, IDs: control.ParseIDs("ElastiCache.4+ K29+ K191+"),
			Title:    "Caches are encrypted on disk with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: groups, Present: present,
			Risk: "Snapshots can be read by whoever gets at the storage; it cannot be switched on later",
			Fix:  "set atRestEncryptionEnabled, and kmsKeyId to a key of your own", Here: "pass the data key",
			Judge: func(c in) control.Result {
				encrypted := c.Get("atRestEncryptionEnabled")
				byDefault := c.Get("engine").Is("valkey").And(encrypted.TrueByDefault())
				return control.All(
					control.Want(encrypted.IsTrue().Or(byDefault), "cache %s is not encrypted on disk", c.Name),
					control.Want(ownKey(c, c.Get("kmsKeyId")), "cache %s has no kmsKeyId of our own", c.Name),
				)
			},
		},
		{
			Name: "cache-tls", Subject: subject, IDs: control.ParseIDs("ElastiCache.5+ K30+ N:AEC3~"),
			Beyond:   "cdk-nag asks for encryption on disk in the same rule",
			Title:    "Caches refuse connections without TLS",
			Severity: control.High, Levels: mandatory, Types: groups, Present: present,
			Risk: "What is cached, and who asks for it, crosses the network in the clear",
			Fix:  "set transitEncryptionEnabled, and transitEncryptionMode to required",
			Judge: func(c in) control.Result {
				return control.All(
					control.Want(c.Get("transitEncryptionEnabled").IsTrue(), "cache %s takes connections without TLS alone", c.Name),
					control.Want(c.Get("transitEncryptionMode").IsOrAbsent("required"),
						"cache %s takes connections without TLS, too", c.Name),
				)
			},
		},
		{
			Name: "cache-authentication", Subject: subject, IDs: control.ParseIDs("ElastiCache.6+ K31~ N:AEC6+"),
			Beyond:   "Checkov asks for TLS in the same rule, and takes no group of users for a token",
			Title:    "Caches ask their clients who they are",
			Severity: control.High, Levels: mandatory, Types: groups, Present: present,
			Risk: "Whoever reaches the cache reads and writes all sessions in it",
			Fix:  "set userGroupIds to a group of users with IAM authentication, or authToken to a secret",
			Link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html",
			Judge: func(c in) control.Result {
				token := c.Get("authToken")
				return control.All(
					control.Want(c.Get("userGroupIds").IsSet().Or(token.IsSet()), "cache %s asks nobody who they are", c.Name),
					control.Want(token.IsEmpty().Or(prop.Known(token.Secret())).Or(ifUnknown(token)),
						"the token of cache %s is in plain text", c.Name),
				)
			},
		},
		{
			Name: "cache-multi-az", Subject: subject, IDs: control.ParseIDs("ElastiCache.3+ K2:50+ N:AEC4"),
			Title:    "Caches fail over to another availability zone (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Types: groups, Present: present,
			Risk: "The loss of a node or a zone empties the cache, and the database takes all reads at once",
			Fix:  "set automaticFailoverEnabled and multiAzEnabled, with two nodes or more", Here: "cache.nodes",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("automaticFailoverEnabled").IsTrue().And(c.Get("multiAzEnabled").IsTrue()),
					"cache %s does not fail over to another zone", c.Name)
			},
		},
		{
			Name: "cache-private-subnets", Subject: subject, IDs: control.ParseIDs("ElastiCache.7+ N:AEC1+"),
			Title:    "Caches are in subnets of their own choice, without a route to an internet gateway",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: groups, Present: present,
			Risk: "A single wrong rule of the security group then puts the cache on the internet",
			Fix:  "build the elasticache.SubnetGroup from subnets without a route to an internet gateway",
			Here: "isolatedSubnetIds",
			Judge: func(c in) control.Result {
				group := c.Graph.Follow(c.Resource, []string{cacheSubnetGroupType}, "subnetGroupName")
				return control.All(
					control.Want(prop.Known(group.Set), "cache %s has no subnet group", c.Name),
					control.Want(prop.Known(!group.Set).Or(group.All(func(group *graph.Resource) prop.Truth {
						subnets := c.Graph.Follow(group, []string{subnetType}, "subnetIds")
						return subnets.All(func(subnet *graph.Resource) prop.Truth { return private(c.Graph, subnet) })
					})), "cache %s is in a subnet with a route to an internet gateway", c.Name),
				)
			},
		},
		{
			Name: "cache-backups", Subject: subject, IDs: control.ParseIDs("ElastiCache.1 K134~"),
			Beyond:   "Checkov asks it of single nodes",
			Title:    "Caches keep a snapshot (mandatory in prod)",
			Severity: control.Low, Levels: prodOnly, Types: groups, Present: present,
			Risk: "After the loss of all nodes the cache begins empty, and the database takes all reads at once",
			Fix:  "set snapshotRetentionLimit to 1 or more", Here: "cache.snapshotRetentionDays",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("snapshotRetentionLimit").AtLeast(1), "cache %s keeps no snapshots", c.Name)
			},
		},
		{
			Name: "cache-minor-upgrades", Subject: subject, IDs: control.ParseIDs("ElastiCache.2 K322~"),
			Beyond:   "Checkov asks it of single nodes",
			Title:    "Caches take minor upgrades",
			Severity: control.Medium, Levels: remediate, Types: groups, Present: present,
			Risk: "Known vulnerabilities stay open until somebody remembers",
			Fix:  "leave autoMinorVersionUpgrade on",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("autoMinorVersionUpgrade").TrueByDefault(), "cache %s takes no minor upgrades", c.Name)
			},
			Remedy: func(in) []control.Patch { return set(true, "autoMinorVersionUpgrade") },
		},
	}
}

// cachePorts are those of the caches that have the group.
func cachePorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, cache := range c.Graph.Referrers(group, cacheGroupType, "securityGroupIds") {
		if port := cache.Get("port"); !port.Absent() {
			found.add(port)
		} else {
			found.ports = append(found.ports, portRange{cachePort, cachePort})
		}
	}
	return found
}
