package releases

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"aws-webapp/internal/rotation/patience"
	"aws-webapp/internal/sandbox/deployments"
)

// plan is a sequence of events in an account with a rolling service and one under blue/green.
type plan struct {
	Doubts deployments.Doubts
	// Shift and WaitMinutes of the service under blue/green.
	Shift       string
	WaitMinutes int
	Tasks       int
	Steps       []step
}

// step is one event, and the time until the next.
type step struct {
	Does    string
	Service string
	Number  int
	Then    time.Duration
}

func (s step) String() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %d, then %s", s.Does, s.Service, s.Number, s.Then)), " ")
}

// The possible events. A release is the command for one service; it may be interrupted after some
// minutes.
const (
	upGood      = "pulumi up with a good version of"
	upCrash     = "pulumi up with a version that ends at its start of"
	upErrors    = "pulumi up with a version that answers 5XX of"
	runRelease  = "release"
	override    = "release with the alarms overridden"
	interrupted = "release and interrupt after minutes"
	rotate      = "rotate"
	disturb     = "put the alarm on for minutes"
	stop        = "stop the deployment of"
	scale       = "scale"
	configure   = "change shift and waiting time"
	doom        = "look before a destroy"
)

// unendingWait is the longest waiting time if CodeDeploy does not allow ending it early.
const unendingWait = 10

// mostWait returns the longest waiting time that the configuration accepts with a shift.
func mostWait(doubts deployments.Doubts, shift string) int {
	if doubts.WaitCannotEnd {
		return unendingWait
	}
	return patience.WaitMinutes - patience.ShiftMinutes(shift)
}

var (
	services = []string{"web", "api"}
	happens  = []string{
		upGood, upGood, upCrash, upErrors, runRelease, runRelease, override, interrupted,
		rotate, rotate, disturb, stop, scale, configure, doom,
	}
	shifts = []string{
		"CodeDeployDefault.ECSAllAtOnce", "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"CodeDeployDefault.ECSCanary10Percent15Minutes", "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
		"CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
	}
	// pauses between steps: in the middle of what the last one started, after it, and long after.
	pauses = []time.Duration{
		0, 20 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 7 * time.Minute, 12 * time.Minute,
		40 * time.Minute,
	}
)

func steps() *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		one := step{
			Does: rapid.SampledFrom(happens).Draw(t, "does"), Then: rapid.SampledFrom(pauses).Draw(t, "then"),
		}
		if one.Does != rotate && one.Does != configure && one.Does != doom {
			one.Service = rapid.SampledFrom(services).Draw(t, "service")
		}
		switch one.Does {
		case interrupted, disturb:
			one.Number = rapid.IntRange(0, 12).Draw(t, "minutes")
		case scale:
			one.Number = rapid.IntRange(1, 4).Draw(t, "tasks")
		case configure:
			one.Number = rapid.IntRange(0, len(shifts)-1).Draw(t, "shift")
		}
		return one
	})
}

func plans() *rapid.Generator[plan] {
	return rapid.Custom(func(t *rapid.T) plan {
		const (
			most     = 12
			quarters = 4
		)
		p := plan{
			Doubts: deployments.Doubts{
				RollbackIsNew: rapid.Bool().Draw(t, "rollback is new"), WaitCannotEnd: rapid.Bool().Draw(t, "wait cannot end"),
				SumOnly: rapid.Bool().Draw(t, "sum only"), WaitIsBlind: rapid.Bool().Draw(t, "wait is blind"),
			},
			Shift: rapid.SampledFrom(shifts).Draw(t, "shift"),
			Tasks: rapid.IntRange(1, 3).Draw(t, "tasks"),
			Steps: rapid.SliceOfN(steps(), 1, most).Draw(t, "steps"),
		}
		p.WaitMinutes = mostWait(p.Doubts, p.Shift) * rapid.IntRange(0, quarters).Draw(t, "quarters of the wait") / quarters
		return p
	})
}
