package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ingress are load balancers that do not let everybody in.
var ingress = map[string]map[string]string{
	"internal": {
		"loadBalancer.scheme":          "internal",
		"loadBalancer.ingressCidrs[0]": "10.0.0.0/16",
		"loadBalancer.ingressCidrs[1]": "172.16.0.0/12",
	},
	"CloudFront": {
		"loadBalancer.ingressCidrs":          "[]",
		"loadBalancer.ingressPrefixLists[0]": "pl-3b927c52",
	},
}

// TestSecludedLoadBalancersComeUp: prod comes up under the policies with a load balancer that the internet does not
// reach, nothing of it is public but what has to be, and the next preview is empty.
func TestSecludedLoadBalancersComeUp(t *testing.T) {
	t.Parallel()
	for name, config := range ingress {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: "prod", pack: policies, packConfig: packConfig(t, "prod"), config: config})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			assert.Equal(t, true, result.Outputs["privateUrl"])
			assert.Equal(t, "aws-webapp-prod-probe-unreachable", result.Outputs["probeAlarm"])
			s.requireNoOrphans()

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))

			other := s.again(setup{config: ingress["internal"]})
			if name == "internal" {
				other = s.again(setup{})
			}
			_, err = other.Preview(t.Context())
			require.ErrorContains(t, err, "AWS would have to replace the load balancer under its services")
		})
	}
}
