package stack_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/alarms"
)

// A worker's tasks follow what is left to do: a message without a task starts one, a message that a task works on keeps
// it, and an empty queue lets all go.
func TestWorkersFollowTheirBacklog(t *testing.T) {
	g := graphOf(t, "prod with a worker")
	policies := g.ofType("aws:appautoscaling/policy:Policy")
	at := slices.IndexFunc(policies, func(r recorded) bool { return r.name == "news-backlog" })
	require.GreaterOrEqual(t, at, 0)
	policy := policies[at].inputs
	aim := policy["targetTrackingScalingPolicyConfiguration"].ObjectValue()
	target := aim["targetValue"].NumberValue()
	metrics := aim["customizedMetricSpecification"].ObjectValue()["metrics"].ArrayValue()
	expression := metrics[0].ObjectValue()["expression"].StringValue()
	nothing := math.NaN()
	for name, at := range map[string]struct {
		waiting, worked, tasks float64
		above                  bool
	}{
		"one message, no task":           {1, 0, nothing, true},
		"one message, no task, reported": {1, 0, 0, true},
		"nothing to do, no task":         {0, 0, nothing, false},
		"nothing to do":                  {0, 0, 2, false},
		"a task's share":                 {2 * target, 0, 2, false},
		"more than its share":            {3 * target, 0, 2, true},
		"much of it is worked on":        {0, 3 * target, 2, true},
	} {
		values, err := alarms.Math(expression, map[string][]float64{"m1": {at.waiting}, "m2": {at.worked}, "m3": {at.tasks}})
		require.NoError(t, err)
		assert.Equalf(t, at.above, values[0] > target, "%s: %v with a target of %v", name, values[0], target)
	}
}
