package process

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"aws-webapp/internal/cli"
)

// Command that is run.
type Command struct {
	// Args are the program and its arguments.
	Args []string
	// Dir is the working directory; empty for the one of the [Programs].
	Dir string
	// Env is added to the environment.
	Env []string
	// In is read by the program, and never shown: it may be a password. Nil is nothing.
	In io.Reader
	// Out and Err get what the program prints; nil is the log of the [Programs].
	Out, Err io.Writer
	// Lasting is a folder for what is known of a program that must not be killed with this process; empty for one that
	// may be.
	Lasting string
}

// String is the command as one would type it. What is long, such as a manifest, is cut.
func (c Command) String() string {
	texts := make([]string, len(c.Args))
	for i, arg := range c.Args {
		texts[i] = arg
		if len(arg) > longestShown {
			texts[i] = arg[:longestShown] + "..."
		}
	}
	return strings.Join(texts, " ")
}

// longestShown is the length, in bytes, to which an argument is cut when it is shown.
const longestShown = 200

// name is the command in an error: aws ecr get-login-password, pulumi up.
func (c Command) name() string {
	words := c.Args[:1]
	for _, arg := range c.Args[1:] {
		if strings.HasPrefix(arg, "-") || len(words) == 3 {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// Runner runs commands.
type Runner interface {
	Run(ctx context.Context, c Command) error
}

// Programs runs commands for real.
type Programs struct {
	// Log hears which commands are run, and what they print.
	Log io.Writer
	// Dir they run in; empty for the current one.
	Dir string
	// Env is added to the environment of each.
	Env []string
}

// Run shows a command, runs it, and interrupts it when the context is done.
func (p Programs) Run(ctx context.Context, c Command) error {
	where := ""
	if c.Dir != "" {
		where = " (in " + c.Dir + ")"
	}
	fmt.Fprintf(p.Log, "+ %s%s\n", c, where)
	program, err := cli.Program(c.Args[0])
	if err != nil {
		return err
	}
	alive := ctx
	if c.Lasting != "" {
		alive = context.WithoutCancel(ctx)
	}
	run := exec.CommandContext(alive, program, c.Args[1:]...) //nolint:gosec // the commands are this program's own
	if run.Dir = c.Dir; run.Dir == "" {
		run.Dir = p.Dir
	}
	run.Env = append(append(os.Environ(), p.Env...), c.Env...)
	run.Stdin, run.Stdout, run.Stderr = c.In, c.Out, c.Err
	if c.Out == nil {
		run.Stdout = p.Log
	}
	if c.Err == nil {
		run.Stderr = p.Log
	}
	if c.Lasting != "" {
		err = runLasting(ctx, run, c.Lasting, p.Log, interruptGrace)
	} else {
		// A killed engine would leave its lock.
		run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
		run.WaitDelay = interruptGrace
		err = run.Run()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.name(), err)
	}
	return nil
}

// Ask runs a command and returns what it prints to standard output, which is not shown.
func Ask(ctx context.Context, r Runner, c Command) (string, error) {
	var out bytes.Buffer
	c.Out = &out
	err := r.Run(ctx, c)
	return strings.TrimSpace(out.String()), err
}

// StackOutputs asks pulumi for the outputs of a stack, as JSON.
func StackOutputs(ctx context.Context, r Runner, stack string) ([]byte, error) {
	text, err := Ask(ctx, r, Command{
		Args: []string{"pulumi", "stack", "output", "--json", "--stack", stack},
		Env:  []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
	return []byte(text), err
}
