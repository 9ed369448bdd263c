package preflight

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// The policies in docs/operations.md grant what the command calls, and nothing else. sts:
// GetCallerIdentity needs no permission.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	// An account of which everything is asked, also what needs something to be there first.
	full := newAccount()
	full.gateways, full.detector = []string{"us-east-1a"}, map[string]string{}
	full.orderable = nil
	full.manifest, full.layer = `{"config": {"digest": "sha256:c0ffee"}}`, "http://127.0.0.1:1/"
	full.certificate = &acmtypes.CertificateDetail{Status: acmtypes.CertificateStatusIssued}
	_, err = full.flight(t, func(c *config.Config) { c.LogSearch.MaxConcurrency = 1 }).Up(t.Context())
	require.NoError(t, err)
	_, err = full.flight(t, givenCertificate).Up(t.Context())
	require.NoError(t, err)
	_, err = full.flight(t, nil).UpDelivery(t.Context(), delivery)
	require.NoError(t, err)
	assert.Equal(t, called(full), documented(t, "### Permissions of preflight before up\n"))

	doomed := newDoomed()
	_, err = doomed.flight(t, unprotected).Destroy(t.Context())
	require.NoError(t, err)
	_, err = doomed.flight(t, nil).DestroyDelivery(t.Context(), delivery)
	require.NoError(t, err)
	assert.Equal(t, called(doomed), documented(t, "### Permissions of preflight before destroy\n"))
}

func called(a *account) []string {
	return slices.DeleteFunc(a.Actions(), func(action string) bool { return action == "sts:GetCallerIdentity" })
}

// documented are the actions of the policy in a section.
func documented(t *testing.T, heading string) []string {
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
