package rules

import (
	"aws-webapp/internal/awsdata/engines"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func database() []*control.Control {
	const subject = "RDS"
	// A cluster has the storage, and its instances are the machines.
	instances, storages := []string{dbInstanceType}, []string{dbInstanceType, dbClusterType}
	machines := []string{dbInstanceType, dbClusterMemberType}
	const docs = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
	return []*control.Control{
		{
			Name: "rds-not-public", Subject: subject, IDs: control.ParseIDs("RDS.2 RDS.1 C2.3.3 K17 K302"),
			Title:    "Databases have no public address, and their snapshots are not shared with everybody",
			Severity: control.Critical, Levels: mandatory, Present: []string{"aws:rds/instance:", "aws:rds/cluster:"},
			Types: []string{dbInstanceType, dbClusterMemberType, dbSnapshotType, dbClusterSnapType, dbSnapshotCopyType},
			Risk:  "Anybody can try to log in to the database",
			Fix:   "leave publiclyAccessible out; reach the database from the VPC, such as through ECS exec or Session Manager",
			Judge: func(c in) control.Result {
				if c.Type != dbInstanceType && c.Type != dbClusterMemberType {
					return control.Want(c.Get("sharedAccounts").Has("all").Not(), "snapshot %s is shared with everybody", c.Name)
				}
				return control.Want(c.Get("publiclyAccessible").IsFalse(), "database %s has a public address", c.Name)
			},
		},
		{
			Name: "rds-private-subnets", Subject: subject, IDs: control.ParseIDs("RDS.46+"),
			Title:    "Databases are in subnets without a route to an internet gateway",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: []string{dbSubnetGroupType, dbInstanceType, dbClusterType},
			Risk:  "A single wrong flag then puts the database on the internet",
			Fix:   "build the rds.SubnetGroup from subnets without a route to an internet gateway",
			Here:  "isolatedSubnetIds",
			Judge: judgeDatabaseSubnets,
		},
		{
			Name: "rds-encrypted", Subject: subject, IDs: control.ParseIDs("RDS.3 RDS.27 C2.3.1 N:RDS2 K16 K96"),
			Title:    "Database storage is encrypted",
			Severity: control.High, Levels: mandatory, Types: storages,
			Risk: "Data and backups can be read by whoever gets at the storage; it cannot be switched on later",
			Fix:  "set storageEncrypted; a database that exists has to be restored from an encrypted snapshot",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("storageEncrypted").IsTrue(), "the storage of database %s is not encrypted", c.Name)
			},
		},
		{
			Name: "rds-customer-key", Subject: subject, IDs: control.ParseIDs("K327+ house"),
			Title:    "Database storage is encrypted with a key of our own",
			Severity: control.Medium, Levels: advisory, Types: storages,
			Risk: "AWS's shared key cannot be revoked, audited or shared with a restore account",
			Fix:  "set kmsKeyId to a key of your own", Here: "pass the data key",
			Link: docs + "Overview.Encryption.Keys.html",
			Judge: func(c in) control.Result {
				return control.Want(ownKey(c, c.Get("kmsKeyId")), "database %s has no kmsKeyId of our own", c.Name)
			},
		},
		{
			Name: "rds-multi-az", Subject: subject, IDs: control.ParseIDs("RDS.5 N:RDS3 K157"),
			Title:    "Databases run in several availability zones (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Types: instances,
			Risk: "The loss of a zone is the loss of the database until somebody restores it",
			Fix:  "set multiAz", Here: "database.multiAz",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("multiAz").IsTrue(), "database %s runs in one availability zone", c.Name)
			},
		},
		{
			Name: "rds-enhanced-monitoring", Subject: subject, IDs: control.ParseIDs("RDS.6 K118"),
			Title:    "Databases have enhanced monitoring",
			Severity: control.Low, Levels: advisory, Types: machines,
			Risk: "The causes of a slow database (processes, memory, disk queue) stay invisible",
			Fix:  "set monitoringInterval to 60 and a monitoringRoleArn",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("monitoringInterval").AtLeast(1), "database %s has no enhanced monitoring", c.Name)
			},
		},
		{
			Name: "rds-deletion-protection", Subject: subject, IDs: control.ParseIDs("RDS.8 RDS.7 N:RDS10 K139 K293"),
			Title:    "Databases are protected from deletion (mandatory in prod)",
			Severity: control.High, Levels: prodOnly, Types: storages,
			Risk: "A refactoring or a typo deletes the data",
			Fix:  "set deletionProtection", Here: "database.deletionProtection",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("deletionProtection").IsTrue(), "database %s can be deleted", c.Name)
			},
		},
		{
			Name: "rds-log-exports", Subject: subject, IDs: control.ParseIDs("RDS.36 RDS.37 RDS.9~ RDS.40~ RDS.42~ K129+ K324+"),
			Beyond:   "RDS.9, RDS.40 and RDS.42 ask for more log types than those that tell of errors and logins",
			Title:    "Databases send their logs to CloudWatch",
			Severity: control.Medium, Levels: mandatory, Types: storages,
			Risk: "The logs are gone with the instance, and nobody sees failed logins",
			Fix:  "list the log types in enabledCloudwatchLogsExports, such as postgresql and upgrade",
			Params: []control.Param{{
				Name: "logs", Kind: control.Texts, Default: []string{},
				Doc: "Log types that have to be exported, in place of the engine's own: postgresql; error for MySQL, MariaDB and " +
					"SQL Server; alert, audit and listener for Oracle; diag.log and notify.log for Db2.",
			}},
			Judge: judgeLogs,
		},
		{
			Name: "rds-iam-authentication", Subject: subject, IDs: control.ParseIDs("RDS.10 RDS.12 N:RDS6 K161 K162"),
			Title:    "Databases accept IAM authentication",
			Severity: control.Low, Levels: advisory, Types: storages,
			Risk: "People share the one password instead of using their own identity",
			Fix:  "set iamDatabaseAuthenticationEnabled",
			Judge: func(c in) control.Result {
				name, _ := c.Get("engine").Text()
				if family, known := engines.FamilyOf(name); known && !family.IAM {
					return control.Skip()
				}
				return control.Want(c.Get("iamDatabaseAuthenticationEnabled").IsTrue(), "database %s takes passwords only", c.Name)
			},
		},
		{
			Name: "rds-backups", Subject: subject, IDs: control.ParseIDs("RDS.11+ RDS.50 N:RDS13+ K133+"),
			Title:    "Databases keep backups for a week or more",
			Severity: control.High, Levels: mandatory, Types: storages,
			Risk: "A mistake that is found after the weekend cannot be undone",
			Fix:  "set backupRetentionPeriod to 7 or more", Here: "database.backupRetentionDays",
			Params: []control.Param{{
				Name: "minimumDays", Kind: control.Number, Default: 7.0, Min: 1, Max: 35, Doc: "Days that backups have to be kept.",
			}},
			Judge: func(c in) control.Result {
				if ofCluster(c, "replicateSourceDb", "replicationSourceIdentifier").IsSet() == prop.Yes {
					// Its source is backed up: "Read replicas are excluded from evaluation", RDS.11 in
					// https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
					return control.Skip()
				}
				days := c.Params.Number("minimumDays")
				return control.Want(c.Get("backupRetentionPeriod").AtLeast(days),
					"database %s keeps backups for less than %v days", c.Name, days)
			},
		},
		{
			Name: "rds-minor-upgrades", Subject: subject, IDs: control.ParseIDs("RDS.13 C2.3.2 K226"),
			Title:    "Databases install minor upgrades automatically",
			Severity: control.Medium, Levels: remediate, Types: machines,
			Risk: "Known vulnerabilities stay open until somebody remembers",
			Fix:  "leave autoMinorVersionUpgrade on",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("autoMinorVersionUpgrade").TrueByDefault(),
					"database %s does not install minor upgrades automatically", c.Name)
			},
			Remedy: func(in) []control.Patch { return set(true, "autoMinorVersionUpgrade") },
		},
		{
			Name: "rds-tags-to-snapshots", Subject: subject, IDs: control.ParseIDs("RDS.17 RDS.16 RDS.47 RDS.48 K2:60 K313"),
			Title:    "Databases copy their tags to snapshots",
			Severity: control.Low, Levels: remediate, Types: storages,
			Risk: "Snapshots without owner are paid for ever, or deleted by mistake",
			Fix:  "set copyTagsToSnapshot",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("copyTagsToSnapshot").IsTrue(), "database %s does not copy its tags to snapshots", c.Name)
			},
			Remedy: func(in) []control.Patch { return set(true, "copyTagsToSnapshot") },
		},
		{
			Name: "rds-admin-user-name", Subject: subject, IDs: control.ParseIDs("RDS.25+ RDS.24+"),
			Title:    "The master user has no default name",
			Severity: control.Medium, Levels: advisory, Types: storages,
			Risk: "An attacker already knows half of the credentials",
			Fix:  "set username to something else than postgres or admin; changing it replaces the database",
			Here: "database.username",
			Judge: func(c in) control.Result {
				return control.Want(ofCluster(c, "username", "masterUsername").Is("admin", "postgres", "root", "master",
					"mysql", "sa").Not(),
					"the master user of database %s has a default name", c.Name)
			},
		},
		{
			Name: "rds-performance-insights", Subject: subject, IDs: control.ParseIDs("K353+ K354"),
			Title:    "Databases have Performance Insights, encrypted with a key of our own",
			Severity: control.Low, Levels: advisory, Types: machines,
			Risk: "Slow queries cannot be found; with AWS's key, query texts cannot be locked away",
			Fix:  "set performanceInsightsEnabled, and performanceInsightsKmsKeyId to a key of your own",
			Here: "pass the data key",
			Link: docs + "USER_PerfInsights.html",
			Judge: func(c in) control.Result {
				return control.All(
					control.Want(c.Get("performanceInsightsEnabled").IsTrue(), "database %s has no Performance Insights", c.Name),
					control.Want(ownKey(c, c.Get("performanceInsightsKmsKeyId")),
						"database %s has no performanceInsightsKmsKeyId of our own", c.Name),
				)
			},
		},
		{
			Name: "rds-force-ssl", Subject: subject, IDs: control.ParseIDs("RDS.38 RDS.39 RDS.41 RDS.44 K2:69+"),
			Title:    "Databases refuse connections without TLS",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: storages,
			Risk: "Passwords and data cross the network in the clear",
			Fix: "in the parameter group that the database uses, set rds.force_ssl = 1 (PostgreSQL, SQL Server), " +
				"require_secure_transport = 1 (MySQL, MariaDB) or DB2COMM = SSL; for Oracle, the option NATIVE_NETWORK_ENCRYPTION",
			Link: docs + "UsingWithRDS.SSL.html",
			Judge: judgeParameters("does not force TLS", func(f engines.Family) map[string][]string { return f.TLS },
				engines.TLSByDefault, judgeOracle),
		},
		{
			Name: "rds-statement-logging", Subject: subject, IDs: control.ParseIDs("K2:27~ K2:30"),
			Beyond:   "Checkov asks it of Aurora PostgreSQL with a parameter group of its own",
			Title:    "Databases log slow statements and changes of the schema, as far as their engine can",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Types: storages,
			Risk: "Nobody can tell which statement was slow, or who dropped the table",
			Fix: "in the parameter group, set log_statement to ddl (or mod, all) and log_min_duration_statement (PostgreSQL), " +
				"or slow_query_log = 1 (MySQL, MariaDB)",
			Link: docs + "USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html",
			Judge: judgeParameters("does not log statements", func(f engines.Family) map[string][]string { return f.Statements },
				never, func(in) control.Result { return control.Skip() }),
		},
		{
			Name: "rds-no-plaintext-password", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "No database password is in the program",
			Severity: control.Critical, Levels: mandatory, Types: storages,
			Risk:  "A password in code, configuration or state is readable by everybody who can read those",
			Fix:   "set manageMasterUserPassword, which lets RDS keep the password in Secrets Manager, and leave password out",
			Link:  docs + "rds-secrets-manager.html",
			Judge: judgePassword,
		},
		certificateAuthority(),
	}
}

