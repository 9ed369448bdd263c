package cli

import (
	"errors"
	"fmt"
	"strings"
)

// The exit codes of every command.
const (
	// ExitFailed is that of a command which was understood, and failed or refused.
	ExitFailed = 1
	// ExitUsage is that of a wrong call, or of a file that cannot be used as it is.
	ExitUsage = 2
	// ExitUndecided is that of a command which has no verdict yet.
	ExitUndecided = 3
	// ExitCannotAsk is that of a command which could not ask for a verdict, or was interrupted before there was one.
	ExitCannotAsk = 4
)

// Codes explains the exit codes, one a line.
func Codes() string {
	var text strings.Builder
	for _, line := range []struct {
		code  int
		means string
	}{
		{0, "all went well, or everything is as it should be"},
		{ExitFailed, "something failed, was refused, or is not as it should be"},
		{ExitUsage, "the command was called wrongly, or the stack file is wrong"},
		{ExitUndecided, "not known yet: the time was up, or with --strict something could not be checked"},
		{ExitCannotAsk, "AWS could not be asked (credentials, permissions, network), or the command was interrupted"},
	} {
		fmt.Fprintf(&text, "  %d  %s\n", line.code, line.means)
	}
	return text.String()
}

// codedError is an error that decides how the process ends.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

func coded(err error, code int) error {
	if err == nil {
		return nil
	}
	return codedError{err, code}
}

// Failed marks an error as one that came after the call was understood. [Run] does so with everything that a command
// returns unmarked. Each of these functions leaves nil as it is.
func Failed(err error) error { return coded(err, ExitFailed) }

// Usage marks an error as a wrong call.
func Usage(err error) error { return coded(err, ExitUsage) }

// Undecided marks an error as a verdict that is still open.
func Undecided(err error) error { return coded(err, ExitUndecided) }

// CannotAsk marks an error as what kept a command from its verdict.
func CannotAsk(err error) error { return coded(err, ExitCannotAsk) }

// ExitCode is that of an error of [Run]. What nobody has marked came before the command was run: a wrong call.
func ExitCode(err error) int {
	var found codedError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		return found.code
	default:
		return ExitUsage
	}
}
