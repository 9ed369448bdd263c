package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/apimodel"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// anyCharacter are the types whose names AWS bounds in length alone, or where another rule looks at the characters.
var anyCharacter = []string{
	resourcetypes.ScalingPolicy, resourcetypes.ScheduledAction, resourcetypes.ConfigDeliveryChannel,
	resourcetypes.ConfigRecorder, resourcetypes.ConfigRecorderStatus, resourcetypes.CompositeAlarm,
	resourcetypes.LogMetricFilter, resourcetypes.LogResourcePolicy, resourcetypes.LogSubscriptionFilter,
	resourcetypes.MetricAlarm, resourcetypes.QueryDefinition, resourcetypes.DeployApplication,
	resourcetypes.DeploymentGroup, resourcetypes.SecurityGroup, resourcetypes.GuardDutyFeature,
	resourcetypes.FunctionPermission, resourcetypes.Budget,
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

// TestMadeNamesAreTaken: the names that Pulumi or the provider makes are names that AWS takes.
func TestMadeNamesAreTaken(t *testing.T) {
	for token, typ := range catalog.All() {
		name := typ.Name
		if name == nil {
			continue
		}
		taken := func(text string) {
			property, reason := name.Check(resource.PropertyMap{name.Key(): resource.NewStringProperty(text)})
			assert.Empty(t, reason, "%s %s", token, property)
		}
		if name.Fallback != "" {
			call := &catalog.Call{World: emptyWorld{}, Op: catalog.Create, Type: typ, Token: token, Seed: "seed"}
			made := call.Resolve()[name.Key()].StringValue()
			assert.Regexp(t, `^((tf|terraform)-\d{26}|default)$`, made, token)
			taken(made)
			continue
		}
		logical := "Web-1"
		if token == resourcetypes.KMSAlias {
			logical = "alias/web"
		}
		made, err := name.Make(logical, "seed")
		require.NoError(t, err, token)
		assert.Regexp(t, "(?i)^"+logical+"-[0-9a-f]{7}$", made, token)
		if token != resourcetypes.SearchDomain { // its names are short, and the program gives them
			taken(made)
		}
	}
}

// TestPrefixes: where the SDK takes a prefix of the name, the table does.
func TestPrefixes(t *testing.T) {
	for token, typ := range catalog.All() {
		if typ.Name == nil {
			continue
		}
		sdk, err := sdksource.ReadResource(token)
		require.NoError(t, err)
		prefix := string(typ.Name.Key()) + "Prefix"
		if !sdk.HasInput(prefix) {
			prefix = ""
		}
		assert.Equal(t, prefix, typ.Name.Prefix, token)
	}
}

// longest are the names whose length the API models do not bound. Sources: the operations that create the resources, in
// AWS's API references; for security groups and the groups of RDS and ElastiCache their user guides, Quotas.
var longest = map[string]int{
	resourcetypes.LoadBalancer: 32, resourcetypes.TargetGroup: 32,
	resourcetypes.CacheGroup: 40,
	resourcetypes.BackupPlan: 50, resourcetypes.BackupSelection: 50, resourcetypes.BackupVault: 50,
	resourcetypes.Bucket: 63, resourcetypes.DBInstance: 63,
	resourcetypes.Queue:               80,
	resourcetypes.Trail:               128,
	resourcetypes.CacheParameterGroup: 255, resourcetypes.CacheSubnetGroup: 255,
	resourcetypes.DBParameterGroup: 255, resourcetypes.DBSubnetGroup: 255,
	resourcetypes.Dashboard: 255, resourcetypes.ECSCluster: 255, resourcetypes.ECSService: 255,
	resourcetypes.GuardDutyFeature: 255, resourcetypes.LogResourcePolicy: 255, resourcetypes.SecurityGroup: 255,
	resourcetypes.ConfigRecorderStatus: 256, resourcetypes.Topic: 256,
	"aws:secretsmanager/secret:Secret": 512,
	"aws:ssm/parameter:Parameter":      2048,
}

// TestLengths: a name is as long as AWS allows, and no longer.
func TestLengths(t *testing.T) {
	for token, typ := range catalog.All() {
		if typ.Name == nil || bounded(token, typ) {
			continue
		}
		assert.Equal(t, longest[token], typ.Name.Max, token)
		long := strings.Repeat("a", typ.Name.Max+1)
		_, reason := typ.Name.Check(resource.PropertyMap{typ.Name.Key(): resource.NewStringProperty(long)})
		assert.Contains(t, reason, "cannot be longer than", token)
	}
}

// bounded reports whether TestNamesAreAsLongAsTheModelsSay knows how long a name may be.
func bounded(token string, typ *catalog.Type) bool {
	return slices.ContainsFunc(apimodel.Of(token).Limits, func(limit apimodel.Limit) bool {
		return limit.Path == string(typ.Name.Key()) && limit.Max > 0
	})
}
