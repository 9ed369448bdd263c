package workflow

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/live"
	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/release"
)

// workflow is the commands' common ground.
type workflow struct {
	runner process.Runner
	getenv func(string) string
	// out gets the result, log everything else.
	out, log io.Writer
	// rollout releases what a stack has registered.
	rollout func(context.Context, release.Rollout) error
	// added finds what was added by hand, in a state that was exported.
	added func(context.Context, []byte) ([]live.Stray, error)
	// root is the folder of Pulumi.yaml, in which the programs run.
	root string
	// json prints the result as JSON.
	json bool
}

// system returns the workflow that runs real programs; tests make another.
func system() *workflow {
	return &workflow{
		getenv:  os.Getenv,
		rollout: func(ctx context.Context, o release.Rollout) error { return o.Run(ctx) },
		added:   live.Find,
	}
}

// command makes a command of the package, whose flags are yet to be added.
func (w *workflow) command(name, short string, run func(context.Context) error) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Args: cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			w.out, w.log = cmd.OutOrStdout(), cmd.ErrOrStderr()
			if w.runner == nil {
				w.runner = process.Programs{Log: w.log, Dir: w.root}
			}
			return run(cmd.Context())
		},
	}
}

// run runs a program in the project's folder.
func (w *workflow) run(ctx context.Context, args ...string) error {
	return w.runner.Run(ctx, process.Command{Args: args})
}

func (w *workflow) warn(format string, values ...any) {
	fmt.Fprintf(w.log, "warning: "+format+"\n", values...)
}

// onAWS says whether there is everything that the real stack takes.
func (w *workflow) onAWS() bool {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		if w.getenv(name) != "" {
			return w.getenv("PULUMI_BACKEND_URL") != ""
		}
	}
	return false
}

// requireAWS is for what has no meaning in a simulation.
func (w *workflow) requireAWS(operation string) error {
	if w.onAWS() {
		return nil
	}
	return fmt.Errorf("%s needs AWS credentials and the state: found no credentials (AWS_PROFILE or others) or no "+
		"PULUMI_BACKEND_URL: docs/pull-requests.md says which variables the repository needs", operation)
}

// pinReleased puts the images that the pipeline has released into the stack's file, where the
// pipeline delivers: the image that Git names would take the last release back.
func (w *workflow) pinReleased(ctx context.Context, stack string) error {
	switch by := w.getenv("DELIVERED_BY"); by {
	case "", "workflow":
		return nil
	case "pipeline":
		return w.run(ctx, cli.Self, "release", "pin", "--stack", stack)
	default:
		return fmt.Errorf("DELIVERED_BY: found %q, allowed are pipeline and workflow: correct the repository's variable", by)
	}
}

// judged is a command of the engine on a stack, with the policies and their configuration.
func (w *workflow) judged(folder, stack string, operation ...string) process.Command {
	args := append([]string{"pulumi"}, operation...)
	args = append(append(args, "--stack", stack), policyargs.Of(w.root, stack)...)
	return process.Command{Env: pulumi, Args: append(args, "--event-log", eventLog(folder), "--non-interactive")}
}

// pulumi is the environment of the CLI: it offers --event-log to debuggers only, and must not
// ask. AWS does the work, so that more can be under way than the few cores of a runner suggest
// (docs/performance.md).
var pulumi = []string{"PULUMI_DEBUG_COMMANDS=true", "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_PARALLEL=32"}
