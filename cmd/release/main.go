// Command release is what the pipeline's builds run: everything that brings an image from a
// commit to its users. The buildspecs below delivery/buildspec only call it.
//
//	release image --repository URL --commit SHA --out image.json
//	release deploy --stack prod --service visitor-book --image image.json --role ARN
//	release integration --url https://staging.example.com
//
// It calls the aws, docker, pulumi and go commands that it finds on the PATH, and exits with 0
// when everything went well, with 1 when something failed, and with 2 when it was called wrongly.
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

// failure is what went wrong after the call was understood.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

func exitCode(err error) int {
	if errors.As(err, &failure{}) {
		return exitFailed
	}
	return exitUsage
}
