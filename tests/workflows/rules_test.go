package workflows_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

var (
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	version = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)
)

// A tag can be moved to other code; a commit cannot.
func TestActionsArePinnedByCommit(t *testing.T) {
	commits := map[string]string{}
	for _, w := range workflows(t) {
		for _, u := range w.uses() {
			if strings.HasPrefix(u.Value, "./") {
				_, err := os.Stat(filepath.Join(root, u.Value))
				assert.NoError(t, err, "%s: %s", w.file, u.Value)
				continue
			}
			assert.Regexp(t, pinned, u.Value, "%s:%d", w.file, u.Line)
			assert.Regexp(t, version, u.LineComment, "%s:%d: the version belongs behind the commit", w.file, u.Line)
			action, _, _ := strings.Cut(u.Value, "@")
			if seen := commits[action]; seen != "" {
				assert.Equal(t, seen, u.Value+u.LineComment, "%s:%d: two versions of one action", w.file, u.Line)
			}
			commits[action] = u.Value + u.LineComment
		}
	}
}

// writable lists the jobs that may do more than read the source.
var writable = map[string]map[string]string{
	"preview.yml preview": {
		"actions": "read", "id-token": "write", "pull-requests": "write", "security-events": "write",
	},
	"deploy.yml staging":      {"id-token": "write"},
	"deploy.yml prod":         {"id-token": "write"},
	"deploy-stack.yml deploy": {"id-token": "write"},
	"drift.yml drift":         {"id-token": "write", "issues": "write"},
	"release.yml publish":     {"contents": "write"},
}

func TestPermissionsAreMinimal(t *testing.T) {
	for _, w := range workflows(t) {
		if w.Jobs == nil {
			continue
		}
		assert.Equal(t, "!!map", w.Permissions.Tag, "%s: no job gets what it does not name", w.file)
		assert.Empty(t, w.Permissions.Content, "%s: permissions belong to jobs", w.file)
		for name, j := range w.Jobs {
			where := filepath.Base(w.file) + " " + name
			require.NotNil(t, j.Permissions, where)
			want := map[string]string{"contents": "read"}
			for scope, access := range writable[where] {
				want[scope] = access
			}
			assert.Equal(t, want, j.Permissions, where)
		}
	}
}

// longestJob is the limit of GitHub's own runners, in minutes:
// https://docs.github.com/en/actions/reference/limits
const longestJob = 360

func TestJobsEnd(t *testing.T) {
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			if j.Uses.Value == "" {
				assert.Positive(t, j.Timeout, "%s: job %s", w.file, name)
				assert.Less(t, j.Timeout, longestJob, "%s: job %s", w.file, name)
				queued := len(w.Concurrency.Content)+len(j.Concurrency.Content) > 0
				assert.True(t, queued, "%s: job %s has no concurrency", w.file, name)
			}
		}
	}
}

// A run that holds a concurrency group while prod waits for its approval would keep every later commit from
// staging. So the run holds none, and each stack has its own queue, in which no update is interrupted.
func TestNothingIsHeldWhileSomebodyThinksAboutAnApproval(t *testing.T) {
	assert.Empty(t, named(t, "deploy.yml").Concurrency.Content)
	stack := named(t, "deploy-stack.yml")
	assert.Empty(t, stack.Concurrency.Content)
	var queue struct {
		Group  string `yaml:"group"`
		Cancel bool   `yaml:"cancel-in-progress"`
	}
	concurrency := stack.Jobs["deploy"].Concurrency
	require.NoError(t, concurrency.Decode(&queue))
	assert.Equal(t, "deploy-${{ inputs.stack }}", queue.Group)
	assert.False(t, queue.Cancel)
}

// Checks that main requires have to report in a merge queue, or nothing is ever merged.
func TestRequiredChecksRunInAMergeQueue(t *testing.T) {
	for _, file := range []string{"ci.yml", "preview.yml"} {
		var events map[string]any
		on := named(t, file).On
		require.NoError(t, on.Decode(&events), file)
		assert.Contains(t, events, "merge_group", file)
		assert.Contains(t, events, "pull_request", file)
	}
}

