// Package eventlog reads what the Pulumi engine says while it works: the log that
// `pulumi preview --event-log FILE` writes, one JSON object to a line (apitype.EngineEvent).
//
// Unlike `pulumi preview --json` the log has the policies' verdicts. The CLI offers the flag
// only when PULUMI_DEBUG_COMMANDS=true is set; the Automation API sets it, too. Secrets are
// masked by the engine before they are written, and unknown values are marked as such.
//
// A log that was cut off, or something that is no such log, is an error that says so: a
// report on half of a preview would hide the other half.
package eventlog
