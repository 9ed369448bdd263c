package report

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/preview/risk"
)

type flags struct {
	eventLog, out          string
	cost, costBase         string
	commit, failAt         string
	json, simulated, drift bool
}

// New makes the command.
func New() *cobra.Command {
	f := &flags{}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Report on a preview that somebody has run, the risky things first",
		Long: `Read the log of the engine's events, which the sandbox and the Pulumi CLI write with
their own --event-log, and print the report as Markdown. A preview that failed gets a
report, too.

Exit codes: 1 if a change is at least as risky as --fail-at, 2 if the log cannot be read.`,
		Example: `  export PULUMI_DEBUG_COMMANDS=true
  pulumi preview -s prod --event-log events.jsonl --policy-pack policies \
    --policy-pack-config policies/config/prod.json
  webapp report --event-log events.jsonl --out reports --fail-at critical`,
		Args: cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	all := cmd.Flags()
	all.StringVar(&f.eventLog, "event-log", "", "file with the engine's events, which may be compressed with gzip")
	all.StringVar(&f.out, "out", "", "folder for report.md, report.json and report.sarif")
	all.StringVar(&f.cost, "cost", "", "estimate of the change's cost, as webapp cost estimate --json prints it")
	all.StringVar(&f.costBase, "cost-base", "", "estimate without the change, to compare with")
	all.StringVar(&f.commit, "commit", "", "commit that was previewed, shown in the report")
	FailAtFlag(cmd, &f.failAt)
	all.BoolVar(&f.simulated, "simulated", false, "say that the preview is the sandbox's")
	all.BoolVar(&f.drift, "drift", false,
		"report what a refresh found changed in AWS, instead of what the preview would change")
	cli.JSONFlag(cmd, &f.json)
	cli.Require(cmd, "event-log")
	return cmd
}

// FailAtFlag adds --fail-at, a level of risk.
func FailAtFlag(cmd *cobra.Command, level *string) {
	cmd.Flags().StringVar(level, "fail-at", risk.None.String(),
		"fail when a change is of this level or a higher one: low, medium, high, critical, or none for never")
}

// ParseFailAt reads the value of --fail-at.
func ParseFailAt(text string) (risk.Level, error) {
	level, err := risk.ParseLevel(text)
	if err != nil {
		return level, cli.Usage(fmt.Errorf("--fail-at: %w", err))
	}
	return level, nil
}

func (f *flags) run(cmd *cobra.Command) error {
	level, err := ParseFailAt(f.failAt)
	if err != nil {
		return err
	}
	r, err := f.read()
	if err != nil {
		return cli.Usage(err)
	}
	if f.out != "" {
		if err := report.Write(f.out, r); err != nil {
			return err
		}
	}
	content := []byte(report.Markdown(r))
	if f.json {
		if content, err = report.JSON(r); err != nil {
			return err
		}
	}
	if _, err := cmd.OutOrStdout().Write(content); err != nil {
		return err
	}
	if report.Fails(r, level) {
		return fmt.Errorf("the change is too risky: found %s in stack %q, --fail-at allows nothing of %s or above: "+
			"look at the report, then split or change it, or raise --fail-at", r.Level, r.Stack, level)
	}
	return nil
}

func (f *flags) read() (*report.Report, error) {
	if (f.cost == "") != (f.costBase == "") {
		return nil, errors.New("--cost and --cost-base: found one without the other: give both, or neither")
	}
	options := report.Options{Simulated: f.simulated, Commit: f.commit}
	if f.drift {
		options.Kind = report.Drift
	}
	if f.cost != "" {
		var err error
		if options.Cost, err = CostChange(f.costBase, f.cost); err != nil {
			return nil, err
		}
	}
	log, err := eventlog.ReadFile(f.eventLog)
	if err != nil {
		return nil, err
	}
	return report.New(log, options), nil
}

// CostChange compares two files of estimates.
func CostChange(before, after string) (*report.CostChange, error) {
	base, err := report.ReadEstimate(before)
	if err != nil {
		return nil, err
	}
	change, err := report.ReadEstimate(after)
	if err != nil {
		return nil, err
	}
	return report.NewCostChange(base, change)
}
