package rules

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// stackOf is a stack with a group, and the case by which a control asks about it.
func stackOf(earlier []int, all ...made) (c in, group *graph.Resource) {
	group = build(made{sgType, "group", nil})
	resources := []*graph.Resource{group}
	for _, m := range all {
		resources = append(resources, build(m))
	}
	params := control.Defaults(tierParams())
	return in{Resource: group, Graph: graph.New(resources), Params: params, EarlierPorts: earlier}, group
}

func port(n int) portRange { return portRange{n, n} }

// The ports that a word of the matrix stands for, at one group.
func TestPortsOfWords(t *testing.T) {
	group := []any{"group"}
	alb := made{loadBalancerType, "alb", p{"securityGroups": group}}
	listens := func(name string, n any, of string) made {
		return made{listenerType, name, p{"port": n, "loadBalancerArn": of}}
	}
	tests := func(listeners ...any) made {
		return made{deploymentGroupType, "group of deployments", p{"loadBalancerInfo": p{"targetGroupPairInfo": p{
			"testTrafficRoute": p{"listenerArns": listeners},
		}}}}
	}
	definition := func(containers ...p) made {
		text, err := json.Marshal(containers)
		require.NoError(t, err)
		return made{ecsTaskType, "task", p{"containerDefinitions": string(text)}}
	}
	web := p{"name": "web", "portMappings": []any{p{"containerPort": 8000, "name": "http"}, p{
		"containerPort": 8001,
		"name":          "admin",
	}}}
	side := p{"name": "side", "portMappings": []any{p{"containerPort": 9999, "name": "http2"}}}
	service := func(more p) made {
		inputs := p{
			"networkConfiguration": p{"securityGroups": group}, "taskDefinition": "task",
			"loadBalancers": []any{p{"containerName": "web", "containerPort": 8080, "targetGroupArn": "targets"}},
		}
		for key, value := range more {
			inputs[key] = value
		}
		return made{ecsServiceType, "service", inputs}
	}
	targets := func(check any) made {
		inputs := p{"port": 7000}
		if check != nil {
			inputs["healthCheck"] = p{"port": check}
		}
		return made{targetGroupType, "targets", inputs}
	}
	connect := func(enabled bool, services ...any) p {
		return p{"serviceConnectConfiguration": p{"enabled": enabled, "services": services}}
	}
	database := func(typeToken string, more p) made {
		inputs := p{"vpcSecurityGroupIds": group}
		for key, value := range more {
			inputs[key] = value
		}
		return made{typeToken, "db", inputs}
	}
	for name, c := range map[string]struct {
		word     string
		earlier  []int
		stack    []made
		want     []portRange
		complete prop.Truth
	}{
		"listeners": {
			"listener", nil,
			[]made{alb, listens("a", 443, "alb"), listens("b", 80, "alb"), listens("c", 99,
				"x")},
			[]portRange{port(443), port(80)},
			prop.Yes,
		},
		"a listener that is not known": {
			"listener", nil,
			[]made{alb, listens("a", unknownText, "alb")},
			nil,
			prop.Maybe,
		},
		"a listener without a port": {"listener", nil, []made{alb, listens("a", nil, "alb")}, nil, prop.Yes},
		"no load balancer of the group's": {
			"listener", nil,
			[]made{{loadBalancerType, "alb", nil}, listens("a", 1, "alb")},
			nil, prop.Yes,
		},
		"a listener for tests": {
			"test", nil,
			[]made{alb, listens("a", 443, "alb"), listens("b", 8443, "alb"), tests("b")},
			[]portRange{port(8443)},
			prop.Yes,
		},
		"a listener perhaps for tests": {
			"test", nil,
			[]made{alb, listens("b", 8443, "alb"), tests(unknownText)},
			nil,
			prop.Yes,
		},
		"a container": {
			"container", nil,
			[]made{service(nil), definition(web, side), targets(nil)},
			[]portRange{port(8080)},
			prop.Yes,
		},
		"and ports of before": {
			"container",
			[]int{9000, 9001},
			[]made{service(nil)},
			[]portRange{port(8080), port(9000), port(9001)},
			prop.Yes,
		},
		"ports of before of nothing": {"container", []int{9000}, nil, nil, prop.Yes},
		"a check on a port of its own": {
			"container", nil,
			[]made{service(nil), targets(8081)},
			[]portRange{port(8080), port(8081)},
			prop.Yes,
		},
		"a check on the traffic's port": {
			"container", nil,
			[]made{service(nil), targets("traffic-port")},
			[]portRange{port(8080)},
			prop.Yes,
		},
		"a service that CodeDeploy moves": {"container", nil, []made{
			service(p{"deploymentController": p{"type": "CODE_DEPLOY"}}), definition(web, side),
		}, []portRange{port(8080), port(8000), port(8001)}, prop.Yes},
		"a service that ECS deploys": {"container", nil, []made{
			service(p{"deploymentController": p{"type": "ECS"}}), definition(web, side),
		}, []portRange{port(8080)}, prop.Yes},
		"a service of others": {"container", nil, []made{
			service(p{"deploymentController": p{"type": "EXTERNAL"}}), definition(web, side),
		}, []portRange{port(8080), port(8000), port(8001)}, prop.Yes},
		"balancers that are not known": {
			"container", nil,
			[]made{service(p{"loadBalancers": unknownText})},
			nil,
			prop.Maybe,
		},
		"machines": {"container", nil, []made{targets(nil)}, []portRange{port(7000)}, prop.Yes},
		"a database": {
			"database", nil,
			[]made{database(dbInstanceType, p{"port": 6000})},
			[]portRange{port(6000)},
			prop.Yes,
		},
		"a cluster": {
			"database", nil,
			[]made{database(dbClusterType, p{"port": 6000})},
			[]portRange{port(6000)},
			prop.Yes,
		},
		"a database by its engine": {
			"database", nil,
			[]made{database(dbInstanceType, p{"engine": "mysql"})},
			[]portRange{port(3306)},
			prop.Yes,
		},
		"PostgreSQL": {
			"database", nil,
			[]made{database(dbInstanceType, p{"engine": "postgres"})},
			[]portRange{port(5432)},
			prop.Yes,
		},
		"an unknown engine": {
			"database", nil,
			[]made{database(dbInstanceType, p{"engine": "informix"})},
			nil,
			prop.Maybe,
		},
		"a port that is not known": {
			"database", nil,
			[]made{database(dbInstanceType, p{"port": unknownText})},
			nil,
			prop.Maybe,
		},
		"a cache": {
			"cache", nil,
			[]made{{cacheGroupType, "c", p{"securityGroupIds": group}}},
			[]portRange{port(6379)},
			prop.Yes,
		},
		"a cache on another port": {
			"cache", nil,
			[]made{{cacheGroupType, "c", p{"securityGroupIds": group, "port": 7000}}},
			[]portRange{port(7000)},
			prop.Yes,
		},
		"a name": {
			"connect", nil,
			[]made{service(connect(true, p{"portName": "http"})), definition(web, side)},
			[]portRange{port(8000)},
			prop.Yes,
		},
		"a name, and ports of before": {
			"connect",
			[]int{9000},
			[]made{
				service(connect(true, p{"portName": "http"})),
				definition(web),
			},
			[]portRange{port(8000), port(9000)},
			prop.Yes,
		},
		"a name at the proxy's port": {"connect", nil, []made{
			service(connect(true, p{"portName": "http", "ingressPortOverride": 8500})), definition(web),
		}, []portRange{port(8500)}, prop.Yes},
		"a name that is off": {"connect", []int{9000}, []made{
			service(connect(false, p{"portName": "http"})),
			definition(web),
		}, nil, prop.Yes},
		"a name of nothing": {
			"connect", nil,
			[]made{service(connect(true, p{"portName": "grpc"})), definition(web)},
			nil,
			prop.Yes,
		},
		"a name that is not known": {"connect", nil, []made{
			service(connect(true, p{"portName": unknownText})), definition(side),
		}, nil, prop.Maybe},
		"containers that are not known": {"connect", nil, []made{
			service(connect(true, p{"portName": "http"})), {ecsTaskType, "task", p{"containerDefinitions": unknownText}},
		}, nil, prop.Maybe},
	} {
		stack, group := stackOf(c.earlier, c.stack...)
		got := symbols[c.word](stack, group)
		assert.Equal(t, c.want, got.ports, name)
		assert.Equal(t, c.complete, got.complete, name)
	}
	words := []string{"cache", "connect", "container", "database", "listener", "test"}
	assert.Len(t, symbols, len(words))
}

