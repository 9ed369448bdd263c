// Package patience says for how long the function that follows a rotation tries, so that the stack's configuration can
// be measured by it. It imports nothing.
package patience

// How long the function tries. Lambda runs an asynchronous invocation that failed twice again
// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), and each run lasts as long as
// the function's timeout, 15 minutes at most
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const (
	AttemptMinutes = 15
	attempts       = 3
	// ownMinutes are left for the function's own deployment.
	ownMinutes = 5
	// WaitMinutes are how long another deployment may keep the group busy: its shift and its waiting time.
	WaitMinutes = attempts*AttemptMinutes - ownMinutes
)

// TrafficShift is the configuration of the function's own deployments in CodeDeploy: all requests at once.
const TrafficShift = "CodeDeployDefault.ECSAllAtOnce"

// shiftMinutes until all requests have moved
// (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html). Linear ones move a tenth at
// the beginning and one more at each step.
var shiftMinutes = map[string]int{
	TrafficShift: 0,
	"CodeDeployDefault.ECSCanary10Percent5Minutes":      5,
	"CodeDeployDefault.ECSCanary10Percent15Minutes":     15,
	"CodeDeployDefault.ECSLinear10PercentEvery1Minutes": 9,
	"CodeDeployDefault.ECSLinear10PercentEvery3Minutes": 27,
}

// ShiftMinutes are how long one of CodeDeploy's predefined configurations takes to move all requests; 0 for one that is
// not known.
func ShiftMinutes(trafficShift string) int { return shiftMinutes[trafficShift] }
