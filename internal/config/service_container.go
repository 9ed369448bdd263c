package config

import (
	"slices"
	"strings"
)

// ContainerCheck is a command that ECS runs in the container. When it fails, ECS replaces the task, and releases wait
// for it.
type ContainerCheck struct {
	// Command that exits with 0 if the container works, without a shell, such as ["/app/check", "--fast"]. Name a shell
	// to have one: ["/bin/sh", "-c", "..."]. Default none.
	Command []string `json:"command" repeat:"true" allowed:"<text>"`
	// IntervalSeconds between checks, 5 to 300. Default 30.
	IntervalSeconds int `json:"intervalSeconds" allowed:"5 to 300"`
	// TimeoutSeconds of a check, 2 to 60, below the interval. Default 5.
	TimeoutSeconds int `json:"timeoutSeconds" allowed:"2 to 60"`
	// Retries before the container counts as unhealthy, 1 to 10. Default 3.
	Retries int `json:"retries" allowed:"1 to 10"`
	// StartSeconds in which failures do not count, 0 to 300. Default 60.
	StartSeconds int `json:"startSeconds" allowed:"0 to 300"`
}

// defaults are ECS's own, but for the start:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
func (c *ContainerCheck) defaults() {
	c.IntervalSeconds, c.TimeoutSeconds, c.Retries, c.StartSeconds = 30, 5, 3, 60
}

func (c *ContainerCheck) validate(v *validation, at path) {
	timeout := at.key("timeoutSeconds")
	if v.sound(at.key("intervalSeconds")) && c.TimeoutSeconds >= c.IntervalSeconds {
		v.add(timeout, show(c.TimeoutSeconds), "less than intervalSeconds, "+show(c.IntervalSeconds),
			"lower it, or raise intervalSeconds")
	}
	for i, word := range c.Command {
		if i == 0 && slices.Contains([]string{"CMD", "CMD-SHELL", "NONE"}, word) {
			v.add(at.key("command").index(i), quote(word), "the command itself: the program puts CMD before it",
				`remove it; for CMD-SHELL begin with "/bin/sh", "-c"`)
		}
	}
}

// Ports lists the ports that the container listens on for the load balancer, or for the services that call it.
func (s *Service) Ports() []int {
	if !s.Listens() {
		return nil
	}
	ports := []int{s.Port}
	if check := s.HealthCheck.Port; check != 0 && check != s.Port {
		ports = append(ports, check)
	}
	return ports
}

// programFolders are those that the program mounts itself.
var programFolders = []string{"/tmp", "/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"}

func (c *Container) validateContainer(v *validation, at path) {
	validateFolders(v, at, c.ScratchPaths, "tmp")
	validateMounts(v, at, c.FileSystems, c.ScratchPaths, "tmp")
}

// validateFolders refuses folders of a container at which the program has mounted others. tmp is the key for /tmp.
func validateFolders(v *validation, at path, folders []string, tmp string) {
	for i, folder := range folders {
		refuseProgramFolder(v, at.key("scratchPaths").index(i), folder, tmp)
	}
}

func refuseProgramFolder(v *validation, at path, folder, tmp string) {
	if slices.ContainsFunc(programFolders, func(own string) bool { return overlap(own, folder) }) {
		v.add(at, quote(folder), "folders other than those that the program mounts: "+strings.Join(programFolders, ", "),
			"name another one; "+tmp+" sets the size of /tmp")
	}
}