// Jobs that run the code of dependencies write the caches. Jobs that write to production use nothing from
// there.
func TestDeploymentsTakeNothingFromCaches(t *testing.T) {
	for _, s := range named(t, "deploy-stack.yml").Jobs["deploy"].Steps {
		assert.NotContains(t, s.Uses.Value, "actions/cache")
		if s.Uses.Value == "./.github/actions/setup" {
			assert.Equal(t, "false", valueOf(s, "cache"))
		}
	}
	for _, s := range named(t, "action.yml").Runs.Steps {
		switch {
		case strings.HasPrefix(s.Uses.Value, "actions/cache@"):
			assert.Equal(t, "inputs.cache == 'true'", s.If)
		case strings.HasPrefix(s.Uses.Value, "actions/setup-go@"):
			assert.Equal(t, "${{ inputs.cache }}", valueOf(s, "cache"))
		}
	}
}

// GitHub sends the interrupt only to the step's shell, and `go run` does not pass it on: the engine would be killed
// with its lock in place. Source: https://docs.github.com/en/actions/reference/workflow-cancellation-reference
func TestACancelledDeploymentReachesTheEngine(t *testing.T) {
	steps := named(t, "deploy-stack.yml").Jobs["deploy"].Steps
	at := slices.IndexFunc(steps, func(s step) bool { return s.Name == "Deploy" })
	require.GreaterOrEqual(t, at, 0)
	assert.True(t, strings.HasPrefix(steps[at].Run, "exec .sandbox/bin/webapp deploy "), steps[at].Run)
	// Operations in AWS take longer than the ten seconds that the step has.
	assert.True(t, strings.HasPrefix(steps[at+1].Run, "exec .sandbox/bin/webapp deploy wait "), steps[at+1].Run)
	assert.Equal(t, "${{ cancelled() }}", steps[at+1].If)
}

// A failure to look for drift is reported in the same place as drift.
func TestDriftIsNeverSilent(t *testing.T) {
	told := 0
	for _, s := range named(t, "drift.yml").Jobs["drift"].Steps {
		looks := strings.HasPrefix(s.Run, ".sandbox/bin/webapp drift")
		if looks || strings.HasPrefix(s.Run, ".sandbox/bin/webapp publish drift") {
			told++
			assert.Equal(t, "${{ !cancelled() }}", s.If, s.Name)
		}
	}
	assert.Equal(t, 2, told)
}

// Text written by the author of a pull request must reach a shell as data, never as script.
func TestScriptsContainNoExpressions(t *testing.T) {
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			assert.NotContains(t, s.Run, "${{", "%s: step %q: pass it through env", w.file, s.Name)
		}
	}
}

// With pull_request_target a fork's code would run with the repository's secrets.
func TestNoEventRunsForeignCodeWithSecrets(t *testing.T) {
	for _, w := range workflows(t) {
		content, err := os.ReadFile(filepath.Join(root, w.file))
		require.NoError(t, err)
		for _, forbidden := range []string{"pull_request_target", "workflow_run", "secrets: inherit", "secrets."} {
			assert.NotContains(t, string(content), forbidden, w.file)
		}
		for _, s := range w.steps() {
			if strings.HasPrefix(s.Uses.Value, "actions/checkout@") {
				assert.Equal(t, "false", valueOf(s, "persist-credentials"), "%s: the token stays in .git otherwise", w.file)
				assert.Empty(t, valueOf(s, "ref"), "%s: what triggered the run is what runs", w.file)
			}
		}
	}
}

func valueOf(s step, input string) string {
	n := s.With[input]
	return n.Value
}

