package replay

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/replay"
)

// queue has the outputs about a service's queue: URLs, empty for a service without one.
type queue struct {
	URL     string `json:"queueUrl"`
	Letters string `json:"deadLetterUrl"`
}

// highest rate at which SQS moves messages, in a second:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
const highest = 500

// wrongError is about the call, and not about the queue.
type wrongError struct{ error }

func worker() *cobra.Command {
	var letters replay.Letters
	cmd := &cobra.Command{
		Use: "worker NAME", Short: "Move the dead letters of a worker back into its queue", Args: cli.Args("NAME"),
		Long: `Move the dead letters of a worker back into its queue, once the cause of their failure is gone, and
wait until SQS has moved them. There they are new messages, with another id, and the time of their
retention begins anew. The worker has to bear one that it has half done before.

--dry-run shows how many there are, and of ten when they were sent and how large they are; with
--bodies what they say, too. It hides those ten for a second, and changes nothing else.` + codes,
		Example: "  webapp replay worker orders --stack prod --dry-run\n" +
			"  webapp replay worker orders --stack prod --per-second 10\n" +
			"  webapp replay worker orders --stack prod --cancel",
	}
	runs(cmd, func(ctx context.Context, r *replay.Replayer, s *stack, args []string) error {
		if letters.PerSecond < 0 || letters.PerSecond > highest {
			return wrongError{fmt.Errorf("--per-second: found %d, allowed are 1 to %d, and 0 to leave it to SQS",
				letters.PerSecond, highest)}
		}
		found, err := queueOf(s.Services, args[0])
		if err != nil {
			return wrongError{err}
		}
		letters.Queue, letters.DeadLetters = found.URL, found.Letters
		return r.Back(ctx, letters)
	})
	cmd.Flags().BoolVar(&letters.Bodies, "bodies", false, "with --dry-run, show what messages say")
	cmd.Flags().BoolVar(&letters.Cancel, "cancel", false, "stop a move that is under way; what has been moved stays")
	cmd.Flags().Int32Var(&letters.PerSecond, "per-second", 0, "messages that are moved in a second; 0 leaves it to SQS")
	return cmd
}

// queueOf returns the queue that belongs to a name of the stack file.
func queueOf(all map[string]queue, name string) (queue, error) {
	if found := all[name]; found.Letters != "" {
		return found, nil
	}
	maps.DeleteFunc(all, func(_ string, one queue) bool { return one.Letters == "" })
	if len(all) == 0 {
		return queue{}, fmt.Errorf("found %q: no service of the stack has a queue", name)
	}
	return queue{}, fmt.Errorf("found %q, which has no queue; those that have one: %s",
		name, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
}
