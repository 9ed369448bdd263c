package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/release"
)

// A role that deploys also releases.
func TestDeployRoleMayRelease(t *testing.T) {
	var allowed strings.Builder
	for key, r := range deliveringTo(t) {
		if strings.HasPrefix(key, "aws:iam/policy:Policy::deploy-roles-write-") {
			allowed.WriteString(r.inputs["policy"].StringValue())
		}
	}
	for _, action := range release.Changes {
		assert.Contains(t, allowed.String(), `"`+action+`"`)
	}
}
