package components

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const routesType = "aws-webapp:service:Routes"

// standbyPriorities is the distance between a rolling service's priority and that of its
// standby rule, which answers the same requests after the rules of all services. AWS accepts 1
// to 50000, so package config accepts the lower half.
const standbyPriorities = 25000

// ruleName is the prefix of the names of rules that are named after their priority. No service
// can have such a name.
const ruleName = "https_"

// Routes holds the listener rules that send clients to the rolling services.
//
// They are named after their priority, which must be unique in AWS: when services are renamed
// or exchange their priorities, rules are changed in place, and none has to be created before
// another is deleted. Each change of a rule is one call, but several rules do not change at
// once. In between, the services' standby rules answer requests that no rule of this component
// matches. They were all changed beforehand, before any service was.
type Routes struct {
	pulumi.ResourceState

	args RoutesArgs
}

// RoutesArgs describe [Routes].
type RoutesArgs struct {
	// Services with an endpoint under the rolling controller. Those under blue/green have their own rules.
	Services []*Service
}

// NewRoutes makes [Routes].
func NewRoutes(ctx *pulumi.Context, name string, args *RoutesArgs, opts ...pulumi.ResourceOption) (*Routes, error) {
	r := &Routes{args: given(args)}
	var wrong error
	if len(r.args.Services) == 0 {
		wrong = errors.New("Services is empty: give those under the rolling controller")
	}
	return construct(ctx, name, r, opts, construction{
		kind: "routes", token: routesType, wrong: wrong, steps: []step{{"create rules", r.createRules}},
	})
}

// createRules lets the first rule wait for all services, since a rule may take over the requests of any, and the other
// rules for the first.
func (r *Routes) createRules(ctx *pulumi.Context, _ string) error {
	var after []pulumi.Resource
	for _, service := range r.args.Services {
		after = append(after, service.service)
	}
	for i, service := range r.args.Services {
		for j, routing := range service.endpoint.routing() {
			opts := []pulumi.ResourceOption{pulumi.DependsOn(append([]pulumi.Resource{service.service}, after...))}
			if j == 0 {
				// The rule used to have the service's name, and to belong to it.
				opts = append(opts, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(service.Name), Parent: service}}))
			}
			rule, err := newListenerRule(ctx, r, service.endpoint, routing, opts...)
			if err != nil {
				return fmt.Errorf("of %s: %w", service.Name, err)
			}
			if i == 0 && j == 0 {
				after = []pulumi.Resource{rule}
			}
		}
	}
	return nil
}

// newListenerRule makes a rule for a rolling service.
func newListenerRule(
	ctx *pulumi.Context, parent pulumi.Resource, e *Endpoint, routing ServiceRouting, opts ...pulumi.ResourceOption,
) (*lb.ListenerRule, error) {
	return lb.NewListenerRule(ctx, fmt.Sprint(ruleName, routing.Priority),
		e.forward(e.service.Name, e.args.HTTPSListenerARN, routing), append(opts, pulumi.Parent(parent))...)
}
