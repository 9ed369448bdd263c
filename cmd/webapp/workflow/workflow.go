package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	webappreport "aws-webapp/cmd/webapp/report"
	"aws-webapp/internal/cli"
)

// NewPreview makes the command preview.
func NewPreview() *cobra.Command { return newPreview(system()) }

// NewDrift makes the command drift.
func NewDrift() *cobra.Command { return newDrift(system()) }

// NewDeploy makes the command deploy.
func NewDeploy() *cobra.Command { return newDeploy(system()) }

// flags adds what the commands have in common.
func (w *workflow) flags(cmd *cobra.Command, stack, out *string, stackUsage string) {
	cli.RootFlag(cmd, &w.root)
	cli.StackFlag(cmd, stack, stackUsage)
	cmd.Flags().StringVar(out, "out", "reports", "folder for event logs and reports, each stack's in a folder of its own")
	cli.Require(cmd, "stack")
}

func newPreview(w *workflow) *cobra.Command {
	p := &preview{workflow: w}
	var failAt string
	const short = "Preview a stack with the policies, and report on it"
	cmd := w.command("preview", short, func(ctx context.Context) (err error) {
		if strings.HasPrefix(p.base, "-") {
			return cli.Usage(fmt.Errorf("--base: found %q, expected a commit such as HEAD^1", p.base))
		}
		if p.failAt, err = webappreport.ParseFailAt(failAt); err != nil {
			return err
		}
		return p.run(ctx)
	})
	cmd.Long = `Preview a stack with the policies, and report on it, the risky things first.

With AWS credentials and PULUMI_BACKEND_URL it previews the real stack. Without them, as
for a pull request from a fork, it brings the base up in the sandbox and previews the
change on top. The stack's folder below --out gets report.md, report.json and
report.sarif.`
	cmd.Example = "  webapp preview --stack prod --base main\n  webapp preview --stack staging --fail-at high"
	w.flags(cmd, &p.stack, &p.out, "stack to preview")
	cmd.Flags().StringVar(&p.base, "base", "HEAD^1", "commit to compare with: HEAD^1 is what a pull request merges into")
	cmd.Flags().StringVar(&p.commit, "commit", "", "commit that is previewed, shown in the report")
	webappreport.FailAtFlag(cmd, &failAt)
	cli.JSONFlag(cmd, &w.json)
	cli.Require(cmd, "base")
	return cmd
}

func newDrift(w *workflow) *cobra.Command {
	d := &drift{workflow: w}
	cmd := w.command("drift", "Look for what other hands have changed in AWS, and report on it", d.run)
	cmd.Long = `Compare a stack's state with AWS, and change neither: what was changed or deleted, and
what was added by hand, which webapp live lists, too. Drift is not a failure: what it is
stands in report.md and report.json in the stack's folder below --out. It needs AWS
credentials and PULUMI_BACKEND_URL.`
	cmd.Example = "  webapp drift --stack prod"
	w.flags(cmd, &d.stack, &d.out, "stack to look at")
	cli.JSONFlag(cmd, &w.json)
	return cmd
}

func newDeploy(w *workflow) *cobra.Command {
	d := &deploy{workflow: w}
	cmd := w.command("deploy", "Preflight, pulumi up with the policies, then release every service", d.run)
	cmd.Long = `Look for what would stop an update half way, update the stack with the policies, release
every service, and wait until the new versions serve and work. It refuses a commit that
is older than the deployed one. It needs AWS credentials and PULUMI_BACKEND_URL.

Exit codes: 3 if a service did not serve its new version when the time was up, 4 if AWS
could not be asked.`
	cmd.Example = "  webapp deploy --stack staging"
	w.flags(cmd, &d.stack, &d.out, "stack to deploy")
	cmd.AddCommand(newWait(w))
	return cmd
}

// endGrace is the time for which the step after a cancelled one waits: GitHub ends a cancelled job after five minutes.
// Source: https://docs.github.com/en/actions/reference/workflow-cancellation-reference
const endGrace = 4*time.Minute + 30*time.Second

func newWait(w *workflow) *cobra.Command {
	d := &deploy{workflow: w}
	var patience time.Duration
	const short = "Wait until the Pulumi engine of a cancelled deployment has ended"
	cmd := w.command("wait", short, func(ctx context.Context) error {
		return d.wait(ctx, patience)
	})
	cmd.Example = "  webapp deploy wait --stack staging"
	w.flags(cmd, &d.stack, &d.out, "stack that was being deployed")
	cmd.Flags().DurationVar(&patience, "patience", endGrace, "how long to wait")
	return cmd
}
