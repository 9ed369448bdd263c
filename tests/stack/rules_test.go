package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryResourceDescendsFromAComponent(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			parents := map[string]string{}
			for _, r := range resources {
				parents[r.key()] = r.parent
			}
			for _, r := range resources {
				if !r.custom || strings.HasPrefix(r.typ, "pulumi:providers:") {
					continue
				}
				top := r.key()
				for parents[top] != "" && !strings.HasPrefix(parents[top], "pulumi:pulumi:Stack") {
					top = parents[top]
				}
				assert.Truef(t, strings.HasPrefix(top, "aws-webapp:"), "%s hangs from %s: give it a component as parent", r.key(), top)
			}
		})
	}
}

func TestEveryResourceUsesTheExplicitProvider(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			for _, r := range deploy(t, name) {
				if !r.custom || strings.HasPrefix(r.typ, "pulumi:") {
					continue
				}
				assert.Truef(t, strings.Contains(r.provider, "::pulumi:providers:aws::aws::"), "%s uses provider %q", r.key(), r.provider)
			}
		})
	}
}

func TestLogicalNamesAreUnique(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for _, r := range deploy(t, name) {
				assert.Falsef(t, seen[r.key()], "%s is registered twice", r.key())
				seen[r.key()] = true
			}
		})
	}
}
