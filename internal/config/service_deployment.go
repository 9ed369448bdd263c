package config

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/plural"
)

// DeploymentController is the service that replaces tasks.
type DeploymentController string

// The controllers. Under [Rolling] ECS replaces tasks when the program's task definition
// changes; under [BlueGreen] CodeDeploy manages task definition, load balancers and listeners
// after the first deployment.
const (
	Rolling   DeploymentController = "rolling"
	BlueGreen DeploymentController = "blue-green"
)

// Deployment describes how a new version replaces the old one.
type Deployment struct {
	// Controller is rolling or blue-green. Default rolling. A change is refused for an existing
	// service: AWS would delete it first. Add another service beside it.
	Controller DeploymentController `json:"controller" allowed:"rolling, blue-green"`
	// MaximumPercent of the desired count during a rolling deployment, 100 to 200. Default 200.
	MaximumPercent int `json:"maximumPercent" allowed:"100 to 200"`
	// MinimumHealthyPercent during a rolling deployment, 0 to 100. Default 100.
	MinimumHealthyPercent int `json:"minimumHealthyPercent" allowed:"0 to 100"`
	// GracePeriodSeconds before health checks of a new task count, 0 to 2147483647. Default 60.
	GracePeriodSeconds int `json:"gracePeriodSeconds" allowed:"0 to 2147483647"`
	// WaitMinutes that an update waits for a rolling deployment to end, 0 to 120, 0 for not
	// waiting: a deployment that is rolled back then fails the update. Default 20. If the release
	// command deploys, the update does not wait.
	WaitMinutes int `json:"waitMinutes" allowed:"0 to 120"`
	// TrafficShift is CodeDeploy's predefined ECS configuration. Default
	// CodeDeployDefault.ECSCanary10Percent5Minutes.
	TrafficShift string `json:"trafficShift" allowed:"CodeDeployDefault.ECSAllAtOnce, CodeDeployDefault.ECSCanary10Percent5Minutes, CodeDeployDefault.ECSCanary10Percent15Minutes, CodeDeployDefault.ECSLinear10PercentEvery1Minutes, CodeDeployDefault.ECSLinear10PercentEvery3Minutes"`
	// TerminationWaitMinutes that the old tasks stay for a rollback under blue/green, 0 to 2880. Default 10: the
	// slowest of the alarms that roll back takes five minutes plus the delay of its metric. Meanwhile twice as many
	// tasks run, and autoscaling removes none.
	TerminationWaitMinutes int `json:"terminationWaitMinutes" allowed:"0 to 2880"`
	// After lists the services that have to serve their new version before this one gets its own. An update then
	// leaves the new version of this service to go run ./cmd/webapp release rollout, also under the rolling
	// controller. Default none.
	After []string `json:"after" allowed:"<service name>"`
	// Migration runs before the new version serves.
	Migration Migration `json:"migration"`
	// TestPaths have to answer 200 to 399 on the test listener, under the service's host name, before CodeDeploy moves
	// any request to a new version; if they do not within four minutes, the version is taken back. Only under
	// blue-green, with a NAT gateway, at most 10. Default none.
	TestPaths []string `json:"testPaths" count:"0 to 10" allowed:"<URL path>"`
}

// Migration is a command that the release command runs in a task of the new version, while the old one serves, and
// before any request reaches the new one. With a migration, an update also leaves the new version of a rolling service
// to the release command. It must be repeatable, since a failed release is run again, and the old version must be able
// to work with its result.
type Migration struct {
	// Command in place of the container's own, such as ["python", "migrate.py"]; exit code 0 is success. Default none.
	Command []string `json:"command" repeat:"true" allowed:"<text>"`
	// TimeoutMinutes after which the task is stopped and the release fails, 1 to 1440. Default 30.
	TimeoutMinutes int `json:"timeoutMinutes" allowed:"1 to 1440"`
}

// Held reports whether an update only registers the service's new version and leaves it to the
// release command.
func (s *Service) Held() bool {
	d := s.Deployment
	return d.Controller == BlueGreen || len(d.After) > 0 || len(d.Migration.Command) > 0
}

// validateOrder refuses services that wait for one that does not exist, or for each other.
func (c *Config) validateOrder(v *validation, at path) {
	before, told := map[string][]string{}, map[string]bool{}
	for i := range c.Services {
		before[c.Services[i].Name] = c.Services[i].Deployment.After
	}
	for i := range c.Services {
		service, after := &c.Services[i], at.index(i).key("deployment").key("after")
		for j, name := range service.Deployment.After {
			if _, known := before[name]; !known {
				v.add(after.index(j), quote(name), "names of other services: "+strings.Join(c.otherServices(service.Name), ", "),
					"correct or remove it")
				continue
			}
			// A cycle is reported once, at the first of its services.
			if way := wayTo(before, name, service.Name, nil); way != nil && !told[service.Name] {
				for _, name := range way {
					told[name] = true
				}
				v.add(after.index(j), strings.Join(append([]string{service.Name}, way...), " after "),
					"services that do not come after each other in a circle", "remove one of them")
			}
		}
	}
}

// InOrder returns the indices of the services in their order of release.
func (c *Config) InOrder() []int {
	var order []int
	done := map[string]bool{}
	for len(order) < len(c.Services) {
		for i := range c.Services {
			service := &c.Services[i]
			waits := slices.ContainsFunc(service.Deployment.After, func(name string) bool { return !done[name] })
			if !done[service.Name] && !waits {
				done[service.Name], order = true, append(order, i)
			}
		}
	}
	return order
}

func (c *Config) otherServices(than string) []string {
	var names []string
	for i := range c.Services {
		if c.Services[i].Name != than {
			names = append(names, c.Services[i].Name)
		}
	}
	return names
}

// wayTo returns the chain by which one service comes after another; nil if it does not.
func wayTo(before map[string][]string, from, to string, passed []string) []string {
	if slices.Contains(passed, from) {
		return nil
	}
	passed = append(passed, from)
	if from == to {
		return passed
	}
	for _, next := range before[from] {
		if way := wayTo(before, next, to, passed); way != nil {
			return way
		}
	}
	return nil
}

// validateRoom refuses percentages with which ECS can neither start nor stop a task while the
// service is at its minimum. ECS rounds the upper limit down and the lower one up: 2 tasks are
// stuck between 149 and 51 percent.
func (s *Service) validateRoom(v *validation, at, least path) {
	d, tasks := s.Deployment, max(s.Scaling.Min, 1)
	if d.Controller != Rolling || !v.sound(at.key("minimumHealthyPercent"), least) {
		return
	}
	if most, least := tasks*d.MaximumPercent/100, (tasks*d.MinimumHealthyPercent+99)/100; most <= least {
		v.add(at.key("maximumPercent"), fmt.Sprintf("%d, with minimumHealthyPercent %d", d.MaximumPercent,
			d.MinimumHealthyPercent),
			fmt.Sprintf("room to start or to stop one of %s (scaling.min)", plural.Of(tasks, "task")),
			"raise maximumPercent to 200")
	}
}
