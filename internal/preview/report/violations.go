package report

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"

	"aws-webapp/internal/preview/eventlog"
)

// violations groups by policy, mandatory ones first.
func violations(found []eventlog.Violation) []Violation {
	grouped := []Violation{}
	for _, v := range found {
		at := slices.IndexFunc(grouped, func(g Violation) bool {
			return g.Policy == v.Policy && g.Pack == v.Pack && g.Level == v.Level
		})
		if at < 0 {
			at = len(grouped)
			grouped = append(grouped, Violation{
				Pack: v.Pack, Policy: v.Policy, Level: v.Level, Severity: v.Severity, Message: v.Message, Resources: []string{},
				URNs: []string{},
			})
		}
		if name := nameOf(v.URN); name != "" && !slices.Contains(grouped[at].URNs, string(v.URN)) {
			grouped[at].Resources = append(grouped[at].Resources, name)
			grouped[at].URNs = append(grouped[at].URNs, string(v.URN))
		}
	}
	for _, g := range grouped {
		slices.Sort(g.Resources)
		slices.Sort(g.URNs)
	}
	slices.SortStableFunc(grouped, func(a, b Violation) int {
		if a.Mandatory() != b.Mandatory() {
			return map[bool]int{true: -1, false: 1}[a.Mandatory()]
		}
		return strings.Compare(a.Level+a.Policy, b.Level+b.Policy)
	})
	return grouped
}

// nameOf returns the name of a resource; the stack itself has none.
func nameOf(u urn.URN) string {
	if !u.IsValid() || u.QualifiedType() == "pulumi:pulumi:Stack" {
		return ""
	}
	return u.Name()
}

// Mandatory and Advisory count violated policies.
func (r *Report) Mandatory() int {
	count := 0
	for _, v := range r.Violations {
		if v.Mandatory() {
			count++
		}
	}
	return count
}

// Advisory counts violated policies that stop nothing.
func (r *Report) Advisory() int { return len(r.Violations) - r.Mandatory() }

// concern reports whether a violation is about a resource of which more than tags changes, or about the whole stack.
func (r *Report) concern(v Violation) bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool {
		return !c.TagsOnly && (len(v.URNs) == 0 || slices.Contains(v.URNs, c.URN))
	})
}
