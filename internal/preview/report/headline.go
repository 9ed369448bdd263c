package report

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/plural"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
)

// tagged returns the changes that only change tags.
func (r *Report) tagged() []Change {
	var found []Change
	for _, c := range r.Changes {
		if c.TagsOnly {
			found = append(found, c)
		}
	}
	return found
}

// quiet reports whether nothing changes and nothing is wrong: then one line is enough.
func (r *Report) quiet() bool {
	costs := r.Cost != nil && len(r.Cost.Components) > 0
	return len(r.Changes)+len(r.Added) == 0 && !costs && !r.Failed && r.Mandatory() == 0 && len(r.Errors) == 0
}

// Headline returns the report in one line of plain text.
func (r *Report) Headline() string {
	parts := []string{
		r.risks(), r.news("new image of", func(c Change) bool { return c.NewImage }),
		r.news("the next deployment changes", func(c Change) bool { return c.Deferred }), r.operations(),
	}
	if r.Failed {
		parts = append([]string{string(r.Kind) + " failed"}, parts...)
	}
	if len(r.PolicyPacks) > 0 || len(r.Violations) > 0 {
		parts = append(parts, r.verdict())
	}
	if r.Cost != nil {
		parts = append(parts, r.Cost.Headline())
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · ")
}

// risks counts the changes by level.
func (r *Report) risks() string {
	counts := map[risk.Level]int{}
	for _, c := range r.Changes {
		counts[c.Level]++
	}
	var parts []string
	for level := risk.Critical; level >= risk.Medium; level-- {
		if counts[level] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[level], level))
		}
	}
	return strings.Join(parts, ", ")
}

// news names the resources about which there is more to say than their operation.
func (r *Report) news(what string, of func(Change) bool) string {
	const most = 3
	var names []string
	for _, c := range r.Changes {
		if of(c) && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	if rest := len(names) - most; rest > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", rest))
	}
	return what + " " + strings.Join(names, ", ")
}

var opTexts = []struct {
	op   eventlog.Op
	text string
}{
	{eventlog.OpReplace, "to replace"},
	{eventlog.OpDelete, "to delete"},
	{eventlog.OpUpdate, "to update"},
	{eventlog.OpCreate, "to create"},
	{eventlog.OpImport, "to import"},
}

var driftTexts = map[eventlog.Op]string{eventlog.OpUpdate: "changed", eventlog.OpDelete: "deleted"}

// operations counts the changes by operation.
func (r *Report) operations() string {
	if tags := len(r.tagged()); tags > 0 && tags == len(r.Changes) {
		return "only tags of " + plural.Of(tags, "resource", "resources")
	}
	var parts []string
	for _, o := range opTexts {
		text := o.text
		if r.Kind == Drift {
			text = driftTexts[o.op] + " outside of Pulumi"
		}
		if r.Counts[o.op] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", r.Counts[o.op], text))
		}
	}
	if len(r.Added) > 0 {
		parts = append(parts, fmt.Sprintf("%d added by hand", len(r.Added)))
	}
	if len(parts) > 0 || len(r.Changes) > 0 {
		return strings.Join(parts, ", ")
	}
	if r.Kind == Drift {
		return "no drift"
	}
	return "no changes"
}

func (r *Report) verdict() string {
	mandatory, advisory := r.Mandatory(), r.Advisory()
	switch {
	case mandatory+advisory == 0:
		return "policies passed"
	case mandatory == 0:
		return fmt.Sprintf("policies passed with %d advisory", advisory)
	case advisory == 0:
		return fmt.Sprintf("policies: %d mandatory violated", mandatory)
	default:
		return fmt.Sprintf("policies: %d mandatory and %d advisory violated", mandatory, advisory)
	}
}
