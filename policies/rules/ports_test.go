package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// value is a property: nil is an absent one.
func value(v any) prop.Value {
	if raw, ok := v.(resource.PropertyValue); ok {
		return prop.New("x", raw)
	}
	return prop.New("x", resource.NewPropertyValue(v))
}

var notKnownYet = resource.MakeComputed(resource.NewStringProperty(""))

func TestSpans(t *testing.T) {
	hidden := resource.MakeSecret(resource.NewNumberProperty(22))
	for _, c := range []struct {
		protocol, from, to any
		want               span
		text               string
	}{
		{"tcp", 80, 443, span{protocol: "tcp", from: 80, to: 443, known: true}, "tcp 80-443"},
		{"TCP", 80, 80, span{protocol: "tcp", from: 80, to: 80, known: true}, "tcp 80"},
		{"6", "80", nil, span{protocol: "tcp", from: 80, to: 65535, known: true}, "tcp 80-65535"},
		{"tcp", 0, 80, span{protocol: "tcp", to: 80, known: true}, "tcp 0-80"},
		{6, nil, 80, span{protocol: "tcp", to: 80, known: true}, "tcp 0-80"},
		{"udp", nil, nil, span{protocol: "udp", to: 65535, known: true}, "udp 0-65535"},
		{17, -1, 53, span{protocol: "udp", to: 65535, known: true}, "udp 0-65535"},
		{"tcp", -1, -1, span{protocol: "tcp", to: 65535, known: true}, "tcp 0-65535"},
		{"icmp", -1, -1, span{protocol: "icmp", from: -1, to: -1, known: true}, "icmp -1"},
		{"1", 8, 0, span{protocol: "icmp", from: 8, known: true}, "icmp 8-0"},
		{58, nil, nil, span{protocol: "icmp", to: 65535, known: true}, "icmp 0-65535"},
		{"icmpv6", nil, nil, span{protocol: "icmp", to: 65535, known: true}, "icmp 0-65535"},
		{"-1", 22, 22, span{protocol: "all", to: 65535, known: true}, "all protocols"},
		{"all", nil, nil, span{protocol: "all", to: 65535, known: true}, "all protocols"},
		{"ESP", nil, nil, span{protocol: "esp", to: 65535, known: true}, "esp 0-65535"},
		{"tcp", hidden, 22, span{"tcp", 22, 22, true, true}, "ports that are marked secret"},
		{"tcp", 22, hidden, span{"tcp", 22, 22, true, true}, "ports that are marked secret"},
		{
			resource.MakeSecret(resource.NewStringProperty("all")), nil, nil,
			span{"all", 0, 65535, true, true},
			"ports that are marked secret",
		},
		{notKnownYet, 22, 22, span{}, "ports that are not known yet"},
		{nil, 22, 22, span{}, "ports that are not known yet"},
		{true, 22, 22, span{}, "ports that are not known yet"},
		{"tcp", notKnownYet, 22, span{}, "ports that are not known yet"},
		{"tcp", 22, notKnownYet, span{}, "ports that are not known yet"},
		{"tcp", 22, "many", span{}, "ports that are not known yet"},
	} {
		got := spanOf(value(c.protocol), value(c.from), value(c.to))
		assert.Equal(t, c.want, got, "%v %v %v", c.protocol, c.from, c.to)
		assert.Equal(t, c.text, got.String(), "%v %v %v", c.protocol, c.from, c.to)
	}
}

func TestWhatASpanHas(t *testing.T) {
	tcp := func(from, to int) span { return span{protocol: "tcp", from: from, to: to, known: true} }
	all, icmp := span{protocol: "all", to: lastPort, known: true}, span{protocol: "icmp", to: lastPort, known: true}
	udp := span{protocol: "udp", to: lastPort, known: true}
	for _, c := range []struct {
		span                            span
		protocols, ports, any22, only22 prop.Truth
	}{
		{span{}, prop.Maybe, prop.Maybe, prop.Maybe, prop.Maybe},
		{all, prop.Yes, prop.Yes, prop.Yes, prop.No},
		{icmp, prop.No, prop.No, prop.No, prop.No},
		{udp, prop.No, prop.Yes, prop.Yes, prop.No},
		{tcp(0, 65535), prop.No, prop.Yes, prop.Yes, prop.No},
		{tcp(1, 65535), prop.No, prop.Yes, prop.Yes, prop.No},
		{tcp(2, 65535), prop.No, prop.No, prop.Yes, prop.No},
		{tcp(0, 65534), prop.No, prop.No, prop.Yes, prop.No},
		{tcp(22, 22), prop.No, prop.No, prop.Yes, prop.Yes},
		{tcp(22, 23), prop.No, prop.No, prop.Yes, prop.No},
		{tcp(21, 22), prop.No, prop.No, prop.Yes, prop.No},
		{tcp(23, 25), prop.No, prop.No, prop.No, prop.No},
		{tcp(20, 21), prop.No, prop.No, prop.No, prop.No},
	} {
		assert.Equal(t, c.protocols, c.span.everyProtocol(), c.span)
		assert.Equal(t, c.ports, c.span.everyPort(), c.span)
		assert.Equal(t, c.any22, c.span.hasAny([]int{3389, 22}), c.span)
		assert.Equal(t, c.only22, c.span.onlyFrom("tcp", []int{22}), c.span)
	}
	assert.Equal(t, prop.No, tcp(22, 22).onlyFrom("udp", []int{22}))
	assert.Equal(t, prop.Yes, tcp(22, 24).onlyFrom("tcp", []int{24, 23, 22}))
	assert.Equal(t, prop.No, tcp(22, 22).hasAny(nil))
}

