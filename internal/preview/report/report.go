package report

import (
	"slices"

	"aws-webapp/internal/live"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
)

// Version of the JSON form. It increases when a field changes its meaning or is removed.
const Version = 1

// Report on one preview of one stack.
type Report struct {
	// Version of this form.
	Version int `json:"version"`
	// Project and Stack that were previewed.
	Project string `json:"project"`
	Stack   string `json:"stack"`
	// Kind is preview, update, or drift if a refresh looked for changes in the cloud.
	Kind Kind `json:"kind"`
	// Simulated says that the preview ran in the sandbox, against a simulated AWS.
	Simulated bool `json:"simulated"`
	// Commit that was previewed, if it is known.
	Commit string `json:"commit,omitempty"`
	// Level of the worst change.
	Level risk.Level `json:"level"`
	// Counts of changes by operation; a replacement counts once.
	Counts map[eventlog.Op]int `json:"counts"`
	// Unchanged resources.
	Unchanged int `json:"unchanged"`
	// Changes, worst first.
	Changes []Change `json:"changes"`
	// Added by hand in AWS, where neither a refresh nor the next update sees it.
	Added []live.Stray `json:"added,omitempty"`
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
	// Changed lists the properties that differ, with their values if those may be shown.
	Changed []Property `json:"changed,omitempty"`
	// NewImage says that a container gets another image than before, TagsOnly that only tags differ.
	NewImage bool `json:"newImage,omitempty"`
	TagsOnly bool `json:"tagsOnly,omitempty"`
	// Deferred says that AWS changes nothing yet: the next deployment of the service reads it.
	Deferred bool `json:"deferred,omitempty"`
	// DeletedFirst says that a replaced resource is deleted before the new one exists.
	DeletedFirst bool `json:"deletedFirst,omitempty"`
}

// Property that differs.
type Property struct {
	Name string `json:"name"`
	// Replaces says that the difference forces a replacement.
	Replaces bool `json:"replaces,omitempty"`
	// Old and New for people: short strings and numbers, or a placeholder such as [secret].
	Old string `json:"old"`
	New string `json:"new"`
	// What says what happens if that takes words, such as "has another value".
	What string `json:"what,omitempty"`
}

// Violation of one policy by one or more resources.
type Violation struct {
	Pack     string `json:"pack"`
	Policy   string `json:"policy"`
	Level    string `json:"level"`
	Severity string `json:"severity,omitempty"`
	// Message of the first resource.
	Message string `json:"message"`
	// Resources lists the names; empty if the violation is about the whole stack.
	Resources []string `json:"resources"`
	URNs      []string `json:"urns"`
}

// Mandatory reports whether the violation stops a deployment.
func (v Violation) Mandatory() bool { return v.Level == "mandatory" }

// Options of a report.
type Options struct {
	// Kind of the report. Default preview.
	Kind Kind
	// Simulated marks a preview of the sandbox.
	Simulated bool
	// Commit that was previewed; may be empty.
	Commit string
	// Cost is the difference in cost, if it is known.
	Cost *CostChange
	// Added by hand in AWS.
	Added []live.Stray
	// Errors of looking that the log does not know: with one, the report has failed.
	Errors []string
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
		Version: Version, Project: log.Project, Stack: log.Stack, Kind: options.Kind, Simulated: options.Simulated,
		Commit: options.Commit,
		Counts: map[eventlog.Op]int{}, Changes: []Change{}, Violations: violations(log.Violations),
		PolicyPacks: log.PolicyPacks,
		Cost:        options.Cost, Added: options.Added,
		Failed: log.Failed || len(options.Errors) > 0, Errors: compact(slices.Concat(log.Errors, options.Errors)),
		Warnings: compact(log.Warnings),
	}
	if options.Kind != Drift {
		steps = append(slices.Clone(steps), log.Outputs...)
	}
	for _, c := range risk.Judge(steps) {
		shown := change(c)
		if c.OfComponent {
			if len(shown.Changed) == 0 {
				continue // addresses and names, which follow from what changes
			}
		} else {
			r.Counts[c.Op]++
		}
		r.Changes, r.Level = append(r.Changes, shown), max(r.Level, c.Level)
	}
	if len(r.Added) > 0 {
		r.Level = max(r.Level, risk.High) // nobody has reviewed who may do what
	}
	for _, s := range log.Steps {
		if s.Custom && s.Op == eventlog.OpSame {
			r.Unchanged++
		}
	}
	if len(r.Errors) > 1 || r.Mandatory() > 0 {
		// The engine's last error only says that it failed; the others say more.
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
