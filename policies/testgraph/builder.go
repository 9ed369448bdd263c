package testgraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
)

// Phase says how much of a stack is known.
type Phase int

const (
	// Deployed stacks have all ids.
	Deployed Phase = iota
	// Preview stacks only know what the program declares.
	Preview
)

const account = "123456789012"

// props holds the inputs of a resource. Values are strings, numbers, booleans, []any, props,
// references, or raw property values.
type props map[string]any

// ref is an output of another resource.
type ref struct {
	to     *graph.Resource
	output string
	format string
}

// id, arn and name return references to outputs; json returns a reference inside a string.
func id(r *graph.Resource) ref { return ref{to: r, output: "id"} }

func arn(r *graph.Resource) ref { return ref{to: r, output: "arn"} }

func name(r *graph.Resource) ref { return ref{to: r, output: "name"} }

// builder adds resources to a stack.
type builder struct {
	stack string
	phase Phase
	// suffix distinguishes copies of a stack.
	suffix    string
	provider  *graph.Provider
	resources []*graph.Resource
}

func newBuilder(stack string, phase Phase) *builder {
	b := &builder{stack: stack, phase: phase}
	b.provider = &graph.Provider{
		URN: b.urn("", "pulumi:providers:aws", "aws"), Name: "aws",
		Inputs: resource.PropertyMap{
			"region":            resource.NewStringProperty("us-east-1"),
			"allowedAccountIds": resource.NewStringProperty(`["` + account + `"]`),
			"defaultTags": resource.NewStringProperty(`{"tags":{"Project":"aws-webapp","Stack":"` + stack + `","Environment":"` +
				stack + `","Owner":"platform","CostCenter":"web","Repository":"github.com/example/aws-webapp"}}`),
		},
	}
	return b
}

func (b *builder) urn(parents, typeToken, name string) string {
	return fmt.Sprintf("urn:pulumi:%s::aws-webapp::%s%s::%s", b.stack, parents, typeToken, name)
}

// component adds a component resource.
func (b *builder) component(typeToken, name string) *graph.Resource {
	name += b.suffix
	r := &graph.Resource{
		URN: b.urn("", typeToken, name), Type: typeToken, Name: name,
		Inputs: resource.PropertyMap{}, Outputs: resource.PropertyMap{},
	}
	b.resources = append(b.resources, r)
	return r
}

// add adds a resource with the outputs that the provider would answer.
func (b *builder) add(parent *graph.Resource, typeToken, name string, inputs props) *graph.Resource {
	name += b.suffix
	r := &graph.Resource{Type: typeToken, Name: name, Provider: b.provider, PropertyDependencies: map[string][]string{}}
	parents := ""
	if parent != nil {
		r.Parent = parent.URN
		parents = typesOf(parent.URN) + "$"
	}
	r.URN = b.urn(parents, typeToken, name)
	r.Inputs = resource.PropertyMap{}
	for key, value := range inputs {
		r.Inputs[resource.PropertyKey(key)] = b.value(r, key, value)
	}
	b.answer(r)
	b.resources = append(b.resources, r)
	return r
}

// typesOf returns the qualified type in a URN.
func typesOf(urn string) string {
	const typeField = 2
	return strings.Split(urn, "::")[typeField]
}

// answer fills in the values that AWS decides.
func (b *builder) answer(r *graph.Resource) {
	r.Outputs = r.Inputs.Copy()
	kind := r.Type[strings.LastIndex(r.Type, ":")+1:]
	computed := map[resource.PropertyKey]string{
		"id":  strings.ToLower(kind) + "-" + r.Name,
		"arn": fmt.Sprintf("arn:aws:%s:us-east-1:%s:%s/%s", graph.ServiceOf(r.Type), account, strings.ToLower(kind), r.Name),
	}
	if _, named := r.Inputs["name"]; !named {
		computed["name"] = r.Name + "-1a2b3c4"
	}
	if kind == "BucketV2" {
		computed["bucket"] = r.Name + "-1a2b3c4"
		computed["arn"] = "arn:aws:s3:::" + r.Name + "-1a2b3c4"
		computed["id"] = computed["bucket"]
	}
	for key, text := range computed {
		if _, given := r.Outputs[key]; given && key != "id" && key != "arn" {
			continue
		}
		if b.phase == Preview {
			r.Outputs[key] = resource.MakeComputed(resource.NewStringProperty(""))
			continue
		}
		r.Outputs[key] = resource.NewStringProperty(text)
	}
}

// value turns a test value into a property, remembering what it depends on.
func (b *builder) value(r *graph.Resource, property string, v any) resource.PropertyValue {
	switch v := v.(type) {
	case ref:
		depend(r, property, v.to)
		out := outputOf(v.to, v.output)
		if v.format != "" && out.IsString() {
			return resource.NewStringProperty(fmt.Sprintf(v.format, out.StringValue()))
		}
		return out
	case resource.PropertyValue:
		return v
	case []any:
		elems := make([]resource.PropertyValue, len(v))
		for i, elem := range v {
			elems[i] = b.value(r, property, elem)
		}
		return resource.NewArrayProperty(elems)
	case props:
		fields := resource.PropertyMap{}
		for key, field := range v {
			fields[resource.PropertyKey(key)] = b.value(r, property, field)
		}
		return resource.NewObjectProperty(fields)
	default:
		return resource.NewPropertyValue(v)
	}
}

// outputOf returns an output of a resource. A recorded graph has no ids, since the engine does
// not send them; the end of the ARN stands in for the id.
func outputOf(r *graph.Resource, output string) resource.PropertyValue {
	if out, ok := r.Outputs[resource.PropertyKey(output)]; ok {
		return out
	}
	arn, ok := r.Outputs["arn"]
	if output != "id" || !ok {
		panic(fmt.Sprintf("%s has no output %s", r.URN, output))
	}
	if !arn.IsString() {
		return arn
	}
	return resource.NewStringProperty(arn.StringValue()[strings.LastIndexAny(arn.StringValue(), "/:")+1:])
}

func depend(r *graph.Resource, property string, on *graph.Resource) {
	if !slices.Contains(r.Dependencies, on.URN) {
		r.Dependencies = append(r.Dependencies, on.URN)
	}
	if !slices.Contains(r.PropertyDependencies[property], on.URN) {
		r.PropertyDependencies[property] = append(r.PropertyDependencies[property], on.URN)
	}
}
