// Command previewreport says what a preview would change, the risky things first: as Markdown
// for a comment on a pull request, as JSON, and as SARIF for code scanning. It reads the log
// of the engine's events, which the sandbox and the Pulumi CLI write:
//
//	go run ./cmd/sandbox preview --stack prod --event-log events.jsonl
//	export PULUMI_DEBUG_COMMANDS=true
//	pulumi preview -s prod --policy-pack policies --policy-pack-config policies/config/prod.json --event-log events.jsonl
//	go run ./cmd/previewreport --event-log events.jsonl --markdown report.md --sarif report.sarif
//
// It exits with 0 when the report is written, also on a preview that failed, which the report
// says; with 1 when a change is at least as risky as --fail-at allows; and with 2 when it was
// called wrongly or the log cannot be read.
package main

import (
	"errors"
	"fmt"
	"os"
)

// The exit codes.
const (
	exitRisky = 1
	exitUsage = 2
)

func main() {
	if err := newRoot().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "previewreport:", err)
		os.Exit(exitCode(err))
	}
}

// errRisky is a report that was written, on a change that is too risky.
var errRisky = errors.New("the change is too risky")

func exitCode(err error) int {
	if errors.Is(err, errRisky) {
		return exitRisky
	}
	return exitUsage
}
