package workflow

import (
	"context"
	"errors"
	"fmt"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/live"
	"aws-webapp/internal/preview/report"
)

// drift looks for changes in AWS that were not made by Pulumi.
type drift struct {
	*workflow
	stack, out string
}

// run compares the state with AWS and changes neither: the resources of the state by a refresh, and what was added to
// them by package live. Drift is not a failure of the run: people learn of it from the issue. Changes that the program
// would make do not count, so a change that is merged but not deployed is not drift. Errors while looking are reported,
// too.
func (d *drift) run(ctx context.Context) error {
	folder, err := reportFolder(d.out, d.stack)
	if err != nil {
		return err
	}
	if err := d.requireAWS("drift"); err != nil {
		_, unread := writeReports(folder, d.stack, report.Options{Kind: report.Drift})
		return errors.Join(err, unread)
	}
	refreshed := d.runner.Run(ctx, process.Command{Env: pulumi, Args: []string{
		"pulumi", "refresh", "--preview-only", "--stack", d.stack, "--event-log", eventLog(folder), "--non-interactive",
	}})
	options := report.Options{Kind: report.Drift}
	var unseen error
	if options.Added, unseen = d.addedByHand(ctx); unseen != nil {
		unseen = fmt.Errorf("look for what was added by hand: %w", unseen)
		options.Errors = []string{unseen.Error()}
	}
	r, err := writeReports(folder, d.stack, options)
	if err = errors.Join(refreshed, unseen, err); err != nil {
		return err
	}
	return d.print(r)
}

// addedByHand finds what a refresh does not look at.
func (d *drift) addedByHand(ctx context.Context) ([]live.Stray, error) {
	text, err := process.Ask(ctx, d.runner, process.Command{Env: pulumi, Args: live.Export(d.stack)})
	if err != nil {
		return nil, err
	}
	return d.added(ctx, []byte(text))
}
