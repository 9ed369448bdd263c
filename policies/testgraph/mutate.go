package testgraph

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
)

// Stack is a graph that can be changed. Its methods panic if there is nothing to change: a
// mutation that does nothing proves nothing.
type Stack struct {
	// Resources of the stack.
	Resources []*graph.Resource
}

// Pick selects resources.
type Pick struct {
	typeToken string
	where     func(*graph.Resource) bool
}

// Type returns the type token of the resources that a pick selects.
func (p Pick) Type() string { return p.typeToken }

// First selects the first resource of a type.
func First(typeToken string) Pick {
	return Pick{typeToken, func(*graph.Resource) bool { return true }}
}

// Named selects the first resource of a type whose logical name matches a pattern.
func Named(typeToken, pattern string) Pick {
	return Pick{typeToken, func(r *graph.Resource) bool {
		ok, err := path.Match(pattern, r.Name)
		return err == nil && ok
	}}
}

// With selects the first resource of a type whose property is the given string.
func With(typeToken, want string, keys ...string) Pick {
	return Pick{typeToken, func(r *graph.Resource) bool { text, ok := r.Get(keys...).Text(); return ok && text == want }}
}

// Where selects the first resource of a type that satisfies a condition.
func Where(typeToken string, condition func(*graph.Resource) bool) Pick {
	return Pick{typeToken, condition}
}

// Tier selects the first security group of a tier.
func Tier(tier string) Pick {
	return With("aws:ec2/securityGroup:SecurityGroup", tier, "tags", "webapp:tier")
}

// Subnet selects the first subnet of a kind: Public, Private or Isolated.
func Subnet(kind string) Pick { return With("aws:ec2/subnet:Subnet", kind, "tags", "SubnetType") }

// Between returns the first rule of a kind that belongs to one tier's group and refers to
// another's.
func (s *Stack) Between(kind, owner, peer string) Pick {
	names := func(r *graph.Resource, property, tier string) bool {
		return slices.Contains(r.PropertyDependencies[property], s.Get(Tier(tier)).URN)
	}
	return Pick{kind, func(r *graph.Resource) bool {
		return names(r, "securityGroupId", owner) && names(r, "referencedSecurityGroupId", peer)
	}}
}

// Unprotect removes the option protect from a resource.
func (s *Stack) Unprotect(p Pick) { s.Get(p).Protect = false }

// Get returns the resource that a pick selects.
func (s *Stack) Get(p Pick) *graph.Resource {
	for _, r := range s.Resources {
		if r.Type == p.typeToken && p.where(r) {
			return r
		}
	}
	panic(fmt.Sprintf("the stack has no such %s", p.typeToken))
}

// Every returns all resources that a pick matches.
func (s *Stack) Every(p Pick) []*graph.Resource {
	var found []*graph.Resource
	for _, r := range s.Resources {
		if r.Type == p.typeToken && p.where(r) {
			found = append(found, r)
		}
	}
	return found
}

// Set sets a property in both inputs and outputs. Numbers in the path are positions in lists;
// nil removes the property.
func (s *Stack) Set(p Pick, value any, keys ...string) {
	r := s.Get(p)
	property := resource.PropertyKey(keys[0])
	wasOpen := r.Inputs[property].ContainsUnknowns()
	if len(keys) == 1 {
		delete(r.PropertyDependencies, keys[0])
	}
	var raw resource.PropertyValue
	if value != nil {
		raw = (&builder{}).value(r, keys[0], value)
	}
	r.Inputs = change(resource.NewObjectProperty(r.Inputs), raw, value == nil, keys).ObjectValue()
	r.Outputs = change(resource.NewObjectProperty(r.Outputs), raw, value == nil, keys).ObjectValue()
	if wasOpen && !r.Inputs[property].ContainsUnknowns() {
		delete(r.PropertyDependencies, keys[0]) // it refers to nothing any more
	}
}

func change(v, value resource.PropertyValue, remove bool, keys []string) resource.PropertyValue {
	if len(keys) == 0 {
		return value
	}
	if i, err := strconv.Atoi(keys[0]); err == nil && v.IsArray() {
		elems := slices.Clone(v.ArrayValue())
		elems[i] = change(elems[i], value, remove, keys[1:])
		return resource.NewArrayProperty(elems)
	}
	fields := resource.PropertyMap{}
	if v.IsObject() {
		fields = v.ObjectValue().Copy()
	}
	key := resource.PropertyKey(keys[0])
	if len(keys) == 1 && remove {
		delete(fields, key)
	} else {
		fields[key] = change(fields[key], value, remove, keys[1:])
	}
	return resource.NewObjectProperty(fields)
}

