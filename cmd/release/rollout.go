package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/release"
)

// rolloutStep brings what a stack has registered to its users.
type rolloutStep struct {
	release.Rollout
	stack, outputs string
}

func newRollout() *cobra.Command {
	s := &rolloutStep{}
	cmd := &cobra.Command{
		Use:   "rollout --stack STACK",
		Short: "Deploy what a stack has registered and does not serve yet, and wait until it serves",
		Long: "Compares, for every service of a stack, the version that serves with the one that the last pulumi up " +
			"registered. Waits where ECS is at it; elsewhere runs the service's migration, gives the new version to " +
			"CodeDeploy or ECS, and waits until it serves all requests. Services come in the order of " +
			"services[].deployment.after. It can be called again after any failure.",
		Args: cobra.NoArgs,
		RunE: s.run,
	}
	flags := cmd.Flags()
	flags.StringVarP(&s.stack, "stack", "s", "", "stack to release")
	flags.StringArrayVar(&s.Only, "service", nil, "release this service alone; may be repeated (default all)")
	flags.BoolVar(&s.DryRun, "dry-run", false, "show what would be done, and change nothing")
	flags.BoolVar(&s.OverrideAlarms, "override-alarms", false, "deploy although an alarm is on, all at once and without "+
		"looking at alarms meanwhile: for the version that mends what the alarm is about")
	flags.DurationVar(&s.Timeout, "timeout", release.DefaultTimeout, timeoutUsage)
	flags.BoolVar(&s.SkipURL, "skip-url", false, "do not ask the services' addresses, out of reach from here")
	flags.StringVar(&s.outputs, "outputs", "", "file of pulumi stack output --json, - for standard input "+
		"(default asks pulumi)")
	return cmd
}

const timeoutUsage = "how long a service may take until its new version serves all requests"

func (s *rolloutStep) run(cmd *cobra.Command, _ []string) error {
	var err error
	if s.Outputs, err = s.readOutputs(cmd); err != nil {
		return err
	}
	s.Out = cmd.OutOrStdout()
	return rollOut(cmd.Context(), s.Rollout)
}

func (s *rolloutStep) readOutputs(cmd *cobra.Command) ([]byte, error) {
	switch {
	case s.outputs == "-":
		return io.ReadAll(cmd.InOrStdin())
	case s.outputs != "":
		text, err := os.ReadFile(s.outputs)
		if err != nil {
			return nil, fmt.Errorf("--outputs: %w: write the file with pulumi stack output --json", err)
		}
		return text, nil
	case s.stack == "":
		return nil, errors.New("--stack: found nothing: name the stack to release, such as prod")
	}
	t := &tools{ctx: cmd.Context(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
	text, err := t.ask("pulumi", "stack", "output", "--json", "--stack", s.stack)
	if err != nil {
		return nil, release.CannotLook(err)
	}
	return []byte(text), nil
}

// The exit codes that a rollout has besides those of other commands, as cmd/verify has them.
const (
	exitTimedOut   = 3
	exitCannotLook = 4
)

func exitCode(err error) int {
	switch {
	case errors.As(err, &release.FailureError{}):
		return cli.ExitFailed
	case errors.As(err, &release.TimeoutError{}):
		return exitTimedOut
	case errors.As(err, &release.LookError{}):
		return exitCannotLook
	default:
		return cli.ExitCode(err)
	}
}
