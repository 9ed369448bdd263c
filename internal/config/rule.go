package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// rule is the content of an allowed, keys or count tag.
type rule struct {
	// allowed is the rule in words.
	allowed string
	// fix says what to do about a value that breaks it.
	fix string
	// literals, ranges and matches are the ways to satisfy it.
	literals []string
	ranges   []numberRange
	matches  func(string) bool
	// why says more about a refused string; nil or "" if there is nothing more to say.
	why func(string) string
	// example is a string that matches.
	example string
	// expression is the regular expression that matches; empty if code decides.
	expression string
	// shortest and longest string, in addition to the expression; 0 for no limit.
	shortest, longest int
}

// numberRange holds the numbers from least to most in steps.
type numberRange struct{ least, most, step int }

func (r rule) takesNumber(n int) bool {
	for _, span := range r.ranges {
		if n >= span.least && n <= span.most && (n-span.least)%span.step == 0 {
			return true
		}
	}
	return false
}

func (r rule) takesText(text string) bool {
	if r.matches != nil {
		return r.matches(text)
	}
	for _, literal := range r.literals {
		if text == literal {
			return true
		}
	}
	return false
}

// fixText says what to do about a string that the rule refuses.
func (r rule) fixText(text string) string {
	if r.matches != nil {
		return r.fix
	}
	if near := closest(text, r.literals); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	return "set one of them"
}

// textRule reads a tag about strings: the name of a format or of a list in angle brackets, or the
// strings themselves.
func textRule(tag string) (rule, error) {
	if name, isFormat := strings.CutPrefix(tag, "<"); isFormat {
		name = strings.TrimSuffix(name, ">")
		if list := lists[name]; list != nil {
			return rule{allowed: strings.Join(list, ", "), literals: list}, nil
		}
		format, known := formats[name]
		if !known {
			return rule{}, fmt.Errorf("the format %s is not known", tag)
		}
		return rule{
			allowed: format.allowed, fix: "write it like " + format.example, matches: format.matches,
			why: reasons[strings.Trim(tag, "<>")], example: strings.Trim(format.example, `"`),
			expression: format.expression, shortest: format.shortest, longest: format.longest,
		}, nil
	}
	if tag == "" {
		return rule{}, fmt.Errorf("there is no rule")
	}
	return rule{allowed: tag, literals: strings.Split(tag, ", ")}, nil
}

// numberRule reads a tag about numbers: "0, 30 to 900", "1 or more", "multiples of 31 up to 713".
func numberRule(tag string) (rule, error) {
	r := rule{allowed: tag}
	for _, part := range strings.Split(tag, ", ") {
		span, err := parseRange(part)
		if err != nil {
			return rule{}, fmt.Errorf("%q in %q: %w", part, tag, err)
		}
		r.ranges = append(r.ranges, span)
	}
	r.fix = "set one of these numbers"
	if len(r.ranges) == 1 {
		r.fix = "set a number in that range"
	}
	return r, nil
}

func parseRange(part string) (numberRange, error) {
	span := numberRange{step: 1}
	fields := strings.Fields(part)
	var least, most, step string
	switch {
	case len(fields) == 1:
		least, most = part, part
	case len(fields) == 3 && fields[1] == "to":
		least, most = fields[0], fields[2]
	case len(fields) == 3 && fields[1] == "or" && fields[2] == "more":
		least, most = fields[0], strconv.Itoa(math.MaxInt32)
	case len(fields) == 6 && fields[0] == "multiples":
		least, step, most = fields[2], fields[2], fields[5]
	default:
		return span, fmt.Errorf("neither a number nor a range")
	}
	var err error
	if span.least, err = strconv.Atoi(least); err != nil {
		return span, err
	}
	if span.most, err = strconv.Atoi(most); err != nil {
		return span, err
	}
	if step != "" {
		if span.step, err = strconv.Atoi(step); err != nil {
			return span, err
		}
	}
	return span, nil
}

// rules holds the rules of one field.
type rules struct {
	value, keys, count *rule
}

// rulesOf reads a field's tags. Objects and booleans have none.
func rulesOf(f field) (rules, error) {
	var found rules
	elem := f.typ
	if elem.Kind() == reflect.Slice || elem.Kind() == reflect.Map {
		elem = elem.Elem()
	}
	for _, source := range []struct {
		tag    string
		needed bool
		read   func(string) (rule, error)
		into   **rule
	}{
		{"allowed", elem.Kind() == reflect.Int, numberRule, &found.value},
		{"allowed", elem.Kind() == reflect.String, textRule, &found.value},
		{"keys", f.typ.Kind() == reflect.Map, textRule, &found.keys},
		{"count", f.tag.Get("count") != "", numberRule, &found.count},
	} {
		if !source.needed {
			continue
		}
		r, err := source.read(f.tag.Get(source.tag))
		if err != nil {
			return rules{}, fmt.Errorf("%s of %s: %w", source.tag, f.name, err)
		}
		*source.into = &r
	}
	return found, nil
}
