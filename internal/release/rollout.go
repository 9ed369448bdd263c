package release

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/table"
	"aws-webapp/internal/verify"
)

// Changes lists the IAM actions with which a release changes something. All other calls only
// read.
var Changes = []string{
	"application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource",
	"application-autoscaling:UntagResource",
	"codedeploy:ContinueDeployment", "codedeploy:CreateDeployment", "codedeploy:StopDeployment",
	"ecs:RunTask", "ecs:StopTask", "ecs:UpdateService",
}

// DefaultTimeout of a service's release.
const DefaultTimeout = time.Hour

// Rollout is a release described by a stack's outputs, in the account of the caller or of a
// profile.
type Rollout struct {
	// Outputs of the stack, as pulumi stack output --json writes them.
	Outputs []byte
	// As is the profile to use; the zero value means the caller.
	As awsapi.Profile
	// Only, OverrideAlarms and Timeout as in [Options]; a Timeout of 0 means the default.
	Only           []string
	OverrideAlarms bool
	Timeout        time.Duration
	// DryRun shows the plan and changes nothing.
	DryRun bool
	// SkipURL does not request the services' URLs, for callers that cannot reach them.
	SkipURL bool
	// Out gets the plan of a dry run, Progress hears what is done and waited for.
	Out, Progress io.Writer
}

// LookError is the reason why there is no verdict on a release: no credentials, no permission, no network, an
// interruption.
type LookError struct{ error }

func (e LookError) Unwrap() error { return e.error }

// CannotLook makes a [LookError].
func CannotLook(err error) error { return LookError{err} }

// Run releases. Errors are [FailureError], [TimeoutError], [LookError], and errors about the call
// itself.
func (o Rollout) Run(ctx context.Context) error {
	stack, err := ReadOutputs(bytes.NewReader(o.Outputs))
	if err != nil {
		return err
	}
	r, err := New(o.options(stack))
	if err != nil {
		return err
	}
	cfg, err := awsapi.OpenToChange(ctx, stack.Region, o.As, o.changes()...)
	if err != nil {
		return LookError{err}
	}
	r.clients = NewClients(cfg)
	return classify(o.do(ctx, r))
}

func (o Rollout) options(stack *Stack) Options {
	options := Options{
		Stack: stack, Only: o.Only, OverrideAlarms: o.OverrideAlarms, Timeout: cmp.Or(o.Timeout, DefaultTimeout),
		Clock: clock.System{}, Progress: o.Progress,
	}
	if !o.SkipURL {
		options.Web = verify.NewWeb(nil, nil)
	}
	return options
}

// changes lists what the clients may change: nothing in a dry run.
func (o Rollout) changes() []string {
	if o.DryRun {
		return nil
	}
	return Changes
}

func (o Rollout) do(ctx context.Context, r *Release) error {
	if !o.DryRun {
		return r.Run(ctx)
	}
	steps, err := r.Plan(ctx)
	if err == nil {
		PrintPlan(o.Out, table.Width(o.Out), steps)
	}
	return err
}

// classify separates verdicts from errors that prevented one, and adds the missing permission.
func classify(err error) error {
	switch {
	case err == nil, errors.As(err, &FailureError{}), errors.As(err, &TimeoutError{}):
		return err
	case errors.Is(err, context.Canceled):
		return LookError{fmt.Errorf("interrupted: CodeDeploy and ECS continue what they began; call again to follow it "+
			"(%w)", err)}
	}
	if action, denied := awsapi.Denied(err); denied {
		err = fmt.Errorf("%w\nThe caller needs the permission %s; docs/operations.md has the whole policy", err, action)
	}
	return LookError{err}
}
