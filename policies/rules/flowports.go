package rules

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/engines"
	"aws-webapp/policies/containers"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// symbols finds, in the judged stack, the ports on which the resources behind a security group
// can be reached.
var symbols = map[string]func(in, *graph.Resource) openPorts{
	"listener": listenerPorts, "test": testPorts, "container": containerPorts, "database": databasePorts,
}

// openPorts are ports on which something listens.
type openPorts struct {
	ports []portRange
	// complete is maybe if some of them are not known.
	complete prop.Truth
}

func (o *openPorts) add(port prop.Value) {
	switch n, ok := port.Int(); {
	case ok:
		o.ports = append(o.ports, portRange{n, n})
	case !port.Absent():
		o.complete = prop.Maybe
	}
}

func (o *openPorts) join(more openPorts) {
	o.ports, o.complete = append(o.ports, more.ports...), o.complete.And(more.complete)
}

// listenerPorts returns the ports of the listeners of the load balancers that have the group.
func listenerPorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, balancer := range c.Graph.Referrers(group, loadBalancerType, "securityGroups") {
		for _, listener := range c.Graph.Referrers(balancer.Resource, listenerType, "loadBalancerArn") {
			found.add(listener.Get("port"))
		}
	}
	return found
}

// testPorts returns the ports of the listeners, of the group's load balancers, on which deployments test
// new versions.
func testPorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, listener := range testListeners(c, group) {
		found.join(listener)
	}
	return found
}

// testListeners returns the listeners behind [testPorts], one by one: before they exist they cannot be
// distinguished from those for clients.
func testListeners(c in, group *graph.Resource) []openPorts {
	var found []openPorts
	for _, balancer := range c.Graph.Referrers(group, loadBalancerType, "securityGroups") {
		for _, listener := range c.Graph.Referrers(balancer.Resource, listenerType, "loadBalancerArn") {
			deployments := c.Graph.Referrers(listener.Resource, deploymentGroupType,
				"loadBalancerInfo", "targetGroupPairInfo", "testTrafficRoute", "listenerArns")
			if answer := exists(deployments, anything); answer != prop.No {
				port := openPorts{complete: answer}
				port.add(listener.Get("port"))
				found = append(found, port)
			}
		}
	}
	return found
}

// allTestListeners returns those of all groups, each port once.
func allTestListeners(c in) []openPorts {
	var found []openPorts
	for _, group := range c.Graph.OfType(sgType) {
		for _, listener := range testListeners(c, group) {
			if !slices.ContainsFunc(found, func(o openPorts) bool {
				return o.complete == listener.complete && slices.Equal(o.ports, listener.ports)
			}) {
				found = append(found, listener)
			}
		}
	}
	return found
}

// containerPorts returns the ports on which load balancers may reach the services that have the
// group: the current ones, and those of tasks of an earlier version. If the stack has no such
// service, the targets are machines, and their target groups have the ports.
func containerPorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, served := range servedPorts(c, group) {
		found.join(served)
	}
	if len(found.ports) > 0 {
		for _, port := range c.EarlierPorts {
			found.ports = append(found.ports, portRange{port, port})
		}
	}
	if len(servicesOf(c, group)) == 0 {
		for _, targets := range c.Graph.OfType(targetGroupType) {
			found.add(targets.Get("port"))
		}
	}
	return found
}

// servicesOf returns the ECS services that have a group.
func servicesOf(c in, group *graph.Resource) []graph.Referrer {
	return c.Graph.Referrers(group, ecsServiceType, "networkConfiguration", "securityGroups")
}

// servedPorts returns the ports on which load balancers reach the services that have a group.
// Each element is one target that has to be reached on one of its ports.
func servedPorts(c in, group *graph.Resource) []openPorts {
	var found []openPorts
	for _, service := range servicesOf(c, group) {
		balancers, complete := service.Get("loadBalancers").List()
		if complete != prop.Yes {
			found = append(found, openPorts{complete: prop.Maybe})
		}
		for _, balancer := range balancers {
			requests := openPorts{complete: prop.Yes}
			requests.add(balancer.Get("containerPort"))
			// CodeDeploy moves a service to the port of its newest task definition; the service itself
			// has the port with which it was created.
			if service.Get("deploymentController").Get("type").Is("CODE_DEPLOY", "EXTERNAL") != prop.No {
				requests.join(taskPorts(c, service.Resource, balancer.Get("containerName")))
			}
			found = append(found, requests)
			found = append(found, checkPorts(c, service.Resource, balancer.Get("targetGroupArn"))...)
		}
	}
	return found
}

