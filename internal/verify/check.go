package verify

import "time"

// State of a check.
type State string

// The states. A check that is [Wrong] may still recover; one that is [Failed] cannot.
const (
	Passed  State = "ok"
	Waiting State = "waiting"
	Wrong   State = "wrong"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Check is the result of one look at one subject.
type Check struct {
	// Name of the subject.
	Name string `json:"name"`
	// State of the subject.
	State State `json:"state"`
	// Found is the actual state, Wanted the required one.
	Found  string `json:"found"`
	Wanted string `json:"wanted"`
	// Note gives the reason, if AWS reports one, or says what to do.
	Note string `json:"note,omitempty"`

	// patience with a wrong check; 0 means until the timeout.
	patience time.Duration
}

// How long something may be wrong.
const (
	// settle is the time in which a deployment that was just requested has to show up.
	settle = time.Minute
	// certificatePatience lasts while a name moves from one load balancer to another.
	certificatePatience = 3 * time.Minute
)

// Verdict on a request.
type Verdict string

// The verdicts.
const (
	// Verified: everything is as requested.
	Verified Verdict = "verified"
	// NotAsRequested: another version runs, or it does not work.
	NotAsRequested Verdict = "not as requested"
	// TimedOut: AWS was still busy when the time was up.
	TimedOut Verdict = "timed out"
)

// Report is the result of Run.
type Report struct {
	Service string  `json:"service"`
	Cluster string  `json:"cluster"`
	Verdict Verdict `json:"verdict"`
	// Reason in one line, from the checks that did not pass.
	Reason string `json:"reason,omitempty"`
	// Seconds that the run took.
	Seconds int     `json:"seconds"`
	Checks  []Check `json:"checks"`
}
