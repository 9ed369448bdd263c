package testgraph

import (
	"embed"
	"fmt"

	"aws-webapp/policies/graph"
)

// The graphs of the real program with the stack files of the tests, as the pack saw them in the sandbox. To record
// them anew, with PREVIEW, DEPLOYED and PACK as absolute paths (prod-preview.json and prod-deployed.json below
// testdata, and policies):
//
//	AWS_WEBAPP_POLICY_GRAPH=PREVIEW sandbox preview --root tests/fixtures/stacks --policy-pack PACK --stack prod
//	AWS_WEBAPP_POLICY_GRAPH=DEPLOYED sandbox up --root tests/fixtures/stacks --policy-pack PACK --stack prod
//
//go:embed testdata/*.json
var recorded embed.FS

// Program returns a new copy of a stack of the real program.
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