// checkPorts returns the ports on which a service's target group checks the health of its
// targets, if they differ from that of the requests.
func checkPorts(c in, service *graph.Resource, targetGroup prop.Value) []openPorts {
	var found []openPorts
	for _, targets := range c.Graph.FollowValue(service, []string{targetGroupType}, "loadBalancers", targetGroup).To {
		if port := targets.Get("healthCheck").Get("port"); port.IsOrAbsent("traffic-port") != prop.Yes {
			checks := openPorts{complete: prop.Yes}
			checks.add(port)
			found = append(found, checks)
		}
	}
	return found
}

// taskPorts returns the ports of a container in a service's task definition.
func taskPorts(c in, service *graph.Resource, name prop.Value) openPorts {
	found := openPorts{complete: prop.Yes}
	wanted, _ := name.Text()
	for _, task := range c.Graph.Follow(service, []string{ecsTaskType}, "taskDefinition").To {
		definitions, known := containers.Read(task.Get("containerDefinitions"))
		if known != prop.Yes {
			found.complete = prop.Maybe
		}
		for _, container := range definitions {
			if !container.Named(wanted) {
				continue
			}
			ports, complete := container.Ports()
			found.complete = found.complete.And(complete)
			for _, port := range ports {
				found.add(port)
			}
		}
	}
	return found
}

// databases lists the types that have a port, with the property that names their groups.
var databases = []string{dbInstanceType, dbClusterType}

// databasePorts returns the ports of the databases that have the group.
func databasePorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, typeToken := range databases {
		for _, database := range c.Graph.Referrers(group, typeToken, "vpcSecurityGroupIds") {
			port := database.Get("port")
			engine, _ := database.Get("engine").Text()
			family, known := engines.FamilyOf(engine)
			switch {
			case !port.Absent():
				found.add(port)
			case known:
				found.ports = append(found.ports, portRange{family.Port, family.Port})
			default:
				found.complete = prop.Maybe
			}
		}
	}
	return found
}

// usedDatabases returns the security groups of the databases to which the tasks of a group's
// services refer.
func usedDatabases(c in, group *graph.Resource) []*graph.Resource {
	var found []*graph.Resource
	for _, service := range servicesOf(c, group) {
		for _, task := range c.Graph.Follow(service.Resource, []string{ecsTaskType}, "taskDefinition").To {
			behind := c.Graph.FollowValue(task, databases, "containerDefinitions", prop.Unknown("containerDefinitions"))
			for _, database := range behind.To {
				found = append(found, c.Graph.Follow(database, []string{sgType}, "vpcSecurityGroupIds").To...)
			}
		}
	}
	slices.SortFunc(found, func(a, b *graph.Resource) int { return strings.Compare(a.URN, b.URN) })
	return slices.Compact(found)
}

// needsIn returns the targets for which a required flow to a group needs rules, each on one of its
// ports. For a database, the rules of its users are checked instead.
func (f flow) needsIn(c in, to *graph.Resource) []openPorts {
	var found []openPorts
	if len(f.ports) > 0 && f.listens(c, to) {
		found = append(found, openPorts{ports: f.ports, complete: prop.Yes})
	}
	for _, symbol := range f.symbols {
		switch symbol {
		case "container":
			found = append(found, servedPorts(c, to)...)
		case "listener":
			if told := listenerPorts(c, to); len(told.ports) > 0 {
				found = append(found, told)
			}
		}
	}
	return found
}

// needOut is a target that a group must be able to reach: the group there, or nil for any of its
// tier, and the ports, of which one is enough.
type needOut struct {
	to *graph.Resource
	openPorts
}

// needsOut returns the targets for which a required flow from a group needs rules. For a load
// balancer, the rules of its services, which name it, are checked instead.
func (f flow) needsOut(c in, from *graph.Resource) []needOut {
	var found []needOut
	if len(f.ports) > 0 {
		found = append(found, needOut{openPorts: openPorts{ports: f.ports, complete: prop.Yes}})
	}
	if slices.Contains(f.symbols, "test") {
		listeners := graph.Memo(c.Graph, "listeners for tests", func() []openPorts { return allTestListeners(c) })
		for _, listener := range listeners {
			found = append(found, needOut{openPorts: listener})
		}
	}
	if slices.Contains(f.symbols, "database") {
		for _, to := range usedDatabases(c, from) {
			found = append(found, needOut{to, databasePorts(c, to)})
		}
	}
	return found
}

// listens reports whether a flow's ports are among those of the group's load balancers, if
// there are any: one that only accepts HTTPS needs no rule for HTTP.
func (f flow) listens(c in, to *graph.Resource) bool {
	listeners := listenerPorts(c, to)
	if len(listeners.ports) == 0 || listeners.complete != prop.Yes {
		return true
	}
	return slices.ContainsFunc(listeners.ports, func(port portRange) bool {
		return slices.ContainsFunc(f.ports, func(r portRange) bool { return r.has(port.first) })
	})
}
