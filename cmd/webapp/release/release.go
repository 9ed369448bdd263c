package release

import (
	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
)

// New makes the command.
func New() *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:   "release",
		Short: "Bring an image from a commit to its users",
		Example: "  webapp release rollout --stack prod\n" +
			"  webapp release image --repository URL --commit SHA\n" +
			"  webapp release deploy --stack prod --service visitor-book --image image.json --role ARN",
	}, newImage(), newDeploy(), newRollout(), newIntegration(), newPin(), newAccount())
}

// step makes a command of a value whose flags have been bound.
func step(name, short, example string, run func(*tools) error) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Example: "  webapp release " + name + " " + example, Args: cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(newTools(cmd))
		},
	}
}
