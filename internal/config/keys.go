package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Key is one key of a stack file, as docs/config.md lists them.
type Key struct {
	// Name such as database.multiAz or services[].port.
	Name string
	// Values lists valid values as JSON, the most likely first. Other keys may rule one out.
	Values []string

	field
}

// Path returns the path with which `pulumi config set --path` sets the key in the first entry
// of each list.
func (k Key) Path() string {
	path := strings.ReplaceAll(k.Name, "[]", "[0]")
	switch k.typ.Kind() {
	case reflect.Slice:
		return path + "[0]"
	case reflect.Map:
		rules, _ := rulesOf(k.field)
		return path + "." + examplesOf(*rules.keys)[0]
	default:
		return path
	}
}

// Keys lists every key of a kind of stack file that has a value, in the order of the reference.
func Keys(kind Kind) []Key {
	var defaults any = Defaults()
	if kind == KindDelivery {
		defaults = DefaultDelivery()
	}
	var keys []Key
	eachField("", reflect.ValueOf(defaults), func(name string, f field, value reflect.Value) {
		if !f.isObject() {
			keys = append(keys, Key{Name: name, Values: legalValues(f, value), field: f})
		}
	})
	return keys
}

// eachField visits every field below an object, also those that are objects or lists of them, with the
// name of its key and its default.
func eachField(
	prefix string, object reflect.Value, visit func(name string, f field, value reflect.Value),
) {
	for f := range fields(object.Type()) {
		name, value := prefix+f.name, object.FieldByIndex(f.index)
		visit(name, f, value)
		switch {
		case f.typ.Kind() == reflect.Struct:
			eachField(name+".", value, visit)
		case f.isObject():
			eachField(name+"[].", newEntry(f.typ.Elem()), visit)
		}
	}
}

func legalValues(f field, standard reflect.Value) []string {
	if f.typ.Kind() == reflect.Bool {
		return []string{"true", "false"}
	}
	rules, err := rulesOf(f)
	if err != nil || rules.value == nil {
		return nil
	}
	if len(rules.value.ranges) == 0 {
		values := examplesOf(*rules.value)
		for i := range values {
			values[i] = quote(values[i])
		}
		return values
	}
	var numbers []int
	if standard.CanInt() {
		numbers = append(numbers, int(standard.Int())+1, int(standard.Int())-1)
	}
	for _, span := range rules.value.ranges {
		numbers = append(numbers, span.least, span.least+span.step, span.most-span.step, span.most)
	}
	var values []string
	for _, n := range numbers {
		if rules.value.takesNumber(n) {
			values = append(values, strconv.Itoa(n))
		}
	}
	return values
}

// examplesOf returns strings that satisfy a rule.
func examplesOf(r rule) []string {
	examples := slices.Clone(r.literals)
	for _, example := range []string{r.example, r.example + "2"} {
		if r.matches != nil && r.matches(example) {
			examples = append(examples, example)
		}
	}
	return examples
}
