package verify

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/verify"
)

// NewAlerts makes the command alerts, which looks once, and not at a service: for a job that runs every day.
func NewAlerts() *cobra.Command {
	source := &outputs.Source{}
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "Check that every subscription to the stack's alarms is confirmed",
		Long: `Ask SNS for the subscriptions of the stack's alert topic. An address that has not
confirmed its subscription, or that SNS has dropped, is notified of no alarm, and neither
Pulumi's state nor a refresh shows it.

Exit codes: 1 if somebody is not notified of alarms, 4 if Pulumi or AWS could not be asked.`,
		Example: "  webapp alerts --stack prod",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := source.Read(cmd)
			if err != nil {
				return err
			}
			alerts, err := verify.ReadAlerts(bytes.NewReader(text))
			if err != nil {
				return cli.Usage(err)
			}
			cfg, err := awsapi.Open(cmd.Context(), alerts.Region)
			if err != nil {
				return cli.CannotAsk(err)
			}
			found, err := alerts.Check(cmd.Context(), verify.NewClients(cfg).SNS)
			if err != nil {
				return judged(err)
			}
			fmt.Fprintln(cmd.OutOrStdout(), found)
			return nil
		},
	}
	source.Flags(cmd)
	return cmd
}

// judged tells a verdict on the subscriptions from what kept the command from one.
func judged(err error) error {
	if errors.As(err, new(verify.NotHeardError)) {
		return cli.Failed(err)
	}
	return outputs.Unanswered(err)
}
