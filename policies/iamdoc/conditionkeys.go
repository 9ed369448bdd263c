package iamdoc

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
)

// Holder is the kind of thing that a policy is attached to.
type Holder int

const (
	// OfAResource is a resource's policy or a role's trust policy: anybody may call, including
	// services.
	OfAResource Holder = iota
	// OfAnIdentity is the policy of a role, a user or a group.
	OfAnIdentity
	// OfARole is the policy of a role.
	OfARole
)

// UnsentKeys finds condition keys that no request for an action of the statement carries, and describes the
// effect on the statement. sent lists patterns of keys that are sent although AWS's reference does not have
// them.
func (d Document) UnsentKeys(holder Holder, sent []string) []Problem {
	var found []Problem
	for _, s := range d.Statements {
		for i, c := range s.Conditions {
			same := func(other Condition) bool { return other.Key == c.Key }
			excepted := func(pattern string) bool { return Match(strings.ToLower(pattern), c.Key) }
			if slices.ContainsFunc(s.Conditions[:i], same) || slices.ContainsFunc(sent, excepted) {
				continue
			}
			why := s.unsent(c.Key, holder)
			if why == "" {
				continue
			}
			holds := true // without the key
			for _, other := range s.Conditions {
				holds = holds && (!same(other) || other.holds(nil))
			}
			if holds && (why == ofServices || why == ofUsers) {
				continue // others carry it, and are meant
			}
			effect := map[bool]map[bool]string{
				false: {false: "allows nothing", true: "is not limited by " + c.Written},
				true:  {false: "denies nothing", true: "denies whatever " + c.Written + " is"},
			}[s.Deny][holds]
			found = append(found, d.problem(s, "has a condition on a key that no request carries",
				"%s: %s", effect, strings.ReplaceAll(why, "KEY", c.Written)))
		}
	}
	return found
}

// The reasons why only the holder of a policy does not carry a key.
const (
	ofServices = "KEY is sent by services of AWS alone, which call in their own name and not by a role"
	ofUsers    = "KEY is sent by IAM users alone"
)

// unsent returns the reason why no request carries a key, given in lower case, or "" if one may.
func (s Statement) unsent(key string, holder Holder) string {
	prefix, name, _ := strings.Cut(key, ":")
	sender := authorization.GlobalKey(key)
	switch {
	case sender == authorization.SentByAny:
		return ""
	case sender == authorization.SentByServices && (holder != OfAResource || s.noService()):
		return ofServices
	case sender == authorization.SentByUsers && (holder == OfARole || s.onlyServices()):
		return ofUsers
	case sender == authorization.SentByServices, sender == authorization.SentByUsers:
		return ""
	case sender == authorization.SentByNobody && prefix == "aws":
		return "AWS has no condition key KEY"
	// Claims of an identity provider about a user: accounts.google.com:aud, saml:iss.
	case strings.ContainsAny(prefix, "./") || prefix == "saml" || name == "":
		return ""
	case s.carries(prefix, key):
		return ""
	default:
		return "no request for its actions carries KEY (" + authorization.Source() + ")"
	}
}

// noService reports whether the statement names its principals, and none of them is an AWS
// service.
func (s Statement) noService() bool {
	return len(s.Principals) > 0 && !s.NotPrincipal && !slices.ContainsFunc(s.Principals, func(p Principal) bool {
		return p.Kind == "service" || p.anybody()
	})
}

// onlyServices reports whether the statement is only about AWS services.
func (s Statement) onlyServices() bool {
	return len(s.Principals) > 0 && !s.NotPrincipal &&
		!slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.Kind != "service" })
}

// carries reports whether a request for an action of the statement may carry a key, which begins with the
// prefix of its service. An action that is not in the reference may.
func (s Statement) carries(prefix, key string) bool {
	may := func(actions []*authorization.Action) bool {
		return slices.ContainsFunc(actions, func(a *authorization.Action) bool { return a.MayCarry(key) })
	}
	// For a statement about everything, the key's own service decides.
	if len(s.Actions) == 0 {
		return prefix == "aws" || may(authorization.Actions(prefix))
	}
	return slices.ContainsFunc(s.Actions, func(pattern string) bool {
		service, _, _ := strings.Cut(pattern, ":")
		if strings.ContainsAny(service, "*?") {
			return prefix == "aws" || may(authorization.Actions(prefix))
		}
		actions := expand(pattern)
		return len(actions) == 0 || may(actions)
	})
}
