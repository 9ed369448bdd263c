package rotate

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/rotate"
)

// New makes the command.
func New() *cobra.Command {
	source := &outputs.Source{}
	var dryRun bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Change the database's password now, and wait until every task has the new one",
		Long: `Have Secrets Manager and RDS change the database's password, and wait until the rotation relay
has replaced every task that reads it. The database refuses the old password at once: clients
that open new connections get errors for the minute or two until the new tasks serve. It is
refused while the database is not available, or a release moves requests. Called again it
follows what has begun, and begins another rotation only when every task is new.

Exit codes: 1 if it is refused, 3 if tasks with the old password were left when the time was
up, 4 if Pulumi or AWS could not be asked.`,
		Example: "  webapp rotate --stack prod --dry-run",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			var stack struct {
				Cluster  string `json:"clusterName"`
				Secret   string `json:"databaseSecretArn"`
				Services map[string]struct {
					Name string `json:"name"`
				} `json:"services"`
			}
			cfg, err := source.Open(cmd, &stack, rotate.Changes...)
			if err != nil {
				return err
			}
			if stack.Secret == "" {
				return errors.New("the stack has no databaseSecretArn among its outputs: it has no database")
			}
			r := rotate.New(cfg, cmd.OutOrStdout())
			r.Secret, r.Cluster, r.DryRun, r.Timeout = stack.Secret, stack.Cluster, dryRun, timeout
			for _, key := range slices.Sorted(maps.Keys(stack.Services)) {
				r.Services = append(r.Services, stack.Services[key].Name)
			}
			err = r.Run(cmd.Context())
			switch {
			case errors.As(err, new(rotate.RefusedError)):
				return cli.Failed(err)
			case errors.As(err, new(rotate.TimeoutError)):
				return cli.Undecided(err)
			}
			return outputs.Unanswered(err)
		},
	}
	source.Flags(cmd)
	cli.DryRunFlag(cmd, &dryRun)
	cmd.Flags().DurationVar(&timeout, "timeout", rotate.DefaultTimeout, "when to give up waiting; what has begun goes on")
	return cmd
}
