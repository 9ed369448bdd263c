package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/preview/risk"
)

func newRoot(w *workflow) *cobra.Command {
	root := &cobra.Command{
		Use:           "workflow",
		Short:         "What the GitHub Actions workflows do",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newPreview(w), newDrift(w), newAlerts(w), newDeploy(w), newEnd(w))
	return root
}

// stackPattern is what Pulumi allows as a stack's name.
var stackPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)

func checkStack(name string) error {
	if !stackPattern.MatchString(name) {
		return fmt.Errorf("--stack: found %q, expected the name of a stack such as prod", name)
	}
	return nil
}

func newPreview(w *workflow) *cobra.Command {
	p := preview{workflow: w}
	var failAt string
	cmd := &cobra.Command{
		Use:   "preview --stack STACK",
		Short: "Preview a stack with the policies and write the report",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := checkStack(p.stack); err != nil {
				return err
			}
			if p.base == "" {
				return errors.New("--base: found nothing, expected the commit to compare with, such as HEAD^1")
			}
			if strings.HasPrefix(p.base, "-") {
				return fmt.Errorf("--base: found %q, expected a commit such as HEAD^1", p.base)
			}
			if p.failAt, err = risk.ParseLevel(failAt); err != nil {
				return fmt.Errorf("--fail-at: %w", err)
			}
			return p.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&p.stack, "stack", "s", "prod", "stack to preview")
	cmd.Flags().StringVar(&p.base, "base", "HEAD^1", "commit that the change is compared with; the first parent of a pull request's merge by default")
	cmd.Flags().StringVar(&p.out, "out", "reports", "folder for event log and reports")
	cmd.Flags().StringVar(&p.commit, "commit", "", "commit that is previewed, shown in the report")
	cmd.Flags().StringVar(&failAt, "fail-at", risk.None.String(), "fail when a change is of this level or a higher one: low, medium, high, critical, or none for never")
	return cmd
}

func newDrift(w *workflow) *cobra.Command {
	d := drift{workflow: w}
	cmd := &cobra.Command{
		Use:   "drift --stack STACK",
		Short: "Look for what has been changed in AWS by other hands, and write the report",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkStack(d.stack); err != nil {
				return err
			}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&d.stack, "stack", "s", "prod", "stack to look at")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder for event log and reports")
	return cmd
}

func newAlerts(w *workflow) *cobra.Command {
	d := drift{workflow: w}
	cmd := &cobra.Command{
		Use:   "alerts --stack STACK",
		Short: "Fail while somebody who should hear of the stack's alarms has not confirmed it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkStack(d.stack); err != nil {
				return err
			}
			return d.alerts(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&d.stack, "stack", "s", "prod", "stack to look at")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder for the outputs")
	return cmd
}

func newDeploy(w *workflow) *cobra.Command {
	d := deploy{workflow: w}
	cmd := &cobra.Command{
		Use:   "deploy --stack STACK",
		Short: "Preflight, up with the policies, then release every service and verify what runs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkStack(d.stack); err != nil {
				return err
			}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&d.stack, "stack", "s", "", "stack to deploy")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder for event log, outputs and reports")
	return cmd
}

func newEnd(w *workflow) *cobra.Command {
	d := deploy{workflow: w}
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "end --stack STACK",
		Short: "Wait for the engine of a deployment that was cancelled",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkStack(d.stack); err != nil {
				return err
			}
			return d.end(cmd.Context(), patience)
		},
	}
	cmd.Flags().StringVarP(&d.stack, "stack", "s", "", "stack that was being deployed")
	cmd.Flags().StringVar(&d.out, "out", "reports", "folder of the deployment")
	cmd.Flags().DurationVar(&patience, "patience", endGrace, "how long to wait")
	return cmd
}
