package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "release",
		Short:         "Bring an image from a commit to its users",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newImage(), newDeploy(), newRollout(), newIntegration(), newPin(), newAccount())
	return root
}

// step makes a command of a value whose flags have been bound.
func step(use, short string, run func(*tools, *cobra.Command) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var missing []string
			for _, name := range strings.Fields(cmd.Annotations[requiredFlags]) {
				if value, _ := cmd.Flags().GetString(name); value == "" {
					missing = append(missing, "--"+name)
				}
			}
			// Cobra takes an empty value for one that is given; in a build that is a variable
			// which nobody has set.
			if len(missing) > 0 {
				return fmt.Errorf("%s: found no value of %s: set the variable that the buildspec passes on", use, strings.Join(missing, ", "))
			}
			if err := run(&tools{ctx: cmd.Context(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}, cmd); err != nil {
				return cli.Failed(err)
			}
			return nil
		},
	}
}

const requiredFlags = "required flags"

// mark says which flags the command makes no sense without.
func mark(cmd *cobra.Command, names ...string) {
	cmd.Annotations = map[string]string{requiredFlags: strings.Join(names, " ")}
	for _, name := range names {
		cmd.Flags().Lookup(name).Usage += " (required)"
	}
}
