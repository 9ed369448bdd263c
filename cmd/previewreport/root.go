package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/preview/risk"
)

type flags struct {
	eventLog, markdown, json, sarif string
	cost, costBase                  string
	commit, failAt                  string
	simulated, drift                bool
}

func newRoot() *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:           "previewreport --event-log FILE",
		Short:         "Report on a preview, the risky things first",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return f.run(cmd.OutOrStdout()) },
	}
	all := root.Flags()
	all.StringVar(&f.eventLog, "event-log", "", "file with the engine's events, which may be compressed with gzip")
	all.StringVar(&f.markdown, "markdown", "", "file for the report as Markdown, - for standard output (default - unless another form is asked for)")
	all.StringVar(&f.json, "json", "", "file for the report as JSON, - for standard output")
	all.StringVar(&f.sarif, "sarif", "", "file for the findings as SARIF, - for standard output")
	all.StringVar(&f.cost, "cost", "", "estimate of the change's cost, as cmd/cost writes it as JSON")
	all.StringVar(&f.costBase, "cost-base", "", "estimate without the change, to compare with")
	all.StringVar(&f.commit, "commit", "", "commit that was previewed, shown in the report")
	all.StringVar(&f.failAt, "fail-at", risk.None.String(), "exit with 1 when a change is of this level or a higher one: low, medium, high, critical, or none for never")
	all.BoolVar(&f.simulated, "simulated", false, "say that the preview is the sandbox's")
	all.BoolVar(&f.drift, "drift", false, "report what a refresh found changed in the cloud, instead of what the preview would change")
	return root
}

func (f *flags) run(out io.Writer) error {
	level, err := risk.ParseLevel(f.failAt)
	if err != nil {
		return fmt.Errorf("--fail-at: %w", err)
	}
	if f.eventLog == "" {
		return errors.New("--event-log: found nothing, expected the file that the sandbox or pulumi wrote with its own --event-log")
	}
	if (f.cost == "") != (f.costBase == "") {
		return errors.New("--cost and --cost-base: found one without the other: give both, or neither")
	}
	options := report.Options{Simulated: f.simulated, Commit: f.commit}
	if f.drift {
		options.Kind = report.Drift
	}
	if options.Cost, err = f.costChange(); err != nil {
		return err
	}
	log, err := eventlog.ReadFile(f.eventLog)
	if err != nil {
		return err
	}
	r := report.New(log, options)
	if err := f.write(out, r); err != nil {
		return err
	}
	if report.Fails(r, level) {
		return fmt.Errorf("%w: found %s in stack %q, --fail-at allows nothing of %s or above: look at the report, then split or change it, or raise --fail-at",
			errRisky, r.Level, r.Stack, level)
	}
	return nil
}

func (f *flags) costChange() (*report.CostChange, error) {
	if f.cost == "" {
		return nil, nil
	}
	before, err := report.ReadEstimate(f.costBase)
	if err != nil {
		return nil, err
	}
	after, err := report.ReadEstimate(f.cost)
	if err != nil {
		return nil, err
	}
	return report.NewCostChange(before, after)
}

// write writes every form that is asked for.
func (f *flags) write(out io.Writer, r *report.Report) error {
	if f.markdown == "" && f.json == "" && f.sarif == "" {
		f.markdown = "-"
	}
	for _, form := range []struct {
		to     string
		render func(*report.Report) ([]byte, error)
	}{
		{f.markdown, func(r *report.Report) ([]byte, error) { return []byte(report.Markdown(r)), nil }},
		{f.json, report.JSON},
		{f.sarif, report.SARIF},
	} {
		if form.to == "" {
			continue
		}
		content, err := form.render(r)
		if err != nil {
			return err
		}
		if form.to == "-" {
			_, err = out.Write(content)
		} else {
			err = os.WriteFile(form.to, content, 0o644) //nolint:gosec // reports are meant to be read by others
		}
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}
