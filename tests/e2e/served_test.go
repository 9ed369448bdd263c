//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDescriptionIsCurrent fails if the description that unit tests compare with the SDK
// differs from that of the plugin as built now.
func TestDescriptionIsCurrent(t *testing.T) {
	plugin := installPlugin(t)
	if _, err := os.Stat(filepath.Join(filepath.Dir(plugin.Path()), "built-from")); err != nil {
		t.Skip("the official plugin is installed: the description is of the one that is built where it cannot be")
	}
	built, err := exec.Command(plugin.Path(), "describe").Output()
	require.NoError(t, err)
	kept, err := os.ReadFile(repository(t, "internal", "sandbox", "moto", "awsplugin", "testdata", "served.json"))
	require.NoError(t, err)
	if !bytes.Equal(built, kept) {
		t.Error("served.json is not what the built plugin describes: run `make awsplugin-describe` and review the diff")
	}
}
