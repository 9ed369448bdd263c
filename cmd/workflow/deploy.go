package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/preview/report"
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
		return cli.Failed(err)
	}
	for _, step := range []func(context.Context, string) error{d.check, d.up, d.verify} {
		if err := step(ctx, folder); err != nil {
			return cli.Failed(err)
		}
	}
	return nil
}

// check looks for what would stop the update half way.
func (d *deploy) check(ctx context.Context, _ string) error {
	if err := d.pinReleased(ctx, d.stack); err != nil {
		return err
	}
	if err := d.workflow.run(ctx, "go", "run", "./cmd/lambdazip"); err != nil {
		return err
	}
	return d.workflow.run(ctx, "go", "run", "./cmd/preflight", "--stack", d.stack)
}

// up updates the stack. The report on it is for whoever looks back; it decides nothing.
func (d *deploy) up(ctx context.Context, folder string) error {
	updated := d.start(ctx, d.judged(folder, d.stack, "up", "--yes"))
	if _, err := writeReports(folder, d.stack, report.Options{Kind: report.Update}); err != nil {
		fmt.Fprintf(d.workflow.out, "warning: no report on the update: %v\n", err)
	}
	return updated
}

// outputs are what verification asks of the stack's.
type outputs struct {
	Services map[string]struct {
		Application string `json:"codeDeployApplication"`
	} `json:"services"`
}

// verify waits until every service runs what was deployed. What CodeDeploy shifts is released,
// and verified, by the pipeline: the update has only registered its next version.
func (d *deploy) verify(ctx context.Context, folder string) error {
	file, text, err := d.writeOutputs(ctx, folder, d.stack)
	if err != nil {
		return err
	}
	var found outputs
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("read the outputs of %s: %w", d.stack, err)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(found.Services)) {
		if found.Services[name].Application != "" {
			fmt.Fprintf(d.workflow.out, "%s is released by CodeDeploy: the pipeline verifies it\n", name)
			continue
		}
		errs = append(errs, d.workflow.run(ctx, "go", "run", "./cmd/verify", "--outputs", file, "--service", name))
	}
	return errors.Join(errs...)
}

// writeOutputs writes the stack's outputs into a file.
func (w *workflow) writeOutputs(ctx context.Context, folder, stack string) (file string, text []byte, err error) {
	var out bytes.Buffer
	if err := w.start(ctx, command{
		env: pulumi, out: &out, args: []string{"pulumi", "stack", "output", "--json", "--stack", stack},
	}); err != nil {
		return "", nil, err
	}
	file = filepath.Join(folder, "outputs.json")
	return file, out.Bytes(), os.WriteFile(file, out.Bytes(), 0o600)
}
