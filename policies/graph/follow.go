package graph

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/prop"
)

// identities lists the outputs by which AWS resources refer to each other.
var identities = []resource.PropertyKey{
	"id", "arn", "name", "bucket", "keyId", "invokeArn", "webAclArn", "url",
	"qualifiedArn",
}

// identify records the known outputs by which others refer to r. The engine does not send a
// resource's id, and not every provider repeats it among the outputs, so the end of the ARN
// counts as the id, too.
func (g *Graph) identify(r *Resource) {
	remember := func(text string) {
		if known := g.identity[text]; text != "" && (len(known) == 0 || known[len(known)-1] != r) {
			g.identity[text] = append(known, r)
		}
	}
	for _, key := range identities {
		text, ok := textOf(r.Outputs, key)
		if !ok {
			text, ok = textOf(r.Inputs, key)
		}
		if ok {
			remember(text)
		}
		if ok && key == "arn" {
			remember(text[strings.LastIndexAny(text, "/:")+1:])
		}
	}
}

func textOf(properties resource.PropertyMap, key resource.PropertyKey) (string, bool) {
	value, there := properties[key]
	if !there {
		return "", false
	}
	return prop.New("", value).Text()
}

// Follow finds the resources of the given types that a property of r points to, as it is in
// force. Known ids decide; if they are not known, the property's dependencies do.
func (g *Graph) Follow(r *Resource, types []string, path ...string) Link {
	declared := r.Get(path...)
	link := g.FollowValue(r, types, path[0], r.orAnswered(declared, path))
	link.Set = declared.IsSet() == prop.Yes
	return link
}

// FollowValue is like Follow, for a value somewhere below a property.
func (g *Graph) FollowValue(r *Resource, types []string, property string, value prop.Value) Link {
	if value.Absent() {
		return Link{Exact: true}
	}
	elems, complete := value.List()
	names := g.resolve(elems, types)
	link := Link{Set: value.IsSet() == prop.Yes, To: names.to}
	if link.Exact = complete == prop.Yes && names.open == 0 && names.strange == 0; link.Exact {
		return link
	}
	direct, handedOut := g.dependencies(r, property, types)
	if complete == prop.Yes && names.open == 0 {
		// A name that no resource in the stack is known by may still belong to a resource behind the
		// property: not every provider repeats the id among the outputs.
		candidates := slices.DeleteFunc(others(append(direct, handedOut...), names.to), (*Resource).named)
		if link.Outside = names.strange > len(candidates); !link.Outside {
			link.To = append(link.To, candidates...)
		}
		link.Exact = link.Outside || names.strange == len(candidates)
		return link
	}
	if len(direct) == 0 && g.onlyOtherStacks(r, property) {
		link.Outside, link.Exact = true, true
		return link
	}
	candidates := others(behind(direct, handedOut), names.to)
	link.To = append(link.To, candidates...)
	open := names.strange + names.open
	nameless := slices.DeleteFunc(others(append(direct, handedOut...), names.to), (*Resource).named)
	if link.Outside = names.strange > len(nameless); link.Outside {
		open = names.open
	}
	link.Exact = len(candidates) == open
	if complete != prop.Yes {
		link.Exact = len(candidates) == 1
	}
	return link
}

