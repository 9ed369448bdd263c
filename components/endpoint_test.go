package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	targetGroupType  = "aws:lb/targetGroup:TargetGroup"
	listenerRuleType = "aws:lb/listenerRule:ListenerRule"
)

func TestTargetGroupSettings(t *testing.T) {
	args := testServiceArgs()
	group := deployed(t, serviceProgram(&args)).one(t, targetGroupType, "visitor-book")
	assert.Equal(t, map[string]any{
		"vpcId":                      "vpc-1",
		"targetType":                 "ip",
		"ipAddressType":              "ipv4",
		"protocol":                   "HTTP",
		"protocolVersion":            "HTTP1",
		"port":                       80.0,
		"deregistrationDelay":        45.0,
		"slowStart":                  0.0,
		"loadBalancingAlgorithmType": "least_outstanding_requests",
		"stickiness":                 map[string]any{"enabled": false, "type": "lb_cookie", "cookieDuration": 86400.0},
		"healthCheck": map[string]any{
			"enabled": true, "protocol": "HTTP", "port": "traffic-port", "path": "/health", "matcher": "200",
			"interval": 30.0, "timeout": 5.0, "healthyThreshold": 2.0, "unhealthyThreshold": 3.0,
		},
		"tags": map[string]any{"Name": "visitor-book"},
	}, group.inputs)
	assert.Equal(t, []string{"port"}, group.request.GetIgnoreChanges(), "groups of before keep the port that they have")
	assert.False(t, group.request.GetDeleteBeforeReplace(), "its listener rule holds it until it has the new one")
}

// What a service says of its tasks reaches both of its groups under blue/green, and their health checks.
func TestTargetGroupsAsTheServiceSays(t *testing.T) {
	args := testBlueGreenArgs()
	args.ProtocolVersion, args.TLS, args.StickinessSeconds = "GRPC", true, 604800
	args.HealthCheck.Path, args.HealthCheck.Matcher = "/grpc.health.v1.Health/Check", "0"
	args.HealthCheck.Port = 8081
	rec := deployed(t, serviceProgram(&args))
	for _, name := range []string{"visitor-book", "visitor-book-green"} {
		group := rec.one(t, targetGroupType, name).inputs
		assert.Equal(t, "GRPC", group["protocolVersion"])
		assert.Equal(t, "HTTPS", group["protocol"])
		check := group["healthCheck"].(map[string]any)
		assert.Equal(t, "HTTPS", check["protocol"], "a task that speaks TLS answers nothing else")
		assert.Equal(t, "0", check["matcher"])
		assert.Equal(t, "8081", check["port"])
		assert.Equal(t, map[string]any{"enabled": true, "type": "lb_cookie", "cookieDuration": 604800.0}, group["stickiness"])
	}
}

// Each further selection has a rule, and one that stands by, before the service.
func TestRulesOfARollingService(t *testing.T) {
	args := testServiceArgs()
	args.MoreRouting = []ServiceRouting{{
		Priority: 90, Hosts: []string{"beta.example.com"}, Headers: []ServiceHeader{{"X-Tenant", []string{"beta*", "test"}}},
	}}
	rec := deployed(t, func(ctx *pulumi.Context) error {
		service, err := NewService(ctx, "visitor-book", &args)
		if err != nil {
			return err
		}
		_, err = NewRoutes(ctx, "routes", &RoutesArgs{Services: []*Service{service}})
		return err
	})
	assert.ElementsMatch(t, []string{"https_25090", "https_25100", "https_90", "https_100"}, rec.names(listenerRuleType))
	group := rec.one(t, listenerRuleType, "https_100").inputs["actions"]
	for _, name := range []string{"https_90", "https_25090"} {
		rule := rec.one(t, listenerRuleType, name)
		assert.Equal(t, []any{
			map[string]any{"hostHeader": map[string]any{"values": []any{"beta.example.com"}}},
			map[string]any{"httpHeader": map[string]any{"httpHeaderName": "X-Tenant", "values": []any{"beta*", "test"}}},
		}, rule.inputs["conditions"])
		assert.Equal(t, group, rule.inputs["actions"], "all lead to the same tasks")
	}
}

