package runonce

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/runtask"
)

// Kind is what is run, as the help and the errors say it.
type Kind struct {
	// Noun such as job, and List, the stack's output with all of them.
	Noun, List string
	// Short, Long and Example of the help; Long follows Short.
	Short, Long, Example string
	// None says how to get one.
	None string
}

// New makes the command run.
func New(kind Kind) *cobra.Command {
	source := &outputs.Source{}
	r := &runtask.Runner{Clock: clock.System{}}
	cmd := &cobra.Command{
		Use: "run NAME", Short: kind.Short, Args: cli.Args("NAME"), Example: kind.Example,
		Long: kind.Short + `.

` + kind.Long + `

It ends with 0 if the container did. If it takes longer than timeoutMinutes, or you press
Ctrl-C, it goes on, and the last line says how to stop it. While a run is under way, another
one takes --beside.

Exit codes: 1 if the run failed or did not start, 4 if Pulumi or AWS could not be asked.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := open(cmd, source, kind, args[0], r); err != nil {
				return err
			}
			err := r.Run(cmd.Context())
			if errors.As(err, new(runtask.FailedError)) {
				return cli.Failed(err)
			}
			return outputs.Unanswered(err)
		},
	}
	source.Flags(cmd)
	cli.DryRunFlag(cmd, &r.DryRun)
	cmd.Flags().BoolVar(&r.Beside, "beside", false, "start it although a run is under way")
	cmd.Flags().BoolVar(&r.Detach, "detach", false, "do not wait for its end")
	return cmd
}

// open reads the outputs, and fills the runner.
func open(cmd *cobra.Command, source *outputs.Source, kind Kind, name string, r *runtask.Runner) error {
	var stack map[string]json.RawMessage
	cfg, err := source.Open(cmd, &stack, runtask.Changes...)
	if err != nil {
		return err
	}
	targets := map[string]runtask.Target{}
	for key, into := range map[string]any{"clusterName": &r.Cluster, kind.List: &targets} {
		if text, there := stack[key]; there {
			if err := json.Unmarshal(text, into); err != nil {
				return cli.Usage(fmt.Errorf("--outputs: %s is not what the stack writes: %w", key, err))
			}
		}
	}
	target, known := targets[name]
	if !known {
		names := "none"
		if len(targets) > 0 {
			names = strings.Join(slices.Sorted(maps.Keys(targets)), ", ")
		}
		return cli.Usage(fmt.Errorf("NAME: found %q, the stack has: %s; for another %s, %s",
			name, names, kind.Noun, kind.None))
	}
	target.Name = name
	r.Target, r.ECS, r.Progress = target, ecs.NewFromConfig(cfg), cmd.ErrOrStderr()
	return nil
}
