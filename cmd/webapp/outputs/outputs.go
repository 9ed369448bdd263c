// Package outputs gives commands the outputs of a stack: from a file, or by asking the Pulumi CLI.
package outputs

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
)

// Source of a stack's outputs.
type Source struct{ Stack, File string }

// Flags adds --stack and --outputs, of which a command takes one.
func (s *Source) Flags(cmd *cobra.Command) {
	cli.StackFlag(cmd, &s.Stack, "stack, whose outputs are asked of pulumi")
	cmd.Flags().StringVar(&s.File, "outputs", "", "file of pulumi stack output --json, - for standard input, instead of asking pulumi")
}

// Given says whether the call names a source.
func (s *Source) Given() bool { return s.Stack != "" || s.File != "" }

// Read reads the outputs. Its errors are marked for the exit code.
func (s *Source) Read(cmd *cobra.Command) ([]byte, error) {
	switch {
	case s.File == "-":
		text, err := io.ReadAll(cmd.InOrStdin())
		return text, cli.Usage(err)
	case s.File != "":
		text, err := os.ReadFile(s.File)
		if err != nil {
			return nil, cli.Usage(fmt.Errorf("--outputs: %w: write the file with pulumi stack output --json", err))
		}
		return text, nil
	case s.Stack == "":
		return nil, cli.Usage(fmt.Errorf("--stack: found nothing: name the stack, such as prod, or give --outputs"))
	}
	args := []string{"stack", "output", "--json", "--stack", s.Stack}
	fmt.Fprintln(cmd.ErrOrStderr(), "+ pulumi", strings.Join(args, " "))
	var out bytes.Buffer
	ask := exec.CommandContext(cmd.Context(), "pulumi", args...) //nolint:gosec // the name was checked
	ask.Stdout, ask.Stderr = &out, cmd.ErrOrStderr()
	if err := ask.Run(); err != nil {
		return nil, cli.CannotAsk(fmt.Errorf("pulumi stack output: %w", err))
	}
	return out.Bytes(), nil
}
