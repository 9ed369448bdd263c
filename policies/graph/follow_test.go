package graph_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

const (
	subnet = "aws:ec2/subnet:Subnet"
	group  = "aws:rds/subnetGroup:SubnetGroup"
)

func unknown() resource.PropertyValue { return resource.MakeComputed(resource.NewStringProperty("")) }

func text(s string) resource.PropertyValue { return resource.NewStringProperty(s) }

func list(values ...resource.PropertyValue) resource.PropertyValue {
	return resource.NewArrayProperty(values)
}

// subnets returns two subnets with ids below a component.
func subnets() []*graph.Resource {
	provider := &graph.Provider{}
	one := &graph.Resource{
		URN: "urn:one", Type: subnet, Name: "one", Parent: "urn:vpc", Provider: provider,
		Outputs: resource.PropertyMap{
			"arn": text("arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1"),
		},
	}
	two := &graph.Resource{
		URN: "urn:two", Type: subnet, Name: "two", Parent: "urn:vpc", Provider: provider,
		Outputs: resource.PropertyMap{
			"id": text("subnet-2"),
		},
	}
	mute := &graph.Resource{URN: "urn:mute", Type: subnet, Name: "mute", Provider: provider}
	return []*graph.Resource{
		mute,
		{URN: "urn:vpc", Type: "awsx:ec2:Vpc"},
		one, two,
		{URN: "urn:other", Type: "pulumi:pulumi:StackReference", Name: "other"},
	}
}

func TestFollow(t *testing.T) {
	isOne := func(r *graph.Resource) prop.Truth { return prop.Known(r.Name == "one") }
	known := func(*graph.Resource) prop.Truth { return prop.Yes }
	for name, c := range map[string]struct {
		value   resource.PropertyValue
		behind  []string
		to      []string
		exact   bool
		outside bool
		all     prop.Truth
		any     prop.Truth
	}{
		"ids": {
			list(text("subnet-1"), text("subnet-2")),
			[]string{"urn:one"},
			[]string{"one", "two"},
			true, false,
			prop.No, prop.Yes,
		},
		"one id":          {list(text("subnet-1")), nil, []string{"one"}, true, false, prop.Yes, prop.Yes},
		"id from outside": {list(text("subnet-9")), nil, nil, true, true, prop.Outside, prop.Outside},
		"one from outside": {
			list(text("subnet-1"), text("subnet-9")), nil,
			[]string{"one"},
			true, true,
			prop.Outside, prop.Yes,
		},
		"another from outside": {
			list(text("subnet-2"), text("subnet-9")), nil,
			[]string{"two"},
			true, true, prop.No,
			prop.Outside,
		},
		"one behind, one outside": {
			list(text("subnet-1"), text("subnet-9")),
			[]string{"urn:one"},
			[]string{"one"},
			true,
			true, prop.Outside, prop.Yes,
		},
		"outside and unknown": {
			list(text("subnet-9"), unknown()),
			[]string{"urn:one"},
			[]string{"one"},
			true, true,
			prop.Outside, prop.Yes,
		},
		"outside and component": {
			list(text("subnet-9"), unknown()),
			[]string{"urn:vpc"},
			[]string{"one", "two"},
			false,
			true, prop.Outside, prop.Maybe,
		},
		"literal and unknown": {
			list(text("subnet-2"), unknown()),
			[]string{"urn:one"},
			[]string{"two", "one"},
			true,
			false, prop.No, prop.Yes,
		},
		"of another stack": {
			list(text("subnet-9")),
			[]string{"urn:other"},
			nil, true, true, prop.Outside,
			prop.Outside,
		},
		"of another, unknown":    {unknown(), []string{"urn:other"}, nil, true, true, prop.Outside, prop.Outside},
		"known to the component": {list(text("subnet-9")), []string{"urn:vpc"}, nil, true, true, prop.Outside, prop.Outside},
		"unknown, one behind":    {unknown(), []string{"urn:one"}, []string{"one"}, true, false, prop.Yes, prop.Yes},
		"unknown, two behind": {
			unknown(),
			[]string{"urn:one", "urn:two"},
			[]string{"one", "two"},
			false, false,
			prop.Maybe, prop.Maybe,
		},
		"unknown elements": {
			list(unknown(), unknown()),
			[]string{"urn:one", "urn:two"},
			[]string{"one", "two"},
			true,
			false, prop.No, prop.Yes,
		},
		"component behind": {
			unknown(),
			[]string{"urn:vpc"},
			[]string{"one", "two"},
			false, false, prop.Maybe,
			prop.Maybe,
		},
		"component and its child": {
			unknown(),
			[]string{"urn:vpc", "urn:one"},
			[]string{"one"},
			true, false,
			prop.Yes, prop.Yes,
		},
		"nothing behind": {unknown(), []string{"urn:gone"}, nil, false, false, prop.Maybe, prop.Maybe},
		"id not known by itself": {
			list(text("subnet-9")),
			[]string{"urn:mute"},
			[]string{"mute"},
			true, false, prop.No,
			prop.No,
		},
		"literal and dependency":  {list(text("subnet-9")), []string{"urn:one"}, nil, true, true, prop.Outside, prop.Outside},
		"null":                    {resource.NewNullProperty(), nil, nil, true, false, prop.No, prop.No},
		"empty":                   {list(), nil, nil, true, false, prop.No, prop.No},
		"a number, nothing there": {resource.NewNumberProperty(1), nil, nil, false, false, prop.Maybe, prop.Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			r := &graph.Resource{
				URN: "urn:group", Type: group, Inputs: resource.PropertyMap{"subnetIds": c.value},
				PropertyDependencies: map[string][]string{"subnetIds": c.behind},
			}
			link := graph.New(append(subnets(), r)).Follow(r, []string{subnet}, "subnetIds")
			var names []string
			for _, to := range link.To {
				names = append(names, to.Name)
			}
			assert.Equal(t, c.to, names)
			assert.Equal(t, c.exact, link.Exact)
			assert.Equal(t, c.outside, link.Outside)
			assert.Equal(t, c.all, link.All(isOne), "all")
			assert.Equal(t, c.any, link.Any(isOne), "any")
			assert.NotEqual(t, prop.No, prop.Known(len(link.To) == 0).Or(link.Any(known)))
		})
	}
}

