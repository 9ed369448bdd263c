package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/evidence"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/report"
)

func TestTheStacksOwnPolicyConfigurationIsTheDefault(t *testing.T) {
	root := t.TempDir()
	own := filepath.Join(root, "policies", "config", "prod.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(own), 0o750))
	require.NoError(t, os.WriteFile(own, []byte("{}"), 0o600))
	for name, c := range map[string]struct {
		flags flags
		want  string
	}{
		"of the stack":     {flags{stack: "prod"}, own},
		"none of the kind": {flags{stack: "staging"}, ""},
		"not wanted":       {flags{stack: "prod", policyConfig: "none"}, ""},
		"named":            {flags{stack: "staging", policyConfig: own}, own},
	} {
		c.flags.root, c.flags.policyPack = root, "policies"
		file, err := c.flags.policyConfigFile()
		require.NoError(t, err, name)
		assert.Equal(t, c.want, file, name)
	}
	_, err := (&flags{policyConfig: "nowhere.json"}).policyConfigFile()
	assert.EqualError(t, err, "--policy-pack-config: found no file nowhere.json: name one, or none")
}

// One folder gathers the verdicts on several stacks, each from its latest run.
func TestTheReportCoversEveryStackInTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "reports")
	judge := func(stack string) {
		t.Helper()
		f := &flags{stack: stack, compliance: dir, policyPack: "policies"}
		variables, err := f.prepareCompliance()
		require.NoError(t, err)
		assert.NoFileExists(t, f.evidenceFile(), "the verdicts of an earlier run are gone")
		var out bytes.Buffer
		require.ErrorContains(t, f.reportCompliance(&out), "left no verdicts")
		require.NoError(t, evidence.Run{
			Stack: stack, Controls: []evidence.Control{{Name: "x", Level: "mandatory", Judged: 1}},
		}.Write(variables[pack.EvidenceVariable]))
		require.NoError(t, f.reportCompliance(&out))
		assert.Contains(t, out.String(), stack+": 0 failed")
	}
	judge("prod")
	judge("staging")
	judge("prod")
	page, err := os.ReadFile(filepath.Join(dir, report.HTMLFile))
	require.NoError(t, err)
	assert.Contains(t, string(page), "<title>Compliance of prod, staging</title>")
}

func TestNoReportWithoutAPolicyPack(t *testing.T) {
	_, err := (&flags{compliance: t.TempDir(), policyPack: "none"}).prepareCompliance()
	assert.EqualError(t, err, "--compliance: there are no verdicts without a policy pack: leave --policy-pack none out")
}
