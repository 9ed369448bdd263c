package logsgrammar

import (
	"fmt"
	"regexp"
	"strings"
)

// functions that queries may call: those of values, and those of groups, which stats alone takes.
var (
	functions = setOf("abs ceil floor greatest least log sqrt bin datefloor dateceil fromMillis toMillis now ispresent " +
		"coalesce isempty isblank concat ltrim rtrim trim strlen toupper tolower substr replace strcontains isValidIp " +
		"isValidIpv4 isValidIpv6 isIpInSubnet isIpv4InSubnet isIpv6InSubnet jsonParse jsonStringify")
	ofGroups = setOf("avg count count_distinct max min pct stddev sum earliest latest sortsFirst sortsLast")
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[strings.ToLower(word)] = true
	}
	return set
}

// insights reads one query. After stats the lines are gone: known has what it has made of them, and is nil before it.
type insights struct {
	*scanner
	known map[string]bool
}

// Query checks a query of Logs Insights. After stats it may name what stats has made, and nothing of the lines.
func Query(text string) error {
	s, err := scan(text, insightsRules)
	if err != nil {
		return err
	}
	q := &insights{scanner: s}
	for {
		name := q.next().text
		if err := q.command(strings.ToLower(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if q.peek().kind == 0 {
			return nil
		}
		if err := q.need("|"); err != nil {
			return err
		}
	}
}

func (q *insights) command(name string) error {
	switch name {
	case "fields", "display", "dedup":
		return q.list(func() error { _, err := q.aliased(false); return err })
	case "filter":
		return q.value(false)
	case "sort":
		return q.list(func() error {
			err := q.value(false)
			_ = q.take("asc") || q.take("desc")
			return err
		})
	case "limit":
		if q.next().kind != '0' {
			q.at--
			return q.unexpected("a number")
		}
		return nil
	case "parse":
		return q.parse()
	case "stats":
		return q.stats()
	default:
		return fmt.Errorf("found no such command: allowed are fields, display, dedup, filter, sort, limit, parse and stats")
	}
}

func (q *insights) list(one func() error) error {
	for {
		if err := one(); err != nil {
			return err
		}
		if !q.take(",") {
			return nil
		}
	}
}

// aliased reads a value, with a name after as, and returns the name by which later commands know it.
func (q *insights) aliased(group bool) (string, error) {
	begin := q.at
	if err := q.value(group); err != nil {
		return "", err
	}
	var text strings.Builder
	for _, one := range q.tokens[begin:q.at] {
		text.WriteString(one.text)
	}
	if !q.take("as") {
		return text.String(), nil
	}
	name := q.next()
	if name.kind != 'n' {
		q.at--
		return "", q.unexpected("a name")
	}
	if q.known != nil {
		q.known[name.text] = true
	}
	return name.text, nil
}

func (q *insights) stats() error {
	made := map[string]bool{}
	add := func(group bool) func() error {
		return func() error {
			name, err := q.aliased(group)
			made[name] = true
			return err
		}
	}
	if err := q.list(add(true)); err != nil {
		return err
	}
	if q.take("by") {
		if err := q.list(add(false)); err != nil {
			return err
		}
	}
	q.known = made
	return nil
}

var named = regexp.MustCompile(`\(\?<([A-Za-z_]+)>`)

// parse takes fields out of one, by a pattern with stars and names for them, or by an expression that has the names.
func (q *insights) parse() error {
	if q.peek().kind == 'n' {
		if err := q.value(false); err != nil {
			return err
		}
	}
	pattern := q.next()
	switch pattern.kind {
	case 'r':
		if !named.MatchString(pattern.text) {
			return fmt.Errorf("found no (?<name>...) in %s", pattern.text)
		}
		_, err := regexp.Compile(strings.Trim(pattern.text, "/"))
		return err
	case 's':
		stars, names := strings.Count(pattern.text, "*"), 0
		if err := q.need("as"); err != nil {
			return err
		}
		err := q.list(func() error {
			names++
			if q.next().kind != 'n' {
				q.at--
				return q.unexpected("a name")
			}
			return nil
		})
		if err == nil && stars != names {
			err = fmt.Errorf("found %d stars and %d names", stars, names)
		}
		return err
	}
	q.at--
	return q.unexpected("a pattern")
}

// operators between values. They are not told apart by rank: what is checked does not depend on it.
var operators = []string{"=~", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "%", "^", "and", "or", "like"}

func (q *insights) value(group bool) error {
	for q.take("not") || q.take("-") {
		continue
	}
	if err := q.single(group); err != nil {
		return err
	}
	for {
		negated := q.take("not")
		switch {
		case q.take("in"):
			if err := q.need("["); err != nil {
				return err
			}
			if err := q.list(func() error { return q.single(false) }); err != nil {
				return err
			}
			if err := q.need("]"); err != nil {
				return err
			}
		case negated && !q.take("like"):
			return q.unexpected("like or in after not")
		case negated:
			return q.value(group)
		default:
			for _, one := range operators {
				if q.take(one) {
					return q.value(group)
				}
			}
			return nil
		}
	}
}

func (q *insights) single(group bool) error {
	one := q.next()
	switch {
	case one.text == "(":
		if err := q.value(group); err != nil {
			return err
		}
		return q.need(")")
	case one.kind == 'r':
		_, err := regexp.Compile(strings.Trim(one.text, "/"))
		return err
	case one.kind == '0' || one.kind == 's':
		return nil
	case one.kind != 'n':
		q.at--
		return q.unexpected("a value")
	case q.take("("):
		return q.call(one.text, group)
	case q.known != nil && !q.known[one.text]:
		return fmt.Errorf("found %s, which stats has not made: after it the fields of the lines are gone", one.text)
	}
	return nil
}

func (q *insights) call(name string, group bool) error {
	lower := strings.ToLower(name)
	if !functions[lower] && !ofGroups[lower] {
		return fmt.Errorf("found %s(), which is not a function of Logs Insights", name)
	}
	if ofGroups[lower] && !group {
		return fmt.Errorf("found %s() outside of stats", name)
	}
	if q.take(")") {
		return nil
	}
	if q.take("*") {
		return q.need(")")
	}
	if err := q.list(func() error { return q.value(false) }); err != nil {
		return err
	}
	return q.need(")")
}
