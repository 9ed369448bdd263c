package engine_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/traffic"
)

// namedBefore gives the roles of a running stack their former names, from before names began with
// project and stack, in Pulumi's state and in the account.
func (s *sandbox) namedBefore() {
	s.t.Helper()
	logical := regexp.MustCompile(`(aws:iam/role:Role::)aws-webapp-` + s.name + `-`)
	physical := regexp.MustCompile(`aws-webapp-` + s.name + `-([a-z-]+-[0-9a-f]{7}\b)`)
	roles := regexp.MustCompile(
		`^(audit-delivery|backup|baseline-config|database-monitoring|deployment-test|network-flow-logs|probe|rotation|` +
			`visitor-book-\w+)-\w{7}$`)
	require.NoError(s.t, filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed := physical.ReplaceAllFunc(logical.ReplaceAll(text, []byte("$1")), func(name []byte) []byte {
			if short := physical.FindSubmatch(name)[1]; roles.Match(short) {
				return short
			}
			return name
		})
		return os.WriteFile(path, changed, d.Type().Perm()|0o600)
	}))
}

// TestRolesAreReplacedUnderARunningStack: everything that has a role gets the new one before the old
// one is deleted, and tasks that CodeDeploy has yet to replace keep theirs.
func TestRolesAreReplacedUnderARunningStack(t *testing.T) {
	t.Parallel()
	up := deployed(t, setup{stack: "prod"})
	up.namedBefore()
	require.NotNil(t, up.find("aws:iam/role:Role", "visitor-book-task"))
	want := served{"x/": {"visitor-book"}}

	first, clients := up.watched(nil, want)
	result, err := first.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)
	done := steps(result)
	for _, name := range []string{
		"backup", "database-monitoring", "network-flow-logs", "rotation", "visitor-book-deployment",
	} {
		assert.Contains(t, done, "create Role aws-webapp-prod-"+name)
		assert.Contains(t, done, "delete Role "+name)
	}
	assert.Contains(t, done, "create Role aws-webapp-prod-visitor-book-task")
	assert.NotContains(t, done, "delete Role visitor-book-task")
	first.requireNoOrphans()

	definition := first.find("aws:ecs/taskDefinition:TaskDefinition", "visitor-book").Outputs["arn"].StringValue()
	require.NoError(t, traffic.Shift(first.account(), "visitor-book", definition, "visitor-book-green", 8000))
	second, clients := up.watched(nil, want)
	result, err = second.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)
	assert.Contains(t, steps(result), "delete Role visitor-book-task")
	assert.Contains(t, steps(result), "delete Role visitor-book-execution")
	second.requireNoOrphans()
}
