// Command webapp is for operators, workflows and the pipeline, who run it beside pulumi on a stack of this project. Its
// help lists the commands, and the exit codes, which are the same for all.
//
//	go build -o .sandbox/bin/webapp ./cmd/webapp     # or: make webapp
//	webapp preflight --stack prod
//
// `go run ./cmd/webapp` does the same, but ends with 1 whatever failed.
package main

import (
	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/compliance"
	"aws-webapp/cmd/webapp/cost"
	"aws-webapp/cmd/webapp/database"
	"aws-webapp/cmd/webapp/diagram"
	"aws-webapp/cmd/webapp/initialize"
	"aws-webapp/cmd/webapp/job"
	"aws-webapp/cmd/webapp/lock"
	"aws-webapp/cmd/webapp/preflight"
	"aws-webapp/cmd/webapp/publish"
	"aws-webapp/cmd/webapp/release"
	"aws-webapp/cmd/webapp/replay"
	"aws-webapp/cmd/webapp/report"
	"aws-webapp/cmd/webapp/rotate"
	"aws-webapp/cmd/webapp/task"
	"aws-webapp/cmd/webapp/verify"
	"aws-webapp/cmd/webapp/workflow"
	"aws-webapp/internal/cli"
)

func main() { cli.Main(newRoot()) }

func newRoot() *cobra.Command {
	root := cli.Group(&cobra.Command{
		Use:   cli.Self,
		Short: "Operate the stacks of this project: what to run beside pulumi",
		Long: `Operate the stacks of this project: what to run beside pulumi.

Results go to standard output, progress and errors to standard error. Credentials
and region come from where the AWS CLI finds them; AWS_ENDPOINT_URL leads to an
emulator. Where it says webapp, type go run ./cmd/webapp, or once: go install ./cmd/webapp

Exit codes:
` + cli.Codes(),
	})
	for _, group := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"start", "Start:", []*cobra.Command{initialize.New()}},
		{"deploy", "Deploy:", []*cobra.Command{preflight.New(), workflow.NewDeploy(), release.New()}},
		{"mend", "Mend:", []*cobra.Command{
			database.New(), rotate.New(), replay.New(), job.New(), task.New(), lock.New(), verify.NewLive(),
		}},
		{"look", "Look, and change nothing:", []*cobra.Command{
			verify.New(), verify.NewAlerts(), workflow.NewDrift(),
		}},
		{"review", "Review:", []*cobra.Command{
			workflow.NewPreview(), report.New(), publish.New(), cost.New(), compliance.New(), diagram.New(),
		}},
	} {
		root.AddGroup(&cobra.Group{ID: group.id, Title: group.title})
		for _, command := range group.commands {
			command.GroupID = group.id
			root.AddCommand(command)
		}
	}
	return root
}
