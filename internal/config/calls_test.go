package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// called builds a configuration of internal services by what each calls, and what it comes after.
func called(services ...Service) *Config {
	c := &Config{}
	for _, s := range services {
		s.Kind = Internal
		c.Services = append(c.Services, s)
	}
	return c
}

func calling(name string, calls ...string) Service {
	return Service{Name: name, Container: Container{Calls: calls}}
}

func after(name string, others ...string) Service {
	return Service{Name: name, Deployment: Deployment{After: others}}
}

// What a service calls is there before its tasks start: they find no name that comes later.
func TestCalledServicesComeFirst(t *testing.T) {
	for what, tc := range map[string]struct {
		c        *Config
		deployed string
		order    []int
		waits    map[string][]string
		circle   []string
	}{
		"a chain": {
			c:     called(calling("a", "b"), calling("b", "c"), calling("c")),
			order: []int{2, 1, 0}, waits: map[string][]string{"a": {"b"}, "b": {"c"}},
		},
		"a circle of new services": {
			c: called(calling("z"), calling("a", "b"), calling("b", "a")), circle: []string{"a", "b", "a"},
		},
		"a circle with one that is deployed": {
			c: called(calling("a", "b"), calling("b", "a")), deployed: "b",
			order: []int{0, 1}, waits: map[string][]string{"b": {"a"}},
		},
		"a call against the order of releases": {
			c: called(after("a", "b"), calling("b", "a")), circle: []string{"a", "b", "a"},
		},
		"the same when the called one is deployed": {
			c: called(after("a", "b"), calling("b", "a")), deployed: "a",
			order: []int{1, 0}, waits: map[string][]string{"a": {"b"}},
		},
		"a deployed service outside of circles": {
			c: called(calling("a", "b"), calling("b")), deployed: "b",
			order: []int{1, 0}, waits: map[string][]string{"a": {"b"}},
		},
		"a service behind a circle": {
			c: called(calling("first", "a"), calling("a", "b"), calling("b", "a")), circle: []string{"a", "b", "a"},
		},
	} {
		order, waits, circle := tc.c.InUpdate(func(service string) bool { return service == tc.deployed })
		assert.Equal(t, tc.circle, circle, what)
		assert.Equal(t, tc.order, order, what)
		assert.Equal(t, fmt.Sprint(tc.waits), fmt.Sprint(waits), what)
	}
}

// Only internal services and those that call one get a proxy.
func TestWhoIsInTheNamespace(t *testing.T) {
	c := &Config{Services: []Service{
		calling("web", "my-orders", "mailer"),
		{Name: "my-orders", Kind: Internal},
		{Name: "mailer", Kind: Worker, Queue: Queue{Enabled: true}},
		calling("other", "mailer"),
	}}
	var connected []string
	for i := range c.Services {
		if c.Connects(&c.Services[i]) {
			connected = append(connected, c.Services[i].Name)
		}
	}
	assert.Equal(t, []string{"web", "my-orders"}, connected)
	assert.True(t, c.HasNamespace())
	assert.Equal(t, "MY_ORDERS_URL", c.CallVariable("my-orders"))
	assert.Equal(t, "MAILER_QUEUE_URL", c.CallVariable("mailer"))
	assert.Empty(t, c.CallVariable("other"), "a web service has no address among services")
	c.Services = c.Services[2:]
	assert.False(t, c.HasNamespace())
}

// An internal tool may run one task in prod, if the stack file says why.
func TestOneTaskOfAnInternalService(t *testing.T) {
	one := func(reason string) edits {
		return edits{"services[1]": `{"name": "orders", "kind": "internal", "image": "orders:1.0.0", "scaling": {"min": 1}` +
			reason + `}`}
	}
	assert.Equal(t, Errors{{
		"aws-webapp:services[1].scaling.min", "1", "2 or more in prod, or a oneTaskReason",
		"set 2 or more, or say in oneTaskReason why those who call it can do without it while the only task is replaced",
	}}, errorsOf(t, prodStack, one("")))
	parse(t, prodStack, one(`, "oneTaskReason": "prices may be missing for a minute"`))
}
