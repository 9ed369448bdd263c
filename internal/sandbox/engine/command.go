package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/blang/semver"
)

// interruptGrace is the time limit for an interrupted engine to finish what is under way
// and write its state, before it is killed.
const interruptGrace = 30 * time.Second

// command runs the Pulumi CLI for the Automation API. It differs from the API's own command in
// three ways. The environment is the sandbox's, not the user's. Tests of crashes can reach the
// process. And the questions that the API asks around every operation, each of which would
// start the CLI once more, are answered from the local state.
type command struct {
	path    string
	version semver.Version
	// hasState reports whether the stack exists.
	hasState func(stack string) (bool, error)
	// started is called with every process; may be nil.
	started func(*os.Process)
}

// Version returns the version of the CLI.
func (c *command) Version() semver.Version { return c.version }

// Run runs the CLI with the arguments.
func (c *command) Run(
	ctx context.Context, workdir string, stdin io.Reader, outs, errs []io.Writer, env []string, args ...string,
) (stdout, stderr string, code int, err error) {
	if stdout, stderr, answered := c.answer(args); answered {
		if stderr != "" {
			return stdout, stderr, 1, errors.New(stderr)
		}
		return stdout, "", 0, nil
	}
	var out, problems bytes.Buffer
	run := exec.CommandContext(ctx, c.path, append([]string{"--non-interactive"}, args...)...)
	run.Dir, run.Stdin = workdir, stdin
	run.Env = append(append(inherited(os.Environ()), env...), "PULUMI_AUTOMATION_API=true")
	run.Stdout = io.MultiWriter(append(slices.Clone(outs), &out)...)
	run.Stderr = io.MultiWriter(append(slices.Clone(errs), &problems)...)
	run.SysProcAttr = ownGroup()
	// The engine stops in an orderly way when it is interrupted.
	run.Cancel = func() error { return interrupt(run.Process) }
	run.WaitDelay = interruptGrace
	if err := run.Start(); err != nil {
		return "", "", -1, err
	}
	if c.started != nil {
		c.started(run.Process)
	}
	err = run.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out.String(), problems.String(), exit.ExitCode(), err
	}
	return out.String(), problems.String(), 0, err
}

// inherited returns the part of the user's environment that the engine gets: everything except
// the variables that name the user's Pulumi account, backend or stack.
func inherited(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return strings.HasPrefix(variable, "PULUMI_")
	})
}

// answer handles commands that need no engine. The last result says whether it did.
func (c *command) answer(args []string) (stdout, stderr string, answered bool) {
	if len(args) < 2 || args[0] != "stack" {
		return "", "", false
	}
	switch args[1] {
	case "select":
		// Every call names its stack, so all that matters is whether it exists.
		stack := args[len(args)-1]
		found, err := c.hasState(stack)
		if err != nil {
			return "", "", false
		}
		if !found {
			return "", fmt.Sprintf("error: no stack named '%s' found", stack), true
		}
		return "", "", true
	case "history":
		// Results are built from the engine's events.
		return "[]", "", true
	case "output":
		return "{}", "", true
	default:
		return "", "", false
	}
}
