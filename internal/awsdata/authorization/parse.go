package authorization

import (
	_ "embed" // for actions.txt
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// generated has the source in its first line and then a section for each service, after an empty line. A
// section has a line with the service's prefix; the sets of condition keys, numbered from 0 in their order
// ("?", keys); the types of resources ("@", type, ARN); and the actions (name, level, set of keys,
// resources, dependents). A resource of an action is written as its type, with ! in front if it is
// required, then = and the number of its set of keys. Tabs separate fields, | separates resources, spaces
// separate keys and dependents.
//
// A program uses few services, so a section is only parsed when its service is first asked for.
//
//go:embed actions.txt
var generated string

// service is a parsed section.
type service struct {
	once    sync.Once
	section string
	inOrder []*Action
	// actions by name in lower case.
	actions map[string]*Action
}

// services returns the sections by prefix.
var services = sync.OnceValue(func() map[string]*service {
	found := map[string]*service{}
	for _, section := range strings.Split(generated, "\n\n")[1:] {
		prefix, rest, _ := strings.Cut(section, "\n")
		found[prefix] = &service{section: rest}
	}
	return found
})

// Source names the origin of the data, with its version and the day on which it was read.
func Source() string {
	source, _, _ := strings.Cut(generated, "\n")
	return source
}

// Services returns the prefixes of all services, sorted.
func Services() []string { return slices.Sorted(maps.Keys(services())) }

var none service

func of(prefix string) *service {
	s := services()[prefix]
	if s == nil {
		return &none
	}
	s.once.Do(func() { s.read(prefix) })
	return s
}

func (s *service) read(prefix string) {
	var sets [][]string
	set := func(number string) []string {
		if i, err := strconv.Atoi(number); err == nil {
			return sets[i]
		}
		return nil
	}
	arns := map[string]string{}
	s.actions = map[string]*Action{}
	for line := range strings.Lines(s.section) {
		const most = 5
		fields := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), make([]string, most)...)
		switch fields[0] {
		case "?":
			sets = append(sets, strings.Fields(fields[1]))
		case "@":
			arns[fields[1]] = fields[2]
		default:
			a := &Action{
				Name: prefix + ":" + fields[0], Level: Level(fields[1][0]),
				Keys: set(fields[2]), Dependents: strings.Fields(fields[4]),
			}
			for resource := range strings.SplitSeq(fields[3], "|") {
				kind, number, _ := strings.Cut(resource, "=")
				kind, required := strings.CutPrefix(kind, "!")
				if kind != "" {
					a.Resources = append(a.Resources, Resource{Type: kind, ARN: arns[kind], Required: required, Keys: set(number)})
				}
			}
			s.inOrder = append(s.inOrder, a)
			s.actions[strings.ToLower(fields[0])] = a
		}
	}
}
