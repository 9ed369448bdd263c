package awsfake

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Documented returns the actions of the policy that docs/operations.md shows below a heading,
// sorted: the actions that a command may call. It works in tests of packages two folders below
// the root.
func Documented(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), heading)
	require.True(t, found)
	_, section, _ = strings.Cut(section, "```json\n")
	section, _, _ = strings.Cut(section, "```")
	var policy struct {
		Statement []struct {
			Effect string
			Action []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(section), &policy))
	var actions []string
	for _, statement := range policy.Statement {
		assert.Equal(t, "Allow", statement.Effect)
		actions = append(actions, statement.Action...)
	}
	slices.Sort(actions)
	return actions
}
