package components

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/release"
)

// Who deploys also releases, and who previews may ask what a release would do.
func TestDeployRoleMayRelease(t *testing.T) {
	reads := serviceActions(func(o operations) string { return o.read })
	writes := serviceActions(func(o operations) string { return o.write })
	for _, action := range release.Changes {
		service, _, _ := strings.Cut(action, ":")
		assert.True(t, slices.Contains(writes[service], action), action)
		assert.False(t, slices.Contains(reads[service], action), action)
	}
}
