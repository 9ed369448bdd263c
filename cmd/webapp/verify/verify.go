package verify

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/live"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/table"
	"aws-webapp/internal/verify"
)

type flags struct {
	request           verify.Request
	source            outputs.Source
	region, authority string
	skipURL, skipLive bool
	json              bool
	job               string
	jobRequest        verify.JobRequest
}

// The defaults: an update of the service waits as long (deployment.waitMinutes).
const (
	defaultTimeout  = 20 * time.Minute
	defaultInterval = 10 * time.Second
)

// New makes the command verify.
func New() *cobra.Command { return newCommand(&flags{}) }

func newCommand(f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Wait until a service runs what was requested, and say why if it does not",
		Long: `Wait until the service's tasks run the requested task definition and image, are healthy
behind the load balancer, raise no alarm and answer over TLS. Nothing is changed. What no
flag names comes from the stack's outputs. With --stack it also finds what was added to the
stack by hand, as webapp live does.

With --job it looks once at a job: whether its schedule is on and starts the deployed
revision, how its last runs ended, and its alarms.

Exit codes: 1 if something else runs, the deployment was rolled back, or what runs does
not work, 3 if AWS had not finished when the time was up, 4 if AWS could not be asked.`,
		Example: "  webapp verify --stack prod --service visitor-book\n" +
			"  webapp verify --stack prod --service visitor-book --image $REPOSITORY@$DIGEST --timeout 20m\n" +
			"  webapp verify --stack prod --job nightly",
		Args: cli.Args(),
		RunE: f.run,
	}
	r, all := &f.request, cmd.Flags()
	f.source.Flags(cmd)
	all.StringVar(&r.Service, "service", "", "ECS service; may be left out where the outputs have one alone")
	all.StringVar(&f.job, "job", "", "job to look at instead of a service, with --stack or --outputs")
	all.StringVar(&r.Image, "image", "", "image in ECR that should run, by digest or tag")
	all.StringVar(&r.TaskDefinition, "task-definition", "",
		"ARN or family:revision that should run (default that of the outputs, under rolling deployments)")
	all.StringVar(&r.Cluster, "cluster", "", "ECS cluster")
	all.StringVar(&r.Container, "container", "", "container that runs the image (default the service's name)")
	all.StringVar(&r.Application, "codedeploy-application", "", "application of CodeDeploy, under blue/green")
	all.StringVar(&r.DeploymentGroup, "codedeploy-group", "", "deployment group of CodeDeploy, under blue/green")
	all.StringArrayVar(&r.Alarms, "alarm", nil, "alarm that has to be quiet; may be repeated")
	all.StringVar(&r.URL, "url", "", "https:// address that has to answer")
	all.StringVar(&r.PlainURL, "http-url", "", "http:// address that has to redirect to it (default the same with http)")
	all.StringVar(&r.Statuses, "expect-status", "",
		"status, or range of statuses, that counts as an answer (default 200-399)")
	all.BoolVar(&f.skipURL, "skip-url", false, "do not ask the address: for a caller that cannot reach the load balancer")
	all.BoolVar(&f.skipLive, "skip-live", false, "with --stack: do not look for what was added by hand")
	all.StringVar(&f.authority, "ca-file", "", "PEM file of authorities to trust besides the system's")
	all.StringVar(&f.region, "region", "", "AWS region (default that of the outputs, else the environment's)")
	all.DurationVar(&r.Timeout, "timeout", defaultTimeout, "when to give up")
	all.DurationVar(&r.Interval, "interval", defaultInterval, "how often to look")
	all.DurationVar(&r.Bake, "bake", 0, "how long everything has to stay as requested; alarms need some minutes to notice")
	cli.JSONFlag(cmd, &f.json)
	return cmd
}

func (f *flags) run(cmd *cobra.Command, _ []string) error {
	if err := f.readOutputs(cmd); err != nil {
		return err
	}
	if f.skipURL {
		f.request.URL, f.request.PlainURL = "", ""
	}
	if f.job == "" {
		if err := f.request.Prepare(); err != nil {
			return cli.Usage(err)
		}
	}
	authorities, err := f.authorities()
	if err != nil {
		return cli.Usage(err)
	}
	cfg, err := awsapi.Open(cmd.Context(), f.region)
	if err != nil {
		return cli.CannotAsk(err)
	}
	verifier := &verify.Verifier{
		Request: f.request, Clients: verify.NewClients(cfg), Web: verify.NewWeb(authorities, nil),
		Clock: clock.System{}, Progress: cmd.ErrOrStderr(),
	}
	look := verifier.Run
	if f.job != "" {
		look = func(ctx context.Context) (*verify.Report, error) { return verifier.LookAtJob(ctx, f.jobRequest) }
	}
	report, err := look(cmd.Context())
	if errors.Is(err, context.Canceled) {
		return cli.CannotAsk(errors.New("interrupted before there was a verdict"))
	}
	if errors.As(err, &verify.UsageError{}) {
		return cli.Usage(err)
	}
	if err != nil {
		return outputs.Unanswered(err)
	}
	if f.source.Stack != "" && f.source.File == "" && !f.skipLive {
		report.Add(f.addedByHand(cmd))
	}
	return f.print(cmd.OutOrStdout(), report)
}

// addedByHand looks for what live finds. Without the state, or a permission, it is not checked.
func (f *flags) addedByHand(cmd *cobra.Command) outcome.Finding {
	var found []live.Stray
	export, err := exportState(cmd, f.source.Root, f.source.Stack)
	if err == nil {
		found, err = live.Find(cmd.Context(), export)
	}
	return live.Finding(f.source.Stack, found, err)
}

// readOutputs fills in what the stack knows.
func (f *flags) readOutputs(cmd *cobra.Command) error {
	if !f.source.Given() {
		if f.job != "" {
			return cli.Usage(errors.New("--job: found neither --stack nor --outputs: what a job is stands in them alone"))
		}
		return nil
	}
	text, err := f.source.Read(cmd)
	if err != nil {
		return err
	}
	read := f.request.FromOutputs
	if f.job != "" {
		read = func(source io.Reader) (string, error) { return f.jobRequest.FromOutputs(source, f.job) }
	}
	region, err := read(bytes.NewReader(text))
	if f.region == "" {
		f.region = region
	}
	return cli.Usage(err)
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

func (f *flags) print(out io.Writer, report *verify.Report) error {
	if f.json {
		if err := cli.PrintJSON(out, report); err != nil {
			return err
		}
	} else {
		report.Print(out, table.Width(out))
	}
	verdict := fmt.Errorf("%s: %s", report.Verdict, report.Reason)
	switch report.Verdict {
	case verify.Verified:
		return nil
	case verify.TimedOut:
		return cli.Undecided(verdict)
	default:
		return cli.Failed(verdict)
	}
}
