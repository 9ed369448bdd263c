package iamdoc

import (
	"slices"
	"strings"
)

// Match says whether a pattern, in which * stands for any text and ? for any letter,
// covers a name. A name that is itself a pattern is covered if everything it stands for is.
func Match(pattern, name string) bool {
	p, n := 0, 0
	star, resume := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, n
			p++
		case p < len(pattern) && (pattern[p] == name[n] || pattern[p] == '?' && name[n] != '*'):
			p++
			n++
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// covers says whether the statement is about an action, which may itself be a pattern.
func (s Statement) covers(action string) bool {
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(p string) bool { return overlap(p, action) })
	}
	return slices.ContainsFunc(s.Actions, func(p string) bool { return Match(p, action) })
}

// overlap says whether two patterns have a name in common, to the extent that decides
// whether an exception reaches into a pattern.
func overlap(a, b string) bool {
	if Match(a, b) || Match(b, a) {
		return true
	}
	literalA, _, wildA := strings.Cut(a, "*")
	literalB, _, wildB := strings.Cut(b, "*")
	return wildA && wildB && (strings.HasPrefix(literalA, literalB) || strings.HasPrefix(literalB, literalA))
}

// everywhere says whether the statement is about every resource, or every resource of a
// service, whatever the region and account are.
func (s Statement) everywhere() bool {
	if len(s.NotResources) > 0 {
		return true
	}
	return slices.ContainsFunc(s.Resources, broad)
}

// broad says whether a resource pattern covers everything of a kind: *, arn:aws:s3:::*,
// arn:aws:kms:*:123456789012:key/*.
func broad(pattern string) bool {
	const fields = 6
	parts := strings.SplitN(pattern, ":", fields)
	if len(parts) < fields {
		return strings.Contains(pattern, "*") && !strings.ContainsAny(strings.Trim(pattern, "*?"), ":/") &&
			strings.Trim(strings.TrimPrefix(pattern, "arn"), "*?:") == ""
	}
	name := parts[fields-1]
	if parts[2] == "s3" || parts[2] == "execute-api" {
		// Here the first part is itself a name: a bucket, an API.
		name, _, _ = strings.Cut(name, "/")
	} else if end := strings.IndexAny(name, "/:"); end >= 0 && !strings.ContainsAny(name[:end], "*?") {
		// The kind ends at the first of the two: secret:app/* are the secrets of one folder.
		name = name[end+1:]
	}
	return strings.Contains(name, "*") && strings.Trim(name, "*?/:") == ""
}

// deniedEverywhere says whether a statement without conditions denies an action on every
// resource to everybody the document is about.
func (d Document) deniedEverywhere(action string) bool {
	return slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return s.Deny && len(s.Conditions) == 0 && !s.NotPrincipal && slices.Contains(s.Resources, "*") && s.covers(action)
	})
}

// Narrow says whether a condition really narrows what its key may be: a test that is true
// without the key, or for every value, does not.
func (c Condition) Narrow() bool {
	operator := c.Operator
	if strings.HasSuffix(operator, "ifexists") || strings.HasPrefix(operator, "forallvalues:") || operator == "null" {
		return false
	}
	operator = strings.TrimPrefix(operator, "foranyvalue:")
	if strings.Contains(operator, "not") {
		return false
	}
	if c.Unknown {
		return true
	}
	wild := func(value string) bool { return strings.Trim(value, "*?:/") == "" || value == "arn:*" }
	return len(c.Values) > 0 && !slices.ContainsFunc(c.Values, wild)
}

// narrowedBy says whether a condition narrows one of the keys. A key that ends in / stands
// for all keys that begin so.
func (s Statement) narrowedBy(keys ...string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Narrow() && slices.ContainsFunc(keys, func(key string) bool {
			key = strings.ToLower(key)
			return c.Key == key || strings.HasSuffix(key, "/") && strings.HasPrefix(c.Key, key)
		})
	})
}
