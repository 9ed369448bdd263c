package catalog

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What CodeDeploy moves cannot be changed by an update of the service; everything else can, and so can all of a service
// of ECS's own controller.
func TestCodeDeployOwnsWhatItMoves(t *testing.T) {
	of := func(controller, property string, value any) resource.PropertyMap {
		all := map[string]any{
			"deploymentController": map[string]any{"type": controller}, "taskDefinition": "web:1", "desiredCount": 1,
			"loadBalancers":        []any{map[string]any{"containerPort": 80}},
			"networkConfiguration": map[string]any{"subnets": []any{"a"}}, "platformVersion": "1.4.0",
		}
		if all[property] = value; value == nil {
			delete(all, property)
		}
		return resource.NewPropertyMapFromMap(all)
	}
	for property, value := range map[string]any{
		"taskDefinition": "web:2", "loadBalancers": []any{map[string]any{"containerPort": 81}},
		"networkConfiguration": map[string]any{"subnets": []any{"b"}}, "platformVersion": "1.3.0",
	} {
		old := of("CODE_DEPLOY", "desiredCount", 2)
		err := codeDeployOwns(&Call{Op: Update, Inputs: of("CODE_DEPLOY", property, value), Old: old})
		require.ErrorContains(t, err, "Unable to update "+property+" on services with a CODE_DEPLOY")
		assert.NoError(t, codeDeployOwns(&Call{Op: Update, Inputs: of("CODE_DEPLOY", property, nil), Old: old}), property)
		assert.NoError(t, codeDeployOwns(&Call{Op: Update, Inputs: of("ECS", property, value), Old: old}), property)
		assert.NoError(t, codeDeployOwns(&Call{Op: Create, Inputs: of("CODE_DEPLOY", property, value)}), property)
	}
	assert.NoError(t, codeDeployOwns(&Call{
		Op: Update, Inputs: of("CODE_DEPLOY", "desiredCount", 3), Old: of("CODE_DEPLOY", "desiredCount", 2),
	}))
}