func TestReferrers(t *testing.T) {
	sure := &graph.Resource{URN: "urn:g1", Type: group, Name: "sure", Inputs: resource.PropertyMap{
		"subnetIds": list(text("subnet-1")),
	}}
	perhaps := &graph.Resource{
		URN: "urn:g2", Type: group, Name: "perhaps", Inputs: resource.PropertyMap{"subnetIds": unknown()},
		PropertyDependencies: map[string][]string{"subnetIds": {"urn:vpc"}},
	}
	g := graph.New(append(subnets(), sure, perhaps))
	found := map[string]prop.Truth{}
	for _, r := range g.Referrers(g.Lookup("urn:one"), group, "subnetIds") {
		found[r.Name] = r.Sure
	}
	assert.Equal(t, map[string]prop.Truth{"sure": prop.Yes, "perhaps": prop.Maybe}, found)
	assert.Len(t, g.Referrers(g.Lookup("urn:two"), group, "subnetIds"), 1)
}

func TestDeclarationsAndAnswers(t *testing.T) {
	r := &graph.Resource{
		Inputs:  resource.PropertyMap{"both": text("declared"), "open": unknown()},
		Outputs: resource.PropertyMap{"both": text("answered"), "open": text("answered"), "extra": text("answered")},
	}
	show := func(v prop.Value) string { return v.Show() }
	assert.Equal(t, "declared", show(r.Get("both")))
	assert.Equal(t, "nothing", show(r.Get("extra")))
	assert.Equal(t, "[unknown]", show(r.Get("open")))
	assert.Equal(t, "declared", show(r.InForce("both")))
	assert.Equal(t, "answered", show(r.InForce("open")))
	assert.Equal(t, "answered", show(r.InForce("extra")))
	r.Inputs = nil
	assert.Equal(t, "answered", show(r.Get("extra")), "what the pack never saw declared is what the provider says")
	r.Inputs, r.Outputs = resource.PropertyMap{"open": unknown()}, resource.PropertyMap{}
	assert.Equal(t, "[unknown]", show(r.InForce("open")))
}

// If the provider fills in an open property, the property points to the provider's answer, but
// it is not set.
func TestAnAnswerPointsAndIsNotSet(t *testing.T) {
	r := &graph.Resource{
		URN: "urn:group", Type: group, Inputs: resource.PropertyMap{},
		Outputs: resource.PropertyMap{"subnetIds": list(text("subnet-1"))},
	}
	link := graph.New(append(subnets(), r)).Follow(r, []string{subnet}, "subnetIds")
	assert.False(t, link.Set)
	assert.Len(t, link.To, 1)
}