// judgeDatabaseSubnets judges subnet groups, and databases without one, which AWS puts into
// the default VPC's public subnets.
func judgeDatabaseSubnets(c in) control.Result {
	if c.Type != dbSubnetGroupType {
		group := c.Graph.Follow(c.Resource, []string{dbSubnetGroupType}, "dbSubnetGroupName")
		return control.All(
			control.Want(prop.Known(group.Set).Or(inheritsFromSource(c)), "database %s has no subnet group", c.Name),
			// A group of this stack is judged by itself.
			control.Want(prop.Known(!group.Set).Or(group.All(anything)),
				"database %s is in a subnet with a route to an internet gateway", c.Name),
		)
	}
	subnets := c.Graph.Follow(c.Resource, []string{subnetType}, "subnetIds")
	private := subnets.All(func(subnet *graph.Resource) prop.Truth { return private(c.Graph, subnet) })
	return control.Want(private, "subnet group %s has a subnet with a route to an internet gateway", c.Name)
}

// private answers whether no route of a subnet leads to an internet gateway.
func private(g *graph.Graph, subnet *graph.Resource) prop.Truth {
	hops, associated := routesOf(g, subnet)
	answer := associated
	if associated == prop.No {
		// It inherits the routes of the VPC's main table, which no stack declares.
		answer = prop.Outside
	}
	for _, h := range hops {
		answer = answer.And(h.throughGateway(g).Not())
	}
	return answer
}

