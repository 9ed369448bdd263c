package preflight

import (
	"aws-webapp/internal/awsdata/prefixlists"
	"aws-webapp/internal/config"
)

// needs holds what a stack takes of an account's quotas.
type needs struct {
	gateways           int // NAT gateways, each with an address
	interfaceEndpoints int
	securityGroups     int
	securityGroupRules int // of the group that has most, in the direction in which it has most
	balancerRules      int
	targetGroups       int
	tasks              int     // behind the load balancer, as fargate and spot
	roles              int     // with service-linked ones
	logPolicies        int     // resource policies of CloudWatch Logs
	fargate, spot      float64 // vCPU, at the height of a deployment with all tasks that scaling allows
}

// cpuUnits of a vCPU.
const cpuUnits = 1024

func needsOf(c *config.Config) needs { return needsWith(c, prefixlists.LeastWeight) }

// needsWith is the same where it is known for how many rules a prefix list counts.
func needsWith(c *config.Config, weigh func(list string) int) needs {
	n := needs{interfaceEndpoints: len(c.Network.InterfaceEndpoints)}
	switch c.Network.NAT {
	case config.NATNone:
	case config.NATSingle:
		n.gateways = 1
	case config.NATPerAZ:
		n.gateways = c.Network.Zones()
	}
	// Clients use ports 80 and 443, tests of a new version another one.
	n.securityGroupRules = 2 * len(c.LoadBalancer.IngressCIDRs)
	for _, list := range c.LoadBalancer.IngressPrefixLists {
		n.securityGroupRules += weigh(list)
	}
	n.countFeatures(c)
	if c.ProbeFrom() == config.ProbeInside {
		n.securityGroups++
		n.admit(c)
	}
	if c.CallersByNAT() {
		n.securityGroups++
	}
	blueGreen, database, endpoints, readers, calls := false, 0, 0, 0, map[string]int{}
	for i := range c.Services {
		service := &c.Services[i]
		groups := 1
		out, _ := service.AllEgress()
		ways := waysOut(config.UnitOf(service), out, weigh)
		n.securityGroups++
		n.roles += 2
		if service.Deployment.Controller == config.BlueGreen {
			blueGreen, groups = true, 2
			n.roles++
		}
		if service.HasEndpoint() {
			endpoints++
			n.targetGroups += groups
			// The second rule is on the test listener, or stands by while the first one is changed.
			n.balancerRules += 2
		}
		if service.DatabaseAccess {
			database++
		}
		for _, called := range c.Internals(service) {
			calls[called.Name] += len(called.Ports())
			ways += len(called.Ports())
		}
		n.securityGroupRules = max(n.securityGroupRules, ways)
		fargate, spot := tasksOf(service)
		if service.HasEndpoint() {
			n.tasks += fargate + spot
		}
		vcpu := float64(service.CPU) / cpuUnits
		n.fargate += float64(fargate) * vcpu
		n.spot += float64(spot) * vcpu
	}
	for i := range c.Jobs {
		job := &c.Jobs[i]
		n.securityGroups++
		n.roles += 2
		if job.Schedule != "" {
			n.roles++ // Scheduler's
		}
		if job.DatabaseAccess {
			readers++
		}
		n.securityGroupRules = max(n.securityGroupRules, waysOut(config.UnitOfJob(job), job.Egress, weigh))
		n.fargate += float64(job.CPU) / cpuUnits
	}
	if blueGreen {
		n.securityGroupRules += len(c.LoadBalancer.TestIngressCIDRs)
	}
	if c.TriesVersions() {
		n.admit(c)
	}
	if database > 0 {
		n.roles++ // of the function that deploys after a rotation
	}
	// The load balancer's group has a rule towards each service with an endpoint, the database's one from each that uses
	// it.
	n.securityGroupRules = max(n.securityGroupRules, endpoints, database+readers)
	for _, rules := range calls { // an internal service's group has one from each that calls it
		n.securityGroupRules = max(n.securityGroupRules, rules)
	}
	mounts := map[string]int{}
	for _, unit := range c.Units() {
		for files := range unit.FileUses() {
			mounts[files]++
		}
	}
	for _, rules := range mounts { // a file system's group has one from each that mounts it
		n.securityGroupRules = max(n.securityGroupRules, rules)
	}
	return n
}

// waysOut counts the rules on the ways out of a service's group or a job's: HTTPS, the database, file systems, and what
// it asks for.
func waysOut(unit config.Unit, asked []config.Egress, weigh func(list string) int) int {
	ways := 1 + len(unit.FileUses())
	if unit.DatabaseAccess {
		ways++
	}
	for _, way := range asked {
		ways += max(1, weigh(way.To))
	}
	return ways
}

// admit counts the rules that let a function of the VPC in: by its group, or by the gateways that it comes from. Those
// have a group of their own where they are let in for the probe, in which two functions never need many.
func (n *needs) admit(c *config.Config) {
	switch {
	case c.LoadBalancer.Scheme == config.SchemeInternal:
		n.securityGroupRules++
	case !c.CallersByNAT():
		n.securityGroupRules += n.gateways
	}
}

// countFeatures adds the needs that do not depend on the services.
func (n *needs) countFeatures(c *config.Config) {
	n.securityGroups, n.roles = 2, 2 // load balancer and database; flow logs and the database's monitoring
	n.securityGroups += len(c.FileSystems)
	for _, feature := range []struct {
		on                         bool
		groups, roles, logPolicies int
	}{
		{on: c.Backup.Enabled, roles: 1},
		{on: len(c.Network.InterfaceEndpoints) > 0, groups: 1},
		{on: c.LogSearch.Enabled && c.LogSearch.ServiceLinkedRole, roles: 1},
		{on: c.LoadBalancer.WAF.Enabled, logPolicies: 1},
		{on: c.AuditTrail.Enabled, roles: 1},
		{on: c.Monitoring.Probe, roles: 1},
		{on: c.TriesVersions(), groups: 1, roles: 1},
		{on: c.AccountBaseline.ConfigRecorder && c.AccountBaseline.ConfigServiceLinkedRole, roles: 1},
	} {
		if feature.on {
			n.securityGroups += feature.groups
			n.roles += feature.roles
			n.logPolicies += feature.logPolicies
		}
	}
	for _, part := range parts {
		if part.on(c) {
			n.securityGroups += part.needs.securityGroups
			n.roles += part.needs.roles
			n.logPolicies += part.needs.logPolicies
		}
	}
}

// tasksOf returns the largest number of a service's tasks on Fargate and on Fargate Spot: all
// that scaling allows, during a deployment.
func tasksOf(service *config.Service) (fargate, spot int) {
	tasks := service.Scaling.Max * service.Deployment.MaximumPercent / 100
	if service.Deployment.Controller == config.BlueGreen {
		tasks = 2 * service.Scaling.Max
	}
	capacity := service.Capacity
	fargate = min(tasks, capacity.FargateBase)
	rest := tasks - fargate
	weights := capacity.FargateWeight + capacity.SpotWeight
	if weights == 0 {
		return tasks, 0
	}
	// ECS may round either way.
	spot = (rest*capacity.SpotWeight + weights - 1) / weights
	fargate += (rest*capacity.FargateWeight + weights - 1) / weights
	return fargate, spot
}
