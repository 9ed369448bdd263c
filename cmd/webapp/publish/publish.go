package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/preview/report"
)

// publisher writes to GitHub, or into the job's summary.
type publisher struct {
	getenv func(string) string
	// author whose comments and issues are updated.
	author string
	// wait between attempts; only tests shorten it.
	wait time.Duration
	out  io.Writer
}

// New makes the command.
func New() *cobra.Command { return newCommand(os.Getenv) }

func newCommand(getenv func(string) string) *cobra.Command {
	p := &publisher{getenv: getenv}
	return cli.Group(&cobra.Command{
		Use:   "publish",
		Short: "Keep a pull request's comment or a drift issue on GitHub up to date",
		Long: `Put a report where people see it, from a job of GitHub Actions: GITHUB_REPOSITORY,
GITHUB_EVENT_PATH and others say where, GITHUB_TOKEN lets it write.`,
		Example: "  webapp publish comment --file reports/prod/report.md\n" +
			"  webapp publish drift --file reports/prod/report.md --report reports/prod/report.json",
	}, newComment(p), newDrift(p))
}

func (p *publisher) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.author, "author", githubapi.BotLogin,
		"login that the token writes as; nobody else's comments are touched")
	cmd.Flags().DurationVar(&p.wait, "wait", time.Second,
		"pause before the first repetition of a call that failed; it doubles")
}

