package graph_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/testgraph"
)

func TestAGraphSurvivesItsFile(t *testing.T) {
	for _, phase := range []testgraph.Phase{testgraph.Deployed, testgraph.Preview} {
		before := testgraph.Baseline("prod", phase)
		content, err := graph.Encode(before)
		require.NoError(t, err)
		again, err := graph.Decode(content)
		require.NoError(t, err)
		repeated, err := graph.Encode(again)
		require.NoError(t, err)
		assert.Equal(t, string(content), string(repeated))
		require.Len(t, again, len(before))
		sorted := graph.New(before).All()
		for i, r := range again {
			assert.Equal(t, sorted[i].URN, r.URN)
			assert.Equal(t, sorted[i].Inputs, r.Inputs, r.URN)
			assert.Equal(t, sorted[i].Outputs, r.Outputs, r.URN)
			assert.Equal(t, sorted[i].Provider, r.Provider, r.URN)
			assert.Equal(t, sorted[i].Protect, r.Protect, r.URN)
			assert.Equal(t, sorted[i].PropertyDependencies, orEmpty(r), r.URN)
		}
	}
}

func orEmpty(r *graph.Resource) map[string][]string {
	if r.Provider == nil {
		return nil
	}
	return r.PropertyDependencies
}

func TestSecretsAndFilesStayOutOfTheFile(t *testing.T) {
	text, err := asset.FromText("canary")
	require.NoError(t, err)
	content, err := graph.Encode([]*graph.Resource{{URN: "urn:x", Inputs: resource.PropertyMap{
		"secret": resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
			"x": resource.NewStringProperty("canary"),
		})),
		"output": resource.NewOutputProperty(resource.Output{
			Element: resource.NewStringProperty("canary"), Known: true,
			Secret: true,
		}),
		"list": resource.NewArrayProperty([]resource.PropertyValue{
			resource.MakeSecret(resource.NewStringProperty("canary")),
		}),
		"file":  resource.NewAssetProperty(text),
		"plain": resource.NewStringProperty("plain"),
	}}})
	require.NoError(t, err)
	assert.NotContains(t, string(content), "canary")
	again, err := graph.Decode(content)
	require.NoError(t, err)
	assert.True(t, again[0].Inputs["secret"].IsSecret())
	assert.True(t, again[0].Inputs["output"].IsSecret())
	assert.Equal(t, "[file]", again[0].Inputs["file"].StringValue())
	assert.Equal(t, "plain", again[0].Inputs["plain"].StringValue())
}

func TestWhatIsNoGraphIsRefused(t *testing.T) {
	for content, want := range map[string]string{
		`[`: "decode the graph",
		`{"resources":[{"urn":"u","provider":"p"}]}`: "decode u: the graph has no provider p",
		`{"resources":[{"urn":"u","inputs":[]}]}`:    "decode u",
		`{"providers":[{"urn":"p","inputs":1}]}`:     "decode p",
	} {
		_, err := graph.Decode([]byte(content))
		assert.ErrorContains(t, err, want, content)
	}
}
