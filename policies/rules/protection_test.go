package rules

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// What holds data is protected by Pulumi, or by AWS in the way of its type.
func TestStores(t *testing.T) {
	protections := map[string][]change{
		bucketType: {{"forceDestroy", true, fails}}, classicBucketType: {{"forceDestroy", true, fails}},
		vaultType: {{"forceDestroy", true, fails}}, ecrRepositoryType: {{"forceDelete", true, fails}},
		warehouseType: {{"skipFinalSnapshot", true, fails}}, secretType: {
			{"recoveryWindowInDays", 0, fails},
			{"recoveryWindowInDays", 7, passes},
		},
		dbGlobalClusterType: {{"deletionProtection", true, passes}}, documentsType: {{"deletionProtection", true, passes}},
		graphDatabaseType: {{"deletionProtection", true, passes}}, tableType: {{"deletionProtectionEnabled", true, passes}},
		userPoolType:   {{"deletionProtection", "ACTIVE", passes}, {"deletionProtection", "INACTIVE", fails}},
		fileSystemType: {{"encrypted", true, fails}},
	}
	assert.Equal(t, slices.Sorted(maps.Keys(protections)), slices.Sorted(maps.Keys(stores)))
	var rows []judged
	for typeToken, changes := range protections {
		bare := fails
		if changes[0].want == fails && typeToken != fileSystemType {
			bare = passes
		}
		rows = append(rows, judged{control: "data-protected", typeToken: typeToken, want: bare, changes: changes})
		r := build(made{typeToken, "it", p{"forceDestroy": true, "forceDelete": true, "skipFinalSnapshot": true}})
		r.Protect = true
		c := All()[slices.IndexFunc(All(), func(c *control.Control) bool { return c.Name == "data-protected" })]
		assert.Equal(t, passes, c.Judge(in{Resource: r}).Verdict(), typeToken)
		r.Protect = false
		r.Inputs["recoveryWindowInDays"] = resource.NewNumberProperty(0)
		if result := c.Judge(in{Resource: r}); result.Verdict() == fails {
			kind := typeToken[strings.LastIndex(typeToken, ":")+1:]
			assert.Equal(t, []string{kind + " it holds data, and nothing stops its deletion"}, result.Problems)
		}
	}
	judgeAll(t, rows)
}

func TestProtectionOfNetworks(t *testing.T) {
	protected := func(r *graph.Resource, yes bool) *graph.Resource {
		r.Protect = yes
		return r
	}
	judge := func(r *graph.Resource, others ...*graph.Resource) control.Result {
		return judgeNetworkProtection(in{Resource: r, Graph: graph.New(append(others, r))})
	}
	network := func(yes bool) *graph.Resource { return protected(build(made{vpcType, "net", nil}), yes) }
	subnet := func(name string, of any, yes bool) *graph.Resource {
		return protected(build(made{subnetType, name, p{"vpcId": of}}), yes)
	}
	assert.Equal(t, passes, judge(network(true)).Verdict())
	assert.Equal(t, passes, judge(network(true), subnet("a", "net", true)).Verdict())
	assert.Equal(t, passes, judge(network(true), subnet("a", "another", false)).Verdict())
	assert.Equal(t, []string{"VPC net is not protected"}, judge(network(false)).Problems)
	assert.Equal(t, []string{"subnets of VPC net are not protected: a, b"},
		judge(network(true), subnet("b", "net", false), subnet("a", "net", false), subnet("c", "net", true)).Problems)
	assert.Equal(t, []string{"subnet a is not protected"}, judge(subnet("a", "another", false)).Problems)
	assert.Equal(t, passes, judge(subnet("a", "another", true)).Verdict())
	assert.Equal(t, none, judge(subnet("a", "net", false), network(true)).Verdict())
}
