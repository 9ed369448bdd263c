package sdkschema

import (
	"bufio"
	_ "embed" // answered.txt
	"maps"
	"slices"
	"strings"
	"sync"
)

// Kind is the form of a property.
type Kind string

// The kinds. An Object has properties of its own, a Map any keys.
const (
	Text   Kind = "string"
	Number Kind = "number"
	Flag   Kind = "boolean"
	List   Kind = "list"
	Object Kind = "object"
	Map    Kind = "map"
)

// answered has a line for each type: its token, and its properties with their kinds.
//
//go:embed answered.txt
var answered string

// Answered returns, for the types that the controls judge, the properties that the provider
// fills in if the program leaves them out, with their kinds. Nested properties have dots; a
// block in a list is named like a single block.
func Answered() map[string]map[string]Kind { return parsed() }

var parsed = sync.OnceValue(func() map[string]map[string]Kind {
	found := map[string]map[string]Kind{}
	lines := bufio.NewScanner(strings.NewReader(answered))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		own := map[string]Kind{}
		for _, word := range words[1:] {
			path, kind, _ := strings.Cut(word, ":")
			own[path] = Kind(kind)
		}
		found[words[0]] = own
	}
	return found
})

// Inputs returns the names of a type's input properties.
func (s *Schema) Inputs(token string) []string {
	t := s.Types[token]
	return slices.Sorted(maps.Keys(s.raw[t.pkg][lowerFirst(t.name)+"Args"]))
}

// Answers reports whether a type's property of a simple kind is optional as an input and always
// set as an output. The Go SDK shows this by the pointers of the fields.
func (s *Schema) Answers(token, property string) (answers, simple bool) {
	t, ok := s.Types[token]
	if !ok {
		return false, false
	}
	in, out := s.raw[t.pkg][lowerFirst(t.name)+"Args"][property], s.raw[t.pkg][t.name][property]
	kind, pointer := strings.CutPrefix(in, "*")
	if !slices.Contains([]string{"string", "int", "bool", "float64"}, kind) || out == "" {
		return false, false
	}
	return pointer && !strings.HasSuffix(out, "PtrOutput"), true
}
