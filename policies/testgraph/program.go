package testgraph

import (
	"embed"
	"fmt"

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
	return another(name, func() []*graph.Resource {
		content, err := recorded.ReadFile(name)
		if err != nil {
			panic(err)
		}
		resources, err := graph.Decode(content)
		if err != nil {
			panic(err)
		}
		return resources
	})
}
