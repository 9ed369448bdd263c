package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/plural"
)

// ClientHost returns the name that clients use; "" if the stack file has none, which is refused.
func (c *Config) ClientHost() string { return cmp.Or(c.DNS.Domain, c.LoadBalancer.HostName) }

// TriesVersions reports whether any service has paths to test on the test listener; then the stack has a function
// for that.
func (c *Config) TriesVersions() bool {
	return slices.ContainsFunc(c.Services, func(s Service) bool { return len(s.Deployment.TestPaths) > 0 })
}

// validateTests refuses tests that would take back every version: paths that lead to another service, a host
// name with a wildcard, or a function that cannot reach the load balancer.
func (c *Config) validateTests(v *validation, at path) {
	type test struct {
		Host  string
		Paths []string
	}
	tests := map[string]test{}
	for i := range c.Services {
		service, key := &c.Services[i], at.key("services").index(i).key("deployment").key("testPaths")
		paths := service.Deployment.TestPaths
		if len(paths) == 0 {
			continue
		}
		host, _ := service.Probe()
		tests[service.Name] = test{host, paths}
		switch {
		case service.Deployment.Controller != BlueGreen:
			v.add(key, plural.Of(len(paths), "path"), "paths with deployment.controller blue-green alone",
				"remove them: ECS replaces the tasks of a rolling service by their health checks, without a test listener")
		case c.Network.NAT == NATNone:
			v.add(key, plural.Of(len(paths), "path"), "paths with network.nat single or per-az",
				"set network.nat, or remove the paths: the function that asks them has no other way out")
		case len(service.Routing.Hosts) > 0 && host == "":
			v.add(key, plural.Of(len(paths), "path"), "paths of a service with a host name, not wildcards alone",
				"add the name to ask to routing.hosts, or remove the paths")
		}
		for n, path := range paths {
			plain, _, _ := strings.Cut(path, "?")
			routes := func(pattern string) bool { return matchesPath(pattern, plain) }
			routed := slices.ContainsFunc(service.Routing.Paths, routes)
			if len(service.Routing.Paths) > 0 && !routed {
				v.add(key.index(n), quote(path), "paths that routing.paths matches: "+strings.Join(service.Routing.Paths, ", "),
					"name one of them, or add it to routing.paths: another service answers it")
			}
		}
	}
	if size, most := variableSize(tests), quotas.FunctionEnvironment.Limit-variablesRest; size > most {
		v.add(at.key("services"), fmt.Sprintf("deployment.testPaths of %d bytes together", size),
			fmt.Sprintf("at most %d: %s", most, quotas.FunctionEnvironment), "name fewer or shorter paths in "+
				"deployment.testPaths")
	}
}
