package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/criticalpath"
	"aws-webapp/internal/sandbox/engine"
)

// readyTarget is the ratio by which a stack may take longer to be ready than the longest chain
// of resources that need each other's outputs.
const readyTarget = 1.05

// TestReadyAlmostAsSoonAsAWSAllows: no slow resource waits for something that it does not need.
// Without log search the database takes longest, and with it the services.
func TestReadyAlmostAsSoonAsAWSAllows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, stack string
		config      map[string]string
		longest     string
	}{
		{"prod", "prod", nil, "search (Domain)"},
		{"staging", "staging", nil, "search (Domain)"},
		{
			"prod without log search", "prod",
			map[string]string{"aws-webapp:logSearch.enabled": "false"},
			"database (Instance)",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := deployed(t, setup{stack: tc.stack, config: tc.config})
			if tc.config != nil {
				_, err := s.Up(t.Context())
				require.NoError(t, err)
			}
			state, err := s.State()
			require.NoError(t, err)
			graph := criticalpath.Of(state)
			unavoidable, actual := graph.Unavoidable(), graph.Actual()
			t.Logf("unavoidable %s, with every wait %s; %d at a time %s, 16 at a time %s, 8 at a time %s", unavoidable.Time,
				actual.Time, engine.Parallel, graph.Makespan(engine.Parallel), graph.Makespan(16), graph.Makespan(8))
			for _, step := range actual.Steps {
				t.Logf("%-10s %s takes %s: %s", step.Ready, step.Resource, step.Time, step.Source)
			}
			for _, d := range graph.Delays() {
				if d.Gain > 0 {
					t.Logf("%s could start at %s and starts at %s, behind %s: costs %s",
						d.Resource, d.CouldStart, d.Starts, d.WaitsFor, d.Gain)
				}
			}
			limit := time.Duration(readyTarget * float64(unavoidable.Time))
			assert.LessOrEqual(t, actual.Time, limit, "the chain is %+v, delays are %+v", actual.Steps, graph.Delays())
			assert.LessOrEqual(t, graph.Makespan(engine.Parallel), limit)
			found := false
			for _, step := range unavoidable.Steps {
				found = found || step.Resource == tc.longest
			}
			assert.True(t, found, "%s is not in the longest chain %+v", tc.longest, unavoidable.Steps)
		})
	}
}
