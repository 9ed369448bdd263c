package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
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

// unnamed lists the types that take tags, but that the console does not show by their Name tag.
var unnamed = []string{
	"aws:accessanalyzer/analyzer:Analyzer", "aws:appautoscaling/target:Target", "aws:cloudwatch/logGroup:LogGroup",
	"aws:ecs/taskDefinition:TaskDefinition", "aws:iam/serviceLinkedRole:ServiceLinkedRole",
}

// A resource is found in the console by its Name tag: a name that it has in AWS, its logical one, or the service's.
func TestEveryResourceThatTakesTagsHasAName(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, r := range g.resources {
			typ, known := catalog.All()[r.typ]
			if !known || !typ.Tags || slices.Contains(unnamed, r.typ) {
				continue
			}
			judged++
			tags, _ := r.inputs["tags"].V.(resource.PropertyMap)
			name := prop.Text(tags, "Name")
			assert.NotEmptyf(t, name, "tags of %s", r.key())
			known = strings.HasSuffix(r.name, name) || name == r.name+"-closed"
			for input, value := range r.inputs {
				known = known || input != "tags" && value.IsString() && strings.HasSuffix(value.StringValue(), name)
			}
			service := r.typ == "aws:lb/listenerRule:ListenerRule" && len(g.serviceNamed(name)) == 1
			assert.Truef(t, known || service, "Name tag %s of %s", name, r.key())
		}
		return judged
	})
}

func (g *graph) serviceNamed(name string) []recorded {
	return slices.DeleteFunc(g.ofType("aws:ecs/service:Service"), func(r recorded) bool { return r.name != name })
}
