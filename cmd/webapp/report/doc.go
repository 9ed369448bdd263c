// Package report is the command that says what a preview would change, the risky things first: as Markdown for a
// comment on a pull request, as JSON, and as SARIF for code scanning. It reads the log of the engine's events.
package report
