package workflow

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/release"
)

// command that is run.
type command struct {
	// dir is the working directory; empty for the current one.
	dir string
	// env is added to the environment.
	env []string
	// out gets what the command prints; nil for this command's own output.
	out io.Writer
	// lasting is the folder of an engine that must not be killed with this command; empty for what may be.
	lasting string
	// args are the program and its arguments.
	args []string
}

// String is the command as one would type it.
func (c command) String() string { return strings.Join(c.args, " ") }

// runner runs commands.
type runner interface {
	Run(ctx context.Context, c command) error
}

// processes runs commands for real.
type processes struct{}

func (processes) Run(ctx context.Context, c command) error {
	if c.lasting != "" {
		return runLasting(ctx, c, os.Stdout, interruptGrace)
	}
	program, err := cli.Program(c.args[0])
	if err != nil {
		return err
	}
	run := exec.CommandContext(ctx, program, c.args[1:]...) //nolint:gosec // the commands are this program's own
	run.Dir, run.Env = c.dir, append(os.Environ(), c.env...)
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	if c.out != nil {
		run.Stdout = c.out
	}
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = interruptGrace
	if err := run.Run(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// workflow is the commands' common ground.
type workflow struct {
	runner runner
	getenv func(string) string
	out    io.Writer
	// rollout releases what a stack has registered.
	rollout func(context.Context, release.Rollout) error
	// root is the folder of Pulumi.yaml, in which the commands run.
	root string
}

// real is what stands behind the commands outside of tests.
func real() *workflow {
	rollout := func(ctx context.Context, o release.Rollout) error { return o.Run(ctx) }
	return &workflow{runner: processes{}, getenv: os.Getenv, out: os.Stdout, root: ".", rollout: rollout}
}

// run runs a command in the project's folder and says so.
func (w *workflow) run(ctx context.Context, args ...string) error {
	return w.start(ctx, command{args: args})
}

func (w *workflow) start(ctx context.Context, c command) error {
	where := ""
	if c.dir != "" {
		where = " (in " + c.dir + ")"
	}
	fmt.Fprintf(w.out, "\n==> %s%s\n", c, where)
	return w.runner.Run(ctx, c)
}

// onAWS says whether there is everything that the real stack takes.
func (w *workflow) onAWS() bool {
	credentials := w.getenv("AWS_ACCESS_KEY_ID") != "" || w.getenv("AWS_PROFILE") != "" || w.getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != ""
	return credentials && w.getenv("PULUMI_BACKEND_URL") != ""
}

// requireAWS is for what has no meaning in a simulation.
func (w *workflow) requireAWS(operation string) error {
	if w.onAWS() {
		return nil
	}
	return fmt.Errorf("%s needs AWS credentials and the state: found no credentials or no PULUMI_BACKEND_URL: "+
		"docs/pull-requests.md says which variables the repository needs", operation)
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
func (w *workflow) judged(folder, stack string, operation ...string) command {
	args := append([]string{"pulumi"}, operation...)
	args = append(append(args, "--stack", stack), policyargs.Of(w.root, stack)...)
	return command{env: pulumi, args: append(args, "--event-log", eventLog(folder), "--non-interactive")}
}

// pulumi is the environment of the CLI: it offers --event-log to debuggers only, and must not
// ask. AWS does the work, so that more can be under way than the few cores of a runner suggest
// (docs/performance.md).
var pulumi = []string{"PULUMI_DEBUG_COMMANDS=true", "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_PARALLEL=32"}
