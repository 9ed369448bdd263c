package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// member is the part of a container definition that concerns the other containers of the task.
type member struct {
	Name         string
	Essential    *bool
	CPU, Memory  int
	PortMappings []struct{ ContainerPort int }
	HealthCheck  *struct{ Command []string }
	DependsOn    []struct{ ContainerName, Condition string }
}

func (m member) essential() bool { return m.Essential == nil || *m.Essential }

func membersOf(definition resource.PropertyMap) []member {
	var members []member
	if json.Unmarshal([]byte(prop.Text(definition, "containerDefinitions")), &members) != nil {
		return nil // containersComplete says so
	}
	return members
}

// containersTogether: names, ports and shares of the containers of a task, and the order in which they start.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
func containersTogether(inputs resource.PropertyMap) (string, string) {
	const property, leastMemory = "containerDefinitions", 6
	members := membersOf(inputs)
	names, ports := map[string]bool{}, map[int]string{}
	cpu, memory := 0, 0
	for _, m := range members {
		if names[m.Name] {
			return property, fmt.Sprintf("container name %s is used twice", m.Name)
		}
		names[m.Name] = true
		for _, mapping := range m.PortMappings {
			// All containers of a task with a network interface of its own share it.
			if other, taken := ports[mapping.ContainerPort]; taken {
				return property, fmt.Sprintf("containers %s and %s have port %d", other, m.Name, mapping.ContainerPort)
			}
			ports[mapping.ContainerPort] = m.Name
		}
		if m.Memory != 0 && m.Memory < leastMemory {
			return property, fmt.Sprintf("container %s: memory %d is below 6 MiB", m.Name, m.Memory)
		}
		cpu, memory = cpu+m.CPU, memory+m.Memory
	}
	for _, share := range []struct {
		of    string
		taken int
	}{{"cpu", cpu}, {"memory", memory}} {
		if most, err := strconv.Atoi(prop.Text(inputs, share.of)); err == nil && share.taken > most {
			return property, fmt.Sprintf("the containers have more %s together, %d, than the task, %d", share.of, share.taken,
				most)
		}
	}
	if why := orderRefused(members); why != "" {
		return property, why
	}
	return "", ""
}

func orderRefused(members []member) string {
	waits := map[string][]string{}
	for _, m := range members {
		for _, after := range m.DependsOn {
			i := slices.IndexFunc(members, func(other member) bool { return other.Name == after.ContainerName })
			switch {
			case i < 0:
				return fmt.Sprintf("container %s depends on %s, which is not in the task definition", m.Name, after.ContainerName)
			case !slices.Contains([]string{"START", "HEALTHY", "COMPLETE", "SUCCESS"}, after.Condition):
				return fmt.Sprintf("container %s: there is no condition %q", m.Name, after.Condition)
			case after.Condition == "HEALTHY" && members[i].HealthCheck == nil:
				return fmt.Sprintf("container %s depends on %s being HEALTHY, which has no health check", m.Name,
					after.ContainerName)
			case (after.Condition == "COMPLETE" || after.Condition == "SUCCESS") && members[i].essential():
				return fmt.Sprintf("container %s: %s is essential and cannot be waited for by %s", m.Name, after.ContainerName,
					after.Condition)
			}
			waits[m.Name] = append(waits[m.Name], after.ContainerName)
		}
	}
	// A container that still waits when nothing more can start is in a circle, or behind one.
	for started := true; started; {
		started = false
		for _, m := range members {
			waiting := func(name string) bool { return waits[name] != nil }
			if waiting(m.Name) && !slices.ContainsFunc(waits[m.Name], waiting) {
				delete(waits, m.Name)
				started = true
			}
		}
	}
	if len(waits) > 0 {
		return "the containers depend on each other in a circle"
	}
	return ""
}

// taskOfService returns the task definition that a service names, by its ARN or its family.
func (c *Call) taskOfService() (Object, bool) {
	for _, property := range []string{"arn", "family"} {
		if task, ours := c.Find(resourcetypes.TaskDefinition, property, c.Text("taskDefinition")); ours {
			return task, true
		}
	}
	return Object{}, false
}

// listenerDefined: the load balancer's container and port have to be in the task definition. The messages are those
// that users report: https://github.com/aws/amazon-ecs-agent/issues/1276,
// https://github.com/pulumi/pulumi-aws/issues/3095
func listenerDefined(c *Call) error {
	task, ours := c.taskOfService()
	if !ours {
		return nil
	}
	members := membersOf(task.Props)
	ports := prop.Values(c.Inputs, "loadBalancers[].containerPort")
	for i, name := range prop.Texts(c.Inputs, "loadBalancers[].containerName") {
		port := prop.Reveal(ports[i]).NumberValue()
		n := slices.IndexFunc(members, func(m member) bool { return m.Name == name })
		if n < 0 {
			return Errorf("InvalidParameterException", "The container %s does not exist in the task definition.", name)
		}
		if !slices.ContainsFunc(members[n].PortMappings, func(p struct{ ContainerPort int }) bool {
			return p.ContainerPort == int(port)
		}) {
			return Errorf("InvalidParameterException", "The container %s did not have a container port %d defined.", name,
				int(port))
		}
	}
	return nil
}
