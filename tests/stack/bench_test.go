package stack_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkProgram runs the program alone, against mocks that answer at once: no engine.
func BenchmarkProgram(b *testing.B) {
	for _, stack := range []string{"staging", "prod"} {
		b.Run(stack, func(b *testing.B) {
			root := packagedRoot(b)
			var resources int
			for b.Loop() {
				made, err := deployIn(b, root, stack, func(map[string]string) {})
				require.NoError(b, err)
				resources = len(made)
			}
			b.ReportMetric(float64(resources), "resources")
		})
	}
}
