package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// step makes a part of a component. Its name says what it does: "create instance".
type step struct {
	name   string
	create func(*pulumi.Context, string) error
}

// construction says how a component is made.
type construction struct {
	// kind names the component in errors: "load balancer".
	kind string
	// token is its resource type.
	token string
	// wrong says what is wrong with its arguments.
	wrong error
	// steps are taken one after the other.
	steps []step
	// outputs is called after the steps; nil for none.
	outputs func() pulumi.Map
}

// inOrder takes one step after the other, each with the component's name, and says which one failed.
func inOrder(ctx *pulumi.Context, name string, steps ...step) error {
	for _, step := range steps {
		if err := step.create(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// construct registers a component, takes its steps and registers its outputs. An error says which component failed at
// what.
func construct[C pulumi.ComponentResource](
	ctx *pulumi.Context, name string, component C, opts []pulumi.ResourceOption, c construction,
) (C, error) {
	var none C
	fail := func(format string, args ...any) (C, error) {
		return none, fmt.Errorf("%s %q: %w", c.kind, name, fmt.Errorf(format, args...))
	}
	if c.wrong != nil {
		return fail("%w", c.wrong)
	}
	if err := ctx.RegisterComponentResource(c.token, name, component, opts...); err != nil {
		return fail("register: %w", err)
	}
	if err := inOrder(ctx, name, c.steps...); err != nil {
		return fail("%w", err)
	}
	outputs := pulumi.Map{}
	if c.outputs != nil {
		outputs = c.outputs()
	}
	if err := ctx.RegisterResourceOutputs(component, outputs); err != nil {
		return fail("register outputs: %w", err)
	}
	return component, nil
}

// given returns a component's arguments; without any they are empty, and checking them says what is missing.
func given[A any](args *A) A {
	if args == nil {
		return *new(A)
	}
	return *args
}
