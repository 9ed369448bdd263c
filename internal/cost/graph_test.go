package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func names(g *Graph) []string {
	var all []string
	for _, r := range g.Resources {
		all = append(all, r.Name())
	}
	return all
}

func TestAStatesResourcesAreRead(t *testing.T) {
	graph, err := Decode([]byte(`{"version": 3, "deployment": {"resources": [
		{"urn": "urn:pulumi:prod::p::pulumi:providers:aws::aws", "type": "pulumi:providers:aws",
			"inputs": {"region": "eu-west-1"}},
		{"urn": "urn:pulumi:prod::p::aws:kms/key:Key::data", "type": "aws:kms/key:Key", "custom": true},
		{"urn": "urn:pulumi:prod::p::aws:kms/key:Key::data", "type": "aws:kms/key:Key", "custom": true, "delete": true}
	]}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"aws", "data"}, names(graph), "what only waits for its deletion is left out")
	assert.Equal(t, "eu-west-1", graph.region())
	assert.Equal(t, "prod", graph.stack())
}

func TestAPreviewsStepsAreRead(t *testing.T) {
	graph, err := Decode([]byte(`{"steps": [
		{"op": "same", "urn": "a", "newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::same", "type": "aws:kms/key:Key"}},
		{"op": "create-replacement",
			"newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::replaced", "type": "aws:kms/key:Key"}},
		{"op": "replace", "newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::replaced", "type": "aws:kms/key:Key"}},
		{"op": "discard", "newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::discarded", "type": "aws:kms/key:Key"}},
		{"op": "delete-replaced",
			"oldState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::replaced", "type": "aws:kms/key:Key"}},
		{"op": "delete", "oldState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::gone", "type": "aws:kms/key:Key"}}
	], "changeSummary": {}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"same", "replaced"}, names(graph))
}

// Without --show-sames the preview of an existing stack has only its changes, and would seem to cost next to nothing.
func TestAPartialPreviewIsRefused(t *testing.T) {
	const step = `{"op": "create", "newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::new", "type": "k"}}`
	const same = `{"op": "same", "newState": {"urn": "urn:pulumi:s::p::aws:kms/key:Key::old", "type": "k"}}`
	_, err := Decode([]byte(`{"steps": [` + step + `], "changeSummary": {"create": 1, "same": 262}}`))
	assert.ErrorContains(t, err, "leaves out 262 that stay the same, and their cost")
	assert.ErrorContains(t, err, "run pulumi preview --json --show-sames")
	graph, err := Decode([]byte(`{"steps": [` + step + `,` + same + `], "changeSummary": {"create": 1, "same": 1}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"new", "old"}, names(graph))
}

func TestWhatHoldsNoResourcesIsRefused(t *testing.T) {
	for _, content := range []string{
		"", "nonsense", "{}", `{"deployment": {"resources": []}}`,
		`{"steps": [{"op": "delete"}]}`,
	} {
		_, err := Decode([]byte(content))
		assert.ErrorContains(t, err, "expected the output of pulumi stack export or pulumi preview --json", content)
	}
}

func TestAResourceBelongsToItsOutermostComponent(t *testing.T) {
	stack := &Resource{URN: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", Type: "pulumi:pulumi:Stack"}
	network := &Resource{
		URN: "urn:pulumi:s::p::aws-webapp:network:Network::network", Type: "aws-webapp:network:Network",
		Parent: stack.URN,
	}
	vpc := &Resource{URN: "urn:pulumi:s::p::awsx:ec2:Vpc::vpc", Type: "awsx:ec2:Vpc", Parent: network.URN}
	nat := &Resource{
		URN: "urn:pulumi:s::p::aws:ec2/natGateway:NatGateway::nat", Type: "aws:ec2/natGateway:NatGateway",
		Parent: vpc.URN,
	}
	lone := &Resource{URN: "urn:pulumi:s::p::aws:kms/key:Key::lone", Type: "aws:kms/key:Key", Parent: stack.URN}
	graph := newGraph([]*Resource{stack, network, vpc, nat, lone})
	assert.Equal(t, "network", graph.component(nat))
	assert.Equal(t, "kms", graph.component(lone))
}
