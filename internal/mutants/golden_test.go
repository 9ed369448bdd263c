package mutants

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A test is golden if it uses the flag -update: its own, or that of the package golden, at once or by a helper.
func TestGoldenTestsAreFound(t *testing.T) {
	const ours = `package shop
import ("testing"; "aws-webapp/tests/golden")
func same(t *testing.T) { golden.Equal(t, "a", "b", "c") }
func TestPage(t *testing.T) { same(t) }
func TestPrice(t *testing.T) {}
`
	const own = `package shop
import "flag"
var rewrite = flag.Bool("update", false, "")
func TestLabel(t *testing.T) { _ = *rewrite }
`
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "page_test.go"), []byte(ours), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "label_test.go"), []byte(own), 0o600))
	found, err := goldenTests(dir)
	require.NoError(t, err)
	assert.True(t, found["TestPage"])
	assert.True(t, found["TestLabel"])
	assert.False(t, found["TestPrice"])
}