// others returns the resources that are not among the known ones.
func others(resources, known []*Resource) []*Resource {
	var found []*Resource
	for _, r := range resources {
		if !slices.Contains(known, r) && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	return found
}

// named reports whether the provider returns a resource's id or ARN, now or once it exists.
func (r *Resource) named() bool {
	_, id := r.Outputs["id"]
	_, arn := r.Outputs["arn"]
	return id || arn
}

// onlyOtherStacks reports whether a property is computed only from outputs of other stacks.
func (g *Graph) onlyOtherStacks(r *Resource, property string) bool {
	urns := r.PropertyDependencies[property]
	for _, urn := range urns {
		if dep := g.byURN[urn]; dep == nil || dep.Type != stackReference {
			return false
		}
	}
	return len(urns) > 0
}

const stackReference = "pulumi:pulumi:StackReference"

// Behind returns the resources of the stack from which a property is computed. The engine only
// reports these when it sends the stack as a whole.
func (g *Graph) Behind(r *Resource, property string) []*Resource {
	var found []*Resource
	for _, urn := range r.PropertyDependencies[property] {
		if dep := g.byURN[urn]; dep != nil {
			found = append(found, dep)
		}
	}
	return found
}

// Dependents returns the resources that depend on r in any way.
func (g *Graph) Dependents(r *Resource) []*Resource {
	if g.dependents == nil {
		g.dependents = map[string][]*Resource{}
		for _, candidate := range g.all {
			for _, urn := range candidate.behind() {
				g.dependents[urn] = append(g.dependents[urn], candidate)
			}
		}
	}
	return g.dependents[r.URN]
}

// behind returns all URNs that a resource depends on, each once.
func (r *Resource) behind() []string {
	urns := slices.Clone(r.Dependencies)
	for _, more := range r.PropertyDependencies {
		urns = append(urns, more...)
	}
	slices.Sort(urns)
	return slices.Compact(urns)
}

// resolution is the result of looking up the names in a property.
type resolution struct {
	to []*Resource
	// strange counts the names that belong to no resource in the stack, open those that are not
	// known yet.
	strange, open int
}

// resolve looks known ids up.
func (g *Graph) resolve(elems []prop.Value, types []string) resolution {
	var res resolution
	for _, elem := range elems {
		text, ok := elem.Text()
		if !ok {
			res.open++
			continue
		}
		found := false
		for _, candidate := range g.identity[text] {
			if slices.Contains(types, candidate.Type) {
				found = true
				if !slices.Contains(res.to, candidate) {
					res.to = append(res.to, candidate)
				}
			}
		}
		if !found {
			res.strange++
		}
	}
	return res
}

// dependencies returns the resources of the given types behind a property: those that it names,
// and the descendants of components that it names.
func (g *Graph) dependencies(r *Resource, property string, types []string) (direct, handedOut []*Resource) {
	for _, urn := range r.PropertyDependencies[property] {
		dep := g.byURN[urn]
		switch {
		case dep == nil:
		case slices.Contains(types, dep.Type):
			if !slices.Contains(direct, dep) {
				direct = append(direct, dep)
			}
		case dep.Provider == nil:
			handedOut = g.descendants(handedOut, dep, types)
		}
	}
	return direct, handedOut
}

// behind joins dependencies. A component stands for its descendants, unless one of them is
// named as well: then only that one is meant, since the component handed it out.
func behind(direct, handedOut []*Resource) []*Resource {
	if slices.ContainsFunc(direct, func(r *Resource) bool { return slices.Contains(handedOut, r) }) {
		return direct
	}
	found := direct
	for _, descendant := range handedOut {
		if !slices.Contains(found, descendant) {
			found = append(found, descendant)
		}
	}
	return found
}

func (g *Graph) descendants(found []*Resource, r *Resource, types []string) []*Resource {
	for _, child := range g.children[r.URN] {
		if slices.Contains(types, child.Type) && !slices.Contains(found, child) {
			found = append(found, child)
		}
		found = g.descendants(found, child, types)
	}
	return found
}

// Referrer is a resource that points, or may point, to another.
type Referrer struct {
	*Resource
	// Sure is [prop.Yes] or [prop.Maybe].
	Sure prop.Truth
}

// Referrers returns the resources of a type whose property, as it is in force, may point to r.
// The answer is cached, so a Graph is not safe for concurrent use.
func (g *Graph) Referrers(r *Resource, from string, path ...string) []Referrer {
	key := strings.Join(append([]string{r.Type, from}, path...), " ")
	index, ok := g.reverse[key]
	if !ok {
		index = map[string][]Referrer{}
		for _, candidate := range g.byType[from] {
			link := g.Follow(candidate, []string{r.Type}, path...)
			for _, to := range link.To {
				index[to.URN] = append(index[to.URN], Referrer{Resource: candidate, Sure: link.Has(to)})
			}
		}
		g.reverse[key] = index
	}
	return index[r.URN]
}
