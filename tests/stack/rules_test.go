package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryResourceDescendsFromAComponent(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		parents := map[string]string{}
		for _, r := range g.resources {
			parents[r.key()] = r.parent
		}
		for _, r := range g.resources {
			if !r.custom || strings.HasPrefix(r.typ, "pulumi:providers:") {
				continue
			}
			top := r.key()
			for parents[top] != "" && !strings.HasPrefix(parents[top], "pulumi:pulumi:Stack") {
				top = parents[top]
			}
			ours := strings.HasPrefix(top, "aws-webapp:")
			assert.Truef(t, ours, "%s hangs from %s: give it a component as parent", r.key(), top)
		}
		return len(g.resources)
	})
}

func TestEveryResourceUsesTheExplicitProvider(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		for _, r := range g.resources {
			if r.custom && !strings.HasPrefix(r.typ, "pulumi:") {
				assert.Containsf(t, r.provider, ownProvider, "provider of %s", r.key())
			}
		}
		return len(g.resources)
	})
}

func TestLogicalNamesAreUnique(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		seen := map[string]bool{}
		for _, r := range g.resources {
			assert.Falsef(t, seen[r.key()], "%s is registered twice", r.key())
			seen[r.key()] = true
		}
		return len(g.resources)
	})
}

// A resource is found in the console by its Name tag, which is the name that AWS knows it by, or its logical one.
func TestEveryTaggedResourceHasAName(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		for _, r := range g.resources {
			if tags, ok := r.inputs["tags"]; ok {
				assert.NotEmptyf(t, tags.ObjectValue()["Name"].StringValue(), "tags of %s", r.key())
			}
		}
		return len(g.resources)
	})
}
