package preflight

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

// The needs that preflight computes match the resources in the golden graphs.
func TestNeedsAreWhatTheProgramMakes(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		t.Run(stack, func(t *testing.T) {
			cfg, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, stack))
			require.NoError(t, err)
			graph, err := os.ReadFile(fixtures.Repository(t, "tests", "stack", "testdata", stack+".graph"))
			require.NoError(t, err)
			count := func(token string) int {
				return len(regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(token)+` `).FindAll(graph, -1))
			}

			needs := needsOf(cfg)

			assert.Equal(t, count("aws:ec2/natGateway:NatGateway"), needs.gateways, "NAT gateways")
			assert.Equal(t, count("aws:ec2/eip:Eip"), needs.gateways, "addresses")
			assert.Equal(t, count("aws:ec2/securityGroup:SecurityGroup"), needs.securityGroups, "security groups")
			assert.Equal(t, count("aws:lb/listenerRule:ListenerRule"), needs.balancerRules, "rules of the load balancer")
			assert.Equal(t, count("aws:lb/targetGroup:TargetGroup"), needs.targetGroups, "target groups")
			roles := count("aws:iam/role:Role") + count("aws:iam/serviceLinkedRole:ServiceLinkedRole")
			assert.Equal(t, roles, needs.roles, "roles")
			assert.Equal(t, count("aws:cloudwatch/logResourcePolicy:LogResourcePolicy"), needs.logPolicies, "log policies")
			interfaces := len(regexp.MustCompile(`(?m)^  vpcEndpointType = Interface$`).FindAll(graph, -1))
			assert.Equal(t, interfaces, needs.interfaceEndpoints, "interface endpoints")
		})
	}
}
