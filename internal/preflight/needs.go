package preflight

import "aws-webapp/internal/config"

// needs is what a stack file asks of an account's quotas.
type needs struct {
	gateways           int // NAT gateways, each with an address
	interfaceEndpoints int
	securityGroupRules int // inbound, of the group that has most
	balancerRules      int
	targetGroups       int
	fargate, spot      float64 // vCPU, at the height of a deployment with all tasks that scaling allows
}

// cpuUnits of a vCPU.
const cpuUnits = 1024

func needsOf(c *config.Config) needs {
	n := needs{interfaceEndpoints: len(c.Network.InterfaceEndpoints)}
	switch c.Network.NAT {
	case config.NATNone:
	case config.NATSingle:
		n.gateways = 1
	case config.NATPerAZ:
		n.gateways = c.Network.Zones()
	}
	// Clients come in on 80 and 443, tests of a new version on a port of their own.
	n.securityGroupRules = 2 * len(c.LoadBalancer.IngressCIDRs)
	blueGreen, database := false, 0
	for i := range c.Services {
		service := &c.Services[i]
		groups := 1
		if service.Deployment.Controller == config.BlueGreen {
			blueGreen, groups = true, 2
		}
		n.targetGroups += groups
		n.balancerRules += groups
		if service.DatabaseAccess {
			database++
		}
		fargate, spot := tasksOf(service)
		vcpu := float64(service.CPU) / cpuUnits
		n.fargate += float64(fargate) * vcpu
		n.spot += float64(spot) * vcpu
	}
	if blueGreen {
		n.securityGroupRules += len(c.LoadBalancer.TestIngressCIDRs)
	}
	n.securityGroupRules = max(n.securityGroupRules, database)
	return n
}

// tasksOf is how many tasks of a service run at most, on Fargate and on Fargate Spot: all
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
