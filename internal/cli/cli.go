// Package cli is what the project's commands have in common: how they end.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes. A command with more verdicts than these documents its own.
const (
	// ExitFailed is that of a command which was understood, and failed.
	ExitFailed = 1
	// ExitUsage is that of a wrong call.
	ExitUsage = 2
)

// Main runs a command and ends the process if it fails, with what exitCode makes of the error.
// The context of the command is done when the process is interrupted or told to end.
func Main(root *cobra.Command, exitCode func(error) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		stop()
		os.Exit(exitCode(err))
	}
}

// failure is what went wrong after the call was understood.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// Failed marks an error as one that came after the call was understood.
func Failed(err error) error { return failure{err} }

// ExitCode tells what [Failed] has marked from a wrong call.
func ExitCode(err error) int {
	if errors.As(err, &failure{}) {
		return ExitFailed
	}
	return ExitUsage
}
