package verify

import (
	"time"

	"aws-webapp/internal/outcome"
)

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
	Seconds  int               `json:"seconds"`
	Findings []outcome.Finding `json:"findings"`
}

// Add adds a finding that needs one look alone. One that has failed takes away a good verdict.
func (r *Report) Add(found outcome.Finding) {
	r.Findings = append(r.Findings, found)
	if found.Status == outcome.Failed && r.Verdict == Verified {
		r.Verdict, r.Reason = NotAsRequested, found.String()
	}
}
