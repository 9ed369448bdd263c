package testgraph

import (
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/sdkschema"
)

// unknown returns a value that is not known yet.
func unknown() resource.PropertyValue { return resource.MakeComputed(resource.NewStringProperty("")) }

// Changed returns the resources that another stack does not have, or has with other inputs or
// options.
func (s *Stack) Changed(before *Stack) []*graph.Resource {
	known := map[string]*graph.Resource{}
	for _, r := range before.Resources {
		known[r.URN] = r
	}
	var found []*graph.Resource
	for _, r := range s.Resources {
		was := known[r.URN]
		if was == nil || was.Type != r.Type || was.Protect != r.Protect ||
			!reflect.DeepEqual(was.Inputs, r.Inputs) {
			found = append(found, r)
		}
	}
	return found
}

// Answer fills in, everywhere, the properties that the program leaves open and the provider
// answers: with the value that the property had before, or else with some value of its kind. In
// the phase Preview the answers are unknown.
func (s *Stack) Answer(before *Stack, phase Phase) {
	known := map[string]*graph.Resource{}
	for _, r := range before.Resources {
		known[r.URN] = r
	}
	for _, r := range s.Resources {
		for path, kind := range sdkschema.Answered()[r.Type] {
			keys := strings.Split(path, ".")
			was := resource.PropertyValue{}
			if old := known[r.URN]; old != nil {
				was = resource.NewObjectProperty(old.Inputs)
			}
			in, out := resource.NewObjectProperty(r.Inputs), resource.NewObjectProperty(r.Outputs)
			r.Outputs = answered(in, out, was, keys, kind, phase).ObjectValue()
		}
	}
}

// answered returns an output with an answer at a path, if the input leaves that open.
func answered(
	in, out, was resource.PropertyValue, keys []string, kind sdkschema.Kind, phase Phase,
) resource.PropertyValue {
	switch {
	case in.IsArray() && out.IsArray():
		elems := slices.Clone(out.ArrayValue())
		for i := range min(len(elems), len(in.ArrayValue())) {
			old := resource.PropertyValue{}
			if was.IsArray() && i < len(was.ArrayValue()) {
				old = was.ArrayValue()[i]
			}
			elems[i] = answered(in.ArrayValue()[i], elems[i], old, keys, kind, phase)
		}
		return resource.NewArrayProperty(elems)
	case !in.IsObject() || !out.IsObject():
		return out
	}
	key := resource.PropertyKey(keys[0])
	declared, there := in.ObjectValue()[key]
	old := resource.PropertyValue{}
	if was.IsObject() {
		old = was.ObjectValue()[key]
	}
	fields := out.ObjectValue().Copy()
	switch {
	case len(keys) > 1 && there:
		fields[key] = answered(declared, fields[key], old, keys[1:], kind, phase)
	case len(keys) == 1 && !there && phase == Preview:
		fields[key] = unknown()
	case len(keys) == 1 && !there && !old.IsNull():
		fields[key] = old
	case len(keys) == 1 && !there && fields[key].IsNull():
		fields[key] = answers[kind]
	}
	return resource.NewObjectProperty(fields)
}

// answers holds harmless answers of the provider, by kind.
var answers = map[sdkschema.Kind]resource.PropertyValue{
	sdkschema.Text:   resource.NewStringProperty("default"),
	sdkschema.Number: resource.NewNumberProperty(1),
	sdkschema.Flag:   resource.NewBoolProperty(true),
	sdkschema.List:   resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty("default")}),
	sdkschema.Map:    resource.NewObjectProperty(resource.PropertyMap{"default": resource.NewStringProperty("default")}),
	sdkschema.Object: resource.NewObjectProperty(resource.PropertyMap{}),
}

// Literal writes the references of resources as literals: nothing shows any more where they
// come from.
func Literal(resources []*graph.Resource) {
	for _, r := range resources {
		r.Dependencies, r.PropertyDependencies = nil, map[string][]string{}
	}
}

// Pending makes the values that AWS decides unknown for these resources, as in a preview that
// changes them in an existing stack. The names of resources that the stack did not have before
// become unknown, too.
func (s *Stack) Pending(before *Stack, resources []*graph.Resource) {
	for _, r := range resources {
		created := !slices.ContainsFunc(before.Resources, func(b *graph.Resource) bool { return b.URN == r.URN })
		names := map[string]resource.PropertyValue{}
		for key, out := range r.Outputs {
			if _, declared := r.Inputs[key]; declared || !created && slices.Contains(namedBy, key) {
				continue
			}
			if out.IsString() && slices.Contains(namedBy, key) {
				names[out.StringValue()] = unknown()
			}
			r.Outputs[key] = unknown()
		}
		s.rename(names)
	}
}

// namedBy lists the outputs by which other resources refer to one.
var namedBy = []resource.PropertyKey{"id", "arn", "name", "bucket", "keyId"}

func (s *Stack) rename(names map[string]resource.PropertyValue) {
	if len(names) == 0 {
		return
	}
	for _, r := range s.Resources {
		r.Inputs = renamed(resource.NewObjectProperty(r.Inputs), names).ObjectValue()
		r.Outputs = renamed(resource.NewObjectProperty(r.Outputs), names).ObjectValue()
	}
}

// ByURN returns the resource with a URN.
func (s *Stack) ByURN(urn string) *graph.Resource {
	return s.Resources[slices.IndexFunc(s.Resources, func(r *graph.Resource) bool { return r.URN == urn })]
}

// Targets returns the resources of the stack that the given ones refer to.
func (s *Stack) Targets(from []*graph.Resource) []*graph.Resource {
	var found []*graph.Resource
	for _, r := range s.Resources {
		refers := func(other *graph.Resource) bool {
			for _, urns := range other.PropertyDependencies {
				if slices.Contains(urns, r.URN) {
					return true
				}
			}
			return false
		}
		if r.Provider != nil && slices.ContainsFunc(from, refers) {
			found = append(found, r)
		}
	}
	return found
}

// Compute makes the properties of resources that differ from before unknown, as if the program
// computed them from values that AWS has not answered yet.
func (s *Stack) Compute(before *Stack, resources []*graph.Resource) {
	for _, r := range resources {
		was := resource.PropertyValue{}
		for _, b := range before.Resources {
			if b.URN == r.URN {
				was = resource.NewObjectProperty(b.Inputs)
			}
		}
		r.Inputs = computed(resource.NewObjectProperty(r.Inputs), was).ObjectValue()
		for key, in := range r.Inputs {
			r.Outputs[key] = in
		}
	}
}

func computed(v, was resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.DeepEquals(was):
		return v
	case v.IsObject() && (was.IsObject() || was.IsNull()):
		fields := resource.PropertyMap{}
		for key, field := range v.ObjectValue() {
			old := resource.PropertyValue{}
			if was.IsObject() {
				old = was.ObjectValue()[key]
			}
			fields[key] = computed(field, old)
		}
		return resource.NewObjectProperty(fields)
	case v.IsArray() && was.IsArray() && len(v.ArrayValue()) == len(was.ArrayValue()):
		elems := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, elem := range v.ArrayValue() {
			elems[i] = computed(elem, was.ArrayValue()[i])
		}
		return resource.NewArrayProperty(elems)
	default:
		return unknown()
	}
}
