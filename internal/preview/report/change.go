package report

import (
	"slices"
	"strings"

	"aws-webapp/internal/preview/difference"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
	"aws-webapp/policies/prop"
)

func change(c risk.Change) Change {
	shown := Change{
		Op: c.Op, URN: string(c.URN), Type: c.Type, Name: c.Name(), Class: c.Class, Level: c.Level, Findings: c.Findings,
		DeletedFirst: c.Op == eventlog.OpReplace && c.DeletedFirst, Deferred: c.OfComponent,
	}
	old, now := prop.Of(c.Old), prop.Of(c.New)
	switch {
	case c.Op == eventlog.OpUpdate || c.Op == eventlog.OpReplace:
		for _, name := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(c.Changed), c.ReplacedBy...)))) {
			shown.Changed = append(shown.Changed, properties(c, name, old, now)...)
		}
	case c.Class == risk.Containers && c.Op == eventlog.OpCreate:
		// Of a new task definition, only the containers that it will run are worth showing.
		const definitions = "containerDefinitions"
		shown.Changed = entries(difference.Between(definitions, old.Get(definitions), now.Get(definitions)))
	}
	isTag := func(p Property) bool {
		return strings.HasPrefix(p.Name, "tags") || strings.HasPrefix(p.Name, "defaultTags.")
	}
	shown.TagsOnly = len(shown.Changed) > 0 && len(shown.Findings) == 0 && c.Op == eventlog.OpUpdate &&
		!slices.ContainsFunc(shown.Changed, func(p Property) bool { return !isTag(p) })
	shown.NewImage = c.Op != eventlog.OpCreate && c.Class != risk.Creation &&
		slices.ContainsFunc(shown.Changed, func(p Property) bool { return p.image() })
	return shown
}

// image reports whether the property is part of the reference to a container's image.
func (p Property) image() bool {
	return strings.HasPrefix(p.Name, "image ") || strings.Contains(p.Name, ": image ")
}

// properties returns the places inside a property that differ.
func properties(c risk.Change, name string, old, now prop.Value) []Property {
	root := rootOf(name)
	if c.OfComponent {
		// Of a component's outputs only documents add something new.
		if _, is := difference.Document(old.Get(root)); !is {
			return nil
		}
		if _, is := difference.Document(now.Get(root)); !is {
			return nil
		}
	}
	found := entries(difference.Between(root, old.Get(root), now.Get(root)))
	if len(found) == 0 && !c.OfComponent {
		found = []Property{{Name: name, Old: difference.Show(root, old.Get(root)), New: difference.Show(root, now.Get(root))}}
	}
	for i := range found {
		// Every change replaces a revision: marking each property as replacing would be noise.
		found[i].Replaces = slices.Contains(c.ReplacedBy, name) && !risk.Revised(c.Type)
	}
	return found
}

func entries(differences []difference.Entry) []Property {
	found := make([]Property, len(differences))
	for i, d := range differences {
		found[i] = Property{Name: d.Name, Old: d.Old, New: d.New, What: d.What}
	}
	return found
}

// rootOf returns the top property of a path such as tags.Name or rules[0].action.
func rootOf(path string) string {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return path
}
