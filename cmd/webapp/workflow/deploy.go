package workflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aws-webapp/cmd/webapp/process"
	webapprelease "aws-webapp/cmd/webapp/release"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/release"
)

// deploy brings a stack up on AWS.
type deploy struct {
	*workflow
	stack, out string
}

func (d *deploy) run(ctx context.Context) error {
	if err := d.requireAWS("deploy"); err != nil {
		return err
	}
	folder, err := reportFolder(d.out, d.stack)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, string) error{d.check, d.up, d.release} {
		if err := step(ctx, folder); err != nil {
			return err
		}
	}
	return nil
}

// check looks for what would stop the update half way.
func (d *deploy) check(ctx context.Context, _ string) error {
	if err := d.refuseOlder(ctx); err != nil {
		return err
	}
	if err := d.pinReleased(ctx, d.stack); err != nil {
		return err
	}
	if err := d.workflow.run(ctx, "go", "run", "./cmd/lambdazip"); err != nil {
		return err
	}
	return d.workflow.run(ctx, cli.Self, "preflight", "--stack", d.stack)
}

// up updates the stack. The report on it is for whoever looks back; it decides nothing.
func (d *deploy) up(ctx context.Context, folder string) error {
	engine := d.judged(folder, d.stack, "up", "--yes")
	engine.Lasting = folder
	updated := d.runner.Run(ctx, engine)
	if _, err := writeReports(folder, d.stack, report.Options{Kind: report.Update}); err != nil {
		d.warn("no report on the update: %v", err)
	}
	return updated
}

// release brings what the update has registered to the users of every service.
func (d *deploy) release(ctx context.Context, folder string) error {
	outputs, err := process.StackOutputs(ctx, d.runner, d.stack)
	if err != nil {
		return err
	}
	// For whoever looks back.
	if err := os.WriteFile(filepath.Join(folder, "outputs.json"), outputs, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(d.log, "releasing every service of %s\n", d.stack)
	return webapprelease.Verdict(d.rollout(ctx, release.Rollout{Outputs: outputs, Progress: d.log}))
}

// wait waits for the engine of a deployment that was cancelled.
func (d *deploy) wait(ctx context.Context, patience time.Duration) error {
	lastWords, err := process.Wait(ctx, filepath.Join(d.out, d.stack), patience)
	switch {
	case errors.Is(err, os.ErrNotExist):
		fmt.Fprintf(d.workflow.out, "no engine is at work on %s\n", d.stack)
		return nil
	case errors.Is(err, process.ErrBusy):
		return fmt.Errorf("the engine still waits for AWS after %s, and is killed with the job: run "+
			"pulumi cancel -s %s and pulumi refresh -s %s, then deploy again", patience, d.stack, d.stack)
	case err != nil:
		return err
	}
	fmt.Fprintf(d.workflow.out, "the engine of %s has ended by itself. Its last words:\n%s", d.stack, lastWords)
	return nil
}
