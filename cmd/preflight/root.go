package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/preflight"
	"aws-webapp/internal/table"
)

type flags struct {
	root, stack, state string
	json, strict       bool
}

func newRoot() *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:           "preflight",
		Short:         "Look for what would stop an up of the stack, and change nothing",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return f.run(cmd, up) },
	}
	all := root.PersistentFlags()
	all.StringVar(&f.root, "root", ".", "folder of Pulumi.yaml")
	all.StringVarP(&f.stack, "stack", "s", "", "stack to look at; its file is Pulumi.<stack>.yaml (required)")
	all.BoolVar(&f.json, "json", false, "print the report as JSON")
	all.BoolVar(&f.strict, "strict", false, "fail when something could not be checked, too")
	destroy := &cobra.Command{
		Use:   "destroy",
		Short: "Look for what would stop a destroy of the stack, and change nothing",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd, destroy) },
	}
	destroy.Flags().StringVar(&f.state, "state", "", "file of pulumi stack export, to see what Pulumi protects")
	root.AddCommand(&cobra.Command{
		Use:   "up",
		Short: root.Short + " (the same as without a command)",
		Args:  cobra.NoArgs,
		RunE:  root.RunE,
	}, destroy)
	return root
}

// operation that is looked before.
type operation int

const (
	up operation = iota
	destroy
)

func (f *flags) run(cmd *cobra.Command, what operation) error {
	if f.stack == "" {
		return errors.New("--stack: found nothing: name the stack, such as staging")
	}
	flight, delivery, err := f.prepare()
	if err != nil {
		return err
	}
	if delivery == nil && what == up {
		if err := config.CheckSiblings(f.root, flight.Project, f.stack, flight.Config); err != nil {
			return err
		}
	}
	cfg, err := awsapi.Open(cmd.Context(), flight.Config.AWS.Region)
	if err != nil {
		return codedError{err, exitCannotLook}
	}
	flight.Clients = preflight.NewClients(cfg)
	if token := os.Getenv("GITHUB_TOKEN"); delivery != nil && token != "" {
		flight.GitHub, err = githubapi.New(githubapi.Options{
			Repository: delivery.GitHub.Repository, Token: token, BaseURL: os.Getenv("GITHUB_API_URL"),
		})
		if err != nil {
			return err
		}
	}
	report, err := look(cmd.Context(), flight, delivery, what)
	if err != nil {
		return codedError{err, exitCannotLook}
	}
	if f.json {
		if err := report.PrintJSON(cmd.OutOrStdout()); err != nil {
			return codedError{err, exitCannotLook}
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
		file, err := os.Open(f.state)
		if err != nil {
			return nil, nil, fmt.Errorf("--state: %w: write the file with pulumi stack export --file state.json", err)
		}
		defer func() { _ = file.Close() }()
		if flight.Protected, err = preflight.ReadProtected(file); err != nil {
			return nil, nil, err
		}
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

func look(ctx context.Context, flight *preflight.Preflight, delivery *preflight.Delivery, what operation) (*preflight.Report, error) {
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
	blocked, unchecked := report.Count(preflight.Blocked), report.Count(preflight.Unchecked)
	switch {
	case blocked > 0:
		return codedError{fmt.Errorf("%d findings stop %s of %s", blocked, report.Operation, report.Stack), exitBlocked}
	case f.strict && unchecked > 0:
		return codedError{fmt.Errorf("%d checks could not be made", unchecked), exitUnchecked}
	default:
		return nil
	}
}
