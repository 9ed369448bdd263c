package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const logs = "../../internal/preview/report/testdata/"

// call runs the command as the shell would.
func call(args ...string) (string, error) {
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.Execute()
	return out.String(), err
}

func TestEveryFormIsWritten(t *testing.T) {
	dir := t.TempDir()
	base, cost := filepath.Join(dir, "base.json"), filepath.Join(dir, "cost.json")
	require.NoError(t, os.WriteFile(base, []byte(`{"monthlyUSD":1}`), 0o600))
	require.NoError(t, os.WriteFile(cost, []byte(`{"monthlyUSD":3}`), 0o600))
	markdown, asJSON, sarif := filepath.Join(dir, "r.md"), filepath.Join(dir, "r.json"), filepath.Join(dir, "r.sarif")
	out, err := call("--event-log", logs+"iam-widened.jsonl.gz", "--markdown", markdown, "--json", asJSON, "--sarif", sarif,
		"--cost", cost, "--cost-base", base, "--commit", "0123456", "--simulated")
	require.NoError(t, err)
	assert.Empty(t, out)
	for file, want := range map[string]string{
		markdown: "### 🟠 `staging`: 2 high, 2 medium · 2 to delete, 2 to create · cost +\\$2.00 a month\n\nCommit `0123456`\n\n> **Simulated:**",
		asJSON:   `"simulated": true`, sarif: `"preview/permissions/high"`,
	} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(content), want)
	}
}

func TestMarkdownGoesToStandardOutput(t *testing.T) {
	out, err := call("--event-log", logs+"drifted.jsonl.gz", "--drift")
	require.NoError(t, err)
	want, err := os.ReadFile(logs + "drifted.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), out)
}

func TestRiskyChangesFailAfterTheReport(t *testing.T) {
	for level, fails := range map[string]bool{"none": false, "critical": false, "high": true, "medium": true, "low": true} {
		out, err := call("--event-log", logs+"iam-widened.jsonl.gz", "--fail-at", level)
		assert.Contains(t, out, "Permissions widened")
		assert.Equal(t, fails, err != nil, level)
		if fails {
			assert.Equal(t, exitRisky, exitCode(err))
			assert.ErrorContains(t, err, `found high in stack "staging"`)
		}
	}
}

func TestWrongCalls(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"no log":         {nil, "--event-log: found nothing, expected the file"},
		"missing log":    {[]string{"--event-log", "none"}, "read the event log"},
		"no log at all":  {[]string{"--event-log", "main.go"}, "expected one JSON object to a line"},
		"half a cost":    {[]string{"--event-log", "x", "--cost", "y"}, "found one without the other"},
		"missing cost":   {[]string{"--event-log", "x", "--cost", "none", "--cost-base", "none"}, "read the cost estimate"},
		"level":          {[]string{"--event-log", "x", "--fail-at", "severe"}, `--fail-at: found the risk level "severe"`},
		"argument":       {[]string{"x"}, "unknown command"},
		"no such folder": {[]string{"--event-log", logs + "no-change.jsonl.gz", "--json", "none/x"}, "write the report: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, exitUsage, exitCode(err))
		})
	}
}
