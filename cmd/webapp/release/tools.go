package release

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
)

// tools runs the commands that a release is made of.
type tools struct {
	ctx      context.Context
	out, err io.Writer
	// env is added to the environment of the commands.
	env []string
	// as is who calls AWS in this process; the zero value is the caller.
	as awsapi.Profile
}

func newTools(cmd *cobra.Command) *tools {
	return &tools{ctx: cmd.Context(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
}

// run shows a command and its output.
func (t *tools) run(name string, args ...string) error {
	return t.start(nil, t.out, name, args...)
}

// ask returns what a command writes to standard output, which is not shown.
func (t *tools) ask(name string, args ...string) (string, error) {
	var out bytes.Buffer
	err := t.start(nil, &out, name, args...)
	return strings.TrimSpace(out.String()), err
}

// start shows the command, but never what it reads: that may be a password.
func (t *tools) start(in io.Reader, out io.Writer, name string, args ...string) error {
	fmt.Fprintln(t.err, "+", name, strings.Join(shown(args), " "))
	program, err := cli.Program(name)
	if err != nil {
		return err
	}
	command := exec.CommandContext(t.ctx, program, args...) //nolint:gosec // the commands are the program's own
	command.Stdin, command.Stdout, command.Stderr = in, out, t.err
	command.Env = append(os.Environ(), t.env...)
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, firstWords(args), err)
	}
	return nil
}

// longestShown is how much of an argument is repeated: manifests and AppSpecs are long.
const longestShown = 200

func shown(args []string) []string {
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = arg
		if len(arg) > longestShown {
			texts[i] = arg[:longestShown] + "..."
		}
	}
	return texts
}

// firstWords name a command in an error: aws ecr get-login-password, pulumi up.
func firstWords(args []string) string {
	var words []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") || len(words) == 2 {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
