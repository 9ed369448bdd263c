package stack_test

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

// endpointOf says under which name the AWS provider is given the endpoint of the service that serves types that begin
// so, where it is not the name of their module. The longest beginning counts.
var endpointOf = map[string]string{
	"aws:cfg/":                         "configservice",
	"aws:cloudwatch/event":             "events",
	"aws:cloudwatch/log":               "logs",
	"aws:cloudwatch/queryDefinition":   "logs",
	"aws:ebs/":                         "ec2",
	"aws:lb/":                          "elbv2",
	"aws:s3/accountPublicAccessBlock:": "s3control",
	"aws:vpc/":                         "ec2",
}

func endpoint(typ string) string {
	longest := ""
	for beginning := range endpointOf {
		if strings.HasPrefix(typ, beginning) && len(beginning) > len(longest) {
			longest = beginning
		}
	}
	module, _, _ := strings.Cut(strings.TrimPrefix(typ, "aws:"), "/")
	return cmp.Or(endpointOf[longest], module)
}

// TestLocalStackCallsTheEmulatorAlone shows that what the fixture says is enough, and what is missing without it.
func TestLocalStackCallsTheEmulatorAlone(t *testing.T) {
	local, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "local"))
	require.NoError(t, err)
	resources := deploy(t, "local")
	assert.Empty(t, calledAtAWS(local.AWS.Endpoints, resources))
	delete(local.AWS.Endpoints, "sns")
	delete(local.AWS.Endpoints, "sts")
	assert.Equal(t, []string{"sns", "sts"}, calledAtAWS(local.AWS.Endpoints, resources))
}

// calledAtAWS are the services that a stack calls and that it has no endpoint of: those calls would go to AWS, with an
// emulator's credentials.
func calledAtAWS(endpoints map[string]string, resources []recorded) []string {
	// The program asks whose account it is in, and for the zones.
	called := map[string]bool{"sts": true, "ec2": true}
	for _, r := range resources {
		if strings.HasPrefix(r.typ, "aws:") {
			called[endpoint(r.typ)] = true
		}
	}
	maps.DeleteFunc(called, func(service string, _ bool) bool { return endpoints[service] != "" })
	return slices.Sorted(maps.Keys(called))
}

// The provider knows the endpoint of every type that the stacks make by the name that is asked for here.
func TestEveryTypeHasAnEndpoint(t *testing.T) {
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[aws.ProviderEndpoint]()) {
		known[field.Tag.Get("pulumi")] = true
	}
	for _, row := range resourcetypes.All() {
		assert.True(t, known[endpoint(row.Token)], "say in endpointOf which service serves %s: the provider knows none as %s",
			row.Token, endpoint(row.Token))
	}
}
