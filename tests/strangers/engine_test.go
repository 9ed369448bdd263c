package strangers_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/policies/testgraph"
)

// The findings come from programs that run without an engine. With an engine and the simulated AWS they
// are the same: this is shown for a program whose resources are supported and which nothing stops half
// way.
func TestTheEngineTellsTheSame(t *testing.T) {
	t.Parallel()
	s := strangers[slices.IndexFunc(strangers, func(s stranger) bool { return s.name == "containers-careful" })]
	root, home := t.TempDir(), t.TempDir()
	for file, content := range map[string]string{
		"Pulumi.yaml":      "name: " + project + "\nruntime: go\n",
		"Pulumi.prod.yaml": "config:\n  aws:region: eu-west-1\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o600))
	}
	// The Pulumi CLI is built once, for all sandboxes.
	bin, err := filepath.Abs(filepath.Join("..", "..", ".sandbox", "bin"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(bin, 0o750))
	require.NoError(t, os.Symlink(bin, filepath.Join(home, "bin")))
	e, err := engine.Open(t.Context(), engine.Options{
		Root: root, Home: home, Stack: "prod", Program: s.program, Cloud: simulation.Simulation{}, PolicyPack: executable,
		Fast: true,
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	preview, err := e.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, told(t, s, testgraph.Preview), violations(preview))
	up, err := e.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, told(t, s, testgraph.Deployed), violations(up))
}

// told returns the pack's findings on a program without an engine.
func told(t *testing.T, s stranger, phase testgraph.Phase) []string {
	t.Helper()
	var found []string
	for _, d := range judge(t, s, "prod", phase).Diagnostics {
		found = append(found, d.GetPolicyName()+" "+d.GetUrn())
	}
	slices.Sort(found)
	return found
}

func violations(result *engine.Result) []string {
	var found []string
	for _, v := range result.Violations {
		found = append(found, v.Policy+" "+v.URN)
	}
	slices.Sort(found)
	return found
}
