package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/table"
	"aws-webapp/internal/verify"
)

type flags struct {
	request                    verify.Request
	outputs, region, authority string
	skipURL, json              bool
}

// The defaults: an update of the service waits as long (deployment.waitMinutes).
const (
	defaultTimeout  = 20 * time.Minute
	defaultInterval = 10 * time.Second
)

func newRoot() *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:           "verify",
		Short:         "Wait until a service runs what was requested, and say why if it does not",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          f.run,
	}
	r, all := &f.request, root.Flags()
	all.StringVar(&f.outputs, "outputs", "", "file of pulumi stack output --json, - for standard input; tells all that follows and is left out")
	all.StringVar(&r.Service, "service", "", "ECS service; may be left out where the outputs have one alone")
	all.StringVar(&r.Image, "image", "", "image in ECR that should run, by digest or tag")
	all.StringVar(&r.TaskDefinition, "task-definition", "", "ARN or family:revision that should run; from the outputs under rolling deployments")
	all.StringVar(&r.Cluster, "cluster", "", "ECS cluster")
	all.StringVar(&r.Container, "container", "", "container that runs the image (default the service's name)")
	all.StringVar(&r.Application, "codedeploy-application", "", "CodeDeploy application, under blue/green")
	all.StringVar(&r.DeploymentGroup, "codedeploy-group", "", "CodeDeploy deployment group, under blue/green")
	all.StringArrayVar(&r.Alarms, "alarm", nil, "alarm that has to be quiet; may be repeated")
	all.StringVar(&r.URL, "url", "", "https:// address that has to answer")
	all.StringVar(&r.PlainURL, "http-url", "", "http:// address that has to redirect to it (default the same with http)")
	all.StringVar(&r.Statuses, "expect-status", "", "status or range of them that is an answer (default 200-399)")
	all.BoolVar(&f.skipURL, "skip-url", false, "do not ask the address, for where it cannot be reached from")
	all.StringVar(&f.authority, "ca-file", "", "PEM file of authorities to trust besides the system's")
	all.StringVar(&f.region, "region", "", "AWS region (default that of the outputs, else the environment's)")
	all.DurationVar(&r.Timeout, "timeout", defaultTimeout, "when to give up")
	all.DurationVar(&r.Interval, "interval", defaultInterval, "how often to look")
	all.DurationVar(&r.Bake, "bake", 0, "how long everything has to stay good; alarms need some minutes to notice")
	all.BoolVar(&f.json, "json", false, "print the report as JSON; progress goes to standard error")
	root.AddCommand(newAlerts())
	return root
}

func (f *flags) run(cmd *cobra.Command, _ []string) error {
	if err := f.readOutputs(cmd.InOrStdin()); err != nil {
		return err
	}
	if f.skipURL {
		f.request.URL, f.request.PlainURL = "", ""
	}
	if err := f.request.Prepare(); err != nil {
		return err
	}
	authorities, err := f.authorities()
	if err != nil {
		return err
	}
	cfg, err := awsapi.Open(cmd.Context(), f.region)
	if err != nil {
		return lookError{err}
	}
	progress := cmd.OutOrStdout()
	if f.json {
		progress = cmd.ErrOrStderr()
	}
	verifier := &verify.Verifier{
		Request: f.request, Clients: verify.NewClients(cfg), Web: verify.NewWeb(authorities, nil),
		Clock: clock.System{}, Progress: progress,
	}
	report, err := verifier.Run(cmd.Context())
	if errors.Is(err, context.Canceled) {
		return lookError{errors.New("interrupted before there was a verdict")}
	}
	if err != nil {
		return lookError{explain(err)}
	}
	return f.print(cmd.OutOrStdout(), report)
}

// readOutputs fills in what the stack knows.
func (f *flags) readOutputs(stdin io.Reader) error {
	if f.outputs == "" {
		return nil
	}
	source, err := openOutputs(f.outputs, stdin)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	region, err := f.request.FromOutputs(source)
	if f.region == "" {
		f.region = region
	}
	return err
}

func openOutputs(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(name) //nolint:gosec // whoever runs the command names the file
	if err != nil {
		return nil, fmt.Errorf("--outputs: %w: write the file with pulumi stack output --json", err)
	}
	return file, nil
}

func (f *flags) authorities() (*x509.CertPool, error) {
	if f.authority == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	text, err := os.ReadFile(f.authority)
	if err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--ca-file: found no PEM certificate in %s: give the authority's certificate", f.authority)
	}
	return pool, nil
}

// explain adds the permission that is missing.
func explain(err error) error {
	if action, denied := awsapi.Denied(err); denied {
		return fmt.Errorf("%w\nThe caller needs the permission %s; docs/operations.md has the whole policy", err, action)
	}
	return err
}

func (f *flags) print(out io.Writer, report *verify.Report) error {
	if f.json {
		if err := report.PrintJSON(out); err != nil {
			return lookError{err}
		}
	} else {
		report.Print(out, table.Width(out))
	}
	if report.Verdict != verify.Verified {
		return verdictError{report}
	}
	return nil
}
