package config

import "fmt"

// DeploymentController decides who replaces tasks.
type DeploymentController string

// The controllers. Under [Rolling] ECS replaces tasks when the program's task definition
// changes; under [BlueGreen] CodeDeploy owns task definition, load balancers and
// listeners after the first deployment.
const (
	Rolling   DeploymentController = "rolling"
	BlueGreen DeploymentController = "blue-green"
)

// Deployment says how a new version replaces the old one.
type Deployment struct {
	// Controller is rolling or blue-green. Default rolling. On a service that is up
	// a change is refused: AWS would delete it first. Add another one beside it.
	Controller DeploymentController `json:"controller" allowed:"rolling, blue-green"`
	// MaximumPercent of the desired count during a rolling deployment, 100 to 200. Default 200.
	MaximumPercent int `json:"maximumPercent" allowed:"100 to 200"`
	// MinimumHealthyPercent during a rolling deployment, 0 to 100. Default 100.
	MinimumHealthyPercent int `json:"minimumHealthyPercent" allowed:"0 to 100"`
	// GracePeriodSeconds before health checks of a new task count, 0 to 2147483647. Default 60.
	GracePeriodSeconds int `json:"gracePeriodSeconds" allowed:"0 to 2147483647"`
	// WaitMinutes that an update waits for a rolling deployment to end, so that one that
	// was rolled back fails the update, 0 to 120, 0 for not waiting. Default 20.
	WaitMinutes int `json:"waitMinutes" allowed:"0 to 120"`
	// TrafficShift is CodeDeploy's predefined ECS configuration. Default
	// CodeDeployDefault.ECSCanary10Percent5Minutes.
	TrafficShift string `json:"trafficShift" allowed:"CodeDeployDefault.ECSAllAtOnce, CodeDeployDefault.ECSCanary10Percent5Minutes, CodeDeployDefault.ECSCanary10Percent15Minutes, CodeDeployDefault.ECSLinear10PercentEvery1Minutes, CodeDeployDefault.ECSLinear10PercentEvery3Minutes"`
	// TerminationWaitMinutes that the old tasks stay for a rollback, 0 to 2880. Default 10.
	TerminationWaitMinutes int `json:"terminationWaitMinutes" allowed:"0 to 2880"`
}

// validateRoom refuses percentages that leave ECS no task to start and none to stop when the
// service is quiet. ECS rounds the upper limit down and the lower one up, so that 2 tasks
// are stuck between 149 and 51 percent.
func (s *Service) validateRoom(v *validation, at path) {
	d, tasks := s.Deployment, max(s.Scaling.Min, 1)
	if d.Controller != Rolling || !v.sound(at.key("maximumPercent"), at.key("minimumHealthyPercent")) {
		return
	}
	if most, least := tasks*d.MaximumPercent/100, (tasks*d.MinimumHealthyPercent+99)/100; most <= least {
		v.add(at.key("maximumPercent"), fmt.Sprintf("%d, with minimumHealthyPercent %d", d.MaximumPercent, d.MinimumHealthyPercent),
			fmt.Sprintf("room to start or to stop one of %s (scaling.min)", plural(tasks, "task")), "raise maximumPercent to 200")
	}
}
