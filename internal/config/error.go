package config

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a configuration. None of its texts contains a secret.
type Error struct {
	// Key is the path, such as aws-webapp:services[0].scaling.min.
	Key string
	// Found is the configured value, or a description of the mistake if the value must not be
	// shown.
	Found string
	// Allowed describes the valid values.
	Allowed string
	// Fix says what to do.
	Fix string
}

// Error returns <key>: found <found>, allowed <allowed>: <fix>.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: found %s, allowed %s: %s", e.Key, e.Found, e.Allowed, e.Fix)
}

// Errors holds all mistakes in a configuration, sorted by key.
type Errors []*Error

// Error lists the errors, one per line.
func (e Errors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d errors in the configuration:", len(e))
	for _, err := range e {
		text.WriteString("\n  - " + err.Error())
	}
	return text.String()
}

// Unwrap lets [errors.As] find each [Error].
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// Sorted orders the errors by key, entries of lists by number.
func (e Errors) Sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int { return compareKeys(a.Key, b.Key) })
	return e
}

// compareKeys compares strings, with numbers in them by value: a[2] comes before a[10].
func compareKeys(a, b string) int {
	for a != "" && b != "" {
		first, second := digits(a), digits(b)
		if first != "" && second != "" {
			if len(first) != len(second) {
				return len(first) - len(second)
			}
			if order := strings.Compare(first, second); order != 0 {
				return order
			}
			a, b = a[len(first):], b[len(second):]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits returns the number at the start of a string.
func digits(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		return text
	}
	return text[:end]
}
