package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestServicesWaitForTheirOwnWaysAlone: tasks start once the flows that they use are open. Rules
// of other services, alarms and flow logs do not delay a service. Its own standby rule is named
// after its priority.
func TestServicesWaitForTheirOwnWaysAlone(t *testing.T) {
	resources := deployWith(t, "prod", withServices(t, "prod", 3))
	at := slices.IndexFunc(resources, func(r recorded) bool { return r.key() == "aws:ecs/service:Service::service-1" })
	require.GreaterOrEqual(t, at, 0)
	var ways, others []string
	for _, key := range resources[at].dependencies {
		typ, name, _ := strings.Cut(key, "::")
		switch {
		case strings.HasPrefix(name, "network-"), strings.HasPrefix(name, "security-groups-"):
			ways = append(ways, typ[strings.LastIndexByte(typ, ':')+1:]+" "+name)
		case !strings.HasPrefix(name, "service-1"):
			others = append(others, typ[strings.LastIndexByte(typ, ':')+1:]+" "+name)
		}
	}
	slices.Sort(ways)
	slices.Sort(others)
	assert.Equal(t, []string{
		"Route network-app-1", "Route network-app-2", "Route network-app-3",
		"SecurityGroup security-groups-app-service-1",
		"SecurityGroupEgressRule security-groups-alb-to-app-service-1-8000",
		"SecurityGroupEgressRule security-groups-app-service-1-to-anywhere-443",
		"SecurityGroupEgressRule security-groups-app-service-1-to-db-5432",
		"SecurityGroupIngressRule network-endpoints-from-app-1",
		"SecurityGroupIngressRule network-endpoints-from-app-2",
		"SecurityGroupIngressRule network-endpoints-from-app-3",
		"SecurityGroupIngressRule security-groups-app-service-1-from-alb-8000",
		"SecurityGroupIngressRule security-groups-db-from-app-service-1-5432",
		"Subnet network-app-1", "Subnet network-app-2", "Subnet network-app-3",
		"VpcEndpoint network-ecr.api", "VpcEndpoint network-ecr.dkr", "VpcEndpoint network-kms", "VpcEndpoint network-logs",
		"VpcEndpoint network-s3", "VpcEndpoint network-secretsmanager", "VpcEndpoint network-sts",
	}, ways)
	assert.Equal(t, []string{
		"Cluster cluster", "ClusterCapacityProviders cluster", "ListenerRule https_25001", "Vpc network",
	}, others)
}

// TestLogsAreShippedAsSoonAsTheirGroupIsThere: a subscription needs the log group of a
// service, not the service, which waits for the database.
func TestLogsAreShippedAsSoonAsTheirGroupIsThere(t *testing.T) {
	for _, r := range deploy(t, "prod") {
		if r.key() != "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter::search-from-visitor-book" {
			continue
		}
		assert.ElementsMatch(t, []string{
			"aws:cloudwatch/logGroup:LogGroup::visitor-book",
			"aws:lambda/function:Function::search-shipper",
			"aws:lambda/invocation:Invocation::search-setup",
			"aws:lambda/permission:Permission::search-logs-ecs",
		}, r.dependencies)
		return
	}
	assert.Fail(t, "prod ships no logs of visitor-book")
}

// TestLogFunctionsWaitForTheirWayToAWS: undelivered events go to a queue that is reached
// through the app tier's routes and endpoints; the functions are deleted before these.
func TestLogFunctionsWaitForTheirWayToAWS(t *testing.T) {
	functions := 0
	for _, r := range deploy(t, "prod") {
		if r.typ != "aws:lambda/function:Function" || !strings.HasPrefix(r.name, "search-") {
			continue
		}
		functions++
		assert.Contains(t, r.dependencies, "aws:ec2/route:Route::network-app-1", r.name)
		assert.Contains(t, r.dependencies, "aws:ec2/vpcEndpoint:VpcEndpoint::network-kms", r.name)
	}
	assert.Equal(t, 2, functions)
}
