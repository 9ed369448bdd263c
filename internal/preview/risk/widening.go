package risk

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/policies/iamdoc"
)

// widening is one way in which a document allows more than another.
type widening struct {
	text  string
	level Level
}

// widened finds what a document allows that an earlier one did not: grants that are new or
// wider, and denials that are gone or narrower.
func widened(old, now iamdoc.Document) []widening {
	var found []widening
	before := of(old, false)
	for _, s := range now.Statements {
		if s.Deny {
			continue
		}
		var added []grant
		for _, g := range grants(s) {
			if !slices.ContainsFunc(before, func(b grant) bool { return b.includes(g) }) {
				added = append(added, g)
			}
		}
		found = append(found, explain(s.Label, before, added)...)
	}
	denied := of(now, true)
	for _, s := range old.Statements {
		if !s.Deny {
			continue
		}
		for _, g := range grants(s) {
			if !slices.ContainsFunc(denied, func(d grant) bool { return d.includes(g) }) {
				found = append(found, widening{fmt.Sprintf("%s no longer denies %s", s.Label, g.describe()), High})
			}
		}
	}
	return found
}

// explain says in which respect the grants of a statement are new, the narrowest first.
func explain(label string, before, added []grant) []widening {
	var principals, resources, unconditional, actions []grant
	for _, g := range added {
		has := func(respects ...func(grant, grant) bool) bool {
			return slices.ContainsFunc(before, func(b grant) bool {
				return !slices.ContainsFunc(respects, func(r func(grant, grant) bool) bool { return !r(b, g) })
			})
		}
		switch {
		case has(grant.who, grant.what, grant.where):
			unconditional = append(unconditional, g)
		case has(grant.what, grant.where):
			principals = append(principals, g)
		case has(grant.who, grant.what):
			resources = append(resources, g)
		default:
			actions = append(actions, g)
		}
	}
	var found []widening
	add := func(format string, grants []grant, describe func([]grant) []string) {
		if len(grants) > 0 {
			found = append(found, widening{fmt.Sprintf(format, label, list(describe(grants))), worst(grants)})
		}
	}
	add("%s allows under fewer conditions: %s", unconditional, together)
	add("%s also allows: %s", principals, each(grant.principalText))
	add("%s also covers %s", resources, each(grant.resourceText))
	add("%s newly allows %s", actions, together)
	return found
}

func each(text func(grant) string) func([]grant) []string {
	return func(grants []grant) []string {
		texts := make([]string, len(grants))
		for i, g := range grants {
			texts[i] = text(g)
		}
		return texts
	}
}

// worst returns the level of the grant that allows most.
func worst(grants []grant) Level {
	level := None
	for _, g := range grants {
		level = max(level, g.level())
	}
	return level
}

// together describes grants, combining those for the same resource and principal.
func together(added []grant) []string {
	var rests []string
	actions := map[string][]string{}
	for _, g := range added {
		rest := strings.TrimPrefix(g.describe(), g.actionText())
		if actions[rest] == nil {
			rests = append(rests, rest)
		}
		actions[rest] = append(actions[rest], g.actionText())
	}
	texts := make([]string, len(rests))
	for i, rest := range rests {
		texts[i] = list(actions[rest]) + rest
	}
	return texts
}

// list joins strings, without repetition and up to a bound.
func list(texts []string) string {
	const most = 8
	texts = slices.Compact(sorted(texts))
	if rest := len(texts) - most; rest > 0 {
		texts = append(texts[:most], fmt.Sprintf("%d more", rest))
	}
	return strings.Join(texts, ", ")
}

func (g grant) actionText() string {
	if g.exceptActions {
		return "every action except " + g.action
	}
	return g.action
}

func (g grant) describe() string {
	text := g.actionText()
	if g.resource != "" {
		text += " on " + g.resourceText()
	}
	if g.principal != "" {
		text += " to " + g.principalText()
	}
	return text
}

func (g grant) resourceText() string {
	if g.exceptResources {
		return "every resource except " + g.resource
	}
	return g.resource
}

func (g grant) principalText() string {
	kind, id, _ := strings.Cut(g.principal, ":")
	text := id
	if kind != "aws" && kind != "service" {
		text = kind + " " + id
	}
	if g.exceptPrincipals {
		return "everybody except " + text
	}
	return text
}
