package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHeldServices(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Deployment)
		held   bool
	}{
		"rolling":                  {func(*Deployment) {}, false},
		"blue/green":               {func(d *Deployment) { d.Controller = BlueGreen }, true},
		"rolling with a migration": {func(d *Deployment) { d.Migration.Command = []string{"migrate"} }, true},
		"rolling after others":     {func(d *Deployment) { d.After = []string{"api"} }, true},
	} {
		service := DefaultService()
		test.change(&service.Deployment)
		assert.Equal(t, test.held, service.Held(), name)
	}
}

func TestServicesComeInOrder(t *testing.T) {
	services := func(after map[string][]string, names ...string) *Config {
		c := &Config{}
		for _, name := range names {
			c.Services = append(c.Services, Service{Name: name, Deployment: Deployment{After: after[name]}})
		}
		return c
	}
	assert.Equal(t, []int{0, 1, 2}, services(nil, "a", "b", "c").InOrder())
	assert.Equal(t, []int{2, 1, 0}, services(map[string][]string{"a": {"b"}, "b": {"c"}}, "a", "b", "c").InOrder())
}
