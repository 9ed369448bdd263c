package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No other package checks a range again, so one step outside of each has to be refused here.
func TestOutsideOfEachRange(t *testing.T) {
	for _, kind := range []Kind{KindWorkload, KindDelivery} {
		for _, key := range Keys(kind) {
			rules, err := rulesOf(key.field)
			require.NoError(t, err)
			if rules.value == nil {
				continue
			}
			for _, span := range rules.value.ranges {
				for _, n := range []int{span.least - 1, span.most + 1, span.most - span.step/2} {
					if !rules.value.takesNumber(n) {
						assert.True(t, refuses(t, kind, key.Path(), show(n)), "%s of a %s: takes %d", key.Name, kind, n)
					}
				}
			}
		}
	}
}

// Nor does any other package check a string or the length of a list.
func TestOutsideOfEachListAndFormat(t *testing.T) {
	for _, kind := range []Kind{KindWorkload, KindDelivery} {
		for _, key := range Keys(kind) {
			rules, err := rulesOf(key.field)
			require.NoError(t, err)
			const wrong = "\u0007\u0007"
			if r := rules.value; r != nil && len(r.ranges) == 0 && !r.takesText(wrong) {
				assert.True(t, refuses(t, kind, key.Path(), jsonOf(wrong)), "%s of a %s: takes any text", key.Name, kind)
			}
			if rules.count == nil {
				continue
			}
			list := strings.TrimSuffix(key.Path(), "[0]")
			span := rules.count.ranges[0]
			if span.least > 0 {
				assert.True(t, refuses(t, kind, list, "[]"), "%s of a %s: takes no entry", key.Name, kind)
			}
			if span.most < 1000 && rules.keys == nil {
				many := numbered(span.most+1, "entry %d")
				assert.True(t, refuses(t, kind, list, many), "%s of a %s: takes too many", key.Name, kind)
			}
		}
	}
}

// refuses reports whether a value of a key, in an otherwise valid stack file, is an error at that key and nowhere else:
// a value that is only compared with the wrong one is not to blame.
func refuses(t *testing.T, kind Kind, path, value string) bool {
	t.Helper()
	var err error
	if changes := (edits{path: value}); kind == KindDelivery {
		_, err = ParseDelivery(project, valuesOf(t, deliveryStack, changes))
	} else {
		_, err = Parse(project, valuesOf(t, stagingStack, changes))
	}
	var errs Errors
	if !errors.As(err, &errs) {
		return false
	}
	at := fmt.Sprintf("%s:%s", project, path)
	for _, e := range errs {
		// An entry that the test begins lacks the keys that it must have, and its list may have no place here.
		entry := e.Key[:strings.LastIndex(e.Key, ".")+1]
		lacks := (e.Found == "nothing" || e.Found == "0 entries") && strings.HasPrefix(at, entry)
		list := strings.HasPrefix(at, e.Key)
		assert.Truef(t, lacks || list, "%s = %s also gives %s", path, value, e)
	}
	return slices.ContainsFunc(errs, func(e *Error) bool { return e.Key == at })
}
