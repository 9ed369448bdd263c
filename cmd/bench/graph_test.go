package main

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// diamond: two things need the first, and the last needs one of them and waits for the other.
var diamond = graph{
	{urn: "first", time: 1 * time.Minute},
	{urn: "quick", time: 2 * time.Minute, data: []int{0}},
	{urn: "slow", time: 9 * time.Minute, data: []int{0}},
	{urn: "last", time: 3 * time.Minute, data: []int{1}, ordered: []int{2}},
}

func TestChains(t *testing.T) {
	ends, last := diamond.finish(nil)
	assert.Equal(t, 10*time.Minute, ends[last])
	assert.Equal(t, []int{0, 2}, diamond.chain(ends, last, false))
	ends, last = diamond.finish(always)
	assert.Equal(t, 13*time.Minute, ends[last])
	assert.Equal(t, []int{0, 2, 3}, diamond.chain(ends, last, true))
}

func TestMakespan(t *testing.T) {
	assert.Equal(t, 13*time.Minute, diamond.makespan(2))
	assert.Equal(t, 15*time.Minute, diamond.makespan(1), "one after the other")
	assert.Equal(t, 13*time.Minute, diamond.makespan(100))
}

func TestDelays(t *testing.T) {
	found := diamond.delays()
	require.Len(t, found, 1)
	assert.Equal(t, delay{resource: 3, waitsFor: 2, at: 3 * time.Minute, actual: 10 * time.Minute, cost: 3 * time.Minute}, found[0])
}

func TestGraphOfState(t *testing.T) {
	const vpc, subnet, group = "urn:pulumi:s::p::aws:ec2/vpc:Vpc::v", "urn:pulumi:s::p::aws:ec2/subnet:Subnet::s", "urn:pulumi:s::p::c:c:C::c"
	g := graphOf(&apitype.DeploymentV3{Resources: []apitype.ResourceV3{
		{URN: group, Type: "c:c:C"},
		{URN: vpc, Type: "aws:ec2/vpc:Vpc", Custom: true, Parent: group},
		{
			URN: subnet, Type: "aws:ec2/subnet:Subnet", Custom: true, Parent: group,
			Dependencies:         []resource.URN{vpc, group},
			PropertyDependencies: map[resource.PropertyKey][]resource.URN{"vpcId": {vpc}},
		},
	}})
	require.Len(t, g, 3)
	assert.Zero(t, g[0].time)
	assert.Equal(t, 22*time.Second, g[1].time)
	assert.Equal(t, []int{0, 1}, g[2].data)
	assert.Empty(t, g[2].ordered)
}

func TestExponent(t *testing.T) {
	assert.InDelta(t, 1, exponent([]float64{100, 200, 400}, []float64{3, 6, 12}), 1e-9)
	assert.InDelta(t, 2, exponent([]float64{1, 10}, []float64{1, 100}), 1e-9)
}

func TestHighWater(t *testing.T) {
	assert.EqualValues(t, 123904*1024, highWater("Name:\tpulumi\nVmHWM:\t  123904 kB\nVmRSS:\t 100 kB\n"))
	assert.Zero(t, highWater("Name:\tpulumi\nState:\tZ (zombie)\n"))
}

func TestEveryAddedServiceIsRoutedApart(t *testing.T) {
	config := withServices(3)
	assert.Len(t, config, 12)
	assert.Equal(t, "1", config["aws-webapp:services[1].routing.priority"])
	assert.Equal(t, "/service-2/*", config["aws-webapp:services[2].routing.paths[0]"])
}
