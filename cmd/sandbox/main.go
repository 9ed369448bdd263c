// Command sandbox runs every operation on a stack without an AWS account: the real Pulumi
// engine, the real program and the real policy pack, against a simulated AWS or an
// emulator.
//
//	sandbox up --stack prod
//	sandbox preview --stack staging --diff
//
// It exits with 0 when the operation succeeded, with 1 when the operation or a mandatory
// policy failed, and with 2 when it was called wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRoot().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		stop()
		os.Exit(exitCode(err))
	}
}

// operationError is what went wrong after the call was understood.
type operationError struct{ error }

func (e operationError) Unwrap() error { return e.error }

func exitCode(err error) int {
	if errors.As(err, &operationError{}) {
		return exitFailed
	}
	return exitUsage
}
