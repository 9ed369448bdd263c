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
