// Command cost estimates what a stack costs in a month, before it is deployed:
//
//	cost estimate --stack prod --items
//	cost diff before.json after.json
//
// It exits with 0 when the stack keeps its budget, with 1 when it does not or when something
// failed, and with 2 when it was called wrongly.
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
