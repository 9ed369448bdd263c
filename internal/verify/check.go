package verify

import "time"

// State of a check.
type State string

// The states. A check that is [Wrong] can mend; one that is [Failed] cannot.
const (
	Passed  State = "ok"
	Waiting State = "waiting"
	Wrong   State = "wrong"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Check is what one look found out about one subject.
type Check struct {
	// Name of the subject.
	Name string `json:"name"`
	// State that it is in.
	State State `json:"state"`
	// Found and Wanted are what is and what should be.
	Found  string `json:"found"`
	Wanted string `json:"wanted"`
	// Note says why, where AWS tells, or what to do.
	Note string `json:"note,omitempty"`

	// patience with a wrong check; 0 lasts until the timeout.
	patience time.Duration
}

// The patience with what is wrong.
const (
	// settle is how long a deployment that has just been asked for may take to show.
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
	// NotAsRequested: something else runs, or what runs does not work.
	NotAsRequested Verdict = "not as requested"
	// TimedOut: AWS was still at it when the time was up.
	TimedOut Verdict = "timed out"
)

// Report is what Run found out.
type Report struct {
	Service string  `json:"service"`
	Cluster string  `json:"cluster"`
	Verdict Verdict `json:"verdict"`
	// Reason in a line, from the checks that are not passed.
	Reason string `json:"reason,omitempty"`
	// Seconds that it took.
	Seconds int     `json:"seconds"`
	Checks  []Check `json:"checks"`
}
