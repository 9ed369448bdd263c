// Command workflow does what the GitHub Actions workflows are there for, so that it can be done
// and tested without GitHub, and nothing of it is written in YAML:
//
//	workflow preview --stack prod --base HEAD^1 --out reports
//	workflow drift --stack prod --out reports
//	workflow deploy --stack staging
//
// preview previews a stack with the policies and writes the report. With AWS credentials and
// PULUMI_BACKEND_URL it is a preview of the real stack. Without, as for a pull request from a
// fork, the base is brought up in the sandbox and the change previewed on top. drift looks for
// what has been changed in AWS by other hands. deploy looks before it leaps: preflight, up with
// the policies, then every service is released: go run ./cmd/release rollout.
//
// It exits with 0 when all went well, with 1 when something failed or was refused, and with 2
// when it was called wrongly. Reports are written in any case.
package main

import (
	"context"
	"os"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/release"
)

func main() {
	rollout := func(ctx context.Context, o release.Rollout) error { return o.Run(ctx) }
	w := &workflow{runner: processes{}, getenv: os.Getenv, out: os.Stdout, root: ".", rollout: rollout}
	cli.Main(newRoot(w), cli.ExitCode)
}
