package config

import (
	"iter"
	"reflect"
	"slices"
)

// field is a key of a configuration object.
type field struct {
	name string
	typ  reflect.Type
	tag  reflect.StructTag
	// owner is the struct that declares it as goName: another one than the object's if that embeds it.
	owner  reflect.Type
	goName string
	index  []int
}

// isObject reports whether there are keys below the field: it is an object, or a list of
// objects.
func (f field) isObject() bool {
	return f.typ.Kind() == reflect.Struct || f.typ.Kind() == reflect.Slice && f.typ.Elem().Kind() == reflect.Struct
}

func (f field) is(tag string) bool { return f.tag.Get(tag) == "true" }

// fields returns the keys of a struct in the order of their declaration. Those of a struct that it embeds are its own.
func fields(typ reflect.Type) iter.Seq[field] {
	return func(yield func(field) bool) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			one := field{f.Tag.Get("json"), f.Type, f.Tag, typ, f.Name, f.Index}
			if !f.Anonymous {
				if !yield(one) {
					return
				}
				continue
			}
			for inner := range fields(f.Type) {
				inner.index = slices.Concat(f.Index, inner.index)
				if !yield(inner) {
					return
				}
			}
		}
	}
}
