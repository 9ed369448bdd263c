package lock

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/live"
	"aws-webapp/internal/statelock"
)

type options struct {
	root, stack, id     string
	json, force, dryRun bool
}

// New makes the command.
func New() *cobra.Command {
	return cli.Group(
		&cobra.Command{
			Use: "lock", Short: "See who holds the lock of a stack's state, and free a dead one's",
			Example: "  webapp lock show --stack prod\n  webapp lock free --stack prod --id 0a1b2c3d --dry-run",
		}, newShow(), newFree(),
	)
}

func newShow() *cobra.Command {
	o := &options{}
	cmd := o.command("show", "Say who holds the lock, since when, and whether the holder lives", o.show)
	cmd.Long = `Say who holds the lock of the stack's state, since when, and whether the holder lives: a
process of this machine is looked for, and one elsewhere counts as dead when it has not written
the state for an hour. Nothing is changed.

Exit codes: 4 if Pulumi or the state could not be asked.`
	cli.JSONFlag(cmd, &o.json)
	return cmd
}

func newFree() *cobra.Command {
	o := &options{}
	cmd := o.command("free", "Free the lock of a holder that is dead", o.free)
	cmd.Long = `Free one lock, by the id that lock show names: that of a holder which is dead, or with --force
whatever it is. pulumi cancel deletes every lock of the stack without a look, and with it the one
of an update that has begun meanwhile. Then it says what the dead update has left unfinished.
Called again it does no harm.

Exit codes: 1 if the holder lives, 4 if Pulumi or the state could not be asked.`
	cmd.Example = "  webapp lock free --stack prod --id 0a1b2c3d --dry-run"
	cmd.Flags().StringVar(&o.id, "id", "", "id of the lock")
	cmd.Flags().BoolVar(&o.force, "force", false, "free it although its holder may live: see first that its job has ended")
	cli.DryRunFlag(cmd, &o.dryRun)
	cli.Require(cmd, "id")
	return cmd
}

func (o *options) command(name, short string, run func(*cobra.Command, *statelock.Stack) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cli.Args(), Example: "  webapp lock " + name + " --stack prod",
		RunE: func(cmd *cobra.Command, _ []string) error {
			stack, err := o.open(cmd)
			if err != nil {
				return cli.CannotAsk(err)
			}
			err = run(cmd, stack)
			if errors.As(err, new(statelock.RefusedError)) {
				return cli.Failed(err)
			}
			return outputs.Unanswered(err)
		},
	}
	cli.RootFlag(cmd, &o.root)
	cli.StackFlag(cmd, &o.stack, "stack whose state it is")
	cli.Require(cmd, "stack")
	return cmd
}

// open asks Pulumi where the state is; the project's name is in Pulumi.yaml.
func (o *options) open(cmd *cobra.Command) (*statelock.Stack, error) {
	text, err := os.ReadFile(filepath.Join(o.root, "Pulumi.yaml"))
	if err != nil {
		return nil, fmt.Errorf("%w: call it in the project's folder, or name that with --root", err)
	}
	var project struct{ Name string }
	if err := yaml.Unmarshal(text, &project); err != nil {
		return nil, fmt.Errorf("read Pulumi.yaml: %w", err)
	}
	answer, err := process.Ask(cmd.Context(), process.Programs{Log: cmd.ErrOrStderr(), Dir: o.root}, process.Command{
		Args: []string{"pulumi", "whoami", "--json"}, Env: []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
	if err != nil {
		return nil, err
	}
	var login struct{ URL string }
	if err := json.Unmarshal([]byte(answer), &login); err != nil {
		return nil, fmt.Errorf("pulumi whoami --json: %w", err)
	}
	store, err := statelock.Open(cmd.Context(), login.URL)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return &statelock.Stack{
		Store: store, Project: project.Name, Name: o.stack, Host: host, Now: time.Now, Alive: statelock.Alive,
	}, nil
}

func (o *options) show(cmd *cobra.Command, stack *statelock.Stack) error {
	locks, err := stack.Held(cmd.Context())
	if err != nil {
		return err
	}
	if o.json {
		return cli.PrintJSON(cmd.OutOrStdout(), append([]statelock.Lock{}, locks...))
	}
	if len(locks) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "nobody holds the lock")
	}
	for _, one := range locks {
		word := "may live"
		dead, why := stack.Judge(one)
		if dead {
			word = "is dead"
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s@%s, process %d, holds the lock since %s; it %s: %s\n", one.User, one.Host, one.PID,
			one.Since.UTC().Format(time.RFC3339), word, why)
		fmt.Fprintf(cmd.OutOrStdout(), "  webapp lock free --stack %s --id %s\n", o.stack, one.ID)
	}
	return nil
}

func (o *options) free(cmd *cobra.Command, stack *statelock.Stack) error {
	said, err := stack.Free(cmd.Context(), o.id, o.force, o.dryRun)
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), said)
	if o.dryRun {
		return nil
	}
	return o.unfinished(cmd)
}

// unfinished says what the engine had begun and not ended.
func (o *options) unfinished(cmd *cobra.Command) error {
	text, err := process.Ask(cmd.Context(), process.Programs{Log: cmd.ErrOrStderr(), Dir: o.root}, process.Command{
		Args: live.Export(o.stack), Env: []string{"PULUMI_SKIP_UPDATE_CHECK=true"},
	})
	if err != nil {
		return err
	}
	var export struct {
		Deployment struct {
			Pending []struct {
				Type     string
				Resource struct{ URN string }
			} `json:"pending_operations"`
		}
	}
	if err := json.Unmarshal([]byte(text), &export); err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	for _, one := range export.Deployment.Pending {
		fmt.Fprintf(cmd.OutOrStdout(), "unfinished: %s of %s\n", one.Type, one.Resource.URN)
	}
	if len(export.Deployment.Pending) > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "Nobody knows how these ended. Let Pulumi look, and answer what it asks:\n"+
			"  pulumi refresh --stack %[1]s\nThen update again: webapp deploy --stack %[1]s\n", o.stack)
	}
	return nil
}
