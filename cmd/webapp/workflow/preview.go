package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aws-webapp/cmd/webapp/process"
	webappreport "aws-webapp/cmd/webapp/report"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/preview/risk"
)

// preview of what a pull request would change in one stack.
type preview struct {
	*workflow
	stack, base, out, commit string
	failAt                   risk.Level

	// folder is out as an absolute path, tree the base's files; empty if they could not be had.
	folder, tree string
}

func (p *preview) run(ctx context.Context) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	defer p.dropBase(ctx)
	simulated := !p.onAWS()
	previewed := p.preview(ctx, simulated)
	cost := p.costChange(ctx)
	r, err := writeReports(p.folder, p.stack, report.Options{Simulated: simulated, Commit: p.commit, Cost: cost})
	if err != nil {
		// Why there is nothing to report on is said by the preview, if it failed.
		return errors.Join(previewed, err)
	}
	if err := p.print(r); err != nil {
		return err
	}
	if previewed != nil {
		return previewed
	}
	if report.Fails(r, p.failAt) {
		return fmt.Errorf("found a change of level %s in %s, --fail-at allows nothing of %s or above: "+
			"the report says what it is", r.Level, p.stack, p.failAt)
	}
	return nil
}

// prepare makes the folder, the functions' zips and the base's files.
func (p *preview) prepare(ctx context.Context) (err error) {
	if p.folder, err = reportFolder(p.out, p.stack); err != nil {
		return err
	}
	tree := filepath.Join(p.folder, "base")
	// What an interrupted run has left would be in the way.
	p.tree = tree
	p.dropBase(ctx)
	if err := p.workflow.run(ctx, "git", "worktree", "add", "--detach", "--force", tree, p.base); err != nil {
		p.warn("the base %s cannot be had (%v): everything is shown as new, and no difference in cost", p.base, err)
		p.tree = ""
	}
	return p.workflow.run(ctx, "go", "run", "./cmd/lambdazip")
}

// dropBase forgets the base's files.
func (p *preview) dropBase(ctx context.Context) {
	if p.tree == "" {
		return
	}
	if _, err := os.Stat(p.tree); err != nil {
		return
	}
	// A context that was cancelled must not keep the next run from the folder.
	if err := p.workflow.run(context.WithoutCancel(ctx), "git", "worktree", "remove", "--force", p.tree); err != nil {
		p.warn("%v", err)
	}
}

// preview writes the event log.
func (p *preview) preview(ctx context.Context, simulated bool) error {
	if !simulated {
		if err := p.pinReleased(ctx, p.stack); err != nil {
			return err
		}
		return p.runner.Run(ctx, p.judged(p.folder, p.stack, "preview"))
	}
	home := filepath.Join(p.folder, "sandbox")
	// A state of another base would show its differences as this change's.
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	if p.tree != "" {
		p.deployBase(ctx, home)
	}
	return p.workflow.run(ctx, "go", "run", "./cmd/sandbox", "preview",
		"--stack", p.stack, "--home", home, "--event-log", eventLog(p.folder))
}

// deployBase brings the base up in the sandbox. A base that does not come up, or that has no
// such stack yet, leaves what comes up of it: the preview then shows more than the change.
func (p *preview) deployBase(ctx context.Context, home string) {
	for _, args := range [][]string{
		{"go", "run", "./cmd/lambdazip"},
		{"go", "run", "./cmd/sandbox", "up", "--stack", p.stack, "--home", home, "--policy-pack", "none", "--fast"},
	} {
		if err := p.runner.Run(ctx, process.Command{Dir: p.tree, Args: args}); err != nil {
			p.warn("the base did not come up (%v): what it lacks is shown as new", err)
			return
		}
	}
}

// costChange estimates both sides. A report without cost is better than none.
func (p *preview) costChange(ctx context.Context) *report.CostChange {
	if p.tree == "" {
		return nil
	}
	before, after := filepath.Join(p.folder, "cost-base.json"), filepath.Join(p.folder, "cost.json")
	change, err := p.compareCost(ctx, before, after)
	if err != nil {
		p.warn("no difference in cost: %v", err)
		return nil
	}
	return change
}

func (p *preview) compareCost(ctx context.Context, before, after string) (*report.CostChange, error) {
	// The base's own program estimates the base.
	estimate := []string{"cost", "estimate", "--stack", p.stack, "--json"}
	for file, c := range map[string]process.Command{
		before: {Dir: p.tree, Args: append([]string{"go", "run", "./cmd/webapp"}, estimate...)},
		after:  {Args: append([]string{cli.Self}, estimate...)},
	} {
		text, err := process.Ask(ctx, p.runner, c)
		// An estimate above the budget is an error, and an estimate.
		if err != nil && !json.Valid([]byte(text)) {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return webappreport.CostChange(before, after)
}

// print prints a report in a line, or as JSON.
func (w *workflow) print(r *report.Report) error {
	if !w.json {
		_, err := fmt.Fprintf(w.out, "%s: %s\n", r.Stack, r.Headline())
		return err
	}
	content, err := report.JSON(r)
	if err != nil {
		return err
	}
	_, err = w.out.Write(content)
	return err
}

// reportFolder returns the folder for the reports on a stack.
func reportFolder(out, stack string) (string, error) {
	folder, err := filepath.Abs(filepath.Join(out, stack))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", fmt.Errorf("make the folder for the reports: %w", err)
	}
	// A log of an earlier run must not be taken for this one's.
	if err := os.Remove(eventLog(folder)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return folder, nil
}

func eventLog(folder string) string { return filepath.Join(folder, "events.jsonl") }

// writeReports writes the reports on the event log in a folder. Where there is no whole log,
// the reports say that: an older one must not stay where people look.
func writeReports(folder, stack string, options report.Options) (*report.Report, error) {
	log, unread := eventlog.ReadFile(eventLog(folder))
	if unread != nil {
		why := "There is no whole log of the engine's events. The job's own log says why."
		log = &eventlog.Log{Failed: true, Errors: []string{why}}
	}
	if log.Stack == "" {
		log.Stack = stack // it failed before there was a resource
	}
	r := report.New(log, options)
	if err := report.Write(folder, r); err != nil {
		return nil, err
	}
	return r, unread
}
