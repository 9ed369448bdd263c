package config

// fewestProdTasks is the number of tasks that survives the loss of one task or zone.
const fewestProdTasks = 2

// fewestProdNodes of the cache, in two zones.
const fewestProdNodes = 2

// fewestProdBackupDays allows finding a mistake after a week.
const fewestProdBackupDays = 7

// validateProd refuses settings that would lose data, availability or confidentiality. Two
// zones and a TLS certificate are required in every environment.
func (v *validation) validateProd(at path) {
	c := v.config
	network, database, balancer := at.key("network"), at.key("database"), at.key("loadBalancer")
	for _, rule := range []struct {
		broken              bool
		at                  path
		found, allowed, fix string
	}{
		{
			len(c.AWS.Endpoints) > 0, at.key("aws").key("endpoints"),
			"endpoints of an emulator", "none in prod", "remove them",
		},
		{
			c.Network.NAT == NATSingle, network.key("nat"),
			`"single"`, "per-az in prod, or none with every endpoint that the workload needs",
			"set per-az: with one gateway the loss of its zone cuts off every zone",
		},
		{
			c.Storage.ForceDestroy, at.key("storage").key("forceDestroy"),
			"true", "false in prod", "set false, so that destroy leaves the objects alone",
		},
		{
			!c.Database.MultiAZ, database.key("multiAz"),
			"false", "true in prod", "set true, so that the loss of a zone does not stop the database",
		},
		{
			!c.Database.DeletionProtection, database.key("deletionProtection"),
			"false", "true in prod", "set true, so that no slip deletes the data",
		},
		{
			c.Database.AllowReplacement, database.key("allowReplacement"),
			"true", "false in prod", "set false, so that no changed name empties the database",
		},
		{
			!c.Database.FinalSnapshot, database.key("finalSnapshot"),
			"false", "true in prod", "set true, so that the data outlive the instance",
		},
		{
			c.Database.BackupRetentionDays < fewestProdBackupDays, database.key("backupRetentionDays"),
			show(c.Database.BackupRetentionDays), "7 to 35 in prod", "set 7 or more",
		},
		{
			!c.Backup.Enabled, at.key("backup").key("enabled"),
			"false", "true in prod", "set true, so that backups outlive the instance and whoever deletes its snapshots",
		},
		{
			c.Backup.ForceDestroy, at.key("backup").key("forceDestroy"),
			"true", "false in prod", "set false, so that destroy leaves the recovery points alone",
		},
		{
			c.Cache.Enabled && c.Cache.Nodes < fewestProdNodes, at.key("cache").key("nodes"),
			show(c.Cache.Nodes), "2 to 6 in prod", "set 2 or more, so that the loss of a zone does not empty the cache",
		},
		{
			c.Cache.Enabled && c.Cache.SnapshotRetentionDays == 0, at.key("cache").key("snapshotRetentionDays"),
			"0", "1 to 35 in prod", "set 1 or more, so that the cache need not begin empty after the loss of all nodes",
		},
		{
			!c.LoadBalancer.DeletionProtection, balancer.key("deletionProtection"),
			"false", "true in prod", "set true, so that no slip takes the public entry point away",
		},
		{
			c.LoadBalancer.DesyncMitigation == DesyncMonitor, balancer.key("desyncMitigation"),
			`"monitor"`, "defensive or strictest in prod", "remove it: monitor lets smuggled requests through to the services",
		},
		{
			len(c.Monitoring.Subscriptions) == 0, at.key("monitoring").key("subscriptions"),
			"nothing", "one subscription or more in prod", "add one, such as protocol: email, endpoint: oncall@example.com",
		},
	} {
		if rule.broken {
			v.add(rule.at, rule.found, rule.allowed, rule.fix)
		}
	}
	for i := range c.Services {
		v.validateProdService(at.key("services").index(i), &c.Services[i])
	}
}

func (v *validation) validateProdService(at path, s *Service) {
	for _, count := range []struct {
		at    path
		tasks int
	}{
		{at.key("desiredCount"), s.DesiredCount},
		{at.key("scaling").key("min"), s.Scaling.Min},
	} {
		v.fewestTasks(count.at, count.tasks)
	}
	for i, schedule := range s.Scaling.Schedules {
		v.fewestTasks(at.key("scaling").key("schedules").index(i).key("min"), schedule.Min)
	}
	if why := mutableTag(s.Image); why != "" {
		v.add(at.key("image"), why, "in prod a digest, or a tag that names one version for good",
			"name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :1.4.2")
	}
	if s.Capacity.SpotWeight > 0 && s.Capacity.FargateBase < fewestProdTasks {
		v.add(at.key("capacity").key("fargateBase"), show(s.Capacity.FargateBase), "2 or more in prod with a spotWeight",
			"set 2 or more: AWS may stop all Spot tasks at once")
	}
}

func (v *validation) fewestTasks(at path, tasks int) {
	if tasks < fewestProdTasks {
		v.add(at, show(tasks), "2 or more in prod", "set 2 or more, so that losing a task or a zone causes no outage")
	}
}
