package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// What the callers get together rolls a deployment back. CloudWatch adds up no more than nine of them.
func TestAnswersToCallersHaveAnAlarm(t *testing.T) {
	args := testInternalArgs()
	args.Connect.ServerErrors = 7
	assert.NotContains(t, deployed(t, serviceProgram(&args)).names(alarmType), "visitor-book-5xx", "nobody calls it")
	for i := range 10 {
		args.Connect.Callers = append(args.Connect.Callers, fmt.Sprint("caller-", i))
	}
	rec := deployed(t, serviceProgram(&args))
	service := rec.one(t, serviceResource, "visitor-book")
	total := 0
	for name, callers := range map[string]int{"visitor-book-5xx": 9, "visitor-book-5xx-2": 1} {
		alarm := rec.one(t, alarmType, name)
		queries := alarm.inputs["metricQueries"].([]any)
		require.Len(t, queries, 1+callers)
		for _, query := range queries[1:] {
			metric := query.(map[string]any)["metric"].(map[string]any)
			assert.Equal(t, []any{"AWS/ECS", "HTTPCode_Target_5XX_Count", "Sum"},
				[]any{metric["namespace"], metric["metricName"], metric["stat"]})
			dimensions := metric["dimensions"].(map[string]any)
			assert.Equal(t, "visitor-book", dimensions["TargetDiscoveryName"])
			assert.Contains(t, dimensions["ServiceName"], "caller-")
			assert.Len(t, dimensions, 3)
			total++
		}
		assert.Equal(t, []any{7.0, "notBreaching", "GreaterThanThreshold"}, []any{
			alarm.inputs["threshold"], alarm.inputs["treatMissingData"], alarm.inputs["comparisonOperator"],
		})
		assert.True(t, service.dependsOn(alarm), "a deployment names it")
		assert.Contains(t, fmt.Sprint(service.inputs["alarms"]), "aws-webapp-prod-"+name)
	}
	assert.Equal(t, 10, total)
}

// The callers' proxies count answers, under the callers' names.
func TestConnectRow(t *testing.T) {
	s := &Service{Task: Task{Name: "orders"}, ClusterName: "web", args: testInternalArgs()}
	s.args.Connect.Callers = []string{"shop", "mailer"}
	metrics := func(row DashboardRow, tile int) []metric { return row.tiles[tile].properties["metrics"].([]metric) }
	row := s.ConnectRow()
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
	s.args.Connect.Callers = nil
	assert.Len(t, s.ConnectRow().tiles, 1, "a graph without a metric is none")
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