// Credentials are for the repository's own branches, and for jobs that may ask for them.
func TestCredentialsAreGuarded(t *testing.T) {
	found := 0
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				if !strings.HasPrefix(s.Uses.Value, "aws-actions/configure-aws-credentials@") {
					continue
				}
				found++
				assert.Equal(t, "write", j.Permissions["id-token"], "%s: job %s", w.file, name)
				assert.Regexp(t, `^\$\{\{ (matrix|inputs)\.role \}\}$`, valueOf(s, "role-to-assume"))
				assert.Equal(t, "${{ vars.AWS_REGION }}", valueOf(s, "aws-region"))
				for _, key := range []string{"aws-access-key-id", "aws-secret-access-key"} {
					assert.Empty(t, valueOf(s, key), "%s: no long-lived keys", w.file)
				}
				deploys := name == "deploy"
				assert.Equal(t, deploys, j.Environment.Value != "", "%s: who deploys is approved, and who previews has the event "+
					"as its subject", w.file)
				if filepath.Base(w.file) == "preview.yml" {
					for _, only := range []string{
						"matrix.role != ''", "github.event_name == 'pull_request'", "github.actor != 'dependabot[bot]'",
						"github.event.pull_request.user.login != 'dependabot[bot]'",
						"github.event.pull_request.head.repo.full_name == github.repository",
					} {
						assert.Contains(t, s.If, only)
					}
					assert.NotContains(t, s.If, "||")
				}
				seconds, err := strconv.Atoi(valueOf(s, "role-duration-seconds"))
				require.NoError(t, err, "%s: job %s", w.file, name)
				assert.GreaterOrEqual(t, seconds, j.Timeout*60, "%s: job %s outlives its credentials", w.file, name)
			}
		}
	}
	assert.Equal(t, 3, found)
}

// Each stack uses the roles of its own account, from the variable that holds an output of the delivery
// stack.
func TestJobsTakeTheRoleOfTheirStack(t *testing.T) {
	roles := map[string]string{}
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			for _, of := range j.Strategy.Matrix.Include {
				roles[filepath.Base(w.file)+" "+name+" "+of.Stack] = of.Role
			}
			if stack := j.With["stack"]; stack != "" {
				roles[filepath.Base(w.file)+" "+name+" "+stack] = j.With["role"]
			}
		}
	}
	want := map[string]string{}
	for _, stack := range []string{"staging", "prod"} {
		role := "${{ fromJSON(vars.AWS_ROLE_ARNS || '{}')." + stack
		want["preview.yml preview "+stack] = role + ".preview }}"
		want["drift.yml drift "+stack] = role + ".preview }}"
		want["deploy.yml "+stack+" "+stack] = role + ".deploy }}"
	}
	assert.Equal(t, want, roles)
}

func TestProdFollowsStaging(t *testing.T) {
	jobs := named(t, "deploy.yml").Jobs
	assert.Equal(t, "test", jobs["staging"].Needs)
	assert.Equal(t, "staging", jobs["prod"].Needs)
	deploy := named(t, "deploy-stack.yml").Jobs["deploy"]
	assert.Equal(t, "${{ inputs.stack }}", deploy.Environment.Value)
}

// The stacks of the matrices have files.
func TestStacksExist(t *testing.T) {
	for _, w := range workflows(t) {
		for _, j := range w.Jobs {
			var stacks []string
			for _, of := range j.Strategy.Matrix.Include {
				stacks = append(stacks, of.Stack)
			}
			if stack := j.With["stack"]; stack != "" {
				stacks = append(stacks, stack)
			}
			for _, stack := range stacks {
				assert.FileExists(t, filepath.Join(root, "Pulumi."+stack+".yaml"), w.file)
			}
		}
	}
}

// The CLI that workflows install is the one that everything was tested with.
func TestOnePulumiVersion(t *testing.T) {
	want := required(t, "tools/go.mod")["github.com/pulumi/pulumi/pkg/v3"]
	require.NotEmpty(t, want)
	found := 0
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			if strings.HasPrefix(s.Uses.Value, "pulumi/actions@") {
				found++
				assert.Equal(t, want, "v"+valueOf(s, "pulumi-version"), w.file)
			}
		}
	}
	assert.Equal(t, 1, found)
}

// The first `make up` builds the program and the CLI. What both import is compiled once if it has one version.
func TestTheProgramAndTheCLIShareTheirModules(t *testing.T) {
	cli := required(t, "tools/go.mod")
	var differ []string
	for path, version := range required(t, "go.mod") {
		if other, ok := cli[path]; ok && other != version {
			differ = append(differ, path+"@"+slices.MaxFunc([]string{version, other}, semver.Compare))
		}
	}
	slices.Sort(differ)
	assert.Empty(t, differ, "go.mod and tools/go.mod require different versions; run in both folders: "+
		"go get %s && go mod tidy", strings.Join(differ, " "))
}

// required are the modules that a go.mod requires, with their versions.
func required(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	module, err := modfile.ParseLax(file, content, nil)
	require.NoError(t, err)
	versions := map[string]string{}
	for _, r := range module.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions
}
