package diagram

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// resource with its inputs, which are what the program asked for.
type resource struct {
	typ, name, id, parent string
	inputs                map[string]any
}

// value below the inputs; nil if there is none.
func (r *resource) value(path ...string) any {
	var at any = r.inputs
	for _, key := range path {
		object, _ := at.(map[string]any)
		at = object[key]
	}
	return at
}

func (r *resource) text(path ...string) string {
	text, _ := r.value(path...).(string)
	return text
}

func (r *resource) number(path ...string) int {
	number, _ := r.value(path...).(float64)
	return int(number)
}

func (r *resource) flag(path ...string) bool {
	flag, _ := r.value(path...).(bool)
	return flag
}

func (r *resource) list(path ...string) []any {
	list, _ := r.value(path...).([]any)
	return list
}

// texts are all texts among the inputs, however deep.
func (r *resource) texts() []string { return textsOf(nil, r.inputs) }

func textsOf(found []string, value any) []string {
	switch v := value.(type) {
	case string:
		return append(found, v)
	case []any:
		for _, element := range v {
			found = textsOf(found, element)
		}
	case map[string]any:
		for _, element := range v {
			found = textsOf(found, element)
		}
	}
	return found
}

// stack is the resources that a picture is drawn of, sorted by type and name.
type stack struct {
	name string
	all  []*resource
}

func read(resources []apitype.ResourceV3) *stack {
	s := &stack{}
	for _, r := range resources {
		if r.Delete {
			continue
		}
		s.name = cmp.Or(s.name, r.URN.Stack().String())
		s.all = append(s.all, &resource{
			typ: string(r.Type), name: r.URN.Name(), id: string(r.ID), parent: string(r.Parent), inputs: r.Inputs,
		})
	}
	slices.SortFunc(s.all, func(a, b *resource) int {
		return cmp.Or(cmp.Compare(a.typ, b.typ), cmp.Compare(a.name, b.name))
	})
	return s
}

func (s *stack) ofType(types ...string) []*resource {
	var found []*resource
	for _, r := range s.all {
		if slices.Contains(types, r.typ) {
			found = append(found, r)
		}
	}
	return found
}

// first resource of a type, or one without inputs.
func (s *stack) first(typ string) *resource {
	if found := s.ofType(typ); len(found) > 0 {
		return found[0]
	}
	return &resource{}
}

func (s *stack) has(typ string) bool { return len(s.ofType(typ)) > 0 }

// sibling of a resource: one of the type in the same component.
func (s *stack) sibling(r *resource, typ string) *resource {
	for _, other := range s.ofType(typ) {
		if other.parent == r.parent {
			return other
		}
	}
	return &resource{}
}

func (s *stack) region() string { return s.first("pulumi:providers:aws").text("region") }

// words turns a logical name into a title: search-shipper into Search shipper.
func words(name string) string {
	text := strings.ReplaceAll(name, "-", " ")
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// kind is the last part of a type token.
func kind(typ string) string { return typ[strings.LastIndexByte(typ, ':')+1:] }