// A block that is nearly all of the internet is the internet.
func TestAnywhere(t *testing.T) {
	for _, c := range []struct {
		block any
		want  prop.Truth
	}{
		{"0.0.0.0/0", prop.Yes},
		{"128.0.0.0/1", prop.Yes},
		{"2.0.0.0/7", prop.Yes},
		{"11.0.0.0/8", prop.No},
		{"::/0", prop.Yes},
		{"2000::/3", prop.Yes},
		{"2001::/15", prop.Yes},
		{"2001::/16", prop.No},
		{nil, prop.No},
		{"", prop.Maybe},
		{"the world", prop.Maybe},
		{true, prop.Maybe},
		{notKnownYet, prop.Maybe},
		{[]any{"10.0.0.0/8", "0.0.0.0/0"}, prop.Yes},
		{[]any{"10.0.0.0/8", "10.0.0.0/16"}, prop.No},
		{[]any{}, prop.No},
	} {
		assert.Equal(t, c.want, anywhere(value(c.block)), "%v", c.block)
	}
}

// The tag counts more than the name, and what neither tells is no tier.
func TestTiersOfSubnets(t *testing.T) {
	for _, c := range []struct{ tag, name, want string }{
		{"Public", "x-db-1", publicTier},
		{"private", "x", appTier},
		{"ISOLATED", "x", dbTier},
		{"other", "x-db-1", dbTier},
		{"", "web-public-1", publicTier},
		{"", "DMZ-1", publicTier},
		{"", "web-private-1", appTier},
		{"", "app-1", appTier},
		{"", "web-isolated-1", dbTier},
		{"", "db", dbTier},
		{"", "data-1", dbTier},
		{"", "x-database", dbTier},
		{"", "databases", ""},
		{"", "publican", ""},
		{"", "subnet-1", ""},
	} {
		r := &graph.Resource{Name: c.name, Inputs: resource.PropertyMap{}}
		if c.tag != "" {
			r.Inputs["tags"] = resource.NewPropertyValue(map[string]any{"SubnetType": c.tag})
		}
		assert.Equal(t, c.want, subnetTier(r), "%s %s", c.tag, c.name)
		assert.Equal(t, prop.Known(c.want == appTier), onTier(appTier)(r), c.name)
	}
}

func TestFlowsOfTheConfiguration(t *testing.T) {
	ports := func(r ...portRange) []portRange { return r }
	for _, c := range []struct {
		text    string
		want    flow
		refused string
	}{
		{"alb -> app tcp 80", flow{from: "alb", to: "app", protocol: "tcp", ports: ports(portRange{80, 80})}, ""},
		{
			"  a ->  b udp 0,8000-8010,65535 optional",
			flow{
				from: "a", to: "b", protocol: "udp", ports: ports(portRange{0, 0}, portRange{8000, 8010}, portRange{
					65535,
					65535,
				}),
				optional: true,
			},
			"",
		},
		{
			"a -> b tcp container,9000-9000,listener",
			flow{
				from: "a", to: "b", protocol: "tcp", symbols: []string{"container", "listener"},
				ports: ports(portRange{9000, 9000}),
			},
			"",
		},
		{"a -> b tcp", flow{}, `flow "a -> b tcp": write it as "from -> to protocol ports"`},
		{"a b -> tcp 80", flow{}, "write it as"},
		{"a -> b tcp 80 must", flow{}, "write it as"},
		{"a -> b tcp 80 optional x", flow{}, "write it as"},
		{
			"a -> b tcp many",
			flow{},
			`"many" is not a port: write 8000, 8000-8010 or one of cache, connect, container, database, listener, test`,
		},
		{"a -> b tcp 80-", flow{}, `"80-" is not a port`},
		{"a -> b tcp -1", flow{}, `"-1" is not a port`},
		{"a -> b tcp 81-80", flow{}, `"81-80" is not a port`},
		{"a -> b tcp 80-65536", flow{}, `"80-65536" is not a port`},
		{"a -> b tcp 80,", flow{}, `"" is not a port`},
	} {
		got, err := parseFlow(c.text)
		assert.Equal(t, c.want, got, c.text)
		if c.refused == "" {
			assert.NoError(t, err, c.text)
		} else {
			assert.ErrorContains(t, err, c.refused, c.text)
		}
	}
	assert.Equal(t, "80 or 8000-8010", listPorts(ports(portRange{80, 80}, portRange{8000, 8010})))
}

// What the configuration repeats as optional need not be there; everything else is added to the default.
func TestTheMatrix(t *testing.T) {
	flows, err := matrix([]string{"alb -> app tcp container optional", "app -> db tcp 5432 optional", "a -> b tcp 1"})
	assert.NoError(t, err)
	assert.Len(t, flows, len(defaultFlows)+3)
	defaults, err := matrix(nil)
	assert.NoError(t, err)
	for i, f := range defaults {
		if f.from == "alb" && f.to == "app" {
			assert.False(t, f.optional)
			f.optional = true
		}
		assert.Equal(t, f, flows[i])
	}
	assert.Equal(t, "a", flows[len(flows)-1].from)
	_, err = matrix([]string{"alb to app"})
	assert.Error(t, err)
	assert.NoError(t, checkTierName("alb=*alb*"))
	for _, wrong := range []string{"alb", "=*alb*", "alb=["} {
		assert.ErrorContains(t, checkTierName(wrong), "write it as tier=pattern", wrong)
	}
}
