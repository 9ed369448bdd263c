package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// step of making a component.
type step struct {
	name   string
	create func(ctx *pulumi.Context, name string) error
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
