package outputs

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
)

// Source of a stack's outputs.
type Source struct{ Root, Stack, File string }

// Flags adds --stack with --root, and --outputs, of which a command takes one.
func (s *Source) Flags(cmd *cobra.Command) {
	cli.RootFlag(cmd, &s.Root)
	cli.StackFlag(cmd, &s.Stack, "stack, whose outputs are asked of pulumi")
	cmd.Flags().StringVar(&s.File, "outputs", "",
		"file of pulumi stack output --json, - for standard input, instead of asking pulumi")
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
		return nil, cli.Usage(errors.New("--stack: found nothing: name the stack, such as prod, or give --outputs"))
	}
	text, err := process.StackOutputs(cmd.Context(), process.Programs{Log: cmd.ErrOrStderr(), Dir: s.Root}, s.Stack)
	return text, cli.CannotAsk(err)
}
