// Command verify says whether a deployment has arrived, which a pipeline cannot tell from a
// deployment that ended: after a rollback the service is stable, on its old version.
//
//	verify --outputs outputs.json --service visitor-book --image REPOSITORY@sha256:...
//
// It waits until the service's tasks run the requested task definition and image, are healthy
// behind the load balancer, raise no alarm and answer over TLS. It changes nothing.
//
//	verify alerts --outputs outputs.json
//
// looks once whether everybody has confirmed who should hear of the stack's alarms, and exits with 1 if not.
//
// It exits with
//
//	0  everything is as requested
//	1  something else runs, the deployment was rolled back, or what runs does not work
//	2  it was called wrongly
//	3  AWS was still at it when the time was up
//	4  AWS could not be asked: no credentials, no permission, no network
package main

import (
	"errors"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/verify"
)

// The exit codes.
const (
	exitNotAsRequested = 1
	exitUsage          = 2
	exitTimedOut       = 3
	exitCannotLook     = 4
)

func main() { cli.Main(newRoot(), exitCode) }

// verdictError is a verdict that is not the one hoped for.
type verdictError struct{ report *verify.Report }

func (e verdictError) Error() string { return string(e.report.Verdict) + ": " + e.report.Reason }

// lookError is what kept the command from a verdict.
type lookError struct{ error }

func (e lookError) Unwrap() error { return e.error }

func exitCode(err error) int {
	var verdict verdictError
	switch {
	case errors.As(err, &verdict) && verdict.report.Verdict == verify.TimedOut:
		return exitTimedOut
	case errors.As(err, &verdict), errors.As(err, new(verify.NotHeardError)):
		return exitNotAsRequested
	case errors.As(err, &verify.UsageError{}):
		return exitUsage
	case errors.As(err, &lookError{}):
		return exitCannotLook
	default:
		return exitUsage
	}
}
