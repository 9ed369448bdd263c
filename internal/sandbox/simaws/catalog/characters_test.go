package catalog_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
)

// anyCharacter are the types whose names AWS bounds in length alone, or where another rule looks at the characters.
var anyCharacter = []string{
	resourcetypes.ScalingPolicy, resourcetypes.ScheduledAction, resourcetypes.ConfigDeliveryChannel,
	resourcetypes.ConfigRecorder, resourcetypes.ConfigRecorderStatus, resourcetypes.CompositeAlarm,
	resourcetypes.LogMetricFilter, resourcetypes.LogResourcePolicy, resourcetypes.LogSubscriptionFilter,
	resourcetypes.MetricAlarm, resourcetypes.QueryDefinition, resourcetypes.DeployApplication,
	resourcetypes.DeploymentGroup, resourcetypes.SecurityGroup, resourcetypes.GuardDutyFeature,
	resourcetypes.FunctionPermission,
}

// TestNamesHaveTheirCharacters: a name with a character that no service takes is refused at preview.
func TestNamesHaveTheirCharacters(t *testing.T) {
	for token, typ := range catalog.All() {
		if typ.Name == nil {
			continue
		}
		_, reason := typ.Name.Check(resource.PropertyMap{typ.Name.Key(): resource.NewStringProperty("a\nb")})
		assert.Equal(t, slices.Contains(anyCharacter, token), reason == "", token)
	}
}
