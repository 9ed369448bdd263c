package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/tests/fixtures"
)

// mostServices is the number of services that configuration accepts.
const mostServices = 50

// AWS limits the size of all policies of a role together and of a function's environment, and
// the number of rules of a load balancer and of a security group. As many services as
// configuration accepts come up in a new account, under either controller. Each has the longest
// name, the database and a bucket: that uses the most of these limits.
func TestAsManyServicesAsConfigurationTakesComeUp(t *testing.T) {
	t.Parallel()
	for i, controller := range []string{"blue-green", "rolling"} {
		if !drawn(i, 2) {
			continue
		}
		stack := map[string]string{"rolling": "staging", "blue-green": "prod"}[controller]
		t.Run(controller, func(t *testing.T) {
			t.Parallel()
			services := manyServices(t, stack, controller, mostServices)
			s := fresh(t, setup{stack: stack, config: map[string]string{"aws-webapp:services": services}})
			_, err := s.Up(t.Context())
			require.NoError(t, err)

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}

// manyServices returns a number of services, modelled on the first one of the stack file.
func manyServices(t testing.TB, stack, controller string, count int) string {
	t.Helper()
	text, err := os.ReadFile(fixtures.StackFile(t, stack))
	require.NoError(t, err)
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	services, _ := file.Config["aws-webapp:services"].([]any)
	require.Len(t, services, 1)
	first, _ := services[0].(map[string]any)
	for i := 1; i < count; i++ {
		services = append(services, map[string]any{
			"name": fmt.Sprintf("a-service-of-24-chars-%02d", i), "image": first["image"], "port": 8000,
			"databaseAccess": true, "bucketAccess": "read-write",
			"deployment": map[string]any{"controller": controller},
			// Ten tasks each, the default, would need more addresses than staging's two /24 have.
			"scaling": map[string]any{"max": 4},
			"routing": map[string]any{"priority": i, "paths": []string{fmt.Sprintf("/service-%d/*", i)}},
		})
	}
	encoded, err := json.Marshal(services)
	require.NoError(t, err)
	return string(encoded)
}

// TestManyMixedServicesComeUp: as many services as configuration takes, a third of them web services that call workers,
// the others workers with queues and without, come up within the quotas of a new account.
func TestManyMixedServicesComeUp(t *testing.T) {
	t.Parallel()
	s := fresh(t, setup{stack: "staging", config: map[string]string{
		"aws-webapp:services": mixedServices(t, mostServices),
	}})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	services, _ := result.Outputs["services"].(map[string]any)
	require.Len(t, services, mostServices)
	kinds := map[string]int{}
	for _, service := range services {
		kinds[service.(map[string]any)["kind"].(string)]++
	}
	assert.Equal(t, map[string]int{"web": 17, "worker": 33}, kinds)

	again, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(again))
}

// mixedServices returns a number of services: web, a worker with a queue that the web service calls, a worker without.
func mixedServices(t testing.TB, count int) string {
	t.Helper()
	var services []map[string]any
	for i := range count {
		service := map[string]any{
			"name": fmt.Sprintf("a-service-of-24-chars-%02d", i), "image": "visitor-book:1.0.0", "databaseAccess": true,
			"scaling": map[string]any{"max": 4},
		}
		switch i % 3 {
		case 0:
			service["routing"] = map[string]any{"priority": i + 1, "paths": []string{fmt.Sprintf("/service-%d/*", i)}}
			if i+1 < count {
				service["calls"] = []string{fmt.Sprintf("a-service-of-24-chars-%02d", i+1)}
			}
		case 1:
			service["kind"], service["queue"] = "worker", map[string]any{"enabled": true}
		default:
			service["kind"] = "worker"
		}
		services = append(services, service)
	}
	encoded, err := json.Marshal(services)
	require.NoError(t, err)
	return string(encoded)
}
