package verify

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/outcome"
)

const (
	// lookTimeout bounds one look; the SDK's own patience with throttling fits into it.
	lookTimeout = 2 * time.Minute
	// heartbeat is the longest time without output: pipelines end jobs that print nothing.
	heartbeat = 2 * time.Minute
)

// Verifier checks one service.
type Verifier struct {
	Request  Request
	Clients  Clients
	Web      *Web
	Clock    clock.Clock
	Progress io.Writer

	// image is Request.Image with the digests that may run.
	image image
	// images of the service's container by task definition.
	images map[string]string
	start  time.Time
}

// Run looks until there is a verdict. The error says why there is none: AWS could not be
// asked, or the context is done.
func (v *Verifier) Run(ctx context.Context) (*Report, error) {
	v.start = v.Clock.Now()
	var err error
	if v.image, err = v.resolveImage(ctx); err != nil {
		return nil, err
	}
	wrongSince := map[string]time.Time{}
	var goodSince, said time.Time
	var last []outcome.Finding
	lastLine := ""
	for {
		checks, err := v.lookOnce(ctx)
		now := v.Clock.Now()
		line := ""
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && !awsapi.Passing(err):
			return nil, err
		case err != nil:
			line = "cannot look, trying again: " + awsapi.Reason(err)
		default:
			last = checks
			line = progressLine(checks)
			if reason := v.hopeless(checks, wrongSince, now); reason != "" {
				return v.report(NotAsRequested, reason, checks), nil
			}
			if !allPassed(checks) {
				goodSince = time.Time{}
				break
			}
			if goodSince.IsZero() {
				goodSince = now
			}
			if now.Sub(goodSince) >= v.Request.Bake {
				return v.report(Verified, "", checks), nil
			}
			line = fmt.Sprintf("all good; watching for %s", v.Request.Bake)
		}
		if line != lastLine || now.Sub(said) >= heartbeat {
			fmt.Fprintf(v.Progress, "%7s  %s\n", now.Sub(v.start).Round(time.Second), line)
			lastLine, said = line, now
		}
		if now.Add(v.Request.Interval).Sub(v.start) > v.Request.Timeout {
			return v.timeUp(last, line), nil
		}
		if err := v.Clock.Sleep(ctx, v.Request.Interval); err != nil {
			return nil, err
		}
	}
}

func (v *Verifier) lookOnce(ctx context.Context) ([]outcome.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	return v.look(ctx)
}

// hopeless says why looking again would not help; "" if it might.
func (v *Verifier) hopeless(checks []outcome.Finding, wrongSince map[string]time.Time, now time.Time) string {
	for i := range checks {
		check := &checks[i]
		if check.Status == outcome.Failed {
			return check.String()
		}
		if check.Status != outcome.Wrong || check.Patience == 0 {
			delete(wrongSince, check.Check)
			continue
		}
		if _, known := wrongSince[check.Check]; !known {
			wrongSince[check.Check] = now
		}
		if now.Sub(wrongSince[check.Check]) >= check.Patience {
			return check.String()
		}
	}
	return ""
}

// timeUp decides whether something is wrong or only needs more time.
func (v *Verifier) timeUp(checks []outcome.Finding, line string) *Report {
	for _, check := range checks {
		if check.Status == outcome.Wrong {
			return v.report(NotAsRequested, check.String(), checks)
		}
	}
	return v.report(TimedOut, fmt.Sprintf("after %s: %s", v.Request.Timeout, line), checks)
}

func (v *Verifier) report(verdict Verdict, reason string, checks []outcome.Finding) *Report {
	return &Report{
		Service: v.Request.Service, Cluster: v.Request.Cluster, Verdict: verdict, Reason: reason,
		Seconds: int(v.Clock.Now().Sub(v.start).Seconds()), Findings: checks,
	}
}

func allPassed(checks []outcome.Finding) bool {
	for _, check := range checks {
		if check.Status != outcome.OK && check.Status != outcome.Unchecked {
			return false
		}
	}
	return true
}

// progressLine lists the checks that have not passed yet.
func progressLine(checks []outcome.Finding) string {
	var parts []string
	for _, check := range checks {
		if check.Status == outcome.Waiting || check.Status == outcome.Wrong {
			part := check.Check + ": " + check.Found
			if why := check.Why(); why != "" {
				part += " (" + why + ")"
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}
