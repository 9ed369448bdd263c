package stack_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/tests/golden"
)

// TestGoldenInputs lists the inputs that the program gives the AWS provider, over all stacks:
// each resource type with the path of each input. The test of the AWS plugin that is built from
// modules (internal/sandbox/moto/awsplugin) compares the plugin with it.
func TestGoldenInputs(t *testing.T) {
	said := map[string]bool{}
	for _, name := range stacks {
		for _, r := range deploy(t, name) {
			if strings.HasPrefix(r.typ, "aws:") || r.typ == "pulumi:providers:aws" {
				collectInputs(said, r.typ+" ", r.inputs)
			}
		}
	}
	lines := strings.Join(slices.Sorted(maps.Keys(said)), "\n") + "\n"
	golden.Equal(t, filepath.Join("testdata", "inputs.txt"), lines, "make golden")
}

// collectInputs adds the paths of an object's leaves. Elements of a list share a path.
func collectInputs(said map[string]bool, prefix string, object resource.PropertyMap) {
	for key, value := range object {
		path := prefix + string(key)
		for _, leaf := range elements(value) {
			if leaf.IsObject() && len(leaf.ObjectValue()) > 0 {
				collectInputs(said, path+".", leaf.ObjectValue())
			} else {
				said[path] = true
			}
		}
	}
}

// elements returns the elements of a list, also of nested lists, or else only the value.
func elements(value resource.PropertyValue) []resource.PropertyValue {
	switch {
	case value.IsSecret():
		return elements(value.SecretValue().Element)
	case value.IsOutput():
		return elements(value.OutputValue().Element)
	case value.IsArray() && len(value.ArrayValue()) > 0:
		var all []resource.PropertyValue
		for _, item := range value.ArrayValue() {
			all = append(all, elements(item)...)
		}
		return all
	default:
		return []resource.PropertyValue{value}
	}
}
