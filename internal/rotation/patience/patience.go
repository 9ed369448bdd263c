package patience

import "aws-webapp/internal/awsdata/trafficshift"

// The time that the function keeps trying. Lambda runs an asynchronous invocation that failed twice again
// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), and each run lasts as long as
// the function's timeout, 15 minutes at most
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const (
	AttemptMinutes = 15
	attempts       = 3
	// ownMinutes is left for the function's own deployment.
	ownMinutes = 5
	// WaitMinutes is the longest time that another deployment may keep the group busy: its shift and its
	// waiting time.
	WaitMinutes = attempts*AttemptMinutes - ownMinutes
)

// TrafficShift is the configuration of the function's own deployments in CodeDeploy: all requests at once.
const TrafficShift = "CodeDeployDefault.ECSAllAtOnce"

// ShiftMinutes returns the minutes in which one of CodeDeploy's predefined configurations moves all requests; 0 for an
// unknown one.
func ShiftMinutes(name string) int {
	shift, _ := trafficshift.Predefined(name)
	return shift.Total()
}
