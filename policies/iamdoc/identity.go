package iamdoc

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is something that a document should not allow.
type Problem struct {
	// Where names the statement.
	Where string
	// What describes what it allows, in the form "allows ...".
	What string
}

// String returns where and what.
func (p Problem) String() string { return p.Where + " " + p.What }

// problem hides the document's own text if it is secret.
func (d Document) problem(s Statement, secretly, format string, args ...any) Problem {
	if d.Secret {
		return Problem{Where: s.Label, What: secretly}
	}
	return Problem{Where: s.Label, What: fmt.Sprintf(format, args...)}
}

// WildcardActions finds statements that allow all actions, or all actions of a service, each by
// itself or together.
func (d Document) WildcardActions() []Problem {
	var found []Problem
	for _, s := range d.Statements {
		if s.Deny {
			continue
		}
		if len(s.NotActions) > 0 {
			found = append(found, Problem{s.Label, "allows every action but a few (NotAction with Allow)"})
		}
		for _, action := range s.Actions {
			if wholeService(action) && !d.deniedEverywhere(action) {
				found = append(found, d.problem(s, "allows all actions of a service", "allows %s, all actions of a service",
					action))
			}
		}
	}
	if len(found) > 0 {
		return found
	}
	return d.sums()
}

// sums finds the services that the statements together allow as a whole.
func (d Document) sums() []Problem {
	var found []Problem
	for _, service := range d.services() {
		if d.addsUp(service) {
			found = append(found, d.problem(Statement{Label: "the statements together"},
				"allow all actions of a service", "allow reading, writing and deleting everything in %s", service))
		}
	}
	return found
}

// Together finds what several documents of the same role add up to although none of them allows
// it by itself. Documents that allow too much by themselves are left out: they are reported
// already.
func Together(documents []Document) []Problem {
	var whole Document
	alone := map[string]bool{}
	for _, d := range documents {
		if len(d.WildcardActions()) > 0 {
			continue
		}
		whole.Statements = append(whole.Statements, d.Statements...)
		whole.Secret = whole.Secret || d.Secret
		for _, p := range d.passing() {
			alone[p.What] = true
		}
	}
	return slices.DeleteFunc(append(whole.sums(), whole.passing()...), func(p Problem) bool { return alone[p.What] })
}

// wholeService reports whether an action pattern covers a service: *, s3:*, s3:?*, s*:Get*.
func wholeService(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return strings.ContainsAny(service, "*?") || strings.Contains(name, "*") && !strings.ContainsFunc(name, spelling)
}

func (d Document) services() []string {
	var found []string
	for _, s := range d.Statements {
		for _, action := range s.Actions {
			if service, _, ok := strings.Cut(action, ":"); ok && !s.Deny && !slices.Contains(found, service) {
				found = append(found, service)
			}
		}
	}
	return found
}

// fullAccess holds made-up actions, one group per kind of access. Patterns that cover one of
// every group cover the service for all purposes, however they are spread over statements.
var fullAccess = [][]string{
	{"get\x01"},
	{"list\x01", "describe\x01"},
	{"put\x01", "create\x01", "update\x01", "modify\x01"},
	{"delete\x01", "remove\x01", "terminate\x01"},
}

// addsUp reports whether the statements together allow a service as a whole.
func (d Document) addsUp(service string) bool {
	for _, kind := range fullAccess {
		if !slices.ContainsFunc(kind, func(verb string) bool { return d.allows(service + ":" + verb) }) {
			return false
		}
	}
	return true
}

func (d Document) allows(action string) bool {
	return !d.deniedEverywhere(action) && slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return !s.Deny && s.covers(action)
	})
}

// Unrestricted finds actions that are allowed on every resource although they change something, read
// credentials or data, or grant permissions. without lists patterns of actions that are accepted.
// accountWide accepts writing on everything in one account, if a condition on aws:ResourceAccount or each
// ARN limits it to that; it does not accept access to secrets, keys, sessions and permissions. Neither does a reason
// in the statement's Sid, which accepts the rest.
func (d Document) Unrestricted(without []string, accountWide bool) []Problem {
	var found []Problem
	for _, s := range d.Statements {
		if s.Deny || !s.everywhere() {
			continue
		}
		if len(s.NotActions) > 0 {
			found = append(found, Problem{s.Label, "allows every action but a few on every resource"})
			continue
		}
		for _, action := range s.Actions {
			all := offences(action)
			i := slices.IndexFunc(all, func(o offence) bool {
				excepted := slices.ContainsFunc(without, func(w string) bool { return Match(strings.ToLower(w), o.action) })
				return !excepted && !d.deniedEverywhere(o.action) && !s.narrowed(o.action) &&
					(!accountWide || o.opens || !s.withinAccount(o.action)) && (o.opens || !s.explained(o.action))
			})
			if i < 0 {
				continue
			}
			what := "allows " + action + " on every resource"
			if all[i].why != "" {
				what += ": " + all[i].why
			}
			found = append(found, d.problem(s, "allows an action on every resource that must name its resources", "%s", what))
		}
	}
	return append(found, d.passing()...)
}

// passing finds the combination of passing any role and starting something with it.
func (d Document) passing() []Problem {
	var found []Problem
	for _, s := range d.Statements {
		if s.Deny || !s.covers("iam:passrole") || s.everywhere() || !slices.ContainsFunc(s.Resources, anyRole) {
			continue
		}
		if start := d.launcher(); start != "" {
			found = append(found, d.problem(s, "allows passing many roles to what another statement may start",
				"allows passing any role that matches a wildcard to what %s starts: together they hand out the roles' permissions",
				start))
		}
	}
	return found
}

// anyRole reports whether a role ARN stands for all roles, or all below a path.
func anyRole(resource string) bool {
	_, name, ok := strings.Cut(resource, ":role/")
	last := name[strings.LastIndex(name, "/")+1:]
	return ok && last != "" && strings.Trim(last, "*?") == ""
}
