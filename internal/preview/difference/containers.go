package difference

import (
	"slices"
	"strings"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/prop"
)

// field of a container definition that is compared in its own way.
type field struct {
	name    string
	compare func(old, now prop.Value) []Entry
}

// fields come first, in this order; all others follow by name.
var fields = []field{
	{"image", betweenImages},
	{"user", plainField("user")},
	{"privileged", plainField("privileged")},
	{"readonlyRootFilesystem", plainField("readonlyRootFilesystem")},
	{"entryPoint", wordsField("entryPoint")},
	{"command", wordsField("command")},
	{"linuxParameters", plainField("linuxParameters")},
	{"secrets", namesField("secret", "valueFrom")},
	{"environment", namesField("variable", "value")},
	{"portMappings", plainField("portMappings")},
	{"cpu", plainField("cpu")},
	{"memory", plainField("memory")},
	{"memoryReservation", plainField("memoryReservation")},
	{"healthCheck", betweenHealthChecks},
}

func plainField(name string) func(old, now prop.Value) []Entry {
	return func(old, now prop.Value) []Entry { return between(name, old, now) }
}

func wordsField(name string) func(old, now prop.Value) []Entry {
	return func(old, now prop.Value) []Entry { return betweenWords(name, old, now) }
}

func betweenWords(name string, old, now prop.Value) []Entry {
	if len(between(name, old, now)) == 0 {
		return nil
	}
	before, after := Words(old), Words(now)
	if before == after {
		return []Entry{{Name: name, What: "differs where it may not be shown: " + after}}
	}
	return []Entry{{Name: name, Old: before, New: after}}
}

func betweenHealthChecks(old, now prop.Value) []Entry {
	found := slices.DeleteFunc(
		between("healthCheck", old, now),
		func(e Entry) bool { return strings.HasPrefix(e.Name, "healthCheck.command") },
	)
	return append(betweenWords("healthCheck.command", old.GetFold("command"), now.GetFold("command")), found...)
}

// namesField compares named values, of which only the names are shown. The source of a secret
// is not secret.
func namesField(kind, value string) func(old, now prop.Value) []Entry {
	return func(old, now prop.Value) []Entry {
		before, _ := old.List()
		after, _ := now.List()
		named, ok := byName(before, "name")
		newNamed, okToo := byName(after, "name")
		if !ok || !okToo || old.IsUnknown() || now.IsUnknown() {
			return between(kind+"s", old, now)
		}
		var found []Entry
		for _, name := range union(named, newNamed) {
			e := Entry{Name: kind + " " + name}
			was, is := named[name].GetFold(value), newNamed[name].GetFold(value)
			source := ""
			if text, ok := is.Text(); ok && kind == "secret" && arn.MatchString(text) {
				source = ": " + text
			}
			switch {
			case named[name].Absent():
				e.What = "is new" + source
			case newNamed[name].Absent():
				e.What = "is gone"
			case !same(was, is) && kind == "secret":
				e.What = "comes from elsewhere" + source
			case !same(was, is):
				e.What = "has another value"
			default:
				continue
			}
			found = append(found, e)
		}
		return found
	}
}

// Pair is one container before and after; one of them may be missing.
type Pair struct {
	Name     string
	Old, New *containers.Container
}

// Pairs matches containers by name. If there is only one before and one after, they match whatever their names. The
// answer is maybe if the definitions are not known, and no if they cannot be read.
func Pairs(old, now prop.Value) ([]Pair, prop.Truth) {
	before, known := containers.Read(old)
	after, knownToo := containers.Read(now)
	if both := known.And(knownToo); both != prop.Yes || old.Secret() || now.Secret() {
		if both == prop.Yes {
			both = prop.Maybe
		}
		return nil, both
	}
	if len(before) == 1 && len(after) == 1 {
		return []Pair{{Name: nameOf(after[0]), Old: &before[0], New: &after[0]}}, prop.Yes
	}
	var pairs []Pair
	for i := range after {
		pair := Pair{Name: nameOf(after[i]), New: &after[i]}
		if at := slices.IndexFunc(before, func(c containers.Container) bool { return nameOf(c) == pair.Name }); at >= 0 {
			pair.Old = &before[at]
		}
		pairs = append(pairs, pair)
	}
	for i := range before {
		if !slices.ContainsFunc(after, func(c containers.Container) bool { return nameOf(c) == nameOf(before[i]) }) {
			pairs = append(pairs, Pair{Name: nameOf(before[i]), Old: &before[i]})
		}
	}
	return pairs, prop.Yes
}

func nameOf(c containers.Container) string {
	name, _ := c.Get("name").Text()
	return name
}

// betweenContainers compares container definitions, container by container.
func betweenContainers(old, now prop.Value) []Entry {
	pairs, known := Pairs(old, now)
	if known != prop.Yes {
		return []Entry{{Name: "containerDefinitions", Old: Show("", old), New: Show("", now)}}
	}
	var found []Entry
	for _, pair := range pairs {
		entries := pair.entries()
		if len(pairs) > 1 {
			for i := range entries {
				entries[i].Name = pair.Name + ": " + entries[i].Name
			}
		}
		found = append(found, entries...)
	}
	if len(found) == 0 && !same(old, now) {
		found = []Entry{{Name: "containerDefinitions", What: "is written in another way and says the same"}}
	}
	return found
}

func (p Pair) entries() []Entry {
	switch {
	case p.Old == nil:
		return []Entry{{Name: "container", What: "is new, from the image " + p.image()}}
	case p.New == nil:
		return []Entry{{Name: "container", What: "is gone"}}
	}
	var found []Entry
	done := map[string]bool{}
	for _, f := range fields {
		done[strings.ToLower(f.name)] = true
		found = append(found, f.compare(p.Old.Get(f.name), p.New.Get(f.name))...)
	}
	before, _ := p.Old.Get().Fields()
	after, _ := p.New.Get().Fields()
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(before, after...)))) {
		if !done[strings.ToLower(name)] {
			done[strings.ToLower(name)] = true
			found = append(found, between(name, p.Old.Get(name), p.New.Get(name))...)
		}
	}
	return found
}

func (p Pair) image() string {
	if i, ok := ParseImage(p.New.Get("image")); ok {
		return i.String()
	}
	return Show("image", p.New.Get("image"))
}
