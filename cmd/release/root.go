package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "release",
		Short:         "Bring an image from a commit to its users",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newImage(), newDeploy(), newIntegration(), newPin(), newAccount())
	return root
}

// step makes a command of a value whose flags have been bound.
func step(use, short string, run func(*tools, *cobra.Command) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var missing []string
			for _, name := range requiredFlags(cmd) {
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
				return failure{err}
			}
			return nil
		},
	}
}

const requiredAnnotation = "release-required"

// mark says which flags the command makes no sense without.
func mark(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		flag := cmd.Flags().Lookup(name)
		flag.Annotations = map[string][]string{requiredAnnotation: {"true"}}
		flag.Usage += " (required)"
	}
}

func requiredFlags(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if _, required := flag.Annotations[requiredAnnotation]; required {
			names = append(names, flag.Name)
		}
	})
	return names
}
