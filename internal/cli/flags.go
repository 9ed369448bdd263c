package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// StackFlag adds --stack, the stack that a command works on. What is in the variable is the default.
func StackFlag(cmd *cobra.Command, stack *string, usage string) {
	cmd.Flags().StringVarP(stack, "stack", "s", *stack, usage)
}

// RootFlag adds --root, the folder of the project: the current one, unless the variable says another.
func RootFlag(cmd *cobra.Command, root *string) {
	if *root == "" {
		*root = "."
	}
	cmd.Flags().StringVar(root, "root", *root, "folder of Pulumi.yaml")
}

// JSONFlag adds --json. A command that has it prints JSON, and nothing else, to standard output.
func JSONFlag(cmd *cobra.Command, json *bool) {
	cmd.Flags().BoolVar(json, "json", false, "print the result as JSON")
}

// DryRunFlag adds --dry-run. A command that has it then shows what it would do, and changes nothing.
func DryRunFlag(cmd *cobra.Command, dryRun *bool) {
	cmd.Flags().BoolVar(dryRun, "dry-run", false, "show what would be done, and change nothing")
}

// Required ends the usage of a flag that must be given.
const Required = " (required)"

// needed marks a flag that must have a value.
const needed = "needed"

// Require says which flags a command makes no sense without. An empty value counts as none: in a build it is a variable
// that nobody has set.
func Require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		flag := cmd.Flag(name)
		if flag.DefValue == "" {
			flag.Usage += Required
		}
		flag.Annotations = map[string][]string{needed: {"yes"}}
	}
}

// stackPattern matches the names that Pulumi allows for a stack. It keeps options and paths out of programs
// started with the name.
var stackPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)

// checkFlags looks for what [Require] demands, and at the name of the stack.
func checkFlags(cmd *cobra.Command) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value := f.Value.String()
		switch {
		case value == "" && f.Annotations[needed] != nil:
			errs = append(errs, fmt.Errorf("--%s: found nothing, expected: %s", f.Name, strings.TrimSuffix(f.Usage, Required)))
		case f.Name == "stack" && value != "" && !stackPattern.MatchString(value):
			errs = append(errs, fmt.Errorf("--stack: found %q, expected the name of a stack such as prod", value))
		}
	})
	return Usage(errors.Join(errs...))
}
