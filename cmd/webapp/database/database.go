package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/restore"
)

// New makes the command.
func New() *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:   "database",
		Short: "Bring the database back: restore a copy, and make it the stack's",
		Example: "  webapp database restore --stack prod --at 2026-01-31T12:00:00Z --dry-run\n" +
			"  webapp database adopt --stack prod --instance aws-webapp-prod-database-restored --dry-run",
	}, newRestore(), newAdopt())
}

// options that both commands have.
type options struct {
	root, stack string
	dryRun      bool
	timeout     time.Duration
}

func (o *options) flags(cmd *cobra.Command) {
	cli.RootFlag(cmd, &o.root)
	cli.StackFlag(cmd, &o.stack, "stack whose database it is")
	cli.Require(cmd, "stack")
	cli.DryRunFlag(cmd, &o.dryRun)
	cmd.Flags().DurationVar(&o.timeout, "timeout", restore.DefaultTimeout,
		"how long to wait for RDS; what it has begun goes on")
}

// open reads the stack's state, and prepares the procedure.
func (o *options) open(cmd *cobra.Command) (*restore.Procedure, *restore.State, error) {
	text, err := o.engine(cmd).ask(cmd.Context(), "export")
	if err != nil {
		return nil, nil, cli.CannotAsk(err)
	}
	state, err := restore.ReadState([]byte(text))
	if err != nil {
		return nil, nil, cli.Failed(err)
	}
	cfg, err := awsapi.OpenToChange(cmd.Context(), state.Region, awsapi.Profile{}, restore.Changes...)
	if err != nil {
		return nil, nil, cli.CannotAsk(err)
	}
	return &restore.Procedure{
		RDS: rds.NewFromConfig(cfg), Clock: clock.System{}, Progress: cmd.ErrOrStderr(), DryRun: o.dryRun, Timeout: o.timeout,
	}, state, nil
}

func (o *options) engine(cmd *cobra.Command) *engine {
	return &engine{process.Programs{Log: cmd.ErrOrStderr(), Dir: o.root}, o.stack}
}

type restoreStep struct {
	options
	at, snapshot, name string
	latest             bool
}

func newRestore() *cobra.Command {
	s := &restoreStep{}
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Restore a copy of the database beside it",
		Long: `Restore a copy of the stack's database beside it, in the same network, with the same keys,
parameters and size, with backups, and with a password that RDS manages. Nothing is
overwritten, and no client moves. Called again it goes on where it stopped.

The source is a moment of the automated backups (--at, --latest), or a snapshot: one made by
hand, the final one of a destroyed stack, or a recovery point of the backup vault, by its ARN.

Exit codes: 1 if RDS or this command refuses it, 3 if RDS was still at it when the time was
up, 4 if Pulumi or AWS could not be asked.`,
		Example: "  webapp database restore --stack prod --at 2026-01-31T12:00:00Z --dry-run\n" +
			"  webapp database restore --stack prod --latest\n" +
			"  webapp database restore --stack prod --snapshot awsbackup:job-0a1b",
		Args: cli.Args(),
		RunE: s.run,
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&s.at, "at", "", "moment to restore, such as 2026-01-31T12:00:00Z")
	cmd.Flags().BoolVar(&s.latest, "latest", false, "restore the latest moment, about five minutes ago")
	cmd.Flags().StringVar(&s.snapshot, "snapshot", "", "name or ARN of a snapshot, or ARN of a recovery point")
	cmd.Flags().StringVar(&s.name, "name", "", "name of the copy (default that of the database, with -restored)")
	return cmd
}

func (s *restoreStep) source() (restore.Source, error) {
	given := 0
	for _, one := range []bool{s.at != "", s.latest, s.snapshot != ""} {
		if one {
			given++
		}
	}
	if given != 1 {
		return restore.Source{}, fmt.Errorf("found %d of --at, --latest and --snapshot: give one of them", given)
	}
	from := restore.Source{Latest: s.latest, Snapshot: s.snapshot}
	if s.at != "" {
		at, err := time.Parse(time.RFC3339, s.at)
		if err != nil {
			return restore.Source{}, fmt.Errorf("--at: found %q, it takes a moment such as 2026-01-31T12:00:00Z", s.at)
		}
		from.At = at
	}
	return from, nil
}

