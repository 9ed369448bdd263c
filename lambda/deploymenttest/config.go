package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// config is the function's environment; the package documentation describes each variable.
type config struct {
	before, after string // the service's name in that of its CodeDeploy application
	address, host string
	port          int
	tests         map[string]test
}

// test describes the requests that a service has to answer.
type test struct {
	Host  string   `json:"host"`
	Paths []string `json:"paths"`
}

// loadConfig reads the environment through getenv and reports everything that is wrong with it at once.
func loadConfig(getenv func(string) string) (*config, error) {
	c := &config{address: getenv("ADDRESS"), host: getenv("HOST")}
	var errs []error
	wrong := func(wrong bool, name, expected string) {
		if wrong {
			errs = append(errs, fmt.Errorf("%s: found %q, expected %s", name, getenv(name), expected))
		}
	}
	application := getenv("APPLICATION")
	c.before, c.after, _ = strings.Cut(application, "*")
	wrong(strings.Count(application, "*") != 1, "APPLICATION", "the name of the CodeDeploy applications with * for "+
		"the service's")
	wrong(c.address == "", "ADDRESS", "the load balancer's DNS name")
	wrong(c.host == "", "HOST", "the name that clients use")
	var err error
	c.port, err = strconv.Atoi(getenv("PORT"))
	wrong(err != nil || c.port < 1 || c.port > 65535, "PORT", "the test listener's, 1 to 65535")
	err = json.Unmarshal([]byte(getenv("TESTS")), &c.tests)
	wrong(err != nil || len(c.tests) == 0, "TESTS", `what to ask of which service, such as {"web":{"paths":["/health"]}}`)
	for _, service := range slices.Sorted(maps.Keys(c.tests)) {
		for _, path := range c.tests[service].Paths {
			wrong(!strings.HasPrefix(path, "/"), "TESTS", "paths that begin with a slash")
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("environment of the function: %w", err)
	}
	return c, nil
}

// service returns the service of the CodeDeploy application; false if the application is not one of
// the stack's.
func (c *config) service(application string) (string, bool) {
	rest, begins := strings.CutPrefix(application, c.before)
	name, ends := strings.CutSuffix(rest, c.after)
	return name, begins && ends && name != ""
}
