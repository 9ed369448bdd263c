package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/preview/report"
)

// drift is what has been changed in AWS by other hands.
type drift struct {
	*workflow
	stack, out string
}

// run compares the state with AWS and changes neither. Drift is no failure: the issue about it
// is what tells people. What the program would change is not looked at, so that a change which
// is merged but not deployed is no drift. Whatever stands in the way of looking is reported, too.
func (d *drift) run(ctx context.Context) error {
	folder, err := reportFolder(d.out, d.stack)
	if err != nil {
		return cli.Failed(err)
	}
	if err := d.requireAWS("drift"); err != nil {
		_, unread := writeReports(folder, d.stack, report.Options{Kind: report.Drift})
		return cli.Failed(errors.Join(err, unread))
	}
	refreshed := d.start(ctx, command{env: pulumi, args: []string{
		"pulumi", "refresh", "--preview-only", "--stack", d.stack, "--event-log", eventLog(folder), "--non-interactive",
	}})
	r, err := writeReports(folder, d.stack, report.Options{Kind: report.Drift})
	if err != nil || refreshed != nil {
		return cli.Failed(errors.Join(refreshed, err))
	}
	fmt.Fprintf(d.workflow.out, "\n%s: %s\n", d.stack, r.Headline())
	return nil
}

// alerts fail while somebody who should hear of the stack's alarms does not: the address was never confirmed, or SNS
// has dropped it. No state tells of that, so that no refresh finds it.
func (d *drift) alerts(ctx context.Context) error {
	if err := d.requireAWS("alerts"); err != nil {
		return err
	}
	folder, err := filepath.Abs(filepath.Join(d.out, d.stack))
	if err != nil {
		return cli.Failed(err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return cli.Failed(fmt.Errorf("make the folder for the outputs: %w", err))
	}
	file, _, err := d.writeOutputs(ctx, folder, d.stack)
	if err != nil {
		return cli.Failed(err)
	}
	if err := d.workflow.run(ctx, "go", "run", "./cmd/verify", "alerts", "--outputs", file); err != nil {
		return cli.Failed(err)
	}
	return nil
}
