package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
)

// TestStackStaysWhatAndWhereItIs: a deployed stack cannot become one of another kind, region or
// account.
func TestStackStaysWhatAndWhereItIs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stack  string
		config map[string]string
		want   string
	}{
		"region": {
			"staging",
			map[string]string{"aws.region": "eu-west-1"},
			`aws-webapp:aws.region: found eu-west-1, allowed us-east-1 while the stack is up: make a new stack for it`,
		},
		"account": {
			"staging",
			map[string]string{"aws.allowedAccountIds": `["123456789012"]`},
			`aws-webapp:aws.allowedAccountIds: found 123456789012, allowed a list with 111111111111 while the stack is up`,
		},
		"region of a delivery": {
			"delivery",
			map[string]string{"aws.region": "eu-west-1"},
			`aws-webapp:aws.region: found eu-west-1, allowed us-east-1 while the stack is up: make a new stack for it`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployed(t, setup{stack: tc.stack, config: tc.config})
			_, err := s.Preview(t.Context())
			var failure *engine.Failure
			require.ErrorAs(t, err, &failure)
			assert.ErrorContains(t, err, tc.want)
			assert.Empty(t, failure.Result.Steps, "refused before anything would change")
		})
	}
}