func newComment(p *publisher) *cobra.Command {
	var file string
	var pullRequest int
	cmd := &cobra.Command{
		Use:   "comment",
		Short: "Write or update the stack's comment on a pull request",
		Long: `Write or update the stack's comment on a pull request. If the token may not comment (a
pull request from a fork), or there is nothing to comment on (a merge queue), the report
goes into the job's summary.`,
		Example: "  webapp publish comment --file reports/prod/report.md",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.out = cmd.OutOrStdout()
			body, marker, err := readReport(file)
			if err != nil {
				return cli.Usage(err)
			}
			if pullRequest == 0 && p.getenv("GITHUB_EVENT_NAME") == mergeGroup {
				return p.summarize(body)
			}
			if pullRequest == 0 {
				if pullRequest, err = p.pullRequest(); err != nil {
					return cli.Usage(err)
				}
			}
			err = p.publish(cmd.Context(), func(ctx context.Context, client *githubapi.Client) (githubapi.Outcome, error) {
				return client.UpsertComment(ctx, pullRequest, marker, body)
			})
			// The report of a fork is no failure of it.
			if errors.Is(err, githubapi.ErrForbidden) {
				fmt.Fprintln(p.out, "not written to GitHub:", err)
				return p.summarize(body)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "report as Markdown, which begins with its marker")
	cli.Require(cmd, "file")
	p.flags(cmd)
	cmd.Flags().IntVar(&pullRequest, "pull-request", 0, "number of the pull request (default that of the event)")
	return cmd
}

func newDrift(p *publisher) *cobra.Command {
	var file, reportFile, label string
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Keep the issue about a stack's drift up to date",
		Long: `Open or update the issue about a stack's drift, and close it when the drift is gone. It
fails if nobody could look, so that nothing is known about drift, and if the issue
cannot be written, because nobody would learn of the drift.`,
		Example: "  webapp publish drift --file reports/prod/report.md --report reports/prod/report.json",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.out = cmd.OutOrStdout()
			body, marker, err := readReport(file)
			if err != nil {
				return cli.Usage(err)
			}
			r, err := readJSON(reportFile)
			if err != nil {
				return cli.Usage(err)
			}
			issue := githubapi.Issue{Marker: marker, Title: "Drift in " + r.Stack, Body: body, Label: label}
			if r.Failed {
				issue.Title = "Nobody knows whether " + r.Stack + " has drifted: looking fails"
			}
			err = p.publish(cmd.Context(), func(ctx context.Context, client *githubapi.Client) (githubapi.Outcome, error) {
				if len(r.Changes)+len(r.Added) == 0 && !r.Failed {
					return client.CloseIssue(ctx, marker, label, "The drift is gone: state and AWS agree again. Run: "+p.runURL())
				}
				return client.UpsertIssue(ctx, issue)
			})
			if err == nil && r.Failed {
				err = fmt.Errorf("looking for the drift of %s failed, so nobody knows all of it: the report says why", r.Stack)
			}
			// An issue that is missing is drift that nobody hears of; the summary is read by whoever looks for it.
			if errors.Is(err, githubapi.ErrForbidden) {
				err = errors.Join(fmt.Errorf("%w: give the job the permission issues: write", err), p.summarize(body))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "report as Markdown, which begins with its marker")
	cmd.Flags().StringVar(&reportFile, "report", "", "the same report as JSON, which says whether there is drift")
	cli.Require(cmd, "file", "report")
	p.flags(cmd)
	cmd.Flags().StringVar(&label, "label", "drift", "label of the issue, by which it is found again")
	return cmd
}

// readReport reads a report and its marker.
func readReport(file string) (body, marker string, err error) {
	content, err := os.ReadFile(file) //nolint:gosec // the file is the caller's to name
	if err != nil {
		return "", "", fmt.Errorf("--file: %w", err)
	}
	body = string(content)
	marker, _, _ = strings.Cut(body, "\n")
	if !strings.HasPrefix(marker, "<!-- aws-webapp:") || !strings.HasSuffix(marker, " -->") {
		return "", "", fmt.Errorf("--file: %s does not begin with a marker such as %s, by which its comment is found again: "+
			"give the report.md that webapp preview, drift or report wrote", file, report.Marker(report.Preview, "prod"))
	}
	if len(body) > report.CommentLimit {
		return "", "", fmt.Errorf("--file: %s has %d bytes, GitHub takes %d: "+
			"give the report.md that webapp preview, drift or report wrote, which fits", file, len(body), report.CommentLimit)
	}
	return body, marker, nil
}

// outcome holds the part of a report that decides whether an issue is opened, updated or closed.
type outcome struct {
	Stack   string            `json:"stack"`
	Kind    report.Kind       `json:"kind"`
	Failed  bool              `json:"failed"`
	Changes []json.RawMessage `json:"changes"`
	// Added lists drift that a refresh does not see.
	Added []json.RawMessage `json:"added"`
}

func readJSON(file string) (*outcome, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the file is the caller's to name
	if err != nil {
		return nil, fmt.Errorf("--report: %w: give the report.json that webapp drift wrote", err)
	}
	var o outcome
	if err := json.Unmarshal(content, &o); err != nil || o.Stack == "" {
		return nil, fmt.Errorf("--report: %s is not a JSON report: give the report.json that webapp drift wrote", file)
	}
	if o.Kind != report.Drift {
		return nil, fmt.Errorf("--report: found a report of kind %q, expected %q: "+
			"give the report.json that webapp drift wrote", o.Kind, report.Drift)
	}
	return &o, nil
}

// mergeGroup is the event of a merge queue, which is about no single pull request.
const mergeGroup = "merge_group"

// publish writes to GitHub.
func (p *publisher) publish(
	ctx context.Context, write func(context.Context, *githubapi.Client) (githubapi.Outcome, error),
) error {
	client, err := githubapi.New(githubapi.Options{
		Repository: p.getenv("GITHUB_REPOSITORY"), Token: p.getenv("GITHUB_TOKEN"), BaseURL: p.getenv("GITHUB_API_URL"),
		Author: p.author, Wait: p.wait,
	})
	if err != nil {
		return cli.Usage(err)
	}
	done, err := write(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, strings.TrimSpace(done.Action+" "+done.URL))
	return nil
}

// summarize appends the report to the job's summary, or prints it where there is none.
func (p *publisher) summarize(body string) error {
	path := p.getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		fmt.Fprintln(p.out, body)
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the runner names it
	if err != nil {
		return fmt.Errorf("write the job's summary: %w", err)
	}
	_, err = io.WriteString(file, body+"\n")
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the job's summary: %w", err)
	}
	fmt.Fprintln(p.out, "the report is in the job's summary")
	return nil
}

// pullRequest is the number of the event's pull request.
func (p *publisher) pullRequest() (int, error) {
	path := p.getenv("GITHUB_EVENT_PATH")
	if path == "" {
		return 0, errors.New("--pull-request: found none, and no GITHUB_EVENT_PATH that tells it: give the number")
	}
	content, err := os.ReadFile(path) //nolint:gosec // the runner names it
	if err != nil {
		return 0, fmt.Errorf("read the event: %w", err)
	}
	var event struct {
		PullRequest struct {
			Number int `json:"number"`
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(content, &event); err != nil {
		return 0, fmt.Errorf("read the event %s: %w", path, err)
	}
	if event.PullRequest.Number == 0 {
		return 0, fmt.Errorf("--pull-request: found none, and the event %s is not about one: give the number",
			p.getenv("GITHUB_EVENT_NAME"))
	}
	return event.PullRequest.Number, nil
}

// runURL returns the address of the workflow's run.
func (p *publisher) runURL() string {
	return fmt.Sprintf("%s/%s/actions/runs/%s",
		p.getenv("GITHUB_SERVER_URL"), p.getenv("GITHUB_REPOSITORY"), p.getenv("GITHUB_RUN_ID"))
}
