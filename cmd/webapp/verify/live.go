package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/live"
	"aws-webapp/internal/plural"
)

type liveLook struct {
	root, stack  string
	undo         []string
	json, dryRun bool
}

// NewLive makes the command live, which looks at the account and not at a service.
func NewLive() *cobra.Command {
	l := &liveLook{}
	cmd := &cobra.Command{
		Use:   "live",
		Short: "Find, and undo, what was added to the stack by hand, where Pulumi cannot see it",
		Long: `Compare the account with the stack's state: rules of its security groups, routes of its
route tables, subscriptions to its topics, statements of its functions' policies, and policies
of its roles that the stack has not made. Neither pulumi refresh nor the next update shows or
removes them. Each is named with the command that undoes it.

Nothing is changed without --undo, which takes away the additions that it names, prints what
each was, and looks again. An addition may be another stack's: ask first. In a suspected
intrusion it is evidence: leave it to the security team. Called again it does no harm.

Exit codes: 1 if something is there that the stack has not made, 4 if Pulumi or AWS could not
be asked.`,
		Example: "  webapp live --stack prod\n" +
			"  webapp live --stack prod --undo sgr-0a1b2c3d4e5f60718 --dry-run",
		Args: cli.Args(),
		RunE: l.run,
	}
	cli.RootFlag(cmd, &l.root)
	cli.StackFlag(cmd, &l.stack, "stack to look at")
	cli.Require(cmd, "stack")
	cli.JSONFlag(cmd, &l.json)
	cli.DryRunFlag(cmd, &l.dryRun)
	cmd.Flags().StringArrayVar(&l.undo, "undo", nil, "id of an addition to take away; may be repeated")
	return cmd
}

func (l *liveLook) run(cmd *cobra.Command, _ []string) error {
	export, err := exportState(cmd, l.root, l.stack)
	if err != nil {
		return cli.CannotAsk(err)
	}
	if len(l.undo) > 0 {
		if err := l.takeAway(cmd, export); err != nil || l.dryRun {
			return outputs.Unanswered(err)
		}
	}
	found, unseen := live.Find(cmd.Context(), export)
	if err := l.print(cmd, found); err != nil {
		return err
	}
	if unseen != nil {
		return outputs.Unanswered(unseen)
	}
	if len(found) > 0 {
		return cli.Failed(fmt.Errorf("found %s that the stack has not made", plural.Of(len(found), "addition")))
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "found nothing that the stack has not made")
	return nil
}

// exportState asks Pulumi for the stack's state.
func exportState(cmd *cobra.Command, root, stack string) ([]byte, error) {
	text, err := process.Ask(cmd.Context(), process.Programs{Log: cmd.ErrOrStderr(), Dir: root}, process.Command{
		Args: live.Export(stack), Env: []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
	return []byte(text), err
}

// takeAway undoes what --undo names. What each was is the only record of it, besides the audit trail.
func (l *liveLook) takeAway(cmd *cobra.Command, export []byte) error {
	looker, err := live.OpenToUndo(cmd.Context(), export)
	if err != nil {
		return err
	}
	found, unseen := looker.Strays(cmd.Context())
	for _, id := range l.undo {
		at := slices.IndexFunc(found, func(one live.Stray) bool { return one.ID == id })
		switch {
		case at < 0 && unseen != nil:
			return unseen
		case at < 0:
			fmt.Fprintf(cmd.ErrOrStderr(), "%s was not added by hand, or is gone already\n", id)
			continue
		case l.dryRun:
			fmt.Fprintf(cmd.ErrOrStderr(), "would undo %s (%s):\n  %s\n", found[at].What, found[at].Detail, found[at].Undo)
			continue
		}
		if err := looker.Undo(cmd.Context(), found[at]); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "undone: %s (%s)\n", found[at].What, found[at].Detail)
	}
	return nil
}

func (l *liveLook) print(cmd *cobra.Command, found []live.Stray) error {
	if l.json {
		return cli.PrintJSON(cmd.OutOrStdout(), append([]live.Stray{}, found...))
	}
	var text strings.Builder
	for _, one := range found {
		fmt.Fprintf(&text, "%s: %s\n  id %s\n  %s\n", one.What, one.Detail, one.ID, one.Undo)
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), text.String())
	return err
}
