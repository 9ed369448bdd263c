package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/sandbox/engine"
)

func newOutputs(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "outputs",
		Short: "Print the stack's outputs",
		Args:  cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			// Outputs need neither policies nor progress.
			f.policyPack = ""
			to := cmd.OutOrStdout()
			if f.json {
				to = cmd.ErrOrStderr()
			}
			opened, err := f.open(cmd, output{progress: to, engine: to})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, opened.Close()) }()
			outputs, err := opened.Outputs()
			if err != nil {
				return err
			}
			if f.json {
				return cli.PrintJSON(cmd.OutOrStdout(), outputs)
			}
			for _, name := range slices.Sorted(maps.Keys(outputs)) {
				fmt.Fprintf(cmd.OutOrStdout(), "%-20s %s\n", name, outputText(outputs[name]))
			}
			return nil
		},
	}
}

// outputText shows text as it is and everything else as JSON.
func outputText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

func newStack(f *flags) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "stack", Short: "Look at the sandbox's stacks"}, &cobra.Command{
		Use:   "ls",
		Short: "List the stacks that the sandbox has state of",
		Args:  cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := engine.ListStacks(f.root, f.home)
			if err != nil {
				return err
			}
			if f.json {
				return cli.PrintJSON(cmd.OutOrStdout(), found)
			}
			for _, stack := range found {
				fmt.Fprintf(cmd.OutOrStdout(), "%-20s %4d resources, last written %s\n",
					stack.Name, stack.Resources, stack.Updated.Local().Format(time.DateTime))
			}
			return nil
		},
	})
}
