package rules

import (
	"aws-webapp/policies/containers"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func init() {
	symbols["connect"] = connectPorts
	defaultFlows = append(defaultFlows, "app -> app tcp connect optional")
}

// connectPorts returns the ports at which other services reach those that have a group, by ECS Service Connect: the
// proxy in the task listens at the container's named port, or at one that takes its place. Like [containerPorts] it
// counts the ports of tasks of an earlier version.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
func connectPorts(c in, group *graph.Resource) openPorts {
	found := openPorts{complete: prop.Yes}
	for _, service := range servicesOf(c, group) {
		connect := service.Get("serviceConnectConfiguration")
		if connect.Get("enabled").IsTrue() == prop.No {
			continue
		}
		names, complete := connect.Get("services").List()
		found.complete = found.complete.And(complete)
		for _, name := range names {
			if override := name.Get("ingressPortOverride"); !override.Absent() {
				found.add(override)
				continue
			}
			found.join(namedPorts(c, service.Resource, name.Get("portName")))
		}
	}
	if len(found.ports) > 0 {
		for _, port := range c.EarlierPorts {
			found.ports = append(found.ports, portRange{port, port})
		}
	}
	return found
}

// namedPorts returns the ports of a service's containers that have a name.
func namedPorts(c in, service *graph.Resource, name prop.Value) openPorts {
	found := openPorts{complete: prop.Yes}
	wanted, known := name.Text()
	if !known {
		found.complete = prop.Maybe
	}
	for _, task := range c.Graph.Follow(service, []string{ecsTaskType}, "taskDefinition").To {
		definitions, known := containers.Read(task.Get("containerDefinitions"))
		found.complete = found.complete.And(known)
		for _, k := range definitions {
			mappings, complete := k.Get("portMappings").List()
			found.complete = found.complete.And(complete)
			for _, mapping := range mappings {
				named := mapping.GetFold("name").Is(wanted)
				if named == prop.Yes {
					found.add(mapping.GetFold("containerPort"))
				} else if named != prop.No {
					found.complete = prop.Maybe
				}
			}
		}
	}
	return found
}
