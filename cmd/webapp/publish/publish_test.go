package publish

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const (
	token = "canary-token"
	// drifted and clean are reports of a refresh.
	drifted = `{"stack":"prod","kind":"drift","changes":[{"op":"update"}]}`
	added   = `{"stack":"prod","kind":"drift","changes":[],"added":[{"what":"a rule"}]}`
	clean   = `{"stack":"prod","kind":"drift","changes":[]}`
)

// job is a job of GitHub Actions: its environment, and what the API is asked.
type job struct {
	t      *testing.T
	env    map[string]string
	calls  []string
	bodies []string
	// existing is the answer to a list of issues or comments.
	existing string
	status   int
}

func newJob(t *testing.T) *job {
	t.Helper()
	j := &job{t: t, existing: "[]", status: http.StatusOK}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		j.calls = append(j.calls, r.Method+" "+r.URL.Path)
		j.bodies = append(j.bodies, string(content))
		if r.Method == http.MethodGet {
			fmt.Fprint(w, j.existing)
			return
		}
		w.WriteHeader(j.status)
		fmt.Fprint(w, `{"number":3,"html_url":"https://github.com/acme/app/x",
			"message":"Resource not accessible by integration"}`)
	}))
	t.Cleanup(server.Close)
	j.env = map[string]string{
		"GITHUB_REPOSITORY": "acme/app", "GITHUB_TOKEN": token,
		"GITHUB_API_URL": server.URL, "GITHUB_SERVER_URL": "https://github.com",
		"GITHUB_RUN_ID": "42", "GITHUB_STEP_SUMMARY": filepath.Join(t.TempDir(), "summary.md"),
		"GITHUB_EVENT_PATH": j.file("event.json", `{"action":"opened","pull_request":{"number":7}}`),
	}
	return j
}

func (j *job) file(name, content string) string {
	j.t.Helper()
	path := filepath.Join(j.t.TempDir(), name)
	require.NoError(j.t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func (j *job) run(args ...string) (string, error) {
	j.t.Helper()
	publish := newCommand(func(name string) string { return j.env[name] })
	result := clitest.Call(j.t, publish, append(args, "--wait", "1ms")...)
	out, err := result.Out+result.Err, result.Error
	assert.NotContains(j.t, out, token)
	if err != nil {
		assert.NotContains(j.t, err.Error(), token)
	}
	return out, err
}

func (j *job) markdown() string {
	return j.file("report.md", "<!-- aws-webapp:drift:prod -->\n### all of it\n")
}

func TestComment(t *testing.T) {
	j := newJob(t)
	out, err := j.run("comment", "--file", j.markdown())
	require.NoError(t, err)
	assert.Equal(t, "created https://github.com/acme/app/x\n", out)
	assert.Equal(t, []string{"GET /repos/acme/app/issues/7/comments", "POST /repos/acme/app/issues/7/comments"}, j.calls)
	assert.Contains(t, j.bodies[1], "all of it")
	assert.NoFileExists(t, j.env["GITHUB_STEP_SUMMARY"])
	_, err = j.run("comment", "--file", j.markdown(), "--pull-request", "8")
	require.NoError(t, err)
	assert.Equal(t, "POST /repos/acme/app/issues/8/comments", j.calls[3])
}

func TestForksGetTheSummary(t *testing.T) {
	j := newJob(t)
	j.status = http.StatusForbidden
	out, err := j.run("comment", "--file", j.markdown())
	require.NoError(t, err, "the report of a fork is no failure of it")
	assert.Contains(t, out, "Resource not accessible by integration")
	assert.Contains(t, out, "the report is in the job's summary")
	summary, err := os.ReadFile(j.env["GITHUB_STEP_SUMMARY"])
	require.NoError(t, err)
	assert.Contains(t, string(summary), "### all of it")

	j.env["GITHUB_STEP_SUMMARY"] = ""
	out, err = j.run("comment", "--file", j.markdown())
	require.NoError(t, err)
	assert.Contains(t, out, "### all of it")
}

func TestBrokenGitHubFails(t *testing.T) {
	j := newJob(t)
	j.status = http.StatusBadGateway
	_, err := j.run("comment", "--file", j.markdown())
	require.ErrorContains(t, err, "comment on pull request 7 of acme/app")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
}

func TestDriftOpensAndClosesItsIssue(t *testing.T) {
	j := newJob(t)
	out, err := j.run("drift", "--file", j.markdown(), "--report", j.file("r.json", drifted))
	require.NoError(t, err)
	assert.Equal(t, "created https://github.com/acme/app/x\n", out)
	assert.Equal(t, "POST /repos/acme/app/issues", j.calls[1])
	assert.Contains(t, j.bodies[1], `"title":"Drift in prod"`)
	assert.Contains(t, j.bodies[1], `"labels":["drift"]`)

	j.existing = `[{"number":3,"title":"Drift in prod","body":"<!-- aws-webapp:drift:prod -->\nold",
		"user":{"login":"github-actions[bot]"}}]`
	j.calls, j.bodies = nil, nil
	_, err = j.run("drift", "--file", j.markdown(), "--report", j.file("r.json", clean))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"GET /repos/acme/app/issues", "PATCH /repos/acme/app/issues/3", "POST /repos/acme/app/issues/3/comments",
	}, j.calls)
	assert.Contains(t, j.bodies[1], `"state":"closed"`)
	assert.Contains(t, j.bodies[2], "https://github.com/acme/app/actions/runs/42")
}