// Point makes a property refer to other resources instead.
func (s *Stack) Point(p Pick, output string, targets []*graph.Resource, keys ...string) {
	r := s.Get(p)
	delete(r.PropertyDependencies, keys[0])
	var refs []any
	for _, target := range targets {
		refs = append(refs, ref{to: target, output: output})
	}
	if len(refs) == 1 && !s.Get(p).Get(keys...).IsUnknown() {
		if _, isText := r.Get(keys...).Text(); isText {
			s.Set(p, refs[0], keys...)
			return
		}
	}
	s.Set(p, refs, keys...)
}

// Remove deletes a resource and all references to it.
func (s *Stack) Remove(p Pick) {
	gone := s.Get(p)
	s.Resources = slices.DeleteFunc(s.Resources, func(r *graph.Resource) bool { return r == gone })
	for _, r := range s.Resources {
		r.Dependencies = slices.DeleteFunc(r.Dependencies, func(urn string) bool { return urn == gone.URN })
		for key, urns := range r.PropertyDependencies {
			r.PropertyDependencies[key] = slices.DeleteFunc(urns, func(urn string) bool { return urn == gone.URN })
		}
	}
}

// Props holds the inputs of a resource to add.
type Props map[string]any

// Of returns a reference to an output of another resource.
func Of(r *graph.Resource, output string) any { return ref{to: r, output: output} }

// Add adds a resource with the stack's provider.
func (s *Stack) Add(typeToken, name string, inputs Props) *graph.Resource {
	var provider *graph.Provider
	stack := "prod"
	for _, r := range s.Resources {
		if r.Provider != nil {
			provider = r.Provider
			stack = string(resource.URN(r.URN).Stack())
			break
		}
	}
	b := &builder{stack: stack, provider: provider}
	r := b.add(nil, typeToken, name, props(convert(inputs)))
	s.Resources = append(s.Resources, r)
	return r
}

func convert(inputs Props) map[string]any {
	converted := map[string]any{}
	for key, value := range inputs {
		if nested, ok := value.(Props); ok {
			value = props(convert(nested))
		}
		if list, ok := value.([]any); ok {
			list = slices.Clone(list)
			for i, elem := range list {
				if nested, ok := elem.(Props); ok {
					list[i] = props(convert(nested))
				}
			}
			value = list
		}
		converted[key] = value
	}
	return converted
}

// Rename changes a resource's type, as a new major version of a provider does.
func (s *Stack) Rename(from, to string) {
	for _, r := range s.Resources {
		if r.Type == from {
			r.Type = to
		}
	}
}

// Container changes the first container of the first task definition.
func (s *Stack) Container(f func(container map[string]any)) {
	task := First("aws:ecs/taskDefinition:TaskDefinition")
	text, ok := s.Get(task).Get("containerDefinitions").Text()
	if !ok {
		panic("the container definitions are not known")
	}
	var containers []map[string]any
	if err := json.Unmarshal([]byte(text), &containers); err != nil {
		panic(err)
	}
	f(containers[0])
	changed, err := json.Marshal(containers)
	if err != nil {
		panic(err)
	}
	s.Set(task, string(changed), "containerDefinitions")
}

// AddContainer adds a copy of the first container of the first task definition, with some fields
// changed; nil removes one.
func (s *Stack) AddContainer(changed map[string]any) {
	task := First("aws:ecs/taskDefinition:TaskDefinition")
	text, _ := s.Get(task).Get("containerDefinitions").Text()
	var containers []map[string]any
	if err := json.Unmarshal([]byte(text), &containers); err != nil {
		panic(err)
	}
	sidecar := maps.Clone(containers[0])
	for key, value := range changed {
		if sidecar[key] = value; value == nil {
			delete(sidecar, key)
		}
	}
	encoded, err := json.Marshal(append(containers, sidecar))
	if err != nil {
		panic(err)
	}
	s.Set(task, string(encoded), "containerDefinitions")
}

// Nested makes a value with fields for [Stack.Set].
func Nested(fields Props) any { return props(convert(fields)) }
