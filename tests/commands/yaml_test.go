package commands_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/config"
)

// Every stack file and every part of one that a document shows is accepted: a whole one (it begins with config:) by
// itself, a part in place of the same subject of the tests' stack file.
func TestStackFilesInDocumentsLoad(t *testing.T) {
	root := filepath.Join("..", "..")
	stacks := filepath.Join(root, "tests", "fixtures", "stacks")
	listed, err := exec.Command("git", "-C", root, "ls-files", "*.md").Output()
	require.NoError(t, err)
	shown := 0
	for _, file := range strings.Fields(string(listed)) {
		if strings.Contains(file, "testdata/") || file == "docs/config.md" {
			continue // the reference begins with the form of a stack file, not with one
		}
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		for _, block := range yamlBlocks(string(text)) {
			if !strings.Contains(block, "aws-webapp:") {
				continue
			}
			shown++
			var values map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(block), &values), "%s:\n%s", file, block)
			stack := "Pulumi.staging.yaml"
			if _, delivery := values["aws-webapp:pipeline"]; delivery {
				stack = "Pulumi.delivery.yaml"
			}
			assert.NoError(t, loads(t, filepath.Join(stacks, stack), values), "%s:\n%s", file, block)
		}
	}
	require.Greater(t, shown, 1)

	t.Run("a key that does not exist", func(t *testing.T) {
		part := map[string]any{"aws-webapp:database": map[string]any{"size": "large"}}
		assert.ErrorContains(t, loads(t, filepath.Join(stacks, "Pulumi.staging.yaml"), part), "database.size")
	})
}

// loads puts the values of a document into a stack file and reads it.
func loads(t *testing.T, stackFile string, values map[string]any) error {
	t.Helper()
	file := map[string]any{"config": map[string]any{}}
	whole, isWhole := values["config"].(map[string]any)
	if !isWhole {
		text, err := os.ReadFile(stackFile)
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(text, &file))
		whole = values
	}
	maps.Copy(file["config"].(map[string]any), whole)
	text, err := yaml.Marshal(file)
	require.NoError(t, err)
	written := filepath.Join(t.TempDir(), filepath.Base(stackFile))
	require.NoError(t, os.WriteFile(written, text, 0o600))
	project := filepath.Join(filepath.Dir(stackFile), "Pulumi.yaml")
	if strings.HasSuffix(stackFile, "delivery.yaml") {
		_, err = config.LoadDeliveryFile(project, written)
		return err
	}
	_, err = config.LoadFile(project, written)
	return err
}

// yamlBlocks returns the fenced blocks of a document that say they are YAML, moved to the left margin.
func yamlBlocks(text string) []string {
	var all []string
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		opening := strings.TrimLeft(lines[i], " ")
		if strings.TrimSpace(opening) != "```yaml" {
			continue
		}
		margin := lines[i][:len(lines[i])-len(opening)]
		end := i + 1 + slices.IndexFunc(lines[i+1:], func(line string) bool {
			return strings.TrimSpace(line) == "```"
		})
		var block strings.Builder
		for _, line := range lines[i+1 : end] {
			block.WriteString(strings.TrimPrefix(line, margin) + "\n")
		}
		all = append(all, block.String())
		i = end
	}
	return all
}
