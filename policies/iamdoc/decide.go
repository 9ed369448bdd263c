package iamdoc

import (
	"slices"
	"strings"
)

// Request is a call as AWS evaluates it.
type Request struct {
	// Caller is a service or a role. A statement without principals, as in the policies of roles,
	// applies to every caller.
	Caller Principal
	// Action such as sns:Publish, and the ARN of the Resource; a role's trust has none.
	Action, Resource string
	// Keys holds the condition keys of the request with their values, the names in any case.
	Keys map[string][]string
}

// Decision is the result of evaluating a document for a request.
type Decision struct {
	// Allowed says that a statement allows the request and none denies it.
	Allowed bool
	// DeniedBy is the label of the statement that denies it, empty for none.
	DeniedBy string
	// Missed lists the conditions because of which statements do not allow the request.
	Missed []Miss
}

// Miss is a condition that a request does not meet.
type Miss struct {
	// Label of the statement.
	Label     string
	Condition Condition
	// Sent holds the values of the condition's key in the request; empty if it lacks the key.
	Sent []string
}

// Decide evaluates a request as AWS does: a denial overrides everything, and a request that no
// statement allows is not allowed.
//
// Source: "Policy evaluation logic" and "IAM JSON policy elements: Condition operators" in the
// IAM user guide, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html
func (d Document) Decide(r Request) Decision {
	keys := make(map[string][]string, len(r.Keys))
	for key, values := range r.Keys {
		keys[strings.ToLower(key)] = values
	}
	r.Keys = keys
	var decision Decision
	for _, s := range d.Statements {
		if !s.concerns(r) {
			continue
		}
		missed := s.misses(keys)
		switch {
		case s.Deny && len(missed) == 0:
			return Decision{DeniedBy: s.Label}
		case s.Deny:
		case len(missed) == 0:
			decision.Allowed = true
		default:
			decision.Missed = append(decision.Missed, missed...)
		}
	}
	return decision
}

// concerns reports whether the statement is about the caller, the action and the resource.
func (s Statement) concerns(r Request) bool {
	if len(s.Principals) > 0 || s.NotPrincipal {
		named := slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.covers(r.Caller) })
		if named == s.NotPrincipal {
			return false
		}
	}
	if !s.covers(strings.ToLower(r.Action)) {
		return false
	}
	match := func(pattern string) bool {
		filled, ok := fill(pattern, r.Keys)
		return ok && Match(filled, r.Resource)
	}
	switch {
	case len(s.NotResources) > 0:
		return !slices.ContainsFunc(s.NotResources, match)
	case len(s.Resources) > 0:
		return slices.ContainsFunc(s.Resources, match)
	default:
		return true
	}
}

// covers reports whether a statement's principal includes the caller. An account includes all
// its roles; a service is named in full.
func (p Principal) covers(caller Principal) bool {
	switch {
	case p.Kind == "aws" && p.ID == "*":
		return true
	case p.Kind != caller.Kind:
		return false
	case p.ID == caller.ID:
		return true
	case p.Kind != "aws":
		return false
	}
	account := caller.Account()
	return account != "" && (p.ID == account || strings.HasSuffix(p.ID, ":iam::"+account+":root"))
}

// misses returns the conditions of the statement that the request does not meet.
func (s Statement) misses(keys map[string][]string) []Miss {
	var missed []Miss
	for _, c := range s.Conditions {
		if !c.holds(keys) {
			missed = append(missed, Miss{Label: s.Label, Condition: c, Sent: keys[c.Key]})
		}
	}
	return missed
}

// Covers reports whether the statement is about an action.
func (s Statement) Covers(action string) bool { return s.covers(strings.ToLower(action)) }

// Needs returns the first key, as written, that the statement's conditions require and a
// request with the given keys lacks; "" if there is none.
func (s Statement) Needs(sent map[string][]string) string {
	for _, c := range s.Conditions {
		if !c.holds(nil) && !hasKey(sent, c.Key) {
			return c.Written
		}
	}
	return ""
}

func hasKey(keys map[string][]string, key string) bool {
	for name := range keys {
		if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}