// hasParameter answers whether a group sets a parameter to one of the values, or to anything if
// there are none.
func hasParameter(group *graph.Resource, name string, values []string) prop.Truth {
	fits := func(entry prop.Value) prop.Truth {
		if len(values) > 0 {
			return entry.Get("value").Is(values...)
		}
		return entry.Get("value").IsSet()
	}
	parameters := group.Get("parameters")
	otherwise := some(parameters,
		func(entry prop.Value) prop.Truth { return entry.Get("name").Is(name).And(fits(entry).Not()) })
	return some(parameters,
		func(entry prop.Value) prop.Truth { return entry.Get("name").Is(name).And(fits(entry)) }).And(otherwise.Not())
}

// judgePassword accepts a password that RDS manages, none at all (replicas and restores),
// or one that is marked secret and thus at least comes from somewhere else.
func judgePassword(c in) control.Result {
	password := ofCluster(c, "password", "masterPassword")
	if password.IsSet() == prop.No {
		managed := c.Get("manageMasterUserPassword").IsTrue()
		return control.Want(managed.Or(inheritsFromSource(c)), "database %s has no managed password", c.Name)
	}
	return control.Want(prop.Known(password.Secret()).Or(ifUnknown(password)),
		"the password of database %s is in plain text", c.Name)
}

// inheritsFromSource answers whether a database is created from another one, from which it gets
// its password and its network.
func inheritsFromSource(c in) prop.Truth {
	return ofCluster(c, "replicateSourceDb", "replicationSourceIdentifier").IsSet().
		Or(c.Get("snapshotIdentifier").IsSet()).Or(c.Get("restoreToPointInTime").IsSet())
}

// ofCluster returns a property that has different names in instances and clusters.
func ofCluster(c in, instance, cluster string) prop.Value {
	if c.Type == dbClusterType {
		return c.Get(cluster)
	}
	return c.Get(instance)
}
