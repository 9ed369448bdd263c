package workflow

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

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
	engine.lasting = folder
	updated := d.start(ctx, engine)
	if _, err := writeReports(folder, d.stack, report.Options{Kind: report.Update}); err != nil {
		fmt.Fprintf(d.workflow.out, "warning: no report on the update: %v\n", err)
	}
	return updated
}

// release brings what the update has registered to the users of every service.
func (d *deploy) release(ctx context.Context, folder string) error {
	var outputs bytes.Buffer
	if err := d.start(ctx, command{
		env: pulumi, out: &outputs, args: []string{"pulumi", "stack", "output", "--json", "--stack", d.stack},
	}); err != nil {
		return err
	}
	// For whoever looks back.
	if err := os.WriteFile(filepath.Join(folder, "outputs.json"), outputs.Bytes(), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(d.workflow.out, "\n==> release of %s\n", d.stack)
	return webapprelease.Verdict(d.rollout(ctx, release.Rollout{Outputs: outputs.Bytes(), Out: d.workflow.out}))
}
