package config

import (
	"fmt"

	"aws-webapp/internal/awsdata/quotas"
)

// ProbeAddresses returns what the probe asks for, by service: a path below [Config.ClientHost], or the whole address of
// a service that has a host name of its own. Empty if it asks for nothing.
func (c *Config) ProbeAddresses() map[string]string {
	addresses := map[string]string{}
	if c.ProbeFrom() == ProbeNowhere {
		return addresses
	}
	for i := range c.Services {
		service := &c.Services[i]
		if !service.HasEndpoint() {
			continue
		}
		host, path := service.Probe()
		if host != "" {
			path = "https://" + host + path
		}
		addresses[service.Name] = path
	}
	return addresses
}

// validateProbe refuses more or longer addresses than fit into the settings of the function that asks for them.
func (c *Config) validateProbe(v *validation, at path) {
	if size, most := variableSize(c.ProbeAddresses()), quotas.FunctionEnvironment.Limit-variablesRest; size > most {
		v.add(at.key("services"), fmt.Sprintf("addresses for the probe of %d bytes together", size),
			fmt.Sprintf("at most %d: %s", most, quotas.FunctionEnvironment), "shorten what clients ask for: healthCheck.path, "+
				"or the first of routing.hosts and routing.paths; monitoring.probe: false does without")
	}
}
