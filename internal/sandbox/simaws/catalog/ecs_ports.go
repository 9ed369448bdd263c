package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// unprivilegedPorts is the kernel's setting of the first port that every user may listen on.
const unprivilegedPorts = "net.ipv4.ip_unprivileged_port_start"

// systemControls are those that ECS accepts:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
var systemControls = regexp.MustCompile(`^(net\.|fs\.mqueue\.|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|` +
	`shm_rmid_forced)$)`)

// containerSystem is the part of a container definition that says how the container is run.
type containerSystem struct {
	Name, User     string
	StopTimeout    int
	PortMappings   []portMapping
	SystemControls []struct{ Namespace, Value string }
	MountPoints    []struct{ SourceVolume, ContainerPath string }
	HealthCheck    *struct {
		Command                                 []string
		Interval, Timeout, Retries, StartPeriod int
	}
}

type portMapping struct {
	Name, AppProtocol string
	ContainerPort     int
}

func containerSystems(definition resource.PropertyMap) []containerSystem {
	var containers []containerSystem
	if json.Unmarshal([]byte(prop.Text(definition, "containerDefinitions")), &containers) != nil {
		return nil // containersComplete says so
	}
	return containers
}

// containersRun: settings of the task and its containers that ECS refuses when the definition is registered. The limits
// are those of its API reference: ContainerDefinition, HealthCheck, EphemeralStorage, MountPoint.
func containersRun(inputs resource.PropertyMap) (string, string) {
	const property, longestStop = "containerDefinitions", 120
	if size, set := prop.Number(inputs, "ephemeralStorage.sizeInGib"); set && (size < 21 || size > 200) {
		return "ephemeralStorage", fmt.Sprintf("%v GiB: Fargate offers 21 to 200", size)
	}
	volumes := prop.Texts(inputs, "volumes[].name")
	for _, c := range containerSystems(inputs) {
		if c.StopTimeout > longestStop {
			return property, fmt.Sprintf("container %s: stopTimeout %d is above 120, the most on Fargate", c.Name, c.StopTimeout)
		}
		for _, control := range c.SystemControls {
			if !systemControls.MatchString(control.Namespace) {
				return property, fmt.Sprintf("container %s: ECS has no system control %q", c.Name, control.Namespace)
			}
		}
		var mounted []string
		for _, mount := range c.MountPoints {
			if !slices.Contains(volumes, mount.SourceVolume) {
				return property, fmt.Sprintf("container %s: Unknown volume '%s'.", c.Name, mount.SourceVolume)
			}
			if slices.Contains(mounted, mount.ContainerPath) {
				return property, fmt.Sprintf("container %s: %s is mounted twice", c.Name, mount.ContainerPath)
			}
			mounted = append(mounted, mount.ContainerPath)
		}
		if why := c.checkRefused(); why != "" {
			return property, "container " + c.Name + ": " + why
		}
	}
	return "", ""
}

// checkRefused says what ECS refuses about the container's health check.
func (c containerSystem) checkRefused() string {
	check := c.HealthCheck
	if check == nil {
		return ""
	}
	if len(check.Command) < 2 || !slices.Contains([]string{"CMD", "CMD-SHELL"}, check.Command[0]) {
		return "a health check's command begins with CMD or CMD-SHELL"
	}
	for _, limit := range []struct {
		name               string
		found, least, most int
	}{
		{"interval", check.Interval, 5, 300},
		{"timeout", check.Timeout, 2, 60},
		{"retries", check.Retries, 1, 10},
		{"startPeriod", check.StartPeriod, 0, 300},
	} {
		if limit.found != 0 && (limit.found < limit.least || limit.found > limit.most) {
			return fmt.Sprintf("%s %d of the health check is not from %d to %d",
				limit.name, limit.found, limit.least, limit.most)
		}
	}
	return ""
}

// portsBindable: a process of another user than root cannot listen on a port below the kernel's limit of 1024, unless
// the task lowers it. Its tasks end, and the service never becomes stable. aws/containers-roadmap#1721.
func portsBindable(c *Call) error {
	task, _ := c.taskOfService()
	containers, lowest := containerSystems(task.Props), 1024
	for _, container := range containers {
		for _, control := range container.SystemControls {
			if value, err := strconv.Atoi(control.Value); err == nil && control.Namespace == unprivilegedPorts {
				lowest = value
			}
		}
	}
	for _, container := range containers {
		user, _, _ := strings.Cut(container.User, ":")
		for _, mapping := range container.PortMappings {
			if user != "" && user != "0" && user != "root" && mapping.ContainerPort < lowest {
				return fmt.Errorf("service %s did not become stable: its tasks end (container %s: bind() to 0.0.0.0:%d failed "+
					"(13: Permission denied))", c.Text("name"), container.Name, mapping.ContainerPort)
			}
		}
	}
	return nil
}
