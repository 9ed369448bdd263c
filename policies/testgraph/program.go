package testgraph

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
)

// The graphs of the real program, as the pack saw them in the sandbox. To record them anew:
//
//	AWS_WEBAPP_POLICY_GRAPH=policies/testgraph/testdata/prod-preview.json sandbox preview --stack prod
//	AWS_WEBAPP_POLICY_GRAPH=policies/testgraph/testdata/prod-deployed.json sandbox up --stack prod
//
//go:embed testdata/*.json
var recorded embed.FS

// Program is a stack of the real program, each time another copy.
func Program(stack string, phase Phase) []*graph.Resource {
	name := fmt.Sprintf("testdata/%s-deployed.json", stack)
	if phase == Preview {
		name = fmt.Sprintf("testdata/%s-preview.json", stack)
	}
	reading, _ := read.LoadOrStore(name, sync.OnceValue(func() []*graph.Resource {
		content, err := recorded.ReadFile(name)
		if err != nil {
			panic(err)
		}
		resources, err := graph.Decode(content)
		if err != nil {
			panic(err)
		}
		return resources
	}))
	return clone(reading.(func() []*graph.Resource)())
}

// read are the files that have been read, since decoding one takes longer than judging it.
var read sync.Map

func clone(resources []*graph.Resource) []*graph.Resource {
	providers := map[*graph.Provider]*graph.Provider{nil: nil}
	clones := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Inputs, c.Outputs = cloneProperties(r.Inputs), cloneProperties(r.Outputs)
		c.Dependencies = slices.Clone(r.Dependencies)
		c.PropertyDependencies = map[string][]string{}
		for property, urns := range r.PropertyDependencies {
			c.PropertyDependencies[property] = slices.Clone(urns)
		}
		if _, known := providers[r.Provider]; !known {
			provider := *r.Provider
			provider.Inputs = cloneProperties(provider.Inputs)
			providers[r.Provider] = &provider
		}
		c.Provider = providers[r.Provider]
		clones[i] = &c
	}
	return clones
}

func cloneProperties(properties resource.PropertyMap) resource.PropertyMap {
	if properties == nil {
		return nil
	}
	cloned := make(resource.PropertyMap, len(properties))
	for key, value := range properties {
		cloned[key] = cloneValue(value)
	}
	return cloned
}

func cloneValue(value resource.PropertyValue) resource.PropertyValue {
	switch {
	case value.IsArray():
		elems := make([]resource.PropertyValue, len(value.ArrayValue()))
		for i, elem := range value.ArrayValue() {
			elems[i] = cloneValue(elem)
		}
		return resource.NewArrayProperty(elems)
	case value.IsObject():
		return resource.NewObjectProperty(cloneProperties(value.ObjectValue()))
	case value.IsSecret():
		return resource.MakeSecret(cloneValue(value.SecretValue().Element))
	default:
		return value
	}
}
