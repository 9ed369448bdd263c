package config

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
)

// decoder fills structs from decoded JSON and reports what does not fit.
type decoder struct {
	*findings
	namespace string
	kind      Kind
}

// value reads one value. null in YAML and JSON leaves the default.
func (d *decoder) value(at path, f field, found any, into reflect.Value) {
	switch kind := into.Kind(); {
	case kind == reflect.Struct:
		d.object(at, found, into)
	case found == nil && f.is("required"):
		d.missing(at, f)
	case found == nil:
	case kind == reflect.Slice:
		d.list(at, f, found, into)
	case kind == reflect.Map:
		d.entries(at, f, found, into)
	default:
		d.scalar(at, f, found, into)
	}
}

func (d *decoder) missing(at path, f field) {
	rules, err := rulesOf(f)
	allowed, fix := "a list", "set it"
	switch {
	case err == nil && rules.count != nil:
		allowed = "a list of " + rules.count.allowed + " entries"
	case err == nil && rules.value != nil:
		allowed = rules.value.allowed
		if rules.value.matches != nil {
			fix = "set it; " + rules.value.fix
		}
	}
	d.add(at, "nothing", allowed, fix)
}

func (d *decoder) object(at path, found any, into reflect.Value) {
	entries, isObject := found.(map[string]any)
	if !isObject && found != nil {
		d.add(at, describe(found, true), "an object", "write its keys below it, indented")
		return
	}
	var known []string
	for f := range fields(into.Type()) {
		known = append(known, f.name)
		d.value(at.key(f.name), f, entries[f.name], into.FieldByIndex(f.index))
	}
	d.unknown(at, entries, known)
}

// unknown reports the keys that an object does not have.
func (d *decoder) unknown(at path, entries map[string]any, known []string) {
	isKnown := map[string]bool{}
	for _, name := range known {
		isKnown[name] = true
	}
	for _, name := range sortedKeys(entries) {
		switch {
		case isKnown[name]:
		case at == root(d.namespace) && d.kind.isOthers(name):
			d.othersKey(at.entry(name), known)
		default:
			d.add(at.entry(name), "an unknown key", joinKeys(known), suggestKey(d.namespace, name, known, d.kind.root()))
		}
	}
}

func (d *decoder) list(at path, f field, found any, into reflect.Value) {
	entries, isList := found.([]any)
	if !isList {
		d.add(at, describe(found, f.is("sensitive")), "a list", "write each entry on a line of its own, after a hyphen")
		return
	}
	list := reflect.MakeSlice(into.Type(), 0, len(entries))
	for i, entry := range entries {
		value := newEntry(into.Type().Elem())
		switch {
		case entry == nil:
			d.add(at.index(i), "nothing", "an entry", "write one, or remove the line")
		case value.Kind() == reflect.Struct:
			d.object(at.index(i), entry, value)
		default:
			d.scalar(at.index(i), f, entry, value)
		}
		list = reflect.Append(list, value)
	}
	into.Set(list)
}

func (d *decoder) entries(at path, f field, found any, into reflect.Value) {
	entries, isObject := found.(map[string]any)
	if !isObject {
		d.add(at, describe(found, f.is("sensitive")), "an object of names and texts", "write its entries below it, indented")
		return
	}
	texts := make(map[string]string, len(entries))
	for _, name := range sortedKeys(entries) {
		value := reflect.New(into.Type().Elem()).Elem()
		if entries[name] == nil {
			d.add(at.entry(name), "nothing", "a text", `write one, or remove the key; an empty text is ""`)
			continue
		}
		d.scalar(at.entry(name), f, entries[name], value)
		texts[name] = value.String()
	}
	into.Set(reflect.ValueOf(texts))
}

// scalar accepts what Pulumi accepts for a type: numbers and booleans also as strings, strings
// only as strings. A number in place of a string has lost the characters that YAML drops from
// numbers.
func (d *decoder) scalar(at path, f field, found any, into reflect.Value) {
	var ok bool
	var allowed, fix string
	switch into.Kind() {
	case reflect.String:
		allowed, fix = "a text", "put it in quotes as it should read (pulumi config set --path needs --type string)"
		var text string
		if text, ok = found.(string); !ok && f.is("wholeNumber") {
			var number int
			number, ok = wholeNumber(found)
			text = strconv.Itoa(number)
		}
		if ok {
			into.SetString(text)
		}
	case reflect.Int:
		allowed, fix = "a whole number", "write it in digits"
		var number int
		if number, ok = wholeNumber(found); ok {
			into.SetInt(int64(number))
		}
	case reflect.Bool:
		allowed, fix = "true or false", "write true or false"
		var flag bool
		if flag, ok = boolean(found); ok {
			into.SetBool(flag)
		}
	default:
		allowed, fix = "a type that package config can read", "correct the program"
	}
	if !ok {
		d.add(at, describe(found, f.is("sensitive")), allowed, fix)
	}
}

func wholeNumber(found any) (int, bool) {
	switch found := found.(type) {
	case string:
		number, err := strconv.Atoi(found)
		return number, err == nil && inRange(float64(number))
	case json.Number:
		if number, err := strconv.Atoi(found.String()); err == nil {
			return number, inRange(float64(number))
		}
		// 24.0 and 1e3 are whole, too.
		number, err := found.Float64()
		return int(number), err == nil && number == math.Trunc(number) && inRange(number)
	default:
		return 0, false
	}
}

// inRange keeps numbers within 32 bits, as AWS does.
func inRange(number float64) bool { return math.Abs(number) <= math.MaxInt32 }

func boolean(found any) (value, ok bool) {
	switch found := found.(type) {
	case bool:
		return found, true
	case string:
		return found == "true", found == "true" || found == "false"
	default:
		return false, false
	}
}
