package config

import (
	"fmt"
	"reflect"

	"aws-webapp/internal/plural"
)

// validation checks a configuration that has been read.
type validation struct {
	*findings
	// environment and aws are settings that every kind of stack has.
	environment *Environment
	aws         *AWS
	// config is the workload's; nil in a delivery stack.
	config *Config
}

// validator is a struct with rules that compare several values.
type validator interface {
	validate(v *validation, at path)
}

// object checks every value of a struct, and then its rules about several values.
func (v *validation) object(at path, object reflect.Value) {
	for f := range fields(object.Type()) {
		v.field(at.key(f.name), f, object.FieldByIndex(f.index))
	}
	if rules, ok := object.Addr().Interface().(validator); ok {
		rules.validate(v, at)
	}
}

func (v *validation) field(at path, f field, value reflect.Value) {
	rules, err := rulesOf(f)
	if err != nil {
		v.add(at, "a rule that cannot be read", "what package config documents", "correct the program: "+err.Error())
		return
	}
	switch value.Kind() {
	case reflect.Struct:
		v.object(at, value)
	case reflect.Int:
		v.number(at, rules.value, int(value.Int()))
	case reflect.String:
		if value.String() != "" || !f.is("optional") {
			v.text(at, rules.value, value.String(), f.is("sensitive"))
		}
	case reflect.Slice:
		v.count(at, rules.count, value.Len(), "entry", "entries")
		v.list(at, f, rules, value)
	case reflect.Map:
		v.count(at, rules.count, value.Len(), "entry", "entries")
		v.entries(at, f, rules, value)
	default: // a boolean is right either way
	}
}

func (v *validation) number(at path, r *rule, found int) {
	if !r.takesNumber(found) {
		v.add(at, show(found), r.allowed, r.fix)
	}
}

func (v *validation) text(at path, r *rule, found string, sensitive bool) {
	if r.takesText(found) {
		return
	}
	shown := quote(found)
	if r.why != nil {
		if why := r.why(found); why != "" {
			shown += ", but " + why
		}
	}
	if sensitive {
		shown = "another text (not shown)"
	}
	v.add(at, shown, r.allowed, r.fixText(found))
}

func (v *validation) count(at path, r *rule, found int, one, many string) {
	if r != nil && !r.takesNumber(found) {
		v.add(at, plural.Of(found, one, many), r.allowed, "add or remove "+many)
	}
}

func (v *validation) list(at path, f field, rules rules, list reflect.Value) {
	first := map[string]path{}
	for i := range list.Len() {
		entry, value := at.index(i), list.Index(i)
		if value.Kind() == reflect.Struct {
			v.object(entry, value)
			continue
		}
		v.text(entry, rules.value, value.String(), f.is("sensitive"))
		if at, twice := first[value.String()]; twice && !f.is("repeat") {
			v.add(entry, quote(value.String()), "each entry once", fmt.Sprintf("remove it: %s says the same", at))
			continue
		}
		first[value.String()] = entry
	}
}

func (v *validation) entries(at path, f field, rules rules, entries reflect.Value) {
	for name, value := range entries.Interface().(map[string]string) {
		entry := at.entry(name)
		if !rules.keys.takesText(name) {
			v.add(entry, quote(name)+" as a key", rules.keys.allowed, rules.keys.fixText(name))
			continue
		}
		v.text(entry, rules.value, value, f.is("sensitive"))
	}
}
