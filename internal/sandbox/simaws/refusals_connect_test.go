package simaws_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// Service Connect takes names of ports, each once in a namespace, of services that ECS deploys itself.
func TestServiceConnectIsRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	namespace := e.make(resourcetypes.HTTPNamespace, "services", props{"name": "web-prod-services"}).
		outputs["arn"].StringValue()
	assert.Regexp(t, `^arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-[a-z0-9]{16}$`, namespace)
	assert.ErrorContains(t, e.try(resourcetypes.HTTPNamespace, "again", props{"name": "web-prod-services"}),
		"NamespaceAlreadyExists")
	task := e.make(resourcetypes.TaskDefinition, "orders", props{
		"family": "orders", "containerDefinitions": `[{"name": "orders", "image": "orders:1", "portMappings": [
			{"name": "orders", "containerPort": 8000, "appProtocol": "http"}, {"containerPort": 9000}]}]`,
	}).outputs["arn"].StringValue()
	name := func(port, discovery, dns string, number float64) props {
		return props{"portName": port, "discoveryName": discovery, "clientAlias": []any{
			props{"dnsName": dns, "port": number},
		}}
	}
	service := func(named string, names ...any) props {
		return props{"name": named, "taskDefinition": task, "desiredCount": 1.0, "serviceConnectConfiguration": props{
			"enabled": true, "namespace": namespace, "services": names,
		}}
	}
	with := func(of props, more props) props { maps.Copy(of, more); return of }
	for what, tc := range map[string]struct {
		service props
		want    string
	}{
		"a port without a name": {service("a", name("other", "a", "a", 8000)), `The portName "other" does not match`},
		"a name in capitals":    {service("a", name("orders", "Orders", "a", 8000)), `"Orders" is not a discoveryName.`},
		"no port for clients":   {service("a", name("orders", "a", "a", 0)), "The service a needs a clientAlias with a port"},
		"CodeDeploy": {
			with(service("a", name("orders", "a", "a", 8000)), props{"deploymentController": props{"type": "CODE_DEPLOY"}}),
			"Service Connect is not supported by services with a CODE_DEPLOY deployment controller.",
		},
		"a client under CodeDeploy": {
			with(service("a"), props{"deploymentController": props{"type": "CODE_DEPLOY"}}),
			"Service Connect is not supported by services with a CODE_DEPLOY deployment controller.",
		},
		"a namespace that is not there": {
			props{"name": "a", "taskDefinition": task, "serviceConnectConfiguration": props{
				"enabled": true, "namespace": namespace + "x",
			}}, "NamespaceNotFound",
		},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.ECSService, "x", tc.service), tc.want, what)
	}
	orders := service("orders", name("orders", "orders", "orders", 8000))
	require.NoError(t, e.try(resourcetypes.ECSService, "orders", orders))
	for what, taken := range map[string]props{
		"the same discovery name": name("orders", "orders", "other", 8000),
		"the same alias":          name("orders", "other", "orders", 8000),
	} {
		assert.ErrorContains(t, e.try(resourcetypes.ECSService, "y", service("y", taken)), "by the service orders", what)
	}
	require.NoError(t, e.try(resourcetypes.ECSService, "y", service("y", name("orders", "other", "orders", 8001))))
	require.NoError(t, e.update("y", service("y", name("orders", "other", "orders", 8001))), "the name is its own")
	require.NoError(t, e.try(resourcetypes.ECSService, "v", service("v", name("orders", "v", "", 8000))))
	require.NoError(t, e.try(resourcetypes.ECSService, "w", service("w", name("orders", "w", "", 8000))))
	another := service("z", name("orders", "orders", "orders", 8000))
	e.make(resourcetypes.HTTPNamespace, "others", props{"name": "others"})
	another["serviceConnectConfiguration"].(props)["namespace"] = "${others.arn}"
	require.NoError(t, e.try(resourcetypes.ECSService, "z", another), "in a namespace of its own")
	unnamed := name("orders", "", "", 8002)
	delete(unnamed, "discoveryName")
	require.ErrorContains(t, e.try(resourcetypes.ECSService, "u", service("u", unnamed)), "by the service orders",
		"it has the name of its port")
	require.NoError(t, e.try(resourcetypes.ECSService, "client", service("client")))
}
