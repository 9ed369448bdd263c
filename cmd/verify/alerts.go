package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/verify"
)

// newAlerts looks once, and not at a service: for a job that runs every day.
func newAlerts() *cobra.Command {
	var outputs string
	cmd := &cobra.Command{
		Use:   "alerts --outputs FILE",
		Short: "Say whether everybody who should hear of the stack's alarms has confirmed it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := openOutputs(outputs, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer func() { _ = source.Close() }()
			alerts, err := verify.ReadAlerts(source)
			if err != nil {
				return err
			}
			cfg, err := awsapi.Open(cmd.Context(), alerts.Region)
			if err != nil {
				return lookError{err}
			}
			found, err := alerts.Check(cmd.Context(), verify.NewClients(cfg).SNS)
			switch {
			case errors.As(err, new(verify.NotHeardError)):
				return err
			case err != nil:
				return lookError{explain(err)}
			}
			fmt.Fprintln(cmd.OutOrStdout(), found)
			return nil
		},
	}
	cmd.Flags().StringVar(&outputs, "outputs", "-", "file of pulumi stack output --json, - for standard input")
	return cmd
}
