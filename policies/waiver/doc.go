// Package waiver reads the reviewed list of violations that are accepted for a while. It
// imports nothing of this project.
//
// A waiver names a control, the resources, the reason, the owner, the ticket and the last day.
// It never hides a violation: the engine's output and the report still list it, as an advisory.
// An entry that is malformed, has expired or is not needed is itself a violation.
package waiver
