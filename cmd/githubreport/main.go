// Command githubreport puts a report where people see it: into the one comment of a stack on a
// pull request, which it updates, or into the one issue about a stack's drift, which it opens,
// updates and closes.
//
//	githubreport comment --file report.md
//	githubreport drift --file drift.md --report drift.json
//
// It runs in a job of GitHub Actions, whose environment tells repository, pull request and API.
// The token comes from GITHUB_TOKEN and is never shown. Where the token may not write, as that
// of a pull request from a fork, the report goes into the job's summary instead.
//
// It exits with 0 when the report is where it belongs or in the summary, with 1 when GitHub
// could not be reached or refused it, and with 2 when it was called wrongly.
package main

import (
	"os"

	"aws-webapp/internal/cli"
)

func main() { cli.Main(newRoot(os.Getenv), cli.ExitCode) }
