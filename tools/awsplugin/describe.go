package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"aws-webapp/tools/awsplugin/mapping"
)

// description lists the inputs that the plugin understands, without documentation: small enough to keep in the
// repository, and to compare with the inputs that the SDK offers.
type description struct {
	// Resources are the inputs of the provider itself and of each resource type.
	Resources map[string]shapes `json:"resources"`
	// LeftOut are inputs, as "type name", that are newer than the provider and not passed on.
	LeftOut []string `json:"leftOut"`
	// Types are the nested types. Types that are alike share an entry.
	Types map[string]shapes `json:"types"`
}

// shapes are properties by name, with an exclamation mark after the name of a required one. A
// shape is "string", "integer", "number", "boolean", "asset" or "any"; "[]" or "{}" and the
// shape of the elements of a list or map; or "@" and the name of a nested type.
type shapes map[string]string

// describe writes the description of a provider's schema and of the mapping that it comes from.
func describe(w io.Writer, spec schema.PackageSpec, names *mapping.Mapping) error {
	d := describer{types: spec.Types, names: map[string]string{}, byContent: map[string]string{}}
	d.Types = map[string]shapes{}
	d.Resources = map[string]shapes{
		"pulumi:providers:aws": d.shapes(spec.Provider.InputProperties, spec.Provider.RequiredInputs),
	}
	for _, token := range slices.Sorted(maps.Keys(spec.Resources)) {
		resource := spec.Resources[token]
		d.Resources[token] = d.shapes(resource.InputProperties, resource.RequiredInputs)
	}
	for resource, newer := range names.Newer {
		for input := range newer {
			d.LeftOut = append(d.LeftOut, names.Resources[resource]+" "+input)
		}
	}
	slices.Sort(d.LeftOut)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "")
	return encoder.Encode(d.description)
}

type describer struct {
	description
	types     map[string]schema.ComplexTypeSpec
	names     map[string]string // token of a type -> its name in Types
	byContent map[string]string // printed shapes -> their name in Types
}

func (d *describer) shapes(properties map[string]schema.PropertySpec, required []string) shapes {
	described := make(shapes, len(properties))
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		key := name
		if slices.Contains(required, name) {
			key += "!"
		}
		described[key] = d.shape(properties[name].TypeSpec)
	}
	return described
}

func (d *describer) shape(spec schema.TypeSpec) string {
	switch {
	case spec.Ref != "":
		return d.referenced(spec.Ref)
	case len(spec.OneOf) > 0:
		return d.shape(spec.OneOf[0])
	case spec.Type == "array":
		return "[]" + d.shape(*spec.Items)
	case spec.Type == "object" && spec.AdditionalProperties != nil:
		return "{}" + d.shape(*spec.AdditionalProperties)
	case spec.Type == "object":
		return "{}string"
	default:
		return spec.Type
	}
}

func (d *describer) referenced(ref string) string {
	token, nested := strings.CutPrefix(ref, "#/types/")
	if !nested {
		return builtin(ref)
	}
	spec, ok := d.types[token]
	if !ok || len(spec.Enum) > 0 {
		return "string" // an enumeration, here or in the SDK only: its value goes over the wire
	}
	return "@" + d.nested(token, spec)
}

// nested returns the name under which a nested type is described. The firewall's rule
// statements repeat thousands of types that differ in name only, so those that are alike share
// the name of the first.
func (d *describer) nested(token string, spec schema.ComplexTypeSpec) string {
	if name, ok := d.names[token]; ok {
		return name
	}
	described := d.shapes(spec.Properties, spec.Required)
	content := fmt.Sprint(described) // in the order of the names
	name, known := d.byContent[content]
	if !known {
		name = d.unusedName(token[strings.LastIndex(token, ":")+1:])
		d.byContent[content] = name
		d.Types[name] = described
	}
	d.names[token] = name
	return name
}

// unusedName tells types of one name in several modules apart.
func (d *describer) unusedName(name string) string {
	for _, taken := d.Types[name]; taken; _, taken = d.Types[name] {
		name += "_"
	}
	return name
}

func builtin(ref string) string {
	switch name := ref[strings.LastIndex(ref, "/")+1:]; name {
	case "Archive", "Asset":
		return "asset"
	case "Any", "Json":
		return "any"
	default:
		return name
	}
}
