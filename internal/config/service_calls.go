package config

import (
	"slices"
	"strings"
)

// callable says what a service can call.
const callable = "workers with a queue, internal services"

// connectCPU is the least CPU of a task in a namespace of Service Connect. ECS puts a proxy into it, for which AWS says
// to add 256 units and 64 MiB; with the 512 units that are next Fargate gives 1 GiB or more.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
const connectCPU = 512

// validateCalls refuses calls of services that cannot be called, and services that ECS cannot connect.
func (c *Config) validateCalls(v *validation, at path) {
	for _, unit := range c.Units() {
		c.validateCallVariables(v, unit.at(at), unit)
		for j, name := range unit.Calls {
			c.validateCall(v, unit.at(at).key("calls").index(j), unit, name)
		}
	}
	at = at.key("services")
	for i := range c.Services {
		service := &c.Services[i]
		if cpu := at.index(i).key("cpu"); c.Connects(service) && service.CPU < connectCPU {
			v.add(cpu, show(service.CPU), "512 or more of a service that is internal or calls one: the proxy that ECS puts "+
				"beside its container takes 256", "set 512, with memoryMiB 1024 or more")
		}
	}
}

func (c *Config) validateCall(v *validation, entry path, unit Unit, name string) {
	caller, called := c.service(unit.Name), c.service(name)
	switch {
	case called == nil:
		v.add(entry, quote(name), "names of other services: "+strings.Join(c.otherServices(unit.Name), ", "), "correct or "+
			"remove it")
	case name == unit.Name:
		v.add(entry, quote(name), "another service", "remove it: a worker may use its own queue, and tasks reach "+
			"themselves at 127.0.0.1")
	case called.Kind == Web:
		v.add(entry, quote(name)+", of kind web", callable,
			"remove the call: clients and services reach a web service at the load balancer")
	case called.Kind == Worker && !called.Queue.Enabled:
		v.add(entry, quote(name)+", a worker without a queue", callable, "set queue.enabled for it, or remove the call")
	// Neither as a server nor as a client: aws/containers-roadmap#1993, and ECS developer guide, "Service Connect",
	// considerations.
	case called.Kind == Internal && caller == nil:
		v.add(entry, quote(name)+", of kind internal",
			"workers with a queue, for a job: ECS connects tasks of services alone",
			"remove the call, or let a worker do what the job asks for")
	case called.Kind == Internal && caller.Deployment.Controller == BlueGreen:
		v.add(entry, quote(name)+", of kind internal", "workers with a queue, for a service with deployment.controller "+
			"blue-green: ECS connects no service that CodeDeploy deploys",
			"set deployment.controller to rolling, or let a rolling service call it")
	}
}

// validateCallVariables refuses variables that the program sets for callers, and calls that would set one twice.
func (c *Config) validateCallVariables(v *validation, at path, unit Unit) {
	taken := unit.programVariables()
	if service := c.service(unit.Name); service != nil && service.Queue.Enabled {
		taken[OwnQueueVariable] = "queue.enabled"
	}
	for j, name := range unit.Calls {
		variable := c.CallVariable(name)
		if variable == "" || name == unit.Name {
			continue
		}
		if key, twice := taken[variable]; twice {
			v.add(at.key("calls").index(j), quote(name)+", whose address is "+variable, "services with different variables: "+
				key+" sets it, too", "rename one of the services")
			continue
		}
		taken[variable] = "calls"
		for _, list := range []struct {
			key  string
			held map[string]string
		}{{"environment", unit.Environment}, {"secrets", unit.Secrets}} {
			if _, twice := list.held[variable]; twice {
				v.add(at.key(list.key).entry(variable), "a variable that the program sets", "variables besides those of calls",
					"remove it: the program sets it to the address of "+c.addressee(name))
			}
		}
	}
}

// CallVariable is the variable in which a service that calls another finds its address; "" if it cannot be called.
func (c *Config) CallVariable(called string) string {
	service := c.service(called)
	switch {
	case service == nil:
		return ""
	case service.Queue.Enabled:
		return upper(called) + "_QUEUE_URL"
	case service.Kind == Internal:
		return upper(called) + "_URL"
	}
	return ""
}

func (c *Config) addressee(called string) string {
	if c.service(called).Queue.Enabled {
		return "the queue of " + called
	}
	return called
}

func upper(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// Connects reports whether the service is in the stack's namespace: as an internal service, or because it calls one.
func (c *Config) Connects(s *Service) bool { return s.Kind == Internal || len(c.Internals(s)) > 0 }

// Internals lists the internal services that a service calls.
func (c *Config) Internals(s *Service) []*Service {
	var called []*Service
	for _, name := range s.Calls {
		if one := c.service(name); one != nil && one.Kind == Internal {
			called = append(called, one)
		}
	}
	return called
}

// HasNamespace reports whether services reach each other by name.
func (c *Config) HasNamespace() bool {
	return slices.ContainsFunc(c.Services, func(s Service) bool { return s.Kind == Internal })
}

// InUpdate returns the indices of the services in the order in which an update creates and changes them, with what each
// waits for: the services of deployment.after, and the internal ones that it calls. Tasks find those names alone that
// there are when their deployment begins (ECS developer guide, "Service Connect components"), so that the called one
// comes first. Where services call each other in a circle, those that are deployed already need not be waited for. If
// none is, nothing can come first, and InUpdate returns the circle instead.
func (c *Config) InUpdate(
	deployed func(service string) bool,
) (order []int, waits map[string][]string, circle []string) {
	all, waits := map[string][]string{}, map[string][]string{}
	names := make([]string, len(c.Services))
	for i := range c.Services {
		service := &c.Services[i]
		names[i] = service.Name
		all[service.Name] = slices.Clone(service.Deployment.After)
		for _, called := range c.Internals(service) {
			all[service.Name] = append(all[service.Name], called.Name)
		}
	}
	for i := range c.Services {
		service := &c.Services[i]
		for _, name := range all[service.Name] {
			first := slices.Contains(service.Deployment.After, name) || !deployed(name)
			if first || wayTo(all, name, service.Name, nil) == nil {
				waits[service.Name] = append(waits[service.Name], name)
			}
		}
	}
	done := map[string]bool{}
	for len(order) < len(c.Services) {
		before := len(order)
		for i, name := range names {
			if !done[name] && !slices.ContainsFunc(waits[name], func(other string) bool { return !done[other] }) {
				done[name], order = true, append(order, i)
			}
		}
		if len(order) == before {
			return nil, nil, circleIn(names, waits)
		}
	}
	return order, waits, nil
}

// circleIn returns the first of those who wait for each other, in the order of names, with the first again at the end;
// nil if none do.
func circleIn(names []string, waits map[string][]string) []string {
	for _, name := range names {
		for _, next := range waits[name] {
			if way := wayTo(waits, next, name, nil); way != nil {
				return append([]string{name}, way...)
			}
		}
	}
	return nil
}
