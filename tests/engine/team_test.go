package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/policyargs"
	"aws-webapp/tests/fixtures"
)

// The files at the top are the team's, who edits them as the README says. Each valid one previews, and no mandatory
// policy stops it. What another team could have written shows that this is no test of the files that are there now.
func TestTheTeamsStacksPreview(t *testing.T) {
	top := fixtures.Repository(t)
	for team, folder := range map[string]string{"the files at the top": top, "another team": otherTeam(t)} {
		files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			stack := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
			t.Run(team+"/"+stack, func(t *testing.T) {
				t.Parallel()
				configuration := filepath.Join(top, policyargs.ConfigFile(policies, stack))
				if _, err := os.Stat(configuration); err != nil {
					configuration = ""
				}
				s := fresh(t, setup{project: folder, stack: stack, pack: policies, packConfig: configuration})
				result, err := s.Preview(t.Context())
				require.NoError(t, err)
				assert.NotEmpty(t, steps(result))
			})
		}
	}
}

// otherTeam is a project's folder with the files of another team, which has renamed the project, too.
func otherTeam(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"Pulumi.prod.yaml", "Pulumi.staging.yaml"} {
		text, err := os.ReadFile(fixtures.Repository(t, "tests", "fixtures", "otherteam", name))
		require.NoError(t, err)
		text = []byte(strings.ReplaceAll(string(text), "aws-webapp:", "shop:"))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
	}
	project, err := os.ReadFile(fixtures.Repository(t, "Pulumi.yaml"))
	require.NoError(t, err)
	_, declarations, found := strings.Cut(string(project), "\n")
	require.True(t, found)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), []byte("name: shop\n"+declarations), 0o600))
	require.NoError(t, os.Symlink(fixtures.Repository(t, "dist"), filepath.Join(folder, "dist")))
	return folder
}
