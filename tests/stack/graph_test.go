// Package stack_test runs the whole program with AWS mocked and without a Pulumi engine. It compares the resources with
// recorded graphs and judges them by the policies, their order, permissions and outputs. What needs a real engine
// is in tests/engine, what needs a simulated AWS in internal/sandbox. Tests may import any package.
package stack_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/tests/golden"
)

// stacks with a file, and those of them that run the application.
var (
	stacks    = []string{"staging", "prod", "delivery"}
	workloads = stacks[:2]
)

// TestGoldenGraph shows every resource of a stack with its parent, options and inputs, and the stack's
// outputs. Read the difference before you rewrite it with `make golden`, and say why in the commit message.
func TestGoldenGraph(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			of := graphOf(t, name)
			graph := render(append(slices.Clone(of.resources), of.outputs))
			golden.Equal(t, filepath.Join("testdata", name+".graph"), graph, "make golden")
		})
	}
}

// render writes one paragraph per resource, sorted: a change of a resource only changes its own
// lines.
func render(resources []recorded) string {
	paragraphs := make([]string, 0, len(resources))
	for _, r := range resources {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s\n  parent %s\n", r.typ, r.name, r.parent)
		for _, option := range options(r) {
			fmt.Fprintf(&b, "  option %s\n", option)
		}
		for _, key := range slices.Sorted(maps.Keys(r.inputs)) {
			fmt.Fprintf(&b, "  %s = %s\n", key, renderValue(r.inputs[key]))
		}
		paragraphs = append(paragraphs, b.String())
	}
	sort.Strings(paragraphs)
	return strings.Join(paragraphs, "\n")
}

func renderValue(value resource.PropertyValue) string {
	switch {
	case value.IsObject():
		object := value.ObjectValue()
		parts := make([]string, 0, len(object))
		for _, key := range slices.Sorted(maps.Keys(object)) {
			parts = append(parts, fmt.Sprintf("%s: %s", key, renderValue(object[key])))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case value.IsArray():
		parts := make([]string, 0, len(value.ArrayValue()))
		for _, item := range value.ArrayValue() {
			parts = append(parts, renderValue(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case value.IsArchive():
		return "archive " + filepath.Base(value.ArchiveValue().Path)
	case value.IsSecret():
		return "[secret]"
	case value.IsOutput():
		return renderValue(value.OutputValue().Element)
	default:
		return fmt.Sprint(value.V)
	}
}
