// Package preflight looks for what would stop a stack's up or destroy, before anything is
// started: half an hour into a deployment is a bad time to learn of a quota.
//
// It reads the stack file and asks AWS, and changes nothing. Each check gives findings: what
// was found, what is needed, and the configuration key or the step that brings the one to
// the other. A check whose permission is missing says so and is no failure.
package preflight
