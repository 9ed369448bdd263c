package graph

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/prop"
)

// Resource is one resource of a stack.
type Resource struct {
	// URN identifies the resource.
	URN string
	// Type is its type token.
	Type string
	// Name is its logical name.
	Name string
	// Parent is the URN of its parent.
	Parent string
	// Inputs holds what the program declared; nil if the pack never saw it.
	Inputs resource.PropertyMap
	// Outputs holds the provider's answer; nil before the stack is judged as a whole.
	Outputs resource.PropertyMap
	// Dependencies lists the URNs that the resource waits for.
	Dependencies []string
	// PropertyDependencies lists the URNs behind each property.
	PropertyDependencies map[string][]string
	// Provider manages the resource; nil for components.
	Provider *Provider
	// Protect says that Pulumi refuses to delete the resource. The engine does not tell packs
	// about retainOnDelete (plugin.AnalyzerResourceOptions).
	Protect bool
	// Observer is called with the path of every property that is read. Only tests set it.
	Observer func(typeToken, path string)
}

// Provider is the provider resource behind a resource.
type Provider struct {
	// URN identifies the provider.
	URN string
	// Name is its logical name. Default providers, which the engine creates, are called default or
	// default_6_83_2.
	Name string
	// Inputs is its configuration.
	Inputs resource.PropertyMap
}

// DefaultTags returns the tags that the provider puts on everything. Structured configuration
// of a provider is JSON text.
func (p *Provider) DefaultTags() prop.Value {
	block, _ := prop.Of(p.Inputs).Get("defaultTags").JSON()
	tags, _ := block.Get("tags").JSON()
	return tags
}

// Get returns a property as the program declared it: the answer to "was it set". It is unknown
// if the program computes it and AWS has not answered yet. It leaves out what the provider adds
// by itself, such as a default of AWS or the rules that others made for a security group;
// [Resource.InForce] has those. For a resource that the pack never saw declared (one that the
// program only reads, or that a targeted update skips) it is the provider's answer.
func (r *Resource) Get(path ...string) prop.Value {
	if r.Inputs == nil {
		return r.root(r.Outputs).Dig(path...)
	}
	return r.root(r.Inputs).Dig(path...)
}

// InForce returns a property as declared or, if the program left it open, as the provider
// answered. Use it for properties that AWS may choose, such as a zone, and for values that are
// bad whoever set them.
func (r *Resource) InForce(path ...string) prop.Value {
	return r.orAnswered(r.Get(path...), path)
}

func (r *Resource) orAnswered(declared prop.Value, path []string) prop.Value {
	if r.Outputs == nil || (!declared.Absent() && !declared.IsUnknown()) {
		return declared
	}
	answered := r.root(r.Outputs).Dig(path...)
	if answered.Absent() && declared.IsUnknown() {
		return declared
	}
	return answered
}

func (r *Resource) root(properties resource.PropertyMap) prop.Value {
	v := prop.Of(properties)
	if r.Observer == nil {
		return v
	}
	return v.Observed(func(path string) { r.Observer(r.Type, path) })
}

// Service returns the part of the type token that names the AWS service:
// aws:rds/instance:Instance gives rds. It is empty for anything that is not AWS.
func (r *Resource) Service() string { return ServiceOf(r.Type) }

// ServiceOf returns the AWS service of a type token.
func ServiceOf(typeToken string) string {
	rest, ok := strings.CutPrefix(typeToken, "aws:")
	if !ok {
		return ""
	}
	service, _, ok := strings.Cut(rest, "/")
	if !ok {
		return ""
	}
	return service
}

// Canonical returns the type token by which the controls know a type. The SDK has the resources
// of the load balancer under two names. Version 7 of the provider gives the resources that
// configure a bucket the names that they had before version 4.
//
// Source: the deprecations in https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketversioningv2
// and its neighbours.
func Canonical(typeToken string) string {
	if older, ok := bucketParts[typeToken]; ok {
		return older
	}
	if rest, ok := strings.CutPrefix(typeToken, "aws:alb/"); ok {
		return "aws:lb/" + rest
	}
	return typeToken
}

// bucketParts maps the resources that configure a bucket from their names in version 7.
var bucketParts = func() map[string]string {
	found := map[string]string{}
	for _, part := range []string{
		"Versioning", "ServerSideEncryptionConfiguration", "LifecycleConfiguration", "Logging", "Acl",
	} {
		found["aws:s3/bucket"+part+":Bucket"+part] = "aws:s3/bucket" + part + "V2:Bucket" + part + "V2"
	}
	return found
}()

// Graph is an index of a stack's resources.
type Graph struct {
	all      []*Resource
	byURN    map[string]*Resource
	byType   map[string][]*Resource
	children map[string][]*Resource
	identity map[string][]*Resource
	// reverse holds, for each property that was asked for, the referrers of each resource. It is
	// filled on first use: following a property once per resource keeps a large stack linear.
	reverse map[string]map[string][]Referrer
	// dependents and memos are filled on first use too.
	dependents map[string][]*Resource
	memos      map[string]any
}

// New indexes resources. They are sorted by URN, because the engine sends them in no
// particular order and the same stack must give the same report.
func New(resources []*Resource) *Graph {
	g := &Graph{
		all:      slices.Clone(resources),
		byURN:    make(map[string]*Resource, len(resources)),
		byType:   map[string][]*Resource{},
		children: map[string][]*Resource{},
		identity: make(map[string][]*Resource, len(resources)*len(identities)/2),
		reverse:  map[string]map[string][]Referrer{},
	}
	slices.SortFunc(g.all, func(a, b *Resource) int { return strings.Compare(a.URN, b.URN) })
	for _, r := range g.all {
		g.byURN[r.URN] = r
		g.byType[r.Type] = append(g.byType[r.Type], r)
		if r.Parent != "" {
			g.children[r.Parent] = append(g.children[r.Parent], r)
		}
		g.identify(r)
	}
	return g
}

// All returns every resource in URN order.
func (g *Graph) All() []*Resource { return g.all }

// OfType returns every resource of the given types.
func (g *Graph) OfType(types ...string) []*Resource {
	if len(types) == 1 {
		return g.byType[types[0]]
	}
	var found []*Resource
	for _, t := range types {
		found = append(found, g.byType[t]...)
	}
	return found
}

// Matching returns every resource of the given types. A type that ends in * stands for all with
// that prefix.
func (g *Graph) Matching(types []string) []*Resource {
	var found []*Resource
	for _, t := range types {
		prefix, open := strings.CutSuffix(t, "*")
		if !open {
			found = append(found, g.byType[t]...)
			continue
		}
		for _, r := range g.all {
			if strings.HasPrefix(r.Type, prefix) {
				found = append(found, r)
			}
		}
	}
	return found
}

// Lookup returns the resource with a URN, or nil.
func (g *Graph) Lookup(urn string) *Resource { return g.byURN[urn] }

// Memo caches a value about the graph as a whole: it is computed once, not once per resource.
// Each build function needs its own name.
func Memo[T any](g *Graph, name string, build func() T) T {
	if known, ok := g.memos[name].(T); ok {
		return known
	}
	if g.memos == nil {
		g.memos = map[string]any{}
	}
	made := build()
	g.memos[name] = made
	return made
}
