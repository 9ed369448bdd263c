package config

import (
	"iter"
	"reflect"
)

// field is a key of a configuration object.
type field struct {
	index int
	name  string
	typ   reflect.Type
	tag   reflect.StructTag
}

// isObject reports whether there are keys below the field: it is an object, or a list of
// objects.
func (f field) isObject() bool {
	return f.typ.Kind() == reflect.Struct || f.typ.Kind() == reflect.Slice && f.typ.Elem().Kind() == reflect.Struct
}

func (f field) is(tag string) bool { return f.tag.Get(tag) == "true" }

// fields returns the keys of a struct in the order of their declaration.
func fields(typ reflect.Type) iter.Seq[field] {
	return func(yield func(field) bool) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !yield(field{index: i, name: f.Tag.Get("json"), typ: f.Type, tag: f.Tag}) {
				return
			}
		}
	}
}
