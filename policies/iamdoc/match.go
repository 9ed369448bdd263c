package iamdoc

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Match reports whether a pattern, in which * stands for any text and ? for any character,
// covers a name. A name that is itself a pattern is covered if everything that it stands for
// is.
func Match(pattern, name string) bool {
	p, n := 0, 0
	star, resume := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, n
			p++
		case p < len(pattern) && covers(pattern[p], name[n]):
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

// covers says whether a letter of a pattern stands for a letter of a name.
func covers(pattern, name byte) bool {
	switch pattern {
	case '?':
		return name != '*'
	case asterisk:
		return name == '*'
	case question:
		return name == '?'
	default:
		return pattern == name
	}
}

// covers reports whether the statement is about an action, which may itself be a pattern.
func (s Statement) covers(action string) bool {
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(p string) bool { return overlap(p, action) })
	}
	return slices.ContainsFunc(s.Actions, func(p string) bool { return Match(p, action) })
}

// overlap reports whether two patterns have a name in common, as far as needed to decide
// whether an exception reaches into a pattern.
func overlap(a, b string) bool {
	if Match(a, b) || Match(b, a) {
		return true
	}
	literalA, _, wildA := strings.Cut(a, "*")
	literalB, _, wildB := strings.Cut(b, "*")
	return wildA && wildB && (strings.HasPrefix(literalA, literalB) || strings.HasPrefix(literalB, literalA))
}

// everywhere reports whether the statement is about every resource, or every resource of a
// service, whatever the region and account.
func (s Statement) everywhere() bool {
	if len(s.NotResources) > 0 {
		return true
	}
	return slices.ContainsFunc(s.Resources, broad)
}

// broad reports whether a resource pattern covers everything of a kind: *, arn:aws:s3:::*,
// arn:aws:kms:*:123456789012:key/*. AWS completes an ARN that is too short with wildcards.
func broad(pattern string) bool {
	parts := strings.SplitN(pattern, ":", arnFields)
	if len(parts) < arnFields {
		return strings.HasPrefix(pattern, "arn:") || strings.ContainsAny(pattern, "*?")
	}
	name := parts[arnFields-1]
	kind, rest, divided := name, "", false
	if i := strings.IndexAny(name, "/:"); i >= 0 {
		kind, rest, divided = name[:i], name[i+1:], true
	}
	switch {
	case flat[parts[2]]:
		name = kind
	case strings.Contains(kind, "*"):
		return true // key*, and with it every key
	case divided:
		name = rest
	}
	return strings.Contains(name, "*") && !strings.ContainsFunc(name, spelling)
}

const arnFields = 6

// flat lists the services whose ARNs have no kind of resource: a bucket, a topic, an API.
var flat = map[string]bool{
	"s3": true, "sns": true, "sqs": true, "execute-api": true, "codepipeline": true, "codecommit": true,
}

// spelling reports whether a character narrows a name.
func spelling(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// AnyAccount reports whether an ARN pattern stands for resources of any account.
func AnyAccount(pattern string) bool {
	const account = 4
	parts := strings.SplitN(pattern, ":", arnFields)
	if len(parts) < arnFields {
		return strings.ContainsAny(pattern, "*?")
	}
	// A bucket's ARN has no account, and its name is unique.
	return strings.ContainsAny(parts[account], "*?") || parts[account] == "" &&
		!strings.ContainsFunc(parts[arnFields-1], spelling)
}

// anybodysName reports whether an ARN pattern without an account ends in a name that others may use, too: anybody
// may have a bucket whose name begins like ours.
func anybodysName(pattern string) bool {
	const account = 4
	parts := strings.SplitN(pattern, ":", arnFields)
	return len(parts) == arnFields && parts[account] == "" && strings.ContainsAny(parts[arnFields-1], "*?")
}

// deniedEverywhere reports whether a statement without conditions denies an action on every
// resource to everybody that the document is about.
func (d Document) deniedEverywhere(action string) bool {
	return slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return s.Deny && len(s.Conditions) == 0 && !s.NotPrincipal && slices.Contains(s.Resources, "*") && s.covers(action)
	})
}

// Narrow reports whether a condition really narrows the values of its key: a test that is true
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
	return len(c.Values) > 0 && !slices.ContainsFunc(c.Values, c.wild)
}

// aboutARNs lists the condition keys that identify the caller, or the resource for which it
// calls, by ARN.
var aboutARNs = map[string]bool{"aws:sourcearn": true, "aws:principalarn": true, "aws:sourcevpcarn": true}

// exact lists the other keys that identify the caller, or for whom it calls. Half a value of
// them is worth nothing: every account begins with a digit, and every organisation with o-.
var exact = func() map[string]bool {
	keys := map[string]bool{"sts:externalid": true, "aws:resourceaccount": true}
	for _, key := range callers {
		keys[strings.ToLower(key)] = true
	}
	return keys
}()

// Parts of values that name somebody although a wildcard follows: the organisation of a path,
// which AWS's own examples end in /*, and the unique id of a role before the name of a session.
//
// Source: aws:PrincipalOrgPaths and aws:userid in "AWS global condition context keys".
var (
	orgPath  = regexp.MustCompile(`^o-[a-z0-9]{10,32}/`)
	uniqueID = regexp.MustCompile(`^A[A-Z0-9]{15,}:`)
)

// wild reports whether a value lets in callers that nobody has named.
func (c Condition) wild(value string) bool {
	switch {
	case !strings.ContainsFunc(value, spelling), strings.Contains(strings.ToLower(value), "${"+c.Key+"}"):
		return true
	case aboutARNs[c.Key]:
		return AnyAccount(value) || anybodysName(value)
	case !strings.ContainsAny(value, "*?"):
		return false
	case strings.HasSuffix(c.Key, "orgpaths"):
		return !orgPath.MatchString(value)
	case c.Key == "aws:userid":
		return !uniqueID.MatchString(value)
	default:
		return exact[c.Key] || strings.HasSuffix(c.Key, ":aud")
	}
}

// narrowedBy reports whether a condition narrows one of the keys. A key that ends in / stands
// for all keys with that prefix.
func (s Statement) narrowedBy(keys ...string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Narrow() && slices.ContainsFunc(keys, func(key string) bool {
			key = strings.ToLower(key)
			return c.Key == key || strings.HasSuffix(key, "/") && strings.HasPrefix(c.Key, key)
		})
	})
}
