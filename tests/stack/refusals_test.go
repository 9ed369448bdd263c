package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// failing is a program that cannot register a type. Pulumi refuses a transformation that changes a parent before it
// asks the engine, and so at the call, as it refuses wrong arguments.
func (r *recorder) failing(program pulumi.RunFunc) pulumi.RunFunc {
	if r.fails == "" {
		return program
	}
	return func(ctx *pulumi.Context) error {
		var other pulumi.ResourceState
		if err := ctx.RegisterComponentResource("test:index:Other", "other", &other); err != nil {
			return err
		}
		fail := func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			if args.Type != r.fails {
				return nil
			}
			return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, pulumi.Parent(&other))}
		}
		if err := ctx.RegisterStackTransformation(fail); err != nil {
			return err
		}
		return program(ctx)
	}
}

// A part that cannot be made, or a question that AWS does not answer, ends the program: what comes after would be made
// without it.
func TestAPartThatFailsEndsTheProgram(t *testing.T) {
	tried := map[string]bool{
		"pulumi:pulumi:Stack": true, "aws:ecs/getService:getService": true, // a hint about what serves may be missing
	}
	root := packagedRoot(t)
	for _, name := range []string{
		"prod", "staging with everything", "staging with a cache", "prod with a task for operators", "prod with a worker",
		"prod with services that call each other", "prod with jobs", "prod with a watcher", "delivery",
	} {
		whole := &recorder{stack: variants[name].stack}
		assert.NoError(t, whole.run(t, root, variants[name].change))
		parts := slices.Clone(whole.calls)
		for _, r := range whole.resources {
			if strings.HasPrefix(r.typ, project+":") || strings.HasPrefix(r.typ, "pulumi:providers:") {
				parts = append(parts, r.typ)
			}
		}
		for _, part := range parts {
			if tried[part] {
				continue
			}
			tried[part] = true
			rec := &recorder{stack: variants[name].stack, fails: part}
			assert.Error(t, rec.run(t, root, variants[name].change), "%s: nobody hears that %s failed", name, part)
		}
	}
	assert.Greater(t, len(tried), 35)
}
