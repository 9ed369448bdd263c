package stack_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ecsService = "aws:ecs/service:Service"

// A caller gets the address, a way through both security groups, and tasks only once the called service is there.
func TestCallersReachInternalServices(t *testing.T) {
	g := graphOf(t, "prod with services that call each other")
	find := func(typ, name string) recorded {
		for _, r := range g.ofType(typ) {
			if r.name == name {
				return r
			}
		}
		t.Fatalf("no %s %s", typ, name)
		return recorded{}
	}
	containers := func(service string) string {
		return fmt.Sprint(find("aws:ecs/taskDefinition:TaskDefinition", service).inputs["containerDefinitions"])
	}
	assert.Contains(t, containers("visitor-book"), `{"name":"NEWS_URL","value":"http://news:7000"}`)
	assert.NotContains(t, containers("visitor-book"), "API_URL", "it does not call that one")
	assert.Contains(t, containers("news"), `{"name":"API_URL","value":"http://api:80"}`)
	assert.Contains(t, containers("api"), `"appProtocol":"grpc"`)
	assert.NotContains(t, containers("visitor-book"), "appProtocol", "nobody reaches it by name")

	for caller, called := range map[string]string{"visitor-book": "news", "news": "api"} {
		service := find(ecsService, caller)
		assert.True(t, g.waitsFor(service, find(ecsService, called).key()), "%s finds only names that are there", caller)
	}
	for _, rule := range []string{
		"app-visitor-book-to-app-news-7000", "app-visitor-book-to-app-news-7001", "app-news-to-app-api-80",
	} {
		row := find("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "security-groups-"+rule)
		assert.True(t, g.waitsFor(find(ecsService, "visitor-book"), row.key()), rule)
	}
	for _, group := range []string{"news", "api"} {
		for _, r := range g.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
			assert.NotContains(t, r.name, "app-"+group+"-from-alb", "the load balancer does not reach it")
		}
	}
}

// deployedInternal is the state of a stack with the internal services that are named, which speak HTTP.
func deployedInternal(names ...string) resource.PropertyMap {
	state := resource.PropertyMap{}
	for _, name := range names {
		for token, outputs := range map[string]map[string]any{
			ecsService: {"serviceConnectConfiguration": map[string]any{"services": []any{map[string]any{}}}},
			"aws:ecs/taskDefinition:TaskDefinition": {
				"containerDefinitions": `[{"portMappings": [{"name": "x", "containerPort": 8000, "appProtocol": "http"}]}]`,
			},
		} {
			urn := "urn:pulumi:prod::aws-webapp::aws-webapp:service:Service$" + token + "::" + name
			state[resource.PropertyKey(urn)] = resource.NewProperty(resource.PropertyMap{
				"type": resource.NewProperty(token), "outputs": resource.NewProperty(resource.NewPropertyMapFromMap(outputs)),
			})
		}
	}
	return state
}

// What ECS keeps until a service is deleted, and names that nobody would find, are refused at preview.
func TestInternalServicesAreChangedInStepsOrNotAtAll(t *testing.T) {
	services := func(news, api string) func(map[string]string) {
		return replaced(map[string]string{"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 60, "paths": ["/*"]}},
			{"name": "news", "image": "news:1.0.0"` + news + `}, {"name": "api", "image": "api:1.0.0"` + api + `}]`})
	}
	const internal = `, "kind": "internal"`
	for name, test := range map[string]struct {
		deployed []string
		change   func(map[string]string)
		message  string
	}{
		"nothing": {[]string{"news", "api"}, services(internal, internal), ""},
		"a circle of new services": {
			nil, services(internal+`, "calls": ["api"]`, internal+`, "calls": ["news"]`),
			"services[1].calls: found new services that wait for each other: news after api after news, allowed new services " +
				"of which one comes first",
		},
		"a circle with one that is there": {
			[]string{"api"}, services(internal+`, "calls": ["api"]`, internal+`, "calls": ["news"]`), "",
		},
		"another protocol": {
			[]string{"news"},
			services(internal+`, "protocolVersion": "GRPC"`, internal),
			"services[1].protocolVersion: found GRPC, allowed http, which is deployed: ECS keeps it until",
		},
		"a protocol of a new one": {[]string{"api"}, services(internal+`, "protocolVersion": "GRPC"`, internal), ""},
		"a worker of it": {
			[]string{"news"},
			services(`, "kind": "worker"`, internal),
			"services[1].kind: found worker, allowed internal, which is deployed: add a service of another name",
		},
		"for clients": {
			[]string{"news"},
			services(`, "routing": {"priority": 70, "paths": ["/news"]}`, internal),
			"services[1].kind: found web, allowed internal, which is deployed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deployOver(t, "prod", deployedInternal(test.deployed...), test.change)
			if test.message == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.message)
		})
	}
}
