package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/verify"
)

// Options of a release. All except Only, OverrideAlarms and Web are required.
type Options struct {
	// Stack to release.
	Stack *Stack
	// Only these services; if empty, all of the stack's.
	Only []string
	// OverrideAlarms deploys even if an alarm is on, all at once, and ignores alarms while requests move: for the
	// version that fixes the cause of an alarm.
	OverrideAlarms bool
	// Timeout of each service, from the first look until its new version serves all requests; migrations have their own.
	Timeout time.Duration
	// Clients of AWS.
	Clients Clients
	// Web asks the services' addresses; nil does not ask them.
	Web *verify.Web
	// Clock that passes the time.
	Clock clock.Clock
	// Progress gets messages about what is done and waited for.
	Progress io.Writer
}

// Release of a stack. [New] makes one.
type Release struct {
	options Options
	clients Clients
	clock   clock.Clock
	chosen  []Service
	start   time.Time
	voices  map[string]*voice
	// watched lists the deployments whose old tasks are kept, by service.
	watched []watch
}

// New prepares a release. It returns an error for a wrong choice of services.
func New(o Options) (*Release, error) {
	r := &Release{options: o, clients: o.Clients, clock: o.Clock, start: o.Clock.Now(), voices: map[string]*voice{}}
	var known []string
	for i := range o.Stack.Services {
		one := &o.Stack.Services[i]
		known = append(known, one.Name)
		if len(o.Only) == 0 || slices.Contains(o.Only, one.Name) {
			r.chosen = append(r.chosen, *one)
		}
	}
	for _, name := range o.Only {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--service: found %q, but the stack has %s: name one of these",
				name, strings.Join(known, ", "))
		}
	}
	if o.Timeout <= 0 {
		return nil, fmt.Errorf("--timeout: found %s, allowed is a positive time such as 60m: correct it", o.Timeout)
	}
	return r, nil
}

// FailureError is a failed release: a version that was rolled back, does not work, or whose migration failed.
type FailureError struct{ error }

func (e FailureError) Unwrap() error { return e.error }

func failuref(format string, values ...any) error { return FailureError{fmt.Errorf(format, values...)} }

// TimeoutError is a release that was not done when the time was up.
type TimeoutError struct{ error }

func (e TimeoutError) Unwrap() error { return e.error }

// Run releases the services one after the other, in the order that they ask for. If one fails, those that come after
// it are skipped, and the others are still released. In the end it waits as long as old tasks are kept for a rollback,
// because a rollback in that time means that the release has failed.
//
// Errors are [FailureError], [TimeoutError], errors of AWS that prevent a verdict, and that of the context;
// errors of several services are joined.
func (r *Release) Run(ctx context.Context) error {
	var errs []error
	held := map[string]bool{}
	for i := range r.chosen {
		one := &r.chosen[i]
		if at := slices.IndexFunc(one.After, func(name string) bool { return held[name] }); at >= 0 {
			held[one.Name] = true
			r.voice(one).say("not released: it comes after " + one.After[at])
			continue
		}
		if err := r.release(ctx, one); err != nil {
			held[one.Name] = true
			errs = append(errs, fmt.Errorf("%s: %w", one.Name, err))
			r.voice(one).say(err.Error())
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(append(errs, r.watchToTheEnd(ctx))...)
}

// release deploys the registered version of one service.
func (r *Release) release(ctx context.Context, one *Service) error {
	until := r.clock.Now().Add(r.options.Timeout)
	if err := r.earlier(ctx, one); err != nil {
		return err
	}
	if one.blueGreen() {
		return r.shift(ctx, one, until)
	}
	return r.roll(ctx, one, until)
}

// earlier checks that the services which come first serve their new version. Those released in this run do.
func (r *Release) earlier(ctx context.Context, one *Service) error {
	for i := range r.options.Stack.Services {
		other := &r.options.Stack.Services[i]
		chosen := slices.ContainsFunc(r.chosen, func(s Service) bool { return s.Name == other.Name })
		if chosen || !slices.Contains(one.After, other.Name) {
			continue
		}
		found, err := r.look(ctx, other)
		if err != nil {
			return err
		}
		if !found.done() {
			return failuref("it comes after %s, which serves %s: release that first, or both with --service %s --service %s",
				other.Name, found.differs, other.Name, one.Name)
		}
	}
	return nil
}

// settle waits as long as the service is busy with something by itself. It returns the last state.
func (r *Release) settle(ctx context.Context, one *Service, until time.Time, goes func(*state) string) (*state, error) {
	for {
		found, err := r.look(ctx, one)
		if err != nil {
			return nil, err
		}
		what := goes(found)
		if what == "" {
			return found, nil
		}
		r.voice(one).tell("waiting: " + what)
		if !r.clock.Now().Add(pollEvery).Before(until) {
			return nil, TimeoutError{fmt.Errorf("after %s still waiting: %s", r.options.Timeout, what)}
		}
		if err := r.clock.Sleep(ctx, pollEvery); err != nil {
			return nil, err
		}
	}
}

// pollEvery is the pause between two looks.
const pollEvery = 15 * time.Second

// arrived waits until the registered version serves all requests and works correctly.
func (r *Release) arrived(ctx context.Context, one *Service, until time.Time) error {
	request, err := one.verifyRequest()
	if err != nil {
		return err
	}
	// A release does not check whether all alarm subscriptions are confirmed: go run ./cmd/webapp alerts.
	request.AlertTopic = ""
	request.Timeout, request.Interval = max(until.Sub(r.clock.Now()), pollEvery), pollEvery
	if r.options.Web == nil {
		request.URL, request.PlainURL = "", ""
	}
	if err := request.Prepare(); err != nil {
		return err
	}
	verifier := &verify.Verifier{
		Request: request, Clients: r.clients.Verify, Web: r.options.Web, Clock: r.clock, Progress: r.voice(one),
	}
	report, err := verifier.Run(ctx)
	switch {
	case err != nil:
		return err
	case report.Verdict == verify.TimedOut:
		return TimeoutError{errors.New(report.Reason)}
	case report.Verdict != verify.Verified:
		return failuref("%s", report.Reason)
	}
	r.voice(one).say(short(one.TaskDefinition) + " serves all requests")
	return nil
}

func (r *Release) voice(one *Service) *voice {
	if r.voices[one.Name] == nil {
		r.voices[one.Name] = &voice{out: r.options.Progress, clock: r.clock, start: r.start, who: one.Name}
	}
	return r.voices[one.Name]
}
