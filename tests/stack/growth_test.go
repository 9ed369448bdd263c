package stack_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// growthTarget limits how steeply a stack may grow with its services: n to this power.
const growthTarget = 1.1

// TestGrowth: one more service costs the same in a large stack as in a small one. The engine's
// work is counted instead of timed: it grows with the resources, their dependencies and their
// inputs.
func TestGrowth(t *testing.T) {
	sizes := []int{1, 5, 20, 50}
	measured := map[string][]float64{}
	for _, size := range sizes {
		for what, amount := range workOf(t, deployWith(t, "staging", withServices(t, "staging", size))) {
			measured[what] = append(measured[what], amount)
		}
	}
	resources := measured["resources"]
	for what, amounts := range measured {
		t.Logf("%s for %v services: %v", what, sizes, amounts)
		last := len(sizes) - 1
		between := math.Log(amounts[last]/amounts[last-1]) / math.Log(resources[last]/resources[last-1])
		assert.LessOrEqual(t, between, growthTarget, "%s for %v services: %v", what, sizes, amounts)
	}
	perService := (resources[3] - resources[2]) / float64(sizes[3]-sizes[2])
	assert.InDelta(t, (resources[1]-resources[0])/float64(sizes[1]-sizes[0]), perService, 1e-9,
		"each service has as many resources as the next")
}

// workOf sums up an engine's work for the resources.
func workOf(t *testing.T, resources []recorded) map[string]float64 {
	t.Helper()
	work := map[string]float64{"resources": float64(len(resources))}
	for _, r := range resources {
		work["dependencies"] += float64(len(r.dependencies))
		work["bytes of inputs"] += float64(len(renderValue(resource.NewProperty(r.inputs))))
	}
	return work
}

// withServices returns a change that gives a stack this many services.
func withServices(t *testing.T, stackName string, count int) func(map[string]string) {
	t.Helper()
	var services []map[string]any
	require.NoError(t, json.Unmarshal([]byte(stackConfig(t, stackName)[project+":services"]), &services))
	require.Len(t, services, 1)
	for i := 1; i < count; i++ {
		services = append(services, map[string]any{
			"name": fmt.Sprintf("service-%d", i), "image": services[0]["image"], "port": 8000, "databaseAccess": true,
			"routing": map[string]any{"priority": i, "paths": []string{fmt.Sprintf("/service-%d/*", i)}},
			"scaling": map[string]any{"max": 4},
		})
	}
	encoded, err := json.Marshal(services)
	require.NoError(t, err)
	return replaced(map[string]string{"services": string(encoded)})
}
