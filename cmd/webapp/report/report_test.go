package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

const logs = "../../../internal/preview/report/testdata/"

func TestEveryFormIsWritten(t *testing.T) {
	dir := t.TempDir()
	base, cost := filepath.Join(dir, "base.json"), filepath.Join(dir, "cost.json")
	require.NoError(t, os.WriteFile(base, []byte(`{"monthlyUSD":1}`), 0o600))
	require.NoError(t, os.WriteFile(cost, []byte(`{"monthlyUSD":3}`), 0o600))
	folder := filepath.Join(dir, "reports", "staging")
	result := clitest.Call(t, New(), "--event-log", logs+"iam-widened.jsonl.gz", "--out", folder, "--json",
		"--cost", cost, "--cost-base", base, "--commit", "0123456", "--simulated")
	require.NoError(t, result.Error)
	asJSON, err := os.ReadFile(filepath.Join(folder, "report.json"))
	require.NoError(t, err)
	assert.Equal(t, string(asJSON), result.Out)
	for file, want := range map[string]string{
		"report.md": "### 🟠 `staging`: 2 high, 2 medium · 2 to delete, 2 to create · " +
			"cost +\\$2.00 a month\n\nCommit `0123456`\n\n> **Simulated:**",
		"report.json": `"simulated": true`, "report.sarif": `"preview/permissions/high"`,
	} {
		content, err := os.ReadFile(filepath.Join(folder, file))
		require.NoError(t, err)
		assert.Contains(t, string(content), want)
	}
}

func TestMarkdownGoesToStandardOutput(t *testing.T) {
	result := clitest.Call(t, New(), "--event-log", logs+"drifted.jsonl.gz", "--drift")
	require.NoError(t, result.Error)
	want, err := os.ReadFile(logs + "drifted.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), result.Out)
}

func TestRiskyChangesFailAfterTheReport(t *testing.T) {
	for level, fails := range map[string]bool{
		"none": false, "critical": false, "high": true, "medium": true, "low": true,
	} {
		result := clitest.Call(t, New(), "--event-log", logs+"iam-widened.jsonl.gz", "--fail-at", level)
		assert.Contains(t, result.Out, "Permissions widened")
		assert.Equal(t, fails, result.Error != nil, level)
		if fails {
			assert.Equal(t, cli.ExitFailed, result.Code())
			assert.ErrorContains(t, result.Error, `found high in stack "staging"`)
		}
	}
}

func TestWrongCalls(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"no log":        {nil, "--event-log: found nothing, expected: file with the engine's events"},
		"missing log":   {[]string{"--event-log", "none"}, "read the event log"},
		"no log at all": {[]string{"--event-log", "report.go"}, "expected one JSON object to a line"},
		"half a cost":   {[]string{"--event-log", "x", "--cost", "y"}, "found one without the other"},
		"missing cost":  {[]string{"--event-log", "x", "--cost", "none", "--cost-base", "none"}, "read the cost estimate"},
		"level":         {[]string{"--event-log", "x", "--fail-at", "severe"}, `--fail-at: found the risk level "severe"`},
		"argument":      {[]string{"x"}, `found the argument "x", report takes flags alone`},
	} {
		t.Run(name, func(t *testing.T) {
			result := clitest.Call(t, New(), tc.args...)
			require.ErrorContains(t, result.Error, tc.want)
			assert.Equal(t, cli.ExitUsage, result.Code())
			assert.Empty(t, result.Out)
		})
	}
}

func TestAReportThatCannotBeWrittenFails(t *testing.T) {
	result := clitest.Call(t, New(), "--event-log", logs+"no-change.jsonl.gz", "--out", "report.go/x")
	require.ErrorContains(t, result.Error, "make the folder for the reports")
	assert.Equal(t, cli.ExitFailed, result.Code())
}
