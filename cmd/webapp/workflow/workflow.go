package workflow

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/report"
	"aws-webapp/internal/cli"
)

// NewPreview makes the command preview.
func NewPreview() *cobra.Command { return newPreview(real()) }

// NewDrift makes the command drift.
func NewDrift() *cobra.Command { return newDrift(real()) }

// NewDeploy makes the command deploy.
func NewDeploy() *cobra.Command { return newDeploy(real()) }

func newPreview(w *workflow) *cobra.Command {
	p := preview{workflow: w}
	var failAt string
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Preview a stack with the policies, and report on it",
		Long: "With AWS credentials and PULUMI_BACKEND_URL it previews the real stack. Without, as for a pull request from a fork, it\n" +
			"brings the base up in the sandbox and previews the change on top. The report goes into a folder of the stack below --out:\n" +
			"report.md, report.json, report.sarif.",
		Example: "  webapp preview --stack prod --base main\n  webapp preview --stack staging --fail-at high",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if strings.HasPrefix(p.base, "-") {
				return cli.Usage(fmt.Errorf("--base: found %q, expected a commit such as HEAD^1", p.base))
			}
			if p.failAt, err = report.ParseFailAt(failAt); err != nil {
				return err
			}
			return p.run(cmd.Context())
		},
	}
	cli.StackFlag(cmd, &p.stack, "stack to preview")
	cmd.Flags().StringVar(&p.base, "base", "HEAD^1", "commit that the change is compared with; the first parent of a pull request's merge by default")
	cmd.Flags().StringVar(&p.out, "out", "reports", "folder for event log and reports")
	cmd.Flags().StringVar(&p.commit, "commit", "", "commit that is previewed, shown in the report")
	report.FailAtFlag(cmd, &failAt)
	cli.Require(cmd, "stack", "base")
	return cmd
}

func newDrift(w *workflow) *cobra.Command {
	d := drift{workflow: w}
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Look for what has been changed in AWS by other hands, and report on it",
		Long: "Compares the stack's state with AWS and changes neither. Drift is no failure: the report says what it is, in a folder of\n" +
			"the stack below --out. It needs AWS credentials and PULUMI_BACKEND_URL.",
		Example: "  webapp drift --stack prod",
		Args:    cli.Args(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	cli.StackFlag(cmd, &d.stack, "stack to look at")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder for event log and reports")
	cli.Require(cmd, "stack")
	return cmd
}

func newDeploy(w *workflow) *cobra.Command {
	d := deploy{workflow: w}
	cmd := &cobra.Command{
		Use:   "deploy",
		Short: "Preflight, pulumi up with the policies, then release every service and verify what runs",
		Long: "Refuses a commit that is older than what is deployed. What the update did is reported in a folder of the stack below\n" +
			"--out. It needs AWS credentials and PULUMI_BACKEND_URL.\n\n" +
			"Exit codes: 3 where a service did not serve its new version when the time was up, 4 where AWS could not be asked.",
		Example: "  webapp deploy --stack staging",
		Args:    cli.Args(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	cli.StackFlag(cmd, &d.stack, "stack to deploy")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder for event log, outputs and reports")
	cli.Require(cmd, "stack")
	cmd.AddCommand(newWait(w))
	return cmd
}

func newWait(w *workflow) *cobra.Command {
	d := deploy{workflow: w}
	var patience time.Duration
	cmd := &cobra.Command{
		Use:     "wait",
		Short:   "Wait for the engine of a deployment that was cancelled",
		Example: "  webapp deploy wait --stack staging",
		Args:    cli.Args(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return d.wait(cmd.Context(), patience) },
	}
	cli.StackFlag(cmd, &d.stack, "stack that was being deployed")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder of the deployment")
	cmd.Flags().DurationVar(&patience, "patience", endGrace, "how long to wait")
	cli.Require(cmd, "stack")
	return cmd
}
