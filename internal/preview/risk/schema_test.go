package risk

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/policies/sdkschema"
)

// A type or property that does not exist is never found in a preview, and so never judged.
func TestTypesAndPropertiesExistInTheSDK(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	schema, err := sdkschema.Load(dir)
	require.NoError(t, err)
	known := func(token, path string) {
		t.Helper()
		_, exists := schema.Types[token]
		if assert.True(t, exists, "no type %s", token) && path != "" {
			assert.True(t, schema.HasInput(token, strings.Split(path, ".")), "no property %s of %s", path, token)
		}
	}
	for token := range stateful {
		known(token, "")
	}
	for token := range revisions {
		known(token, "")
	}
	for token := range guards {
		known(token, "")
	}
	for token := range sentinels {
		known(token, "")
	}
	for _, row := range resourcetypes.All() {
		for _, path := range row.Documents {
			known(row.Token, path)
		}
	}
	for token, path := range holders {
		known(token, path)
	}
	for token, paths := range attachments {
		for _, path := range paths {
			known(token, path)
		}
	}
	for token, list := range openings {
		for _, o := range list {
			known(token, strings.Join(o.path, "."))
		}
	}
	for _, guarded := range []map[string][]safeguard{safeguards, releaseGuards} {
		for token, list := range guarded {
			for _, s := range list {
				known(token, strings.Join(s.path, "."))
			}
		}
	}
	for token, properties := range restarts {
		for path := range properties {
			known(token, path)
		}
	}
	known(taskDefinitionType, "containerDefinitions")
	known(ecsServiceType, "capacityProviderStrategies")
	known(pipelineType, "stages")
	for _, token := range []string{groupType, defaultGroupType, oldRuleType, ingressRuleType, egressRuleType} {
		known(token, "")
	}
}

// Every type has to name what is lost, in words that complete the sentence.
func TestLossesAreSaid(t *testing.T) {
	for _, token := range slices.Sorted(maps.Keys(stateful)) {
		gone := stateful[token]
		assert.GreaterOrEqual(t, gone.level, Medium, token)
		assert.NotEmpty(t, gone.what, token)
		assert.False(t, strings.HasSuffix(gone.what, "."), token)
	}
}
