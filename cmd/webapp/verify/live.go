package verify

import (
	"fmt"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/live"
)

type liveLook struct {
	root, stack string
	json        bool
}

// NewLive makes the command live, which looks at the account and not at a service.
func NewLive() *cobra.Command {
	l := &liveLook{}
	cmd := &cobra.Command{
		Use:   "live",
		Short: "Find what was added to the stack by hand, where Pulumi cannot see it",
		Long: `Compare the account with the stack's state: rules of its security groups, routes of its
route tables, subscriptions to its topics, statements of its functions' policies, and policies
of its roles that the stack has not made. Neither pulumi refresh nor the next update shows or
removes them. Each is named with the command that undoes it. Nothing is changed.

Exit codes: 1 if something was added, 4 if Pulumi or AWS could not be asked.`,
		Example: "  webapp live --stack prod",
		Args:    cli.Args(),
		RunE:    l.run,
	}
	cli.RootFlag(cmd, &l.root)
	cli.StackFlag(cmd, &l.stack, "stack to look at")
	cli.Require(cmd, "stack")
	cli.JSONFlag(cmd, &l.json)
	return cmd
}

func (l *liveLook) run(cmd *cobra.Command, _ []string) error {
	text, err := process.Ask(cmd.Context(), process.Programs{Log: cmd.ErrOrStderr(), Dir: l.root}, process.Command{
		Args: live.Export(l.stack), Env: []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
	if err != nil {
		return cli.CannotAsk(err)
	}
	found, unseen := live.Find(cmd.Context(), []byte(text))
	if err := l.print(cmd, found); err != nil {
		return err
	}
	if unseen != nil {
		return cli.CannotAsk(explain(unseen))
	}
	if len(found) > 0 {
		return cli.Failed(fmt.Errorf("found %d additions that the stack has not made", len(found)))
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "found nothing that the stack has not made")
	return nil
}

func (l *liveLook) print(cmd *cobra.Command, found []live.Stray) error {
	if l.json {
		return cli.PrintJSON(cmd.OutOrStdout(), append([]live.Stray{}, found...))
	}
	for _, one := range found {
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n  %s\n", one.What, one.Detail, one.Undo)
	}
	return nil
}
