package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCacheComesUp: staging and prod come up with a cache under the policies, and the next preview is empty. One
// service uses it and the other does not.
func TestCacheComesUp(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "prod"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: stack, pack: policies, packConfig: packConfig(t, stack), config: all(
				map[string]string{"cache.enabled": "true", "services[0].cacheAccess": "true"},
				service(1, "news", 60, "/news/*", nil),
			)})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			assert.Contains(t, result.Outputs["cache"], "address")
			s.requireNoOrphans()
			for _, shown := range []string{">Valkey<", ">6379<", ">news<"} {
				assert.Contains(t, s.requireReadable(nil), shown)
			}

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}
