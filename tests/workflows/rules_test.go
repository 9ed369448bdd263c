package workflows_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
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

// writable says which jobs may write, and what for.
var writable = map[string]map[string]string{
	"preview.yml preview":     {"id-token": "write", "pull-requests": "write", "security-events": "write"},
	"deploy.yml staging":      {"id-token": "write"},
	"deploy.yml prod":         {"id-token": "write"},
	"deploy-stack.yml deploy": {"id-token": "write"},
	"drift.yml drift":         {"id-token": "write", "issues": "write"},
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

func TestJobsEnd(t *testing.T) {
	for _, w := range workflows(t) {
		if w.Jobs == nil {
			continue
		}
		assert.NotEmpty(t, w.Concurrency.Content, "%s has no concurrency", w.file)
		for name, j := range w.Jobs {
			if j.Uses.Value == "" {
				assert.Positive(t, j.Timeout, "%s: job %s", w.file, name)
				assert.LessOrEqual(t, j.Timeout, 180, "%s: job %s", w.file, name)
			}
		}
	}
}

// What whoever opened a pull request has written must reach a shell as data, never as script.
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
				assert.Regexp(t, `^\$\{\{ vars\.AWS_(PREVIEW|DEPLOY)_ROLE_ARN \}\}$`, valueOf(s, "role-to-assume"))
				assert.Equal(t, "${{ vars.AWS_REGION }}", valueOf(s, "aws-region"))
				for _, key := range []string{"aws-access-key-id", "aws-secret-access-key"} {
					assert.Empty(t, valueOf(s, key), "%s: no long-lived keys", w.file)
				}
				deploys := strings.Contains(valueOf(s, "role-to-assume"), "DEPLOY")
				assert.Equal(t, deploys, j.Environment.Value != "", "%s: who deploys is approved, and who previews has the event as its subject", w.file)
				if filepath.Base(w.file) == "preview.yml" {
					assert.Contains(t, s.If, "github.event.pull_request.head.repo.full_name == github.repository")
					assert.Contains(t, s.If, "vars.AWS_PREVIEW_ROLE_ARN != ''")
				}
			}
		}
	}
	assert.Equal(t, 3, found)
}

func TestProdFollowsStaging(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, ".github/workflows/deploy.yml"))
	require.NoError(t, err)
	assert.Regexp(t, `(?s)staging:\s+needs: test\s.*prod:\s+needs: staging\s`, string(content))
	deploy := named(t, "deploy-stack.yml").Jobs["deploy"]
	assert.Equal(t, "${{ inputs.stack }}", deploy.Environment.Value)
}

// The stacks of the matrices have files.
func TestStacksExist(t *testing.T) {
	for _, w := range workflows(t) {
		for _, j := range w.Jobs {
			stacks := j.Strategy.Matrix.Stack
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
	content, err := os.ReadFile(filepath.Join(root, "tools/go.mod"))
	require.NoError(t, err)
	module, err := modfile.ParseLax("go.mod", content, nil)
	require.NoError(t, err)
	want := ""
	for _, r := range module.Require {
		if r.Mod.Path == "github.com/pulumi/pulumi/pkg/v3" {
			want = r.Mod.Version
		}
	}
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
