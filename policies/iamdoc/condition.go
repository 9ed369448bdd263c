package iamdoc

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// comparisons compares, by operator, one value of a request with one of a policy. An operator
// with Not in its name is the opposite of the one without.
var comparisons = map[string]func(policy, request string) bool{
	"stringequals":           func(policy, request string) bool { return spelt(policy) == request },
	"stringequalsignorecase": func(policy, request string) bool { return strings.EqualFold(spelt(policy), request) },
	"stringlike":             Match,
	"binaryequals":           func(policy, request string) bool { return policy == request },
	"bool":                   strings.EqualFold,
	// AWS treats both alike: each part of the ARN may have wildcards.
	"arnequals": matchARN,
	"arnlike":   matchARN,
	"ipaddress": inNetwork,

	"numericequals":            compares(parseNumber, func(order int) bool { return order == 0 }),
	"numericlessthan":          compares(parseNumber, func(order int) bool { return order < 0 }),
	"numericlessthanequals":    compares(parseNumber, func(order int) bool { return order <= 0 }),
	"numericgreaterthan":       compares(parseNumber, func(order int) bool { return order > 0 }),
	"numericgreaterthanequals": compares(parseNumber, func(order int) bool { return order >= 0 }),
	"dateequals":               compares(parseDate, func(order int) bool { return order == 0 }),
	"datelessthan":             compares(parseDate, func(order int) bool { return order < 0 }),
	"datelessthanequals":       compares(parseDate, func(order int) bool { return order <= 0 }),
	"dategreaterthan":          compares(parseDate, func(order int) bool { return order > 0 }),
	"dategreaterthanequals":    compares(parseDate, func(order int) bool { return order >= 0 }),
}

// Parts of an operator's name.
const (
	forAll   = "forallvalues:"
	forAny   = "foranyvalue:"
	ifExists = "ifexists"
)

// holds reports whether a request with these keys, in lower case, meets the condition. No
// request meets a condition with an unknown operator.
func (c Condition) holds(keys map[string][]string) bool {
	sent, present := keys[c.Key]
	if c.Operator == "null" {
		absent := strconv.FormatBool(!present)
		return slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, absent) })
	}
	operator, quantifier := c.Operator, ""
	for _, q := range []string{forAll, forAny} {
		if rest, ok := strings.CutPrefix(operator, q); ok {
			operator, quantifier = rest, q
		}
	}
	operator, optional := strings.CutSuffix(operator, ifExists)
	positive, negated := operator, false
	if comparisons[operator] == nil {
		positive, negated = strings.Replace(operator, "not", "", 1), true
	}
	compare := comparisons[positive]
	if compare == nil {
		return false
	}
	if !present {
		return optional || quantifier == forAll || negated && quantifier == ""
	}
	agrees := func(value string) bool {
		matched := slices.ContainsFunc(c.Values, func(v string) bool {
			filled, ok := fill(v, keys)
			return ok && compare(filled, value)
		})
		return matched != negated
	}
	if quantifier == forAll || negated && quantifier == "" {
		return !slices.ContainsFunc(sent, func(value string) bool { return !agrees(value) })
	}
	return slices.ContainsFunc(sent, agrees)
}

// What stands in a pattern for an asterisk and a question mark that are no wildcards, as ${*} and ${?} in a policy.
//
// Source: "IAM policy elements: Variables and tags" in the IAM user guide,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
const (
	asterisk = '\x01'
	question = '\x02'
)

// spelt is a text with its asterisks and question marks.
func spelt(text string) string {
	return strings.NewReplacer(string(asterisk), "*", string(question), "?").Replace(text)
}

// fill replaces policy variables such as ${aws:username} by the request's keys. It returns
// false if the request lacks one: then the text matches nothing.
func fill(text string, keys map[string][]string) (string, bool) {
	var filled strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		filled.WriteString(before)
		if !found {
			return filled.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", false
		}
		text = after
		name, fallback, hasFallback := strings.Cut(name, ",")
		switch sent := keys[strings.ToLower(strings.TrimSpace(name))]; {
		case name == "*":
			filled.WriteRune(asterisk)
		case name == "?":
			filled.WriteRune(question)
		case name == "$":
			filled.WriteString(name)
		case len(sent) == 1:
			filled.WriteString(sent[0])
		case hasFallback:
			filled.WriteString(strings.Trim(strings.TrimSpace(fallback), "'"))
		default:
			return "", false
		}
	}
}

// matchARN compares two ARNs part by part, so that a wildcard does not reach over a colon
// before the last part.
func matchARN(pattern, arn string) bool {
	patterns, parts := strings.SplitN(pattern, ":", arnFields), strings.SplitN(arn, ":", arnFields)
	if len(patterns) != arnFields || len(parts) != arnFields {
		return pattern == "*"
	}
	for i := range patterns {
		if !Match(patterns[i], parts[i]) {
			return false
		}
	}
	return true
}

func inNetwork(policy, request string) bool {
	address, err := netip.ParseAddr(request)
	if err != nil {
		return false
	}
	if network, err := netip.ParsePrefix(policy); err == nil {
		return network.Contains(address)
	}
	return policy == request
}

// compares parses both values and compares the request's with the policy's.
func compares(parse func(string) (float64, bool), wanted func(order int) bool) func(policy, request string) bool {
	return func(policy, request string) bool {
		p, known := parse(policy)
		r, valid := parse(request)
		return known && valid && wanted(cmp.Compare(r, p))
	}
}

func parseNumber(text string) (float64, bool) {
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// parseDate reads ISO 8601 or seconds since 1970.
func parseDate(text string) (float64, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.Unix()), true
		}
	}
	return parseNumber(text)
}
