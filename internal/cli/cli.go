package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs a command and ends the process if it fails, with the exit code that [Codes] explains. The context of the
// command is done when the process is interrupted or told to end.
func Main(root *cobra.Command) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := Run(ctx, root)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(ExitCode(err))
	}
}

// Run runs a command with its arguments, which are those of the process unless SetArgs gave others. An error of the
// command itself is a failure unless it is marked otherwise; an error that keeps it from being run is a wrong call.
func Run(ctx context.Context, root *cobra.Command) error {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	prepare(root)
	return root.ExecuteContext(ctx)
}

// Self is the name with which a command calls another one of the same program: [Program] finds
// its file.
const Self = "webapp"

// Program is the file of a program that a command starts: this process's own for [Self], so that one build is enough;
// others are left to the PATH. Tests put theirs in its place.
var Program = func(name string) (string, error) {
	if name != Self {
		return name, nil
	}
	return os.Executable()
}

const prepared = "prepared"

// prepare lets a command, and all below it, check what [Require] demands, and mark its errors as failures.
func prepare(cmd *cobra.Command) {
	for _, below := range cmd.Commands() {
		prepare(below)
	}
	run := cmd.RunE
	if run == nil || cmd.Annotations[prepared] != "" {
		return
	}
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[prepared] = "yes"
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFlags(cmd); err != nil {
			return err
		}
		err := run(cmd, args)
		if err == nil || errors.As(err, &codedError{}) {
			return err
		}
		return Failed(err)
	}
}

// Group makes a command that only holds others. Called with something else, or alone, it names them; the program itself
// shows its help where it is called alone.
func Group(cmd *cobra.Command, below ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(below...)
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && !cmd.HasParent() {
			return cmd.Help()
		}
		return notAmong(cmd, args)
	}
	return cmd
}

func notAmong(cmd *cobra.Command, args []string) error {
	var names []string
	for _, one := range cmd.Commands() {
		if one.IsAvailableCommand() {
			names = append(names, one.Name())
		}
	}
	if len(args) == 0 {
		return Usage(fmt.Errorf("%s: found no command, allowed are %s", cmd.CommandPath(), strings.Join(names, ", ")))
	}
	return Usage(fmt.Errorf("unknown command %q of %s: allowed are %s",
		args[0], cmd.CommandPath(), strings.Join(names, ", ")))
}

// Args demands these arguments, such as FILE, in their order. Without names it allows none.
func Args(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == len(names):
			return nil
		case len(names) == 0 && cmd.HasAvailableSubCommands():
			return notAmong(cmd, args)
		case len(names) == 0:
			return Usage(fmt.Errorf("found the argument %q, %s takes flags alone: %s",
				args[0], cmd.CommandPath(), flagNames(cmd)))
		default:
			return Usage(fmt.Errorf("%s takes %d arguments, %s: found %d",
				cmd.CommandPath(), len(names), strings.Join(names, " "), len(args)))
		}
	}
}

// flagError adds to an unknown flag those that there are.
func flagError(cmd *cobra.Command, err error) error {
	if errors.As(err, new(*pflag.NotExistError)) {
		err = fmt.Errorf("%w: %s takes %s", err, cmd.CommandPath(), flagNames(cmd))
	}
	return Usage(err)
}

func flagNames(cmd *cobra.Command) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return strings.Join(names, ", ")
}
