package testgraph

import (
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
)

// made are the stacks that were made once, by name: making one takes longer than judging it.
var made sync.Map

// another is a copy of a stack that is made once.
func another(name string, stack func() []*graph.Resource) []*graph.Resource {
	once, _ := made.LoadOrStore(name, sync.OnceValue(stack))
	return clone(once.(func() []*graph.Resource)())
}

// clone copies what a fault may change. Resources of one provider keep one.
func clone(resources []*graph.Resource) []*graph.Resource {
	providers := map[*graph.Provider]*graph.Provider{nil: nil}
	clones := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Inputs, c.Outputs = cloneMap(r.Inputs), cloneMap(r.Outputs)
		c.Dependencies, c.PropertyDependencies = slices.Clone(r.Dependencies), maps.Clone(r.PropertyDependencies)
		for key, urns := range c.PropertyDependencies {
			c.PropertyDependencies[key] = slices.Clone(urns)
		}
		if _, known := providers[r.Provider]; !known {
			provider := *r.Provider
			provider.Inputs = cloneMap(provider.Inputs)
			providers[r.Provider] = &provider
		}
		c.Provider = providers[r.Provider]
		clones[i] = &c
	}
	return clones
}

func cloneMap(properties resource.PropertyMap) resource.PropertyMap {
	cloned := maps.Clone(properties)
	for key, value := range cloned {
		cloned[key] = cloneValue(value)
	}
	return cloned
}

// cloneValue copies lists and objects; whatever else a value is, nobody changes it in its place.
func cloneValue(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsArray():
		elems := slices.Clone(v.ArrayValue())
		for i, elem := range elems {
			elems[i] = cloneValue(elem)
		}
		return resource.NewArrayProperty(elems)
	case v.IsObject():
		return resource.NewObjectProperty(cloneMap(v.ObjectValue()))
	case v.IsSecret():
		return resource.MakeSecret(cloneValue(v.SecretValue().Element))
	default:
		return v
	}
}
