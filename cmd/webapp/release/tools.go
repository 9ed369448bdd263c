package release

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/awsapi"
)

// tools holds the clients and outputs that the steps of a release share.
type tools struct {
	ctx context.Context
	// out gets the result, log everything else.
	out, log io.Writer
	programs process.Programs
	// as is the identity with which this process calls AWS; the zero value is the caller's own.
	as awsapi.Profile
}

func newTools(cmd *cobra.Command) *tools {
	log := cmd.ErrOrStderr()
	return &tools{ctx: cmd.Context(), out: cmd.OutOrStdout(), log: log, programs: process.Programs{Log: log}}
}

// run runs a program.
func (t *tools) run(args ...string) error { return t.programs.Run(t.ctx, process.Command{Args: args}) }

// ask returns what a program writes to standard output, which is not shown.
func (t *tools) ask(args ...string) (string, error) {
	return process.Ask(t.ctx, t.programs, process.Command{Args: args})
}

// login hands docker the password of a registry, past arguments, files and logs.
func (t *tools) login(password, host string) error {
	return t.programs.Run(t.ctx, process.Command{
		Args: []string{"docker", "login", "--username", "AWS", "--password-stdin", host}, In: strings.NewReader(password),
	})
}
