package criticalpath

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func urn(name string) resource.URN {
	return resource.URN("urn:pulumi:s::p::aws:test/thing:Thing::" + name)
}

// diamond: two things need the first, and the last needs one of them and waits for the other.
var diamond = Graph{
	{urn: urn("first"), time: 1 * time.Minute},
	{urn: urn("quick"), time: 2 * time.Minute, data: []int{0}},
	{urn: urn("slow"), time: 9 * time.Minute, data: []int{0}},
	{urn: urn("last"), time: 3 * time.Minute, data: []int{1}, ordered: []int{2}},
}

// resources of a chain.
func (c Chain) resources() []string {
	names := []string{}
	for _, step := range c.Steps {
		names = append(names, step.Resource)
	}
	return names
}

func TestChains(t *testing.T) {
	unavoidable := diamond.Unavoidable()
	assert.Equal(t, 10*time.Minute, unavoidable.Time)
	assert.Equal(t, []string{"first (Thing)", "slow (Thing)"}, unavoidable.resources())
	actual := diamond.Actual()
	assert.Equal(t, 13*time.Minute, actual.Time)
	assert.Equal(t, []string{"first (Thing)", "slow (Thing)", "last (Thing)"}, actual.resources())
	assert.Equal(t, "slow (Thing)", actual.Steps[1].Resource)
	assert.Equal(t, []time.Duration{9 * time.Minute, 10 * time.Minute}, []time.Duration{
		actual.Steps[1].Time, actual.Steps[1].Ready,
	})
	assert.NotEmpty(t, actual.Steps[1].Source)
	assert.Empty(t, Graph{}.Actual())
}

func TestStart(t *testing.T) {
	start, found := diamond.Start("last (Thing)")
	assert.True(t, found)
	assert.Equal(t, 10*time.Minute, start)
	for _, none := range []string{"none (Thing)", "last (Component)"} {
		_, found = append(Graph{{urn: "urn:pulumi:s::p::c:c:Component::last"}}, diamond...).Start(none)
		assert.False(t, found, none)
	}
}

func TestMakespan(t *testing.T) {
	assert.Equal(t, 13*time.Minute, diamond.Makespan(2))
	assert.Equal(t, 15*time.Minute, diamond.Makespan(1), "one after the other")
	assert.Equal(t, 13*time.Minute, diamond.Makespan(100))
}

func TestDelays(t *testing.T) {
	assert.Equal(t, []Delay{{
		Resource: "last (Thing)", WaitsFor: "slow (Thing)",
		CouldStart: 3 * time.Minute, Starts: 10 * time.Minute, Gain: 3 * time.Minute,
	}}, diamond.Delays())
}

const (
	component = "urn:pulumi:s::p::c:c:C::c"
	vpc       = "urn:pulumi:s::p::aws:ec2/vpc:Vpc::v"
	gateway   = "urn:pulumi:s::p::aws:ec2/natGateway:NatGateway::n"
	group     = "urn:pulumi:s::p::aws:ec2/securityGroup:SecurityGroup::g"
	rule      = "urn:pulumi:s::p::aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::r"
)

func TestGraphOfState(t *testing.T) {
	g := Of(&apitype.DeploymentV3{Resources: []apitype.ResourceV3{
		{URN: component, Type: "c:c:C"},
		{URN: vpc, Type: "aws:ec2/vpc:Vpc", Custom: true, Parent: component, ID: "vpc-1"},
		// A parent gives no data, although awsx makes the gateway its child.
		{URN: gateway, Type: "aws:ec2/natGateway:NatGateway", Custom: true, Parent: vpc, ID: "nat-1"},
		{
			URN: group, Type: "aws:ec2/securityGroup:SecurityGroup", Custom: true, ID: "sg-1",
			Inputs:               map[string]any{"ids": []any{map[string]any{"vpcId": "vpc-1"}}},
			Dependencies:         []resource.URN{component},
			PropertyDependencies: map[resource.PropertyKey][]resource.URN{"vpcId": {component}},
		},
		{
			URN: rule, Type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", Custom: true, ID: "sgr-1",
			Dependencies:         []resource.URN{group, gateway},
			PropertyDependencies: map[resource.PropertyKey][]resource.URN{"securityGroupId": {group}},
		},
	}})
	require.Len(t, g, 5)
	assert.Zero(t, g[0].time)
	assert.Equal(t, 22*time.Second, g[1].time)
	assert.Equal(t, node{urn: gateway, time: 100 * time.Second, ordered: []int{1}}, g[2])
	assert.Equal(t, node{urn: group, time: 3 * time.Second, data: []int{1}, ordered: []int{2}}, g[3],
		"it was given the VPC's id and waits for all of the component")
	assert.Equal(t, node{urn: rule, time: 2 * time.Second, data: []int{3}, ordered: []int{2}}, g[4])
}
