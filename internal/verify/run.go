package verify

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
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
	var last []Check
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

func (v *Verifier) lookOnce(ctx context.Context) ([]Check, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	return v.look(ctx)
}

// hopeless says why looking again would not help; "" if it might.
func (v *Verifier) hopeless(checks []Check, wrongSince map[string]time.Time, now time.Time) string {
	for i := range checks {
		check := &checks[i]
		if check.State == Failed {
			return reasonOf(*check)
		}
		if check.State != Wrong || check.patience == 0 {
			delete(wrongSince, check.Name)
			continue
		}
		if _, known := wrongSince[check.Name]; !known {
			wrongSince[check.Name] = now
		}
		if now.Sub(wrongSince[check.Name]) >= check.patience {
			return reasonOf(*check)
		}
	}
	return ""
}

// timeUp decides whether something is wrong or only needs more time.
func (v *Verifier) timeUp(checks []Check, line string) *Report {
	for _, check := range checks {
		if check.State == Wrong {
			return v.report(NotAsRequested, reasonOf(check), checks)
		}
	}
	return v.report(TimedOut, fmt.Sprintf("after %s: %s", v.Request.Timeout, line), checks)
}

func (v *Verifier) report(verdict Verdict, reason string, checks []Check) *Report {
	return &Report{
		Service: v.Request.Service, Cluster: v.Request.Cluster, Verdict: verdict, Reason: reason,
		Seconds: int(v.Clock.Now().Sub(v.start).Seconds()), Checks: checks,
	}
}

func allPassed(checks []Check) bool {
	for _, check := range checks {
		if check.State != Passed && check.State != Skipped {
			return false
		}
	}
	return true
}

// reasonOf returns <name>: found <found>, wanted <wanted> (<note>).
func reasonOf(check Check) string {
	text := check.Name + ": found " + check.Found
	if check.Wanted != "" {
		text += ", wanted " + check.Wanted
	}
	if check.Note != "" {
		text += " (" + check.Note + ")"
	}
	return text
}

// progressLine lists the checks that have not passed yet.
func progressLine(checks []Check) string {
	var parts []string
	for _, check := range checks {
		if check.State == Waiting || check.State == Wrong {
			part := check.Name + ": " + check.Found
			if check.Note != "" {
				part += " (" + check.Note + ")"
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}
