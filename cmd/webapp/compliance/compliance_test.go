package compliance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/report"
)

func written(t *testing.T, run evidence.Run) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "evidence.json")
	require.NoError(t, run.Write(file))
	return file
}

func TestTheCommandWritesReportsAndSaysWhatTheyAmountTo(t *testing.T) {
	control := evidence.Control{Name: "x", Level: "mandatory", Judged: 1}
	good := written(t, evidence.Run{Stack: "prod", Controls: []evidence.Control{control}})
	bad := written(t, evidence.Run{
		Stack: "staging", Controls: []evidence.Control{control},
		Judgements: []evidence.Judgement{{Control: "x", Verdict: "fail", Level: "mandatory", Reasons: []string{"open"}}},
	})
	dir := filepath.Join(t.TempDir(), "out")
	result := clitest.Call(t, New(), "--out", dir, good)
	require.NoError(t, result.Error)
	page := filepath.Join(dir, report.HTMLFile)
	assert.Equal(t, "prod: 0 failed 0 warning 0 waived 0 unknown 1 passed\n"+page+"\n", result.Out)
	assert.FileExists(t, filepath.Join(dir, report.SARIFFile))
	result = clitest.Call(t, New(), "--out", dir, good, bad)
	require.ErrorIs(t, result.Error, errNotCompliant)
	assert.Equal(t, cli.ExitFailed, result.Code())
}

func TestTheCommandExplainsWrongCalls(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte("{"), 0o600))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no file":      {nil, "found no file of evidence"},
		"missing file": {[]string{"missing.json"}, "read the evidence: open missing.json"},
		"broken file":  {[]string{broken}, "read the evidence " + broken},
	} {
		t.Run(name, func(t *testing.T) {
			result := clitest.Call(t, New(), c.args...)
			require.ErrorContains(t, result.Error, c.want)
			assert.Equal(t, cli.ExitUsage, result.Code())
		})
	}
}
