package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
)

// sections in the order in which a reviewer needs them: the worst come first.
func (r *Report) sections() []section {
	sections := []section{
		{title: "Errors", items: r.messages(r.Errors)},
		r.addedSection(),
		r.policySection("Mandatory policies violated", true),
	}
	sections = append(sections, r.changeSections()...)
	if tagged := r.tagged(); len(tagged) > 0 {
		sections = append(sections, section{title: "Only tags", folded: true, count: len(tagged), items: r.tagItems(tagged)})
	}
	warnings := section{title: "Warnings", folded: true, items: r.messages(r.Warnings)}
	if r.quiet() {
		return append(sections, warnings)
	}
	advisory := r.policySection("Advisory policies violated by what changes", false)
	advisory.folded = true
	return append(sections, advisory, r.costSection(), warnings)
}

// addedSection lists what was added by hand, each with the command that undoes it.
func (r *Report) addedSection() section {
	s := section{title: "Added by hand"}
	if len(r.Added) > 0 {
		s.intro = "Neither a refresh nor the next update sees or removes it. Find out who did it, then undo it or bring it " +
			"into the program.\n\n"
	}
	for _, one := range r.Added {
		item := fmt.Sprintf("- %s: %s\n  %s\n", text(one.What, longest), text(one.Detail, longest), code(one.Undo))
		s.items = append(s.items, item)
	}
	return s
}

// changeSections returns one section for each class, and another, folded, for the changes of the class
// that need no look.
func (r *Report) changeSections() []section {
	type key struct {
		class  risk.Class
		folded bool
	}
	changes, worst := map[key][]Change{}, map[key]risk.Level{}
	for _, c := range r.Changes {
		if !c.TagsOnly {
			k := key{c.Class, c.folded()}
			changes[k], worst[k] = append(changes[k], c), max(worst[k], c.Level)
		}
	}
	order := slices.SortedFunc(maps.Keys(changes), func(a, b key) int {
		if a.folded != b.folded {
			return map[bool]int{false: -1, true: 1}[a.folded]
		}
		return cmp.Or(cmp.Compare(worst[b], worst[a]), cmp.Compare(slices.Index(risk.Classes, a.class),
			slices.Index(risk.Classes, b.class)))
	})
	var sections []section
	for _, k := range order {
		s := section{title: k.class.Title(), folded: k.folded, count: len(changes[k]), items: r.changeItems(changes[k])}
		if r.Kind == Drift && k.class == risk.DataLoss {
			s.title = "Stateful resources deleted"
		}
		sections = append(sections, s)
	}
	return sections
}

// folded reports whether a reviewer need not see the change at once. Changes of containers, and
// changes of existing things that cannot be compared, are shown even if nothing is wrong with
// them.
func (c Change) folded() bool {
	switch {
	case c.Level >= risk.Medium, c.Class == risk.Containers:
		return false
	default:
		return c.Class != risk.Unknown || c.Op == eventlog.OpCreate
	}
}

// tagItems lists changes of tags, those of the same tags together.
func (r *Report) tagItems(changes []Change) []string {
	return r.grouped(changes, func(c Change) (string, string) {
		c.Changed = slices.Clone(c.Changed)
		for i, p := range c.Changed {
			c.Changed[i].Name = strings.TrimPrefix(p.Name, "defaultTags.")
		}
		_, tail := r.changeParts(c)
		return "- " + nameHole + "\n", tail
	})
}
