// Command mutants makes small mistakes in the code, one at a time, and tells which of them no test notices:
//
//	mutants --seed 1 --sample 40 cidr config
//
// It exits with 0 however many survive, with 1 when something could not be measured, and with 2 when it was called
// wrongly.
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/mutants"
)

func main() { cli.Main(newRoot()) }

func newRoot() *cobra.Command {
	var o mutants.Options
	var limit time.Duration
	root := &cobra.Command{
		Use:   "mutants [target...]",
		Short: "Measure what the tests hold",
		RunE: func(cmd *cobra.Command, names []string) error {
			targets, err := mutants.Choose(names)
			if err != nil {
				return cli.Usage(err)
			}
			if o.Sample < 1 || o.Workers < 1 || limit < 0 {
				return cli.Usage(errors.New("--sample and --workers begin at 1, --limit at 0"))
			}
			if o.Root, err = os.Getwd(); err != nil {
				return err
			}
			o.Progress = cmd.ErrOrStderr()
			return measure(cmd, targets, o, limit)
		},
	}
	flags := root.Flags()
	flags.Uint64Var(&o.Seed, "seed", 1, "draws the sample")
	flags.IntVar(&o.Sample, "sample", 40, "mutants a target")
	flags.IntVar(&o.Workers, "workers", 2, "mutants that are tried at a time")
	flags.DurationVar(&limit, "limit", time.Hour, "how long all may take, about; 0 is as long as it takes")
	return root
}

// measure gives each target its share of the time that is left, and reports what could be measured.
func measure(cmd *cobra.Command, targets []mutants.Target, o mutants.Options, limit time.Duration) error {
	end := time.Now().Add(limit)
	var all []*mutants.Measured
	var failed error
	for i, target := range targets {
		if limit > 0 {
			o.Until = time.Now().Add(time.Until(end) / time.Duration(len(targets)-i))
		}
		measured, err := mutants.Run(cmd.Context(), target, o)
		if err != nil {
			failed = fmt.Errorf("%s: %w", target.Name, err)
			fmt.Fprintln(cmd.ErrOrStderr(), failed)
			if cmd.Context().Err() != nil {
				break
			}
			continue
		}
		measured.Write(cmd.OutOrStdout())
		all = append(all, measured)
	}
	mutants.Summarize(cmd.OutOrStdout(), o.Seed, all)
	return failed
}
