package job

import (
	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/runonce"
	"aws-webapp/internal/cli"
)

// New makes the command.
func New() *cobra.Command {
	return cli.Group(
		&cobra.Command{
			Use:     "job",
			Short:   "Run a job now, whatever its schedule",
			Example: "  webapp job run nightly --stack prod",
		},
		runonce.New(runonce.Kind{
			Noun: "job", List: "jobs", Short: "Run a job now, and wait for its end",
			Long: `It runs as it does on its schedule: the same image, command, roles, subnets and security
group. A failure raises the job's alarm, too.`,
			Example: "  webapp job run nightly --stack prod",
			None:    "list it in jobs of the stack file, and deploy",
		}),
	)
}
