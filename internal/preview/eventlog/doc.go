// Package eventlog reads the events of the Pulumi engine: the log that `pulumi preview
// --event-log FILE` writes, one JSON object per line (apitype.EngineEvent). It judges nothing,
// and imports nothing of this project.
//
// Unlike `pulumi preview --json` the log has the policies' verdicts. The CLI only offers the
// flag if PULUMI_DEBUG_COMMANDS=true is set; the Automation API sets it, too. The engine masks
// secrets before it writes them, and marks unknown values as such.
//
// A truncated log, or a file that is not such a log, is an error: a report on half of a preview
// would hide the other half.
package eventlog
