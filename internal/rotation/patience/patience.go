// Package patience says for how long the function that follows a rotation tries, so that the stack's configuration can
// be measured by it.
package patience

import "aws-webapp/internal/awsdata/trafficshift"

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

// ShiftMinutes are how long one of CodeDeploy's predefined configurations takes to move all requests; 0 for one that is
// not known.
func ShiftMinutes(name string) int {
	shift, _ := trafficshift.Predefined(name)
	return shift.Total()
}
