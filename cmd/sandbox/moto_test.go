package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What moto lacks is left out of the stack, and the pack is told: otherwise a mandatory control of prod stops it.
func TestThePolicyPackKnowsWhatMotoLacks(t *testing.T) {
	given := filepath.Join(t.TempDir(), "prod.json")
	require.NoError(t, os.WriteFile(given, []byte(`{"lb-waf-attached": "mandatory", "account-settings-present":
		{"enforcementLevel": "mandatory", "owners": ["guardDuty=o-a1b2c3d4e5"]}}`), 0o600))
	f := &flags{stack: "prod", home: t.TempDir(), cloud: cloudMoto}
	for file, owners := range map[string][]string{
		given: {"guardDuty=o-a1b2c3d4e5", "accessAnalyzer=emulator/moto/lacks-it", "securityHub=emulator/moto/lacks-it"},
		"":    {"accessAnalyzer=emulator/moto/lacks-it", "securityHub=emulator/moto/lacks-it"},
	} {
		path, err := f.policyConfigForMoto(file)
		require.NoError(t, err)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var written struct {
			WAF      string `json:"lb-waf-attached"`
			Settings struct {
				EnforcementLevel string
				Owners           []string
			} `json:"account-settings-present"`
		}
		require.NoError(t, json.Unmarshal(text, &written))
		assert.Equal(t, owners, written.Settings.Owners)
		if file == given {
			assert.Equal(t, "mandatory", written.Settings.EnforcementLevel)
			assert.Equal(t, "mandatory", written.WAF, "what else the file says stays")
		}
	}
}
