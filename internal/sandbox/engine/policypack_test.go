package engine

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// packFolder makes a project with a tiny pack that prints a word.
func packFolder(t *testing.T) folders {
	t.Helper()
	root := t.TempDir()
	for file, text := range map[string]string{
		"go.mod":                     "module pack\n\ngo 1.25\n",
		"policies/PulumiPolicy.yaml": "runtime: go\n",
		"policies/main.go":           "package main\n\nimport \"pack/policies/word\"\n\nfunc main() { print(word.Word) }\n",
		"policies/word/word.go":      "package word\n\nconst Word = \"first\"\n",
		"empty/README":               "no pack\n",
	} {
		path := filepath.Join(root, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	f, err := newFolders(root, "", "dev")
	require.NoError(t, err)
	return f
}

func says(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command(path).CombinedOutput()
	require.NoError(t, err)
	return string(out)
}

func TestPolicyPackIsBuiltWhenItChanges(t *testing.T) {
	f := packFolder(t)
	path, err := f.policyPack(t.Context(), "policies", io.Discard)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(f.home, "bin", executable("policies-policy")), path)
	assert.Equal(t, "first", says(t, path))

	before, err := os.Stat(path)
	require.NoError(t, err)
	_, err = f.policyPack(t.Context(), "policies", io.Discard)
	require.NoError(t, err)
	same, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, same), "nothing changed, nothing is built")

	// A change in any package of the pack counts.
	word := filepath.Join(f.root, "policies", "word", "word.go")
	require.NoError(t, os.WriteFile(word, []byte("package word\n\nconst Word = \"second\"\n"), 0o600))
	require.NoError(t, os.Chtimes(word, time.Now(), time.Now().Add(time.Minute)))
	path, err = f.policyPack(t.Context(), "policies", io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "second", says(t, path))
}

func TestPolicyPackByName(t *testing.T) {
	f := packFolder(t)
	for _, tc := range []struct{ named, want, refused string }{
		{"", "", ""},
		{NoPolicyPack, "", ""},
		{"policies/main.go", filepath.Join(f.root, "policies", "main.go"), ""},
		{"missing", "", `policy pack "missing": found nothing at`},
		{"empty", "", "has no PulumiPolicy.yaml: name the folder that has it"},
	} {
		t.Run(tc.named, func(t *testing.T) {
			path, err := f.policyPack(t.Context(), tc.named, io.Discard)
			assert.Equal(t, tc.want, path)
			assert.Equal(t, tc.refused != "", err != nil)
			if err != nil {
				assert.Contains(t, err.Error(), tc.refused)
			}
		})
	}
}

func TestPolicyPackThatDoesNotCompile(t *testing.T) {
	f := packFolder(t)
	require.NoError(t, os.WriteFile(filepath.Join(f.root, "policies", "main.go"),
		[]byte("package main\n\nfunc main() { wrong }\n"), 0o600))
	_, err := f.policyPack(t.Context(), "policies", io.Discard)
	require.ErrorContains(t, err, `policy pack "policies": build`)
	require.ErrorContains(t, err, "wrong")
}
