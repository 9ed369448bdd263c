package stack

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// createNamespace makes the namespace in which services reach each other by name, if any is to be reached.
func (w *workload) createNamespace(ctx *pulumi.Context) (err error) {
	if !w.cfg.HasNamespace() {
		return nil
	}
	w.namespace, err = components.NewNamespace(ctx, "services", &components.NamespaceArgs{Scope: w.scope}, w.opts...)
	return err
}

// appProtocols are the versions of HTTP by the names that Service Connect has for them.
var appProtocols = map[config.ProtocolVersion]string{config.HTTP1: "http", config.HTTP2: "http2", config.GRPC: "grpc"}

// setCalls tells a container where the internal services are that it calls.
func (w *workload) setCalls(service *config.Service, container *components.ServiceContainer) {
	called := w.cfg.Internals(service)
	if len(called) == 0 {
		return
	}
	environment := maps.Clone(container.Environment)
	if environment == nil {
		environment = map[string]string{}
	}
	for _, one := range called {
		environment[w.cfg.CallVariable(one.Name)] = fmt.Sprintf("http://%s:%d", one.Name, one.Port)
	}
	container.Environment = environment
}

// callsOf are the ways to the tasks of the internal services that a service calls.
func (w *workload) callsOf(service config.Service) []components.SecurityGroupsCall {
	var calls []components.SecurityGroupsCall
	for _, one := range w.cfg.Internals(&service) {
		for _, port := range openPorts(*one) {
			calls = append(calls, components.SecurityGroupsCall{Service: one.Name, Port: port})
		}
	}
	return calls
}

func (w *workload) callersOf(service string) []string {
	var callers []string
	for _, one := range w.cfg.Services {
		if slices.Contains(one.Calls, service) {
			callers = append(callers, one.Name)
		}
	}
	return callers
}

// isUp reports whether a service is deployed.
func (w *workload) isUp(service string) bool {
	_, up := w.was.Find(resourcetypes.ECSService, service)
	return up
}

// refuseCircle: tasks find those names alone that were there when their deployment began. Where services call each
// other in a circle and none is deployed, one would not find another until its next deployment.
func (w *workload) refuseCircle() config.Errors {
	_, _, circle := w.cfg.InUpdate(w.isUp)
	if circle == nil {
		return nil
	}
	i := slices.IndexFunc(w.cfg.Services, func(s config.Service) bool { return s.Name == circle[0] })
	shown := circle[0]
	for _, name := range circle[1:] {
		shown += " after " + name
	}
	return config.Errors{&config.Error{
		Key: w.serviceKey(i, "calls"), Found: "new services that wait for each other: " + shown,
		Allowed: "new services of which one comes first: tasks find only what was there when their deployment began",
		Fix:     "leave one of these calls out of this update, and add it with the next one",
	}}
}
