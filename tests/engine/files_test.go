package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFileSystemsComeUp: staging and prod come up with a file system under the policies, and the next preview is empty.
// One service mounts it and the other does not.
func TestFileSystemsComeUp(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "prod"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: stack, pack: policies, packConfig: packConfig(t, stack), config: all(
				map[string]string{
					"fileSystems":             `[{"name": "media"}]`,
					"services[0].fileSystems": `[{"name": "media", "path": "/srv/media"}]`,
				},
				service(1, "news", 60, "/news/*", nil),
			)})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			assert.Contains(t, result.Outputs["fileSystems"], "media")
			s.requireNoOrphans()
			for _, shown := range []string{">Files media<", ">2049<", ">news<"} {
				assert.Contains(t, s.requireReadable(nil), shown)
			}

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}