// What was added by hand is in no refresh. The issue about it stays open until it is undone.
func TestAdditionsByHandKeepTheIssueOpen(t *testing.T) {
	j := newJob(t)
	j.existing = `[{"number":3,"title":"Drift in prod","body":"<!-- aws-webapp:drift:prod -->\nold",
		"user":{"login":"github-actions[bot]"}}]`
	_, err := j.run("drift", "--file", j.markdown(), "--report", j.file("r.json", added))
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /repos/acme/app/issues", "PATCH /repos/acme/app/issues/3"}, j.calls)
	assert.NotContains(t, j.bodies[1], "closed")
	assert.Contains(t, j.bodies[1], "all of it")
}

// A refresh that failed found no drift, which is not to say that there is none.
// A refresh that failed must not pass for no drift, and no issue is closed for it.
func TestFailedRefreshOpensTheIssue(t *testing.T) {
	j := newJob(t)
	failed := j.file("r.json", `{"stack":"prod","kind":"drift","failed":true,"changes":[]}`)
	_, err := j.run("drift", "--file", j.markdown(), "--report", failed)
	require.ErrorContains(t, err, "looking for the drift of prod failed")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
	assert.Equal(t, []string{"GET /repos/acme/app/issues", "POST /repos/acme/app/issues"}, j.calls)
	assert.Contains(t, j.bodies[1], `"title":"Nobody knows whether prod has drifted: looking fails"`)
	assert.Contains(t, j.bodies[1], "all of it")
}

func TestDriftThatNobodyCanBeToldOfFails(t *testing.T) {
	const unknown = `{"stack":"prod","kind":"drift","failed":true,"changes":[]}`
	for name, report := range map[string]string{"drift": drifted, "failed": unknown} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t)
			j.status = http.StatusForbidden
			_, err := j.run("drift", "--file", j.markdown(), "--report", j.file("r.json", report))
			require.ErrorContains(t, err, "give the job the permission issues: write")
			assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
			summary, err := os.ReadFile(j.env["GITHUB_STEP_SUMMARY"])
			require.NoError(t, err)
			assert.Contains(t, string(summary), "### all of it")
		})
	}
}

func TestMergeQueueGetsTheSummary(t *testing.T) {
	j := newJob(t)
	j.env["GITHUB_EVENT_NAME"], j.env["GITHUB_EVENT_PATH"] = "merge_group", j.file("e", `{"merge_group":{}}`)
	_, err := j.run("comment", "--file", j.markdown())
	require.NoError(t, err)
	assert.Empty(t, j.calls)
	summary, err := os.ReadFile(j.env["GITHUB_STEP_SUMMARY"])
	require.NoError(t, err)
	assert.Contains(t, string(summary), "### all of it")
}

func TestWrongCalls(t *testing.T) {
	j := newJob(t)
	long := j.file("long.md", "<!-- aws-webapp:preview:prod -->\n"+strings.Repeat("x", 65536))
	for name, tc := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"no file":      {nil, []string{"comment"}, "--file: found nothing, expected: report as Markdown"},
		"missing file": {nil, []string{"comment", "--file", "none"}, "--file: open none"},
		"no marker":    {nil, []string{"comment", "--file", "publish.go"}, "does not begin with a marker"},
		"too long":     {nil, []string{"comment", "--file", long}, "GitHub takes 65536"},
		"no token": {
			map[string]string{"GITHUB_TOKEN": ""}, []string{"comment", "--file", j.markdown()}, "set GITHUB_TOKEN",
		},
		"no repository": {
			map[string]string{"GITHUB_REPOSITORY": ""}, []string{"comment", "--file", j.markdown()}, "set GITHUB_REPOSITORY",
		},
		"no pull request": {
			map[string]string{"GITHUB_EVENT_PATH": j.file("e", `{}`), "GITHUB_EVENT_NAME": "push"},
			[]string{"comment", "--file", j.markdown()},
			"the event push is not about one",
		},
		"no event": {
			map[string]string{"GITHUB_EVENT_PATH": ""}, []string{"comment", "--file", j.markdown()}, "give the number",
		},
		"no report": {nil, []string{"drift", "--file", j.markdown(), "--report", "none"}, "--report: open none"},
		"report of no kind": {
			nil,
			[]string{"drift", "--file", j.markdown(), "--report", j.file("r", `{"stack":"prod","kind":"preview"}`)},
			`found a report of kind "preview"`,
		},
		"report that isn't": {
			nil, []string{"drift", "--file", j.markdown(), "--report", "publish.go"}, "is not a JSON report",
		},
	} {
		t.Run(name, func(t *testing.T) {
			other := newJob(t)
			for key, value := range tc.env {
				other.env[key] = value
			}
			_, err := other.run(tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, cli.ExitUsage, cli.ExitCode(err))
			assert.Empty(t, other.calls)
		})
	}
}
