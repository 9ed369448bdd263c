package replay

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/replay"
)

// stack has the outputs of a stack that say where undelivered events are.
type stack struct {
	Rotation struct {
		Function string `json:"functionName"`
		Queue    string `json:"deadLetterQueueUrl"`
	} `json:"rotationRelay"`
	Search struct {
		Function string `json:"functionName"`
		Queue    string `json:"deadLetterQueueUrl"`
		Bucket   string `json:"lastResortBucket"`
	} `json:"logSearch"`
	Services map[string]queue `json:"services"`
}

// New makes the command.
func New() *cobra.Command {
	return cli.Group(
		&cobra.Command{
			Use:   "replay",
			Short: "Give functions and workers again what they had failed on",
			Example: "  webapp replay rotation --stack prod --dry-run\n" +
				"  webapp replay search --stack prod\n" +
				"  webapp replay worker orders --stack prod",
		},
		command("rotation", "Give the rotation relay the events of its dead-letter queue",
			`Give the rotation relay the events of its dead-letter queue, once the cause of their failure
is gone. An event is deleted when the relay has dealt with it: then every service has new
tasks. It moves all requests at once and looks at no alarm, since the tasks with the old
password answer with errors. While Lambda still tries, the queue has no event: wait.`,
			func(ctx context.Context, r *replay.Replayer, s *stack) error {
				if s.Rotation.Function == "" {
					return replay.LeftError{Err: errors.New("the stack has no rotation relay: no service has the database")}
				}
				return r.Rotation(ctx, s.Rotation.Function, s.Rotation.Queue)
			}),
		command("search", "Deliver logs that did not reach the search domain",
			`Have the log shipper deliver what Lambda gave up on, out of the bucket of the last resort, and
then what waits in its dead-letter queue. What has arrived is deleted; documents have stable
ids, so that replaying twice duplicates nothing. What fails again stays in the queue.`,
			func(ctx context.Context, r *replay.Replayer, s *stack) error {
				if s.Search.Function == "" {
					return replay.LeftError{Err: errors.New("the stack has no log search (logSearch.enabled)")}
				}
				return r.Search(ctx, s.Search.Function, s.Search.Queue, s.Search.Bucket)
			}),
		worker(),
	)
}

func command(
	name, short, long string, run func(context.Context, *replay.Replayer, *stack) error,
) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cli.Args(), Long: long + codes,
		Example: "  webapp replay " + name + " --stack prod --dry-run",
	}
	runs(cmd, func(ctx context.Context, r *replay.Replayer, s *stack, _ []string) error { return run(ctx, r, s) })
	return cmd
}

const codes = `
Called again it goes on where it stopped.

Exit codes: 1 if something failed again, and stays where it is, 4 if Pulumi or AWS could not
be asked.`

// runs gives a command the flags that all of them have, and its work.
func runs(cmd *cobra.Command, run func(context.Context, *replay.Replayer, *stack, []string) error) {
	source := &outputs.Source{}
	var dryRun bool
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var s stack
		cfg, err := source.Open(cmd, &s, replay.Changes...)
		if err != nil {
			return err
		}
		err = run(cmd.Context(), replay.New(cfg, cmd.OutOrStdout(), dryRun), &s, args)
		switch {
		case errors.As(err, new(wrongError)):
			return cli.Usage(err)
		case errors.As(err, new(replay.LeftError)):
			return cli.Failed(err)
		default:
			return outputs.Unanswered(err)
		}
	}
	source.Flags(cmd)
	cli.DryRunFlag(cmd, &dryRun)
}
