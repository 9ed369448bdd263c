package graph

import (
	"slices"

	"aws-webapp/policies/prop"
)

// Link is the target of a property of a resource.
type Link struct {
	// To lists the resources that the property points to, or may point to.
	To []*Resource
	// Exact says that To is the whole answer: every one of them is meant and nothing is
	// missing. Otherwise To are candidates.
	Exact bool
	// Outside says that the property certainly names something that is not in the stack.
	Outside bool
	// Set says that the program gave the property a value. Without it, the link is the provider's
	// answer.
	Set bool
}

// Elsewhere reports whether the link points only outside the stack.
func (l Link) Elsewhere() bool { return l.Outside && len(l.To) == 0 }

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

// All answers whether the link points to resources that satisfy f, and to nothing else. The
// answer is no for a link that points nowhere. Targets outside the stack cannot be judged here.
func (l Link) All(f func(*Resource) prop.Truth) prop.Truth {
	if !l.Set && len(l.To) == 0 && !l.Outside {
		return prop.No
	}
	all, none := prop.Yes, prop.Yes
	for _, r := range l.To {
		answer := f(r)
		all = all.And(answer)
		none = none.And(answer.Not())
	}
	if l.Outside {
		all = all.And(prop.Outside)
	}
	switch {
	case len(l.To) == 0 && !l.Outside:
		return prop.Maybe
	case l.Exact, none == prop.Yes:
		return all
	case l.Outside:
		return prop.Outside
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
	if l.Outside {
		some, all = some.Or(prop.Outside), all.And(prop.Outside)
	}
	switch {
	case l.Exact, some == prop.No && len(l.To) > 0:
		return some
	case len(l.To) > 0 && all == prop.Yes:
		return prop.Yes
	default:
		return prop.Maybe
	}
}
