package report

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/preview/risk"
)

// changeItems lists changes. Changes of one type with the same text share an item: nobody reads
// two hundred creations.
func (r *Report) changeItems(changes []Change) []string { return r.grouped(changes, r.changeParts) }

// grouped lists changes; those with the same parts share an item with all their names.
func (r *Report) grouped(changes []Change, partsOf func(Change) (head, tail string)) []string {
	var kept []string
	index := map[string]int{}
	var names [][]string
	var tails []string
	for _, c := range changes {
		head, tail := partsOf(c)
		key := head + "\n" + tail
		at, seen := index[key]
		if !seen {
			at = len(kept)
			index[key] = at
			kept, names, tails = append(kept, head), append(names, nil), append(tails, tail)
		}
		names[at] = append(names[at], c.Name)
	}
	items := make([]string, len(kept))
	for i, head := range kept {
		items[i] = strings.Replace(head, nameHole, codes(names[i]), 1) + tails[i]
	}
	return items
}

// nameHole is the place of the names in the first line of an item.
const nameHole = "\x00"

// codes lists names, up to a bound.
func codes(names []string) string {
	const most = 30
	shown := make([]string, 0, most)
	for i, name := range names {
		if i == most {
			shown = append(shown, fmt.Sprintf("%d more", len(names)-most))
			break
		}
		shown = append(shown, code(name))
	}
	return strings.Join(shown, ", ")
}

// changeParts returns the first line of a change's item, and the lines with its findings and
// properties below.
func (r *Report) changeParts(c Change) (head, tail string) {
	op := string(c.Op)
	switch {
	case r.Kind == Drift:
		op = driftTexts[c.Op]
	case c.Deferred:
		op = "the next deployment changes"
	}
	head = fmt.Sprintf("- %s %s (%s)", op, nameHole, code(c.Type))
	if c.Level >= risk.Medium {
		head += fmt.Sprintf(", **%s**", c.Level)
	}
	if c.DeletedFirst {
		head += ", deleted before the new one is there"
	}
	var b strings.Builder
	for _, f := range c.Findings {
		mark := ""
		if f.Unknown {
			mark = "(?) "
		}
		if f.Level != c.Level {
			mark += "*" + f.Level.String() + "* "
		}
		fmt.Fprintf(&b, "  - %s%s\n", mark, text(f.Message, longest))
	}
	const most = 12
	shown := 0
	for _, p := range c.Changed {
		if c.said(p) {
			continue
		}
		if shown++; shown <= most {
			b.WriteString("  - " + p.markdown() + "\n")
		}
	}
	if shown > most {
		fmt.Fprintf(&b, "  - and %d more properties\n", shown-most)
	}
	return head + "\n", b.String()
}

// said reports whether a finding already says as much about a property.
func (c Change) said(p Property) bool {
	return !p.Replaces && slices.ContainsFunc(c.Findings, func(f risk.Finding) bool {
		switch {
		case p.New == "[unknown]":
			return f.Unknown && strings.Contains(f.Message, rootOf(p.Name))
		case p.What != "":
			return p.What == "is new" && strings.HasPrefix(f.Message, rootOf(p.Name)+": ")
		case p.Old == p.New:
			return strings.HasPrefix(f.Message, rootOf(p.Name))
		default:
			return strings.Contains(f.Message, p.Old+" → "+p.New) || p.Old == "nothing" && strings.HasSuffix(f.Message,
				": "+p.New)
		}
	})
}

func (p Property) markdown() string {
	item := code(p.Name)
	switch {
	case p.What != "":
		item += " " + text(p.What, longest)
	case p.Old == p.New && strings.HasPrefix(p.Old, "["):
		item += " differs, which is not shown"
	}
	if p.Old != p.New {
		item += fmt.Sprintf(": %s → %s", code(p.Old), code(p.New))
	}
	if p.Replaces {
		item += " forces the replacement"
	}
	return item
}