// A group without a tag is of the tier of what has it, if that is of one kind.
func TestTiersOfGroups(t *testing.T) {
	has := map[string][]string{
		loadBalancerType: {"securityGroups"}, ecsServiceType: {"networkConfiguration", "securityGroups"},
		scheduleType:       {"target", "ecsParameters", "networkConfiguration", "securityGroups"},
		launchTemplateType: {"vpcSecurityGroupIds"}, dbInstanceType: {"vpcSecurityGroupIds"},
		dbClusterType:  {"vpcSecurityGroupIds"},
		cacheGroupType: {"securityGroupIds"},
		fileMountType:  {"securityGroups"},
	}
	tiers := map[string]string{
		loadBalancerType: "alb", ecsServiceType: "app", scheduleType: "app", launchTemplateType: "app",
		dbInstanceType: "db",
		dbClusterType:  "db", cacheGroupType: "cache", fileMountType: "files",
	}
	assert.Len(t, tierOwners, len(tiers))
	owner := func(typeToken string) made {
		inputs, _ := with(p{}, has[typeToken], []any{"group"}).(p)
		return made{typeToken, "owner", inputs}
	}
	for one, tier := range tiers {
		c, group := stackOf(nil, owner(one))
		assert.Equal(t, tier, tierOf(c, group), one)
		for other, another := range tiers {
			c, group := stackOf(nil, owner(one), owner(other))
			if want := tierOf(c, group); another == tier {
				assert.Equal(t, tier, want, "%s and %s", one, other)
			} else {
				assert.Empty(t, want, "%s and %s", one, other)
			}
		}
	}
	named := func(name string, tags p) string {
		r := build(made{sgType, name, p{"tags": tags}})
		return tierOf(in{Resource: r, Graph: graph.New([]*graph.Resource{r}), Params: control.Defaults(tierParams())}, r)
	}
	for name, tier := range map[string]string{
		"web-alb": "alb", "Web-Load-Balancer": "alb", "web-app": "app", "web-db": "db", "web-endpoints": "endpoints",
		"web-cache": "cache", "web": "",
	} {
		assert.Equal(t, tier, named(name, nil), name)
	}
	assert.Equal(t, "search", named("web-alb", p{"webapp:tier": "Search", "Tier": "x", "Role": "y"}))
	assert.Equal(t, "x", named("web-alb", p{"webapp:tier": "", "Tier": "X", "Role": "y"}))
	assert.Equal(t, "y", named("web-alb", p{"Role": "Y"}))
	assert.Equal(t, "alb", named("web-alb", p{"Name": "y"}))
}

// What a message proposes can be read as a flow, or is not proposed.
func TestProposedLines(t *testing.T) {
	for _, c := range []struct {
		span     span
		from, to string
		want     string
	}{
		{span{protocol: "tcp", from: 80, to: 80, known: true}, "a", "b", "a -> b tcp 80 optional"},
		{span{protocol: "udp", from: 80, to: 90, known: true}, "a", "b", "a -> b udp 80-90 optional"},
		{span{protocol: "all", to: lastPort, known: true}, "a", "b", ""},
		{span{protocol: "tcp", known: false}, "a", "b", ""},
		{span{protocol: "tcp", known: true, secret: true}, "a", "b", ""},
		{span{protocol: "tcp", known: true}, "a security group", "b", ""},
		{span{protocol: "tcp", known: true}, "a", "b c", ""},
	} {
		got := line(c.span, c.from, c.to)
		assert.Equal(t, c.want, got)
		if got != "" {
			_, err := parseFlow(got)
			assert.NoError(t, err)
		}
	}
}
