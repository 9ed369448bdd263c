package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pack reads ports from the stack that it judges, so it accepts all ports that configuration
// accepts.
func TestThePackFollowsThePorts(t *testing.T) {
	t.Parallel()
	database := map[string]string{"databaseAccess": "true"}
	for name, c := range map[string]struct {
		stack  string
		config map[string]string
	}{
		"another port":                         {"staging", map[string]string{"services[0].port": "8080"}},
		"another port of CodeDeploy's service": {"prod", map[string]string{"services[0].port": "8080"}},
		"another port for tests": {"prod", map[string]string{
			"loadBalancer.testPort": "9443", "loadBalancer.testIngressCidrs[0]": "203.0.113.0/24",
		}},
		"two services on two ports": {"staging", all(
			service(0, "visitor-book", 100, "/*", database),
			service(1, "api", 50, "/api/*", all(database, map[string]string{"port": "9000"})),
		)},
		"a service without database": {"staging", all(
			service(0, "visitor-book", 100, "/*", database), service(1, "news", 60, "/news/*", nil),
		)},
		"tasks of a version before": {"staging", map[string]string{
			"services[0].port": "8080", "services[0].previous.port": "8000",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: c.stack, pack: policies, packConfig: packConfig(t, c.stack), config: c.config})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.NotEqual(t, "sg-flow-matrix", violation.Policy, violation.Message)
			}
		})
	}
}
