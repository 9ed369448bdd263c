package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// closest returns the candidate that somebody most likely meant, or "".
func closest(found string, candidates []string) string {
	best, least := "", 0
	for _, candidate := range candidates {
		distance := levenshtein.Distance(strings.ToLower(found), strings.ToLower(candidate), nil)
		if distance <= tolerance(candidate) && (best == "" || distance < least) {
			best, least = candidate, distance
		}
	}
	return best
}

// tolerance returns the number of letters that may be wrong in a word: a third, but even in a
// long word no more than a typing error.
func tolerance(word string) int {
	return min(max(1, len(word)/3), 4)
}

// lookItUp is the way out for a key that is like no other.
const lookItUp = "remove it, or find what you mean in docs/config.md"

// suggestKey says what to do about an unknown key.
func suggestKey(namespace, found string, siblings []string, whole reflect.Type) string {
	if near := closest(found, siblings); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	if elsewhere := keysNamed(found, keyPaths(root(namespace), whole)); len(elsewhere) == 1 {
		return "did you mean " + elsewhere[0] + "?"
	}
	if looksSecret(found, "x") != "" {
		return "remove it: no secret belongs here; RDS makes the database's, and services name theirs by ARN"
	}
	return lookItUp
}

// keyPaths lists every key below a struct, entries of lists as [].
func keyPaths(at path, typ reflect.Type) []string {
	var paths []string
	for field := range fields(typ) {
		below := at.key(field.name)
		paths = append(paths, string(below))
		switch elem := field.typ; {
		case elem.Kind() == reflect.Struct:
			paths = append(paths, keyPaths(below, elem)...)
		case elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.Struct:
			paths = append(paths, keyPaths(below+"[]", elem.Elem())...)
		}
	}
	return paths
}

// keysNamed returns the paths that end in a name.
func keysNamed(name string, paths []string) []string {
	var named []string
	for _, known := range paths {
		if strings.EqualFold(known[strings.LastIndexAny(known, ".:")+1:], name) {
			named = append(named, known)
		}
	}
	return named
}

// sortedKeys of a map.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// joinKeys lists keys in a message.
func joinKeys(keys []string) string {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	return strings.Join(sorted, ", ")
}
