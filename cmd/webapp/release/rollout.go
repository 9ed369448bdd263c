package release

import (
	"errors"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/release"
)

// rolloutStep brings what a stack has registered to its users.
type rolloutStep struct {
	release.Rollout
	source outputs.Source
}

func newRollout() *cobra.Command {
	s := &rolloutStep{}
	cmd := &cobra.Command{
		Use:   "rollout",
		Short: "Release the versions that the last pulumi up registered",
		Long: `Compare, for every service of a stack, the version that serves with the one that the
last pulumi up registered. If ECS deploys it already, wait for it; if not, run the
service's migration, give the new version to CodeDeploy or ECS, and wait until it serves
all requests. Services come in the order of services[].deployment.after. Call it again
after any failure: it goes on where it stopped.

` + verdicts,
		Example: "  webapp release rollout --stack prod --dry-run\n  webapp release rollout --stack prod",
		Args:    cli.Args(),
		RunE:    s.run,
	}
	s.source.Flags(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&s.Only, "service", nil, "release this service alone; may be repeated (default all)")
	cli.DryRunFlag(cmd, &s.DryRun)
	flags.BoolVar(&s.OverrideAlarms, "override-alarms", false, overrideUsage)
	flags.DurationVar(&s.Timeout, "timeout", release.DefaultTimeout, timeoutUsage)
	flags.BoolVar(&s.SkipURL, "skip-url", false, skipUsage)
	return cmd
}

const (
	timeoutUsage  = "how long a service may take until its new version serves all requests"
	overrideUsage = "deploy although an alarm is on, all at once and without looking at alarms: for the fix of its cause"
	skipUsage     = "do not ask the services' addresses: for a caller that cannot reach the load balancer"

	verdicts = `Exit codes: 1 if a version was rolled back or does not work, or a migration failed, 3 if
AWS had not finished when the time was up, 4 if AWS could not be asked or the command was
interrupted. What ECS and CodeDeploy have begun goes on.`
)

func (s *rolloutStep) run(cmd *cobra.Command, _ []string) error {
	var err error
	if s.Outputs, err = s.source.Read(cmd); err != nil {
		return err
	}
	s.Out, s.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
	err = Verdict(rollOut(cmd.Context(), s.Rollout))
	if cli.ExitCode(err) == cli.ExitUsage {
		return cli.Usage(err) // what is no verdict is wrong with the call
	}
	return err
}

// Verdict marks what a release ends with for the exit code. What is none of its verdicts stays as it is.
func Verdict(err error) error {
	switch {
	case errors.As(err, &release.FailureError{}):
		return cli.Failed(err)
	case errors.As(err, &release.TimeoutError{}):
		return cli.Undecided(err)
	case errors.As(err, &release.LookError{}):
		return cli.CannotAsk(err)
	default:
		return err
	}
}
