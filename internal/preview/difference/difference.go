package difference

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/policies/prop"
)

// Entry is one place at which two values differ.
type Entry struct {
	// Name of the place, such as tags.Name or "variable LOG_LEVEL".
	Name string
	// Old and New are short texts and numbers, or a placeholder such as [secret].
	Old, New string
	// What says what happens if that takes words: "is new", "has another value".
	What string
}

// Between compares the values of a property. It returns nothing if they are the same.
func Between(name string, old, now prop.Value) []Entry {
	if name == "containerDefinitions" {
		return betweenContainers(old, now)
	}
	found := between(name, old, now)
	switch name {
	case "dashboardBody":
		return withoutLayout(found)
	case "appSpec":
		// CodeDeploy's AppSpec for ECS has a single resource, which contains everything.
		for i := range found {
			found[i].Name = strings.Replace(found[i].Name, "Resources[0].TargetService.Properties.", "", 1)
		}
	}
	return found
}

// between looks for differences inside a value: of an object, a list or a document only these
// are shown. Values that are not known differ as a whole.
func between(name string, old, now prop.Value) []Entry {
	if found, are := documents(name, old, now); are {
		return found
	}
	keys, complete := old.Fields()
	newKeys, newComplete := now.Fields()
	if complete == prop.Yes && newComplete == prop.Yes {
		var found []Entry
		for _, key := range slices.Compact(slices.Sorted(slices.Values(append(keys, newKeys...)))) {
			found = append(found, between(name+"."+key, old.Get(key), now.Get(key))...)
		}
		return found
	}
	if (isList(old) || isList(now)) && !old.IsUnknown() && !now.IsUnknown() {
		return lists(name, old, now)
	}
	if !same(old, now) {
		return []Entry{{Name: name, Old: Show(name, old), New: Show(name, now)}}
	}
	return nil
}

// same reports whether two simple values are the same. Values that cannot be compared, such as
// secrets, count as the same: the engine reports if they differ.
func same(old, now prop.Value) bool {
	before, known := old.Text()
	after, knownToo := now.Text()
	if known && knownToo {
		return before == after
	}
	return old.Show() == now.Show()
}

// documents compares JSON texts by their content. If one of them is not JSON, both are shown as
// a whole.
func documents(name string, old, now prop.Value) ([]Entry, bool) {
	before, is := Document(old)
	after, isToo := Document(now)
	if !is || !isToo || hidden(name) {
		return nil, false
	}
	found := between(name, before, after)
	if len(found) == 0 && !same(old, now) && !old.Secret() && !now.Secret() {
		found = []Entry{{Name: name, What: "is written in another way and says the same"}}
	}
	return found, true
}

// Document returns the object or the list that a text holds as JSON; false if it holds none.
func Document(v prop.Value) (prop.Value, bool) {
	text, ok := v.Text()
	if text = strings.TrimSpace(text); !ok || !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return v, false
	}
	decoded, ok2 := v.JSON()
	return decoded, ok2 == prop.Yes
}

// isList reports whether the value is a list; any other value counts as its own only element.
func isList(v prop.Value) bool {
	elements, complete := v.List()
	return complete == prop.Yes && !v.Absent() && (len(elements) != 1 || elements[0].Path() != v.Path())
}

// identities lists the fields by which entries of lists are matched, wherever they stand.
var identities = []string{
	"name", "Name", "Sid", "sid", "Id", "id", "key", "sourceVolume", "containerPath", "containerName", "CapacityProvider",
	"capacityProvider", "properties.title", "containerPort",
}

// lists compares two lists: entries with a name by their names, strings and numbers as sets,
// others by their positions.
func lists(name string, old, now prop.Value) []Entry {
	before, _ := old.List()
	after, _ := now.List()
	if texts, ok := scalars(before); ok {
		if newTexts, ok := scalars(after); ok {
			return sets(name, texts, newTexts)
		}
	}
	for _, by := range identities {
		named, ok := byName(before, by)
		newNamed, okToo := byName(after, by)
		if !ok || !okToo || len(named)+len(newNamed) == 0 {
			continue
		}
		var found []Entry
		for _, key := range union(named, newNamed) {
			found = append(found, one(name+"["+key+"]", named[key], newNamed[key])...)
		}
		return found
	}
	if len(before) != len(after) {
		return []Entry{{Name: name, What: fmt.Sprintf("has %d entries, not %d any more", len(after), len(before))}}
	}
	var found []Entry
	for i := range before {
		found = append(found, between(fmt.Sprintf("%s[%d]", name, i), before[i], after[i])...)
	}
	return found
}

// one compares entries of which one may be missing.
func one(name string, old, now prop.Value) []Entry {
	switch {
	case old.Absent():
		return []Entry{{Name: name, What: "is new"}}
	case now.Absent():
		return []Entry{{Name: name, What: "is gone"}}
	default:
		return between(name, old, now)
	}
}

// union returns the keys of both in order.
func union[T any](a, b map[string]T) []string {
	keys := make([]string, 0, len(a)+len(b))
	for _, m := range []map[string]T{a, b} {
		for key := range m {
			keys = append(keys, key)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(keys)))
}

// byName indexes entries by a field, if its value differs in each.
func byName(entries []prop.Value, field string) (map[string]prop.Value, bool) {
	named := map[string]prop.Value{}
	for _, entry := range entries {
		id := entry.Dig(strings.Split(field, ".")...)
		text, ok := id.Text()
		if number, isNumber := id.Int(); !ok && isNumber {
			text, ok = fmt.Sprint(number), true
		}
		if _, twice := named[text]; !ok || twice || id.Secret() {
			return nil, false
		}
		named[text] = entry
	}
	return named, true
}

// scalars returns the strings and numbers of a list, if it holds nothing else.
func scalars(entries []prop.Value) ([]prop.Value, bool) {
	for _, entry := range entries {
		_, isText := entry.Text()
		_, isNumber := entry.Number()
		if !isText && !isNumber {
			return nil, false
		}
	}
	return entries, true
}

// sets compares lists of strings and numbers.
func sets(name string, old, now []prop.Value) []Entry {
	missing := func(from, in []prop.Value) string {
		var texts []string
		for _, v := range from {
			if !slices.ContainsFunc(in, func(other prop.Value) bool { return same(v, other) }) {
				texts = append(texts, Show(name, v))
			}
		}
		const most = 8
		if rest := len(texts) - most; rest > 0 {
			texts = append(texts[:most], fmt.Sprintf("%d more", rest))
		}
		return strings.Join(texts, ", ")
	}
	added, dropped := missing(now, old), missing(old, now)
	switch {
	case added != "" || dropped != "":
		return []Entry{{Name: name, Old: cmp.Or(dropped, "nothing"), New: cmp.Or(added, "nothing")}}
	case !slices.EqualFunc(old, now, same):
		return []Entry{{Name: name, What: "is in another order"}}
	default:
		return nil
	}
}

// withoutLayout drops the positions of a dashboard's widgets: a new widget moves all below it.
func withoutLayout(entries []Entry) []Entry {
	rest := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool {
		return slices.ContainsFunc(
			[]string{".x", ".y", ".width", ".height"},
			func(field string) bool { return strings.HasSuffix(e.Name, field) },
		)
	})
	if len(rest) == 0 && len(entries) > 0 {
		return []Entry{{Name: "dashboardBody", What: "has its widgets in other places"}}
	}
	return rest
}