func (s *restoreStep) run(cmd *cobra.Command, _ []string) error {
	from, err := s.source()
	if err != nil {
		return cli.Usage(err)
	}
	procedure, state, err := s.open(cmd)
	if err != nil {
		return err
	}
	name := s.name
	if name == "" {
		name = state.Identifier + "-restored"
	}
	copied, err := procedure.Copy(cmd.Context(), state, from, name)
	if err != nil {
		return verdict(err)
	}
	if copied != nil {
		tell(cmd, s.stack, copied)
	}
	return nil
}

// tell says where the copy is, and what comes next.
func tell(cmd *cobra.Command, stack string, copied *types.DBInstance) {
	fmt.Fprintf(cmd.OutOrStdout(), `%[1]s is available at %[2]s; its password is in %[3]s.
Look at its data before you go on. Then either copy the missing rows back with pg_dump and psql, which leaves the
database of the stack where it is, or make the copy the stack's:
  webapp database adopt --stack %[4]s --instance %[1]s --dry-run
`, *copied.DBInstanceIdentifier, *copied.Endpoint.Address, *copied.MasterUserSecret.SecretArn, stack)
}

type adoptStep struct {
	options
	instance string
}

func newAdopt() *cobra.Command {
	s := &adoptStep{}
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Make another instance the stack's database",
		Long: `Make another instance, such as a restored copy, the one that the stack manages: it gets the
database's name, and its id is written into Pulumi's state. The old instance keeps its data
under another name; adopting that one takes everything back. Called again it goes on where
it stopped.

Clients are refused from the first rename until the services have the other password, which
` + "`pulumi up` and `webapp release rollout`" + ` bring to them: call both at once.

Exit codes: 1 if it is refused, 3 if RDS had not finished when the time was up, 4 if Pulumi
or AWS could not be asked.`,
		Example: "  webapp database adopt --stack prod --instance aws-webapp-prod-database-restored --dry-run",
		Args:    cli.Args(),
		RunE:    s.run,
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&s.instance, "instance", "", "name of the instance that becomes the stack's")
	cli.Require(cmd, "instance")
	return cmd
}

func (s *adoptStep) run(cmd *cobra.Command, _ []string) error {
	procedure, state, err := s.open(cmd)
	if err != nil {
		return err
	}
	if err := procedure.Adopt(cmd.Context(), state, s.instance, s.engine(cmd)); err != nil {
		return verdict(err)
	}
	if s.dryRun {
		return nil
	}
	fmt.Fprintf(cmd.OutOrStdout(), `%[1]s is the database of the stack. Bring its password to the services now:
  pulumi up --stack %[2]s
  webapp release rollout --stack %[2]s
Keep the old instance until somebody has signed off on the data.
`, state.Identifier, s.stack)
	return nil
}

// verdict marks an error for the exit code.
func verdict(err error) error {
	switch {
	case errors.As(err, new(restore.RefusedError)):
		return cli.Failed(err)
	case errors.As(err, new(restore.TimeoutError)):
		return cli.Undecided(err)
	}
	return outputs.Unanswered(err)
}

// engine calls the Pulumi CLI for a stack.
type engine struct {
	programs process.Programs
	stack    string
}

func (e *engine) ask(ctx context.Context, verb string, args ...string) (string, error) {
	return process.Ask(ctx, e.programs, process.Command{
		Args: append([]string{"pulumi", "stack", verb, "--stack", e.stack}, args...),
		Env:  []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
}

// Import leaves the state before it in a file, and says where.
func (e *engine) Import(ctx context.Context, state []byte) error {
	before, err := e.ask(ctx, "export")
	if err != nil {
		return err
	}
	kept, err := save("state-before-*.json", []byte(before))
	if err != nil {
		return err
	}
	fmt.Fprintf(e.programs.Log, "the state before is in %s: pulumi stack import --stack %s --file %[1]s\n", kept, e.stack)
	file, err := save("state-*.json", state)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file) }()
	_, err = e.ask(ctx, "import", "--file", file)
	return err
}

// save writes a file that its owner alone can read.
func save(pattern string, text []byte) (string, error) {
	file, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	return file.Name(), errors.Join(err, file.Close())
}

func (e *engine) Refresh(ctx context.Context, urn string) error {
	return e.programs.Run(ctx, process.Command{
		Args: []string{
			"pulumi", "refresh", "--stack", e.stack, "--target", urn, "--yes", "--skip-preview", "--non-interactive",
		},
	})
}
