package engine_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/diagram"
	"aws-webapp/tests/fixtures"
	"aws-webapp/tests/golden"
)

// resources of a stack, as the engine keeps them.
func (s *sandbox) resources() []apitype.ResourceV3 {
	s.t.Helper()
	state, err := s.State()
	require.NoError(s.t, err)
	return state.Resources
}

// requireReadable draws a stack, and fails where the picture would be hard to read.
func (s *sandbox) requireReadable(delivery []apitype.ResourceV3) string {
	s.t.Helper()
	svg, faults, err := diagram.SVG(s.resources(), delivery)
	require.NoError(s.t, err)
	assert.Empty(s.t, faults)
	return svg
}

// The pictures of the documents are those of the stacks that the tests deploy.
func TestTheDiagramsAreCurrent(t *testing.T) {
	t.Parallel()
	delivery := deployed(t, setup{stack: "delivery"}).resources()
	for _, name := range []string{"prod", "staging"} {
		svg := deployed(t, setup{stack: name}).requireReadable(delivery)
		golden.Equal(t, fixtures.Repository(t, "docs", "pictures", name+".svg"), svg, "make diagram")
	}
	text, err := diagram.Text(deployed(t, setup{stack: "prod"}).resources(), delivery)
	require.NoError(t, err)
	golden.Equal(t, fixtures.Repository(t, "docs", "pictures", "prod.txt"), text, "make diagram")
}

func TestADiagramLeavesNothingOut(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "prod"})
	svg := s.requireReadable(deployed(t, setup{stack: "delivery"}).resources())
	for _, text := range []string{
		"Load balancer", "visitor-book", "PostgreSQL 17", "Search shipper", "OpenSearch", "NAT gateways", "one in each zone",
		"10.0.1.0/24", "10.0.9.0/24", "us-east-1c", ">443, 80<", ">8000<", ">5432<", "out: 8443", "6 AWS services, S3",
		"audit, application", "CloudTrail, all regions", "rotated every 30 days", "locked vault",
		"canary 10%, 5 minutes", "Approval",
	} {
		assert.Contains(t, svg, text)
	}
	counts := map[string]int{}
	for _, r := range s.resources() {
		counts[string(r.Type)]++
	}
	assert.Contains(t, svg, fmt.Sprintf(">%d alarms ",
		counts[resourcetypes.MetricAlarm]+counts[resourcetypes.CompositeAlarm]))
	assert.Contains(t, svg, fmt.Sprintf(">%d groups, ", counts[resourcetypes.LogGroup]))
}
