package testgraph

import (
	"embed"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/deepcopy"

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

// clone copies what a fault may change. Resources of one provider keep one.
func clone(resources []*graph.Resource) []*graph.Resource {
	providers := map[*graph.Provider]*graph.Provider{nil: nil}
	clones := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Inputs, c.Outputs = copied(r.Inputs), copied(r.Outputs)
		c.Dependencies, c.PropertyDependencies = copied(r.Dependencies), copied(r.PropertyDependencies)
		if _, known := providers[r.Provider]; !known {
			provider := *r.Provider
			provider.Inputs = copied(provider.Inputs)
			providers[r.Provider] = &provider
		}
		c.Provider = providers[r.Provider]
		clones[i] = &c
	}
	return clones
}

func copied[T any](value T) T { return deepcopy.Copy(value).(T) }
