package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestProbe(t *testing.T) {
	for name, test := range map[string]struct {
		paths, hosts []string
		host, path   string
	}{
		"everything":                 {paths: []string{"/*"}, path: "/health"},
		"the health check alone":     {paths: []string{"/api/*", "/health"}, path: "/health"},
		"a character":                {paths: []string{"/healt?"}, path: "/health"},
		"a dot is a dot":             {paths: []string{"/h.alth"}, path: "/h.alth"},
		"not the health check":       {paths: []string{"/api/*"}, path: "/api/"},
		"a pattern with a character": {paths: []string{"/v?/*"}, path: "/v-/"},
		"a host": {
			hosts: []string{"*.example.com", "app.example.com"}, host: "app.example.com",
			path: "/health",
		},
		"wildcards alone": {hosts: []string{"*.example.com"}, path: "/health"},
	} {
		t.Run(name, func(t *testing.T) {
			service := DefaultService()
			service.Routing = Routing{Paths: test.paths, Hosts: test.hosts}
			host, path := service.Probe()
			assert.Equal(t, test.host, host)
			assert.Equal(t, test.path, path)
		})
	}
}
