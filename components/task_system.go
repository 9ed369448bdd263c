package components

import (
	"strconv"
	"strings"
)

// containerCheck is a command that ECS runs in the container, times in seconds.
type containerCheck struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Timeout     int      `json:"timeout"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
}

type systemControl struct {
	Namespace string `json:"namespace"`
	Value     string `json:"value"`
}

// lowestFreePort is the first port that Linux lets every user listen on, unless told otherwise: ip-sysctl,
// ip_unprivileged_port_start.
const lowestFreePort = 1024

func (c ServiceContainerCheck) definition() *containerCheck {
	if len(c.Command) == 0 {
		return nil
	}
	return &containerCheck{
		Command:  append([]string{"CMD"}, c.Command...),
		Interval: c.IntervalSeconds, Timeout: c.TimeoutSeconds, Retries: c.Retries, StartPeriod: c.StartSeconds,
	}
}

// portMappings of a container: the task's port, if it is the container that listens on it. Service Connect knows the
// port by its name, and fixes its appProtocol when the name is first used.
func (t *Task) portMappings(container string) []portMapping {
	port := t.args.Container.Port
	if port == 0 || container != t.listener() {
		return []portMapping{}
	}
	mapping := portMapping{ContainerPort: port, HostPort: port, Protocol: "tcp"}
	if protocol := t.args.Container.AppProtocol; protocol != "" {
		mapping.Name, mapping.AppProtocol = t.Name, protocol
	}
	return []portMapping{mapping}
}

// openLowPorts lets the user of the container that listens do so below 1024. The setting is about the task's network
// alone. Fargate has it from platform version 1.4.0 on, and it applies to all containers of a task. Of different values
// that of the last container to start holds, so that all containers have the same:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
func (t *Task) openLowPorts() []systemControl {
	lowest := lowestFreePort
	for _, port := range []int{t.args.Container.Port, t.args.Container.CheckPort} {
		if port != 0 {
			lowest = min(lowest, port)
		}
	}
	if lowest == lowestFreePort {
		return nil
	}
	return []systemControl{{"net.ipv4.ip_unprivileged_port_start", strconv.Itoa(lowest)}}
}

func (t *Task) stopSeconds() int {
	switch {
	case t.args.Container.StopSeconds > 0:
		return t.args.Container.StopSeconds
	case t.args.Capacity.SpotWeight > 0:
		return spotStopSeconds
	default:
		return stopSeconds
	}
}

// scratchMounts are bind mounts on the task's disk. They belong to root unless the image has a VOLUME of the same path
// (ECS developer guide, "Use bind mounts").
func scratchMounts(folders []string) []mountPoint {
	var points []mountPoint
	for _, folder := range folders {
		points = append(points, mountPoint{SourceVolume: scratchVolume(folder), ContainerPath: folder})
	}
	return points
}

// scratchVolume returns the name of a folder's volume: letters, digits, - and _, at most 255.
func scratchVolume(folder string) string {
	return "scratch" + strings.NewReplacer("/", "-", ".", "_").Replace(folder)
}
