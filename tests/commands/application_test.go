package commands_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a container finds in its environment is in the contract: the golden graphs say what the program sets.
func TestEveryVariableOfAContainerIsInTheContract(t *testing.T) {
	contract, err := os.ReadFile(filepath.Join("..", "..", "docs", "application.md"))
	require.NoError(t, err)
	graphs, err := filepath.Glob(filepath.Join("..", "stack", "testdata", "*.graph"))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range graphs {
		graph, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, list := range regexp.MustCompile(`(?s)"(?:environment|secrets)":\s*\[(.*?)\]`).FindAllSubmatch(graph, -1) {
			for _, name := range regexp.MustCompile(`"name":\s*"([A-Z][A-Z0-9_]*)"`).FindAllSubmatch(list[1], -1) {
				found[string(name[1])] = true
			}
		}
	}
	require.Contains(t, found, "DATABASE_URL", "how the graphs write containers has changed")
	for name := range found {
		assert.Contains(t, string(contract), "`"+name+"`", "docs/application.md says what a container finds")
	}
}
