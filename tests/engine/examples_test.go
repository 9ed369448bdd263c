package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/fixtures"
)

// TestExamplesComeUp: each example comes up under the policies as it is, the next preview is empty, and a page says
// what it is for and how to try it.
func TestExamplesComeUp(t *testing.T) {
	t.Parallel()
	folder := fixtures.Repository(t, "examples")
	files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(filepath.Join(folder, name+".md"))
			require.NoError(t, err)
			_, text, _ := strings.Cut(string(page), "\n\n")
			assert.True(t, strings.HasPrefix(text, "For "), "the page begins with what the example is for")
			assert.Contains(t, text, "make up EXAMPLE="+name)

			s := fresh(t, setup{project: folder, stack: name, pack: policies})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			s.requireNoOrphans()

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}