// AWS offers slow start only with round robin.
func TestSlowStartChangesTheAlgorithm(t *testing.T) {
	args := testServiceArgs()
	args.HealthCheck.SlowStartSeconds = 60
	group := deployed(t, serviceProgram(&args)).one(t, targetGroupType, "visitor-book")
	assert.Equal(t, 60.0, group.inputs["slowStart"])
	assert.Equal(t, "round_robin", group.inputs["loadBalancingAlgorithmType"])
}

// The rule comes after all others, and lets ECS register tasks before clients reach them.
func TestRollingServiceStandsBy(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, []string{"visitor-book"}, rec.names(targetGroupType))
	assert.Equal(t, []string{"https_25100"}, rec.names(listenerRuleType))
	rule := rec.one(t, listenerRuleType, "https_25100")
	assert.Equal(t, map[string]any{
		"listenerArn": httpsListener,
		"priority":    25100.0,
		"conditions": []any{
			map[string]any{"hostHeader": map[string]any{"values": []any{"app.example.com", "*.app.example.com"}}},
			map[string]any{"pathPattern": map[string]any{"values": []any{"/*"}}},
		},
		"actions": []any{map[string]any{"type": "forward", "targetGroupArn": arnOf(targetGroupType, "visitor-book")}},
		"tags":    map[string]any{"Name": "visitor-book"},
	}, rule.inputs)
	assert.Empty(t, rule.request.GetIgnoreChanges(), "nobody but the program moves requests")
}

func TestBlueGreenServiceHasTwoGroupsAndTwoRules(t *testing.T) {
	args := testBlueGreenArgs()
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, []string{"visitor-book", "visitor-book-green"}, rec.names(targetGroupType))
	for name, listener := range map[string]string{"visitor-book": httpsListener, "visitor-book-test": testListener} {
		t.Run(name, func(t *testing.T) {
			rule := rec.one(t, listenerRuleType, name)
			assert.Equal(t, listener, rule.inputs["listenerArn"])
			assert.Equal(t, 100.0, rule.inputs["priority"])
			assert.Equal(t, []any{map[string]any{"type": "forward", "targetGroupArn": arnOf(targetGroupType, "visitor-book")}},
				rule.inputs["actions"])
			assert.Equal(t, []string{"actions"}, rule.request.GetIgnoreChanges(),
				"CodeDeploy moves requests from group to group")
		})
	}
	assert.Len(t, rec.ofType(listenerRuleType), 2)
	assert.True(t, rec.one(t, listenerRuleType, "visitor-book").dependsOn(rec.one(t, serviceResource, "visitor-book")),
		"a service that is removed loses its requests before its tasks")
	for _, group := range rec.ofType(targetGroupType) {
		assert.Equal(t, []string{"port"}, group.request.GetIgnoreChanges())
	}
}

func TestRoutingByPathOrHostAlone(t *testing.T) {
	paths := map[string]any{"pathPattern": map[string]any{"values": []any{"/api/*"}}}
	hosts := map[string]any{"hostHeader": map[string]any{"values": []any{"api.example.com"}}}
	tests := map[string]struct {
		routing ServiceRouting
		want    []any
	}{
		"path": {ServiceRouting{Priority: 1, Paths: []string{"/api/*"}}, []any{paths}},
		"host": {ServiceRouting{Priority: 1, Hosts: []string{"api.example.com"}}, []any{hosts}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := testServiceArgs()
			args.Routing = test.routing
			rule := deployed(t, serviceProgram(&args)).one(t, listenerRuleType, "https_25001")
			assert.Equal(t, test.want, rule.inputs["conditions"])
		})
	}
}

// Pulumi appends eight characters to each of these; AWS accepts 32, or 64 for a role.
func TestLongServiceNamesFitAWS(t *testing.T) {
	args := testBlueGreenArgs()
	args.Name = "a-service-of-24-lettersx"
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewService(ctx, args.Name, &args)
		return err
	})
	assert.Equal(t, []string{"a-service-of-24-l-d58891", "a-service-of-24-lettersx"}, rec.names(targetGroupType))
	assert.Equal(t, []string{
		"aws-webapp-prod-a-service-of-24-lettersx-deployment", "aws-webapp-prod-a-service-of-24-lettersx-execution",
		"aws-webapp-prod-a-service-of-24-lettersx-task",
	}, rec.names(roleType))
}
