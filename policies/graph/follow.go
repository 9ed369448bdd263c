package graph

import (
	"slices"
	"strings"

	"aws-webapp/policies/prop"
)

// identities are the outputs by which AWS resources refer to each other.
var identities = []string{"id", "arn", "name", "bucket", "keyId", "invokeArn", "webAclArn"}

// identify remembers the known outputs by which others refer to r. The engine does not send
// a resource's id, and not every provider repeats it among the outputs: it is also the end
// of the ARN.
func (g *Graph) identify(r *Resource) {
	seen := map[string]bool{}
	remember := func(text string) {
		if text != "" && !seen[text] {
			seen[text] = true
			g.identity[text] = append(g.identity[text], r)
		}
	}
	for _, key := range identities {
		text, ok := prop.Of(r.Outputs).Get(key).Text()
		if !ok {
			text, ok = prop.Of(r.Inputs).Get(key).Text()
		}
		if ok {
			remember(text)
		}
		if ok && key == "arn" {
			remember(text[strings.LastIndexAny(text, "/:")+1:])
		}
	}
}

// Link is where a property of a resource points.
type Link struct {
	// To are the resources that the property points to, or may point to.
	To []*Resource
	// Exact says that To is the whole answer: every one of them is meant and nothing is
	// missing. Otherwise To are candidates.
	Exact bool
	// Outside says that the property is known to name something that is not in the stack.
	Outside bool
	// Set says that the property has a value at all.
	Set bool
}

// Has answers whether the link points to r.
func (l Link) Has(r *Resource) prop.Truth {
	switch {
	case !slices.Contains(l.To, r):
		return prop.Known(false)
	case l.Exact:
		return prop.Yes
	default:
		return prop.Maybe
	}
}

// All answers whether the link points to resources that satisfy f, and to nothing else.
// A link that points nowhere does not.
func (l Link) All(f func(*Resource) prop.Truth) prop.Truth {
	if !l.Set {
		return prop.No
	}
	if len(l.To) == 0 {
		return prop.Maybe
	}
	all, none := prop.Yes, prop.Yes
	for _, r := range l.To {
		answer := f(r)
		all = all.And(answer)
		none = none.And(answer.Not())
	}
	if l.Outside {
		all = all.And(prop.Maybe)
	}
	switch {
	case all == prop.Yes:
		return prop.Yes
	case l.Exact, none == prop.Yes:
		return all
	default:
		return prop.Maybe
	}
}

// Any answers whether the link points to at least one resource that satisfies f.
func (l Link) Any(f func(*Resource) prop.Truth) prop.Truth {
	some, all := prop.No, prop.Yes
	for _, r := range l.To {
		answer := f(r)
		some = some.Or(answer)
		all = all.And(answer)
	}
	switch {
	case some == prop.No && l.Outside:
		return prop.Maybe
	case l.Exact, some == prop.No:
		return some
	case len(l.To) > 0 && all == prop.Yes:
		return prop.Yes
	default:
		return prop.Maybe
	}
}

// Follow finds the resources of the given types that a property of r points to. Known ids
// decide; where they are not known, the property's dependencies do.
func (g *Graph) Follow(r *Resource, types []string, path ...string) Link {
	return g.FollowValue(r, types, path[0], r.Get(path...))
}

// FollowValue is like Follow for a value that was found somewhere below a property.
func (g *Graph) FollowValue(r *Resource, types []string, property string, value prop.Value) Link {
	if value.Absent() {
		return Link{Exact: true}
	}
	link := Link{Set: value.IsSet() == prop.Yes}
	elems, complete := value.List()
	behind := g.dependencies(r, property, types)
	if complete == prop.Yes {
		if found := g.resolve(elems, types); found.known && (!found.outside || len(behind) == 0) {
			link.To, link.Outside, link.Exact = found.to, found.outside, true
			return link
		}
	}
	link.To = behind
	link.Exact = len(behind) == 1 || (complete == prop.Yes && len(elems) == len(behind))
	return link
}

// Dependents are the resources that depend on r in any way.
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

// behind are all URNs that a resource depends on, each once.
func (r *Resource) behind() []string {
	urns := slices.Clone(r.Dependencies)
	for _, more := range r.PropertyDependencies {
		urns = append(urns, more...)
	}
	slices.Sort(urns)
	return slices.Compact(urns)
}

type resolution struct {
	to      []*Resource
	known   bool
	outside bool
}

// resolve looks known ids up. It gives up as soon as one of them is not known.
func (g *Graph) resolve(elems []prop.Value, types []string) resolution {
	res := resolution{known: true}
	for _, elem := range elems {
		text, ok := elem.Text()
		if !ok {
			return resolution{}
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
		res.outside = res.outside || !found
	}
	return res
}

// dependencies are the resources of the given types behind a property. A component
// stands for its descendants, unless one of them is named beside it: that is the one which
// the component handed out.
func (g *Graph) dependencies(r *Resource, property string, types []string) []*Resource {
	var found, handedOut []*Resource
	for _, urn := range r.PropertyDependencies[property] {
		dep := g.byURN[urn]
		switch {
		case dep == nil:
		case slices.Contains(types, dep.Type):
			if !slices.Contains(found, dep) {
				found = append(found, dep)
			}
		case dep.Provider == nil:
			handedOut = g.descendants(handedOut, dep, types)
		}
	}
	if slices.ContainsFunc(found, func(r *Resource) bool { return slices.Contains(handedOut, r) }) {
		return found
	}
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

// Referrers are the resources of a type whose property may point to r. A Graph is not
// safe for concurrent use: the answer is remembered.
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
