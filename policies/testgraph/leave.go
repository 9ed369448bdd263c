package testgraph

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
)

// MoveOut moves a resource to another stack. References to it become outputs of a stack
// reference: known names that no resource in this stack has, or unknown ones if the resource's
// own outputs were unknown.
func (s *Stack) MoveOut(gone *graph.Resource) {
	other := &graph.Resource{
		URN: "urn:pulumi:prod::aws-webapp::pulumi:pulumi:StackReference::other", Type: "pulumi:pulumi:StackReference",
		Name: "other", Inputs: resource.PropertyMap{}, Outputs: resource.PropertyMap{},
	}
	names := map[string]resource.PropertyValue{}
	for _, key := range namedBy {
		if out, there := gone.Outputs[key]; there && out.IsString() {
			names[out.StringValue()] = elsewhere(gone.Type, out.StringValue())
		}
	}
	if arn, there := gone.Outputs["arn"]; there && arn.IsString() {
		id := outputOf(gone, "id").StringValue()
		names[id] = elsewhere(gone.Type, id)
	}
	kept := s.Resources[:0:0]
	for _, r := range s.Resources {
		if r == gone {
			continue
		}
		move := func(urns []string) {
			for i, urn := range urns {
				if urn == gone.URN {
					urns[i] = other.URN
				}
			}
		}
		move(r.Dependencies)
		for _, urns := range r.PropertyDependencies {
			move(urns)
		}
		kept = append(kept, r)
	}
	s.Resources = append(kept, other)
	s.rename(names)
}

// elsewhere returns the name of a similar resource in another stack.
func elsewhere(typeToken, name string) resource.PropertyValue {
	if strings.Contains(typeToken, "internetGateway") && !strings.HasPrefix(name, "arn:") {
		return resource.NewStringProperty("igw-0fedcba9876543210")
	}
	return resource.NewStringProperty(name + "-of-another-stack")
}

func renamed(v resource.PropertyValue, names map[string]resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsString():
		if name, moved := names[v.StringValue()]; moved {
			return name
		}
		return v
	case v.IsArray():
		elems := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, elem := range v.ArrayValue() {
			elems[i] = renamed(elem, names)
		}
		return resource.NewArrayProperty(elems)
	case v.IsObject():
		fields := resource.PropertyMap{}
		for key, field := range v.ObjectValue() {
			fields[key] = renamed(field, names)
		}
		return resource.NewObjectProperty(fields)
	default:
		return v
	}
}

// LeaveOut removes a property from a resource: from its inputs and, unless the provider fills
// it in by itself, from its outputs. It reports whether the property was there.
func LeaveOut(r *graph.Resource, path string, answers bool) bool {
	keys := strings.Split(path, ".")
	inputs, there := without(resource.NewObjectProperty(r.Inputs), keys)
	if r.Inputs = inputs.ObjectValue(); !answers {
		outputs, _ := without(resource.NewObjectProperty(r.Outputs), keys)
		r.Outputs = outputs.ObjectValue()
	}
	if len(keys) == 1 {
		delete(r.PropertyDependencies, path)
	}
	return there
}

func without(v resource.PropertyValue, keys []string) (resource.PropertyValue, bool) {
	switch {
	case v.IsArray():
		elems, found := slices.Clone(v.ArrayValue()), false
		for i, elem := range elems {
			changed, there := without(elem, keys)
			elems[i], found = changed, found || there
		}
		return resource.NewArrayProperty(elems), found
	case !v.IsObject():
		return v, false
	}
	fields, key := v.ObjectValue().Copy(), resource.PropertyKey(keys[0])
	value, there := fields[key]
	switch {
	case !there:
	case len(keys) == 1:
		delete(fields, key)
	default:
		fields[key], there = without(value, keys[1:])
	}
	return resource.NewObjectProperty(fields), there
}
