// Command preflight looks for what would stop a stack's up or destroy, before it is started.
// It reads the stack file, asks AWS, and changes nothing.
//
//	preflight --stack prod
//	preflight destroy --stack prod
//
// It exits with
//
//	0  nothing was found that stops the operation
//	1  something was; the table says what to change
//	2  it was called wrongly, or the stack file is wrong
//	3  with --strict: nothing was found, but something could not be checked
//	4  AWS could not be asked: no credentials, no network
package main

import (
	"errors"

	"aws-webapp/internal/cli"
)

// The exit codes.
const (
	exitBlocked    = 1
	exitUsage      = 2
	exitUnchecked  = 3
	exitCannotLook = 4
)

func main() { cli.Main(newRoot(), exitCode) }

// codedError is an error with an exit code of its own.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

func exitCode(err error) int {
	var coded codedError
	if errors.As(err, &coded) {
		return coded.code
	}
	return exitUsage
}
