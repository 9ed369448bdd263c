package risk

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/policies/iamdoc"
)

// grant is one permission: who may do what with which resource, and when.
type grant struct {
	principal, action, resource string
	// exceptPrincipals, exceptActions and exceptResources turn a pattern around: all but those.
	exceptPrincipals, exceptActions, exceptResources bool
	conditions                                       []iamdoc.Condition
}

// grants takes a statement apart.
func grants(s iamdoc.Statement) []grant {
	principals := []string{""}
	if len(s.Principals) > 0 {
		principals = nil
		for _, p := range s.Principals {
			principals = append(principals, p.Kind+":"+p.ID)
		}
	}
	actions, exceptActions := s.Actions, false
	if len(s.NotActions) > 0 {
		actions, exceptActions = []string{strings.Join(sorted(s.NotActions), ", ")}, true
	}
	resources, exceptResources := s.Resources, false
	if len(s.NotResources) > 0 {
		resources, exceptResources = []string{strings.Join(sorted(s.NotResources), ", ")}, true
	}
	if len(resources) == 0 {
		resources = []string{""} // a trust policy has none
	}
	var found []grant
	for _, p := range principals {
		for _, a := range actions {
			for _, r := range resources {
				found = append(found, grant{
					principal: p, action: a, resource: r, exceptPrincipals: s.NotPrincipal,
					exceptActions: exceptActions, exceptResources: exceptResources, conditions: s.Conditions,
				})
			}
		}
	}
	return found
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

// of are the grants of all statements that allow, or of all that deny.
func of(d iamdoc.Document, deny bool) []grant {
	var found []grant
	for _, s := range d.Statements {
		if s.Deny == deny {
			found = append(found, grants(s)...)
		}
	}
	return found
}

// who, what and where say whether one grant includes the other in one respect.
func (g grant) who(other grant) bool {
	return includes(g.principal, g.exceptPrincipals, other.principal, other.exceptPrincipals, matchPrincipal)
}

func (g grant) what(other grant) bool {
	return includes(g.action, g.exceptActions, other.action, other.exceptActions, iamdoc.Match)
}

func (g grant) where(other grant) bool {
	return includes(g.resource, g.exceptResources, other.resource, other.exceptResources, iamdoc.Match)
}

// includes compares patterns that may be turned around. An exception is only included in the
// same exception or in everything: whether it excepts less is not decided here, and what is
// not decided counts as wider.
func includes(a string, exceptA bool, b string, exceptB bool, match func(pattern, name string) bool) bool {
	switch {
	case a == b && exceptA == exceptB:
		return true
	case exceptA:
		return false
	case exceptB:
		return a == "*"
	default:
		return match(a, b)
	}
}

// matchPrincipal says whether one principal includes another. Everybody includes all, and an
// account includes whoever lives in it.
func matchPrincipal(a, b string) bool {
	if a == "aws:*" {
		return true
	}
	account := iamdoc.Principal{Kind: "aws", ID: strings.TrimPrefix(a, "aws:")}.Account()
	if account == "" || !strings.HasPrefix(b, "aws:") {
		return false
	}
	whole := a == "aws:"+account || strings.HasSuffix(a, ":root")
	return whole && iamdoc.Principal{Kind: "aws", ID: strings.TrimPrefix(b, "aws:")}.Account() == account
}

// when says whether everything that holds under the other's conditions holds under these:
// each condition must be one of the other's, with no fewer values.
func (g grant) when(other grant) bool {
	for _, c := range g.conditions {
		if !slices.ContainsFunc(other.conditions, func(o iamdoc.Condition) bool { return looser(c, o) }) {
			return false
		}
	}
	return true
}

// looser says whether a condition admits all that another one does. The values of a negated
// operator exclude, so that fewer of them admit more.
func looser(c, other iamdoc.Condition) bool {
	if c.Operator != other.Operator || c.Key != other.Key || c.Unknown || other.Unknown {
		return false
	}
	all, some := other.Values, c.Values
	if strings.Contains(c.Operator, "not") {
		all, some = some, all
	}
	return !slices.ContainsFunc(all, func(value string) bool {
		return !slices.ContainsFunc(some, func(s string) bool {
			return s == value || strings.Contains(c.Operator, "like") && iamdoc.Match(s, value)
		})
	})
}

// includes says whether the grant includes the other in every respect.
func (g grant) includes(other grant) bool {
	return g.who(other) && g.what(other) && g.where(other) && g.when(other)
}

// level says how much a new grant allows. What tells about resources is low, what reads the objects
// or records of named ones medium. Secrets, and who else may do something, are high.
func (g grant) level() Level {
	everywhere := g.resource == "*" || g.resource == ""
	switch {
	case g.action == "*" && !g.exceptActions && everywhere:
		return Critical
	case g.principal != "" || g.exceptActions || g.exceptResources:
		return High
	case iamdoc.TellsOnly(g.action):
		return Low
	case !everywhere && storedReads(g.action):
		return Medium
	default:
		return High
	}
}

// stores are the services whose objects, records, log events and images are read by name.
var stores = []string{"s3", "dynamodb", "kinesis", "logs", "ecr"}

// storedReads says whether an action, without wildcards, reads what is stored. S3's credentials for somebody else's
// grant and what CloudWatch Logs masks are more than that.
func storedReads(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	a, known := authorization.Of(action)
	return known && a.Level.Reads() && slices.Contains(stores, service) &&
		action != "s3:getdataaccess" && action != "logs:unmask"
}
