package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const namespaceARN = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1"

// testInternalArgs returns the arguments of a service that others reach by its name.
func testInternalArgs() ServiceArgs {
	args := testServiceArgs()
	args.EndpointArgs, args.Scaling.RequestsPerTarget = nil, 0
	args.Container.AppProtocol = "grpc"
	args.Connect = &ServiceConnect{NamespaceARN: pulumi.String(namespaceARN), Serves: true, RequestSeconds: 45}
	return args
}

// The name leads to the named port of the container, in the protocol that it speaks.
func TestInternalServiceHasANameAtItsPort(t *testing.T) {
	args := testInternalArgs()
	made := deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]any{
		"enabled": true, "namespace": namespaceARN,
		"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
			"awslogs-group": "/ecs/visitor-book", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "connect",
			"mode": "non-blocking", "max-buffer-size": "25m",
		}},
		"services": []any{map[string]any{
			"portName": "visitor-book", "discoveryName": "visitor-book",
			"clientAlias": []any{map[string]any{"dnsName": "visitor-book", "port": 8000.0}},
			// Both, since the provider would send 0 for one that is left out.
			"timeout": map[string]any{"idleTimeoutSeconds": 300.0, "perRequestTimeoutSeconds": 45.0},
		}},
	}, made.one(t, serviceResource, "visitor-book").inputs["serviceConnectConfiguration"])
	assert.Contains(t, made.one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"],
		`"portMappings":[{"name":"visitor-book","containerPort":8000,"hostPort":8000,"protocol":"tcp","appProtocol":"grpc"}]`)
	assert.Empty(t, made.names(targetGroupType))
	assert.Equal(t, []any{"aws-webapp-prod-visitor-book-stopped"},
		made.one(t, serviceResource, "visitor-book").inputs["alarms"].(map[string]any)["alarmNames"],
		"its deployment is rolled back when no task of it runs")
}

// A service that only calls others has no name of its own.
func TestCallerIsAClientAlone(t *testing.T) {
	args := testServiceArgs()
	args.Connect = &ServiceConnect{NamespaceARN: pulumi.String(namespaceARN)}
	made := deployed(t, serviceProgram(&args))
	connect := made.one(t, serviceResource, "visitor-book").inputs["serviceConnectConfiguration"].(map[string]any)
	assert.Equal(t, namespaceARN, connect["namespace"])
	assert.NotContains(t, connect, "services")
	assert.Contains(t, made.one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"],
		`"portMappings":[{"containerPort":8000,"hostPort":8000,"protocol":"tcp"}]`)
}

// ECS refuses both when the service is created, half way through an update.
func TestServiceConnectIsChecked(t *testing.T) {
	connect := &ServiceConnect{NamespaceARN: pulumi.String(namespaceARN), Serves: true}
	unnamed, blueGreen := testInternalArgs(), testBlueGreenArgs()
	unnamed.Container.AppProtocol = ""
	blueGreen.Connect = &ServiceConnect{NamespaceARN: connect.NamespaceARN}
	for _, args := range []ServiceArgs{unnamed, blueGreen} {
		assert.ErrorContains(t, refused(t, serviceProgram(&args)), "Connect is set: ECS connects no service under blue/green")
	}
}

// The callers' proxies count answers, under the callers' names.
func TestConnectRow(t *testing.T) {
	s := &Service{Task: Task{Name: "orders"}, ClusterName: "web", args: testInternalArgs()}
	metrics := func(row DashboardRow, tile int) []metric { return row.tiles[tile].properties["metrics"].([]metric) }
	row := s.ConnectRow([]string{"shop", "mailer"})
	assert.Len(t, row.tiles, 3)
	assert.Equal(t, metric{
		"AWS/ECS", "RequestCount", "DiscoveryName", "orders", "ServiceName", "orders", "ClusterName", "web",
		map[string]any{"stat": "Sum", "label": "requests"},
	}, metrics(row, 0)[0])
	assert.Equal(t, []metric{
		{
			"AWS/ECS", "HTTPCode_Target_5XX_Count", "TargetDiscoveryName", "orders", "ServiceName", "shop", "ClusterName", "web",
			map[string]any{"stat": "Sum", "label": "from shop"},
		},
		{
			"AWS/ECS", "HTTPCode_Target_5XX_Count", "TargetDiscoveryName", "orders", "ServiceName", "mailer",
			"ClusterName", "web",
			map[string]any{"stat": "Sum", "label": "from mailer"},
		},
	}, metrics(row, 1))
	assert.Len(t, s.ConnectRow(nil).tiles, 1, "a graph without a metric is none")
}

func TestNamespace(t *testing.T) {
	made := deployed(t, func(ctx *pulumi.Context) error {
		namespace, err := NewNamespace(ctx, "services", &NamespaceArgs{Scope: testScope})
		if err == nil {
			assert.Equal(t, "aws-webapp-prod-services", namespace.Name)
		}
		return err
	})
	assert.Equal(t, map[string]any{
		"name": "aws-webapp-prod-services", "tags": map[string]any{"Name": "aws-webapp-prod-services"},
	}, made.one(t, "aws:servicediscovery/httpNamespace:HttpNamespace", "services").inputs,
		"another description would replace it, and with it every name")
}
