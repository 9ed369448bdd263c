package workflow

import (
	"context"
	"errors"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/preview/report"
)

// drift is what has been changed in AWS by other hands.
type drift struct {
	*workflow
	stack, out string
}

// run compares the state with AWS and changes neither. Drift is not a failure: the issue about it
// is what tells people. What the program would change is not looked at, so that a change which
// is merged but not deployed is no drift. Whatever stands in the way of looking is reported, too.
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
	r, err := writeReports(folder, d.stack, report.Options{Kind: report.Drift})
	if err != nil || refreshed != nil {
		return errors.Join(refreshed, err)
	}
	return d.print(r)
}
