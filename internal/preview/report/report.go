package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
	"aws-webapp/policies/prop"
)

// Version of the JSON form. It grows when a field changes its meaning or goes.
const Version = 1

// Report on one preview of one stack.
type Report struct {
	// Version of this form.
	Version int `json:"version"`
	// Project and Stack that were previewed.
	Project string `json:"project"`
	Stack   string `json:"stack"`
	// Kind is preview, update, or drift where a refresh looked for what has changed in the cloud.
	Kind Kind `json:"kind"`
	// Simulated says that the preview is the sandbox's, against a simulated AWS.
	Simulated bool `json:"simulated"`
	// Commit that was previewed, if it is known.
	Commit string `json:"commit,omitempty"`
	// Level is that of the worst change.
	Level risk.Level `json:"level"`
	// Counts of changes by operation; a replacement counts once.
	Counts map[eventlog.Op]int `json:"counts"`
	// Unchanged resources.
	Unchanged int `json:"unchanged"`
	// Changes, worst first.
	Changes []Change `json:"changes"`
	// Violations of policies, mandatory ones first; each once, with all its resources.
	Violations []Violation `json:"violations"`
	// PolicyPacks that judged, by name, with their versions; none means that nothing was judged.
	PolicyPacks map[string]string `json:"policyPacks"`
	// Cost is the difference in cost, if it is known.
	Cost *CostChange `json:"cost,omitempty"`
	// Failed says that the preview did not succeed; Errors say why.
	Failed   bool     `json:"failed"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

// Kind of a report.
type Kind string

// The kinds.
const (
	Preview Kind = "preview"
	Update  Kind = "update"
	Drift   Kind = "drift"
)

// Change of one resource.
type Change struct {
	Op   eventlog.Op `json:"op"`
	URN  string      `json:"urn"`
	Type string      `json:"type"`
	Name string      `json:"name"`
	// Class and Level of the risk, with the findings that they come from.
	Class    risk.Class     `json:"class"`
	Level    risk.Level     `json:"level"`
	Findings []risk.Finding `json:"findings,omitempty"`
	// Changed are the properties that differ, with their values where those may be shown.
	Changed []Property `json:"changed,omitempty"`
	// DeletedFirst says that a replaced resource is gone until the new one is there.
	DeletedFirst bool `json:"deletedFirst,omitempty"`
}

// Property that differs.
type Property struct {
	Name string `json:"name"`
	// Replaces says that the difference forces a replacement.
	Replaces bool `json:"replaces,omitempty"`
	// Old and New for people: short texts and numbers, or a placeholder such as [secret].
	Old string `json:"old"`
	New string `json:"new"`
}

// Violation of one policy by one or more resources.
type Violation struct {
	Pack     string `json:"pack"`
	Policy   string `json:"policy"`
	Level    string `json:"level"`
	Severity string `json:"severity,omitempty"`
	// Message of the first resource.
	Message string `json:"message"`
	// Resources are the names; empty where the stack as a whole is meant.
	Resources []string `json:"resources"`
	URNs      []string `json:"urns"`
}

// Mandatory says whether the violation stops a deployment.
func (v Violation) Mandatory() bool { return v.Level == "mandatory" }

// Options of a report.
type Options struct {
	// Kind of the report. Default preview.
	Kind Kind
	// Simulated marks the preview as the sandbox's.
	Simulated bool
	// Commit that was previewed; empty if nobody cares.
	Commit string
	// Cost is the difference in cost, if it is known.
	Cost *CostChange
}

// New makes the report on a log.
func New(log *eventlog.Log, options Options) *Report {
	if options.Kind == "" {
		options.Kind = Preview
	}
	steps := log.Steps
	if options.Kind == Drift {
		steps = log.Drift
	}
	r := &Report{
		Version: Version, Project: log.Project, Stack: log.Stack, Kind: options.Kind, Simulated: options.Simulated, Commit: options.Commit,
		Counts: map[eventlog.Op]int{}, Changes: []Change{}, Violations: violations(log.Violations), PolicyPacks: log.PolicyPacks,
		Cost: options.Cost, Failed: log.Failed, Errors: compact(log.Errors), Warnings: compact(log.Warnings),
	}
	judged := risk.Judge(steps)
	for _, c := range judged {
		r.Counts[c.Op]++
		r.Changes = append(r.Changes, change(c))
	}
	for _, s := range log.Steps {
		if s.Custom && s.Op == eventlog.OpSame {
			r.Unchanged++
		}
	}
	r.Level = risk.Worst(judged)
	if len(r.Errors) > 1 || r.Mandatory() > 0 {
		// The engine ends with saying that it failed, which the rest says better.
		r.Errors = slices.DeleteFunc(r.Errors, func(text string) bool { return text == string(r.Kind)+" failed" })
	}
	return r
}

// compact drops repetitions and never returns nil, which JSON would show as null.
func compact(texts []string) []string {
	found := []string{}
	for _, text := range texts {
		if !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	return found
}

func change(c risk.Change) Change {
	shown := Change{
		Op: c.Op, URN: string(c.URN), Type: c.Type, Name: c.Name(), Class: c.Class, Level: c.Level, Findings: c.Findings,
		DeletedFirst: c.Op == eventlog.OpReplace && c.DeletedFirst,
	}
	if c.Op != eventlog.OpUpdate && c.Op != eventlog.OpReplace {
		return shown
	}
	old, now := prop.Of(c.Old), prop.Of(c.New)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(c.Changed), c.ReplacedBy...)))) {
		root := rootOf(name)
		differences := differ(root, old.Get(root), now.Get(root))
		if len(differences) == 0 {
			differences = []Property{{Name: name, Old: show(root, old.Get(root)), New: show(root, now.Get(root))}}
		}
		for _, d := range differences {
			d.Replaces = slices.Contains(c.ReplacedBy, name)
			shown.Changed = append(shown.Changed, d)
		}
	}
	return shown
}

// differ looks for what differs inside of a property: only that is shown of an object or a
// list. Lists of different lengths differ as a whole, as do values that are not known.
func differ(name string, old, now prop.Value) []Property {
	keys, complete := old.Fields()
	newKeys, newComplete := now.Fields()
	if complete == prop.Yes && newComplete == prop.Yes {
		var found []Property
		for _, key := range slices.Compact(slices.Sorted(slices.Values(append(keys, newKeys...)))) {
			found = append(found, differ(name+"."+key, old.Get(key), now.Get(key))...)
		}
		return found
	}
	before, _ := old.List()
	after, _ := now.List()
	if len(before) == len(after) && len(before) > 0 && before[0].Path() != old.Path() && after[0].Path() != now.Path() {
		var found []Property
		for i := range before {
			found = append(found, differ(fmt.Sprintf("%s[%d]", name, i), before[i], after[i])...)
		}
		return found
	}
	if len(before) != len(after) || old.Show() != now.Show() {
		return []Property{{Name: name, Old: show(name, old), New: show(name, now)}}
	}
	return nil
}

// rootOf is the top property of a path such as tags.Name or rules[0].action.
func rootOf(path string) string {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return path
}

// sensitive are parts of property names whose values are not shown even if nobody has marked
// them secret.
var sensitive = []string{"password", "secret", "token", "privatekey", "credential", "userdata", "environment", "connectionstring"}

// show is a value for people.
func show(name string, v prop.Value) string {
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, "id") || strings.HasSuffix(lower, "arn") {
		return v.Show() // it names a secret, and is none
	}
	if slices.ContainsFunc(sensitive, func(part string) bool { return strings.Contains(lower, part) }) && !v.Absent() {
		return "[hidden]"
	}
	return v.Show()
}

// violations groups by policy, mandatory ones first.
func violations(found []eventlog.Violation) []Violation {
	grouped := []Violation{}
	for _, v := range found {
		at := slices.IndexFunc(grouped, func(g Violation) bool { return g.Policy == v.Policy && g.Pack == v.Pack && g.Level == v.Level })
		if at < 0 {
			at = len(grouped)
			grouped = append(grouped, Violation{
				Pack: v.Pack, Policy: v.Policy, Level: v.Level, Severity: v.Severity, Message: v.Message, Resources: []string{}, URNs: []string{},
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

// nameOf is the name of a resource; the stack itself has none.
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

// Headline is the report in one line of plain text.
func (r *Report) Headline() string {
	parts := []string{r.risks(), r.operations()}
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
	if len(parts) > 0 {
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
