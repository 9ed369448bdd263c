package preflight

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/config"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/preflight"
	"aws-webapp/internal/stackstate"
	"aws-webapp/internal/table"
)

type flags struct {
	root, stack, state string
	json, strict       bool
}

// New makes the command.
func New() *cobra.Command {
	root := newCommand("preflight", up)
	root.Long = `Look for what would stop pulumi up: read the stack file, ask AWS, and show what was
found, what is needed, and what to change. Nothing is changed.

Exit codes: 1 if something would stop the operation, 2 if the stack file is wrong, 3
with --strict if something could not be checked, 4 if AWS could not be asked.`
	root.Example = "  webapp preflight --stack prod"
	before := newCommand("up", up)
	before.Short += ", like preflight itself"
	before.Example = "  webapp preflight up --stack prod"
	after := newCommand("destroy", destroy)
	after.Example = "  pulumi stack export -s staging --file state.json\n" +
		"  webapp preflight destroy --stack staging --state state.json"
	root.AddCommand(before, after)
	return root
}

func newCommand(name string, what operation) *cobra.Command {
	f := &flags{}
	cmd := &cobra.Command{
		Use:   name,
		Short: "Look for what would stop pulumi " + string(what),
		Args:  cli.Args(),
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd, what) },
	}
	cli.RootFlag(cmd, &f.root)
	cli.StackFlag(cmd, &f.stack, "stack to look at; its file is Pulumi.<stack>.yaml")
	cli.Require(cmd, "stack")
	cli.JSONFlag(cmd, &f.json)
	cmd.Flags().BoolVar(&f.strict, "strict", false, "fail when something could not be checked, too")
	if what == destroy {
		cmd.Flags().StringVar(&f.state, "state", "", "file of pulumi stack export, to see what Pulumi protects")
	}
	return cmd
}

// operation that is looked before.
type operation string

const (
	up      operation = "up"
	destroy operation = "destroy"
)

func (f *flags) run(cmd *cobra.Command, what operation) error {
	flight, delivery, err := f.prepare()
	if err != nil {
		return cli.Usage(err)
	}
	if delivery == nil && what == up {
		if err := config.CheckSiblings(f.root, flight.Project, f.stack, flight.Config); err != nil {
			return cli.Usage(err)
		}
	}
	flight.AWS, err = awsapi.Open(cmd.Context(), flight.Config.AWS.Region)
	if err != nil {
		return cli.CannotAsk(err)
	}
	if token := os.Getenv("GITHUB_TOKEN"); delivery != nil && token != "" {
		flight.GitHub, err = githubapi.New(githubapi.Options{
			Repository: delivery.GitHub.Repository, Token: token, BaseURL: os.Getenv("GITHUB_API_URL"),
		})
		if err != nil {
			return cli.Usage(err)
		}
	}
	report, err := look(cmd.Context(), flight, delivery, what)
	if err != nil {
		return cli.CannotAsk(err)
	}
	if f.json {
		if err := cli.PrintJSON(cmd.OutOrStdout(), report); err != nil {
			return err
		}
	} else {
		report.Print(cmd.OutOrStdout(), table.Width(cmd.OutOrStdout()))
	}
	return f.judge(report)
}

// prepare reads the stack's files. Of the two kinds of stacks one has a delivery.
func (f *flags) prepare() (*preflight.Preflight, *preflight.Delivery, error) {
	projectFile, stackFile := filepath.Join(f.root, "Pulumi.yaml"), filepath.Join(f.root, "Pulumi."+f.stack+".yaml")
	project, err := workspace.LoadProject(projectFile)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", projectFile, err)
	}
	if err := config.CheckNames(project.Name.String(), f.stack); err != nil {
		return nil, nil, err
	}
	flight := &preflight.Preflight{Project: project.Name.String(), Stack: f.stack, Root: f.root, Now: time.Now}
	if f.state != "" {
		text, err := os.ReadFile(f.state)
		if err != nil {
			return nil, nil, fmt.Errorf("--state: %w: write the file with pulumi stack export --file state.json", err)
		}
		state, err := stackstate.Read(text)
		if err != nil {
			return nil, nil, fmt.Errorf("--state: %w", err)
		}
		flight.Protected = state.Protected()
	}
	delivery, err := preflight.ReadDelivery(flight.Project, stackFile)
	if err != nil {
		return nil, nil, err
	}
	if delivery != nil {
		flight.Config = delivery.Workload()
		flight.Names = func(string, string) []preflight.Name { return nil }
		return flight, delivery, nil
	}
	if flight.Config, err = config.LoadFile(projectFile, stackFile); err != nil {
		return nil, nil, err
	}
	flight.Names = func(account, partition string) []preflight.Name {
		return namesOf(flight.Project, f.stack, account, partition, flight.Config)
	}
	return flight, nil, nil
}

func look(
	ctx context.Context, flight *preflight.Preflight, delivery *preflight.Delivery, what operation,
) (*preflight.Report, error) {
	switch {
	case delivery != nil && what == up:
		return flight.UpDelivery(ctx, delivery)
	case delivery != nil:
		return flight.DestroyDelivery(ctx, delivery)
	case what == up:
		return flight.Up(ctx)
	default:
		return flight.Destroy(ctx)
	}
}

func (f *flags) judge(report *preflight.Report) error {
	blocked, unchecked := report.Count(outcome.Blocked), report.Count(outcome.Unchecked)
	switch {
	case blocked > 0:
		return fmt.Errorf("%d findings stop %s of %s: the table says what to change", blocked, report.Operation, report.Stack)
	case f.strict && unchecked > 0:
		return cli.Undecided(fmt.Errorf("%d checks could not be made: the table says what they need", unchecked))
	default:
		return nil
	}
}
