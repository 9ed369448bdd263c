package eventlog

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Log holds the events of an operation, put in order.
type Log struct {
	// Project and Stack that the operation was about.
	Project, Stack string
	// Steps lists the resources in the engine's order, each once, including those that stay the
	// same.
	Steps []Step
	// Outputs lists the components whose outputs differ, in the engine's order, each once. Old and New are the
	// outputs.
	Outputs []Step
	// Drift lists the changes that a refresh found in the cloud, before or instead of the steps.
	Drift []Step
	// Violations of policies, in the engine's order.
	Violations []Violation
	// Errors and Warnings that the engine, the program or a provider reported.
	Errors, Warnings []string
	// PolicyPacks that judged, by name, with their versions.
	PolicyPacks map[string]string
	// Preview says that nothing was changed.
	Preview bool
	// Failed says that the operation did not succeed.
	Failed bool
}

// Op is the operation on a resource.
type Op string

// The operations, of which a resource has one. A replacement is one operation here; the engine
// counts its creation and its deletion as well.
const (
	OpSame    Op = "same"
	OpCreate  Op = "create"
	OpUpdate  Op = "update"
	OpReplace Op = "replace"
	OpDelete  Op = "delete"
	OpRead    Op = "read"
	OpImport  Op = "import"
)

// Step is the operation on one resource.
type Step struct {
	Op  Op
	URN urn.URN
	// Type is the token of the resource's type.
	Type string
	// Custom says that a provider manages the resource; components and the stack itself are not
	// custom.
	Custom bool
	// OfComponent says that Old and New are outputs of a component, read by deployments or people.
	OfComponent bool
	// Old and New are the inputs before and after; nil where there is none.
	Old, New resource.PropertyMap
	// OldOutputs holds the outputs before. Those afterwards are mostly unknown at preview.
	OldOutputs resource.PropertyMap
	// Changed lists the properties that differ, ReplacedBy those that force a replacement.
	Changed, ReplacedBy []string
	// DeletedFirst says that a replaced resource is deleted before the new one exists.
	DeletedFirst bool
	// Retained says that AWS keeps the resource although Pulumi forgets it.
	Retained bool
	// Unprotected says that this step removes the protection against deletion.
	Unprotected bool
}

// Name returns the resource's logical name.
func (s Step) Name() string { return s.URN.Name() }

// Changes reports whether the step changes anything.
func (s Step) Changes() bool { return s.Op != OpSame && s.Op != OpRead }

// Violation of a policy.
type Violation struct {
	// Pack and Policy by name.
	Pack, Policy string
	// Level is mandatory, advisory or remediate; Severity may be empty.
	Level, Severity string
	// URN of the resource; empty or that of the stack if the violation is about the whole stack.
	URN urn.URN
	// Message says what is wrong.
	Message string
}

// Mandatory reports whether the violation stops the operation.
func (v Violation) Mandatory() bool { return v.Level == "mandatory" }

// add adds one event.
func (r *reader) add(event apitype.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil:
		r.step(event.ResourcePreEvent.Metadata)
	case event.ResOutputsEvent != nil:
		r.outcome(event.ResOutputsEvent.Metadata)
	case event.PolicyEvent != nil:
		p := event.PolicyEvent
		r.log.Violations = append(r.log.Violations, Violation{
			Pack: p.PolicyPackName, Policy: p.PolicyName, Level: p.EnforcementLevel, Severity: p.Severity,
			URN: urn.URN(p.ResourceURN), Message: strings.TrimSpace(plainText(p.Message)),
		})
	case event.DiagnosticEvent != nil:
		r.diagnostic(event.DiagnosticEvent)
	case event.SummaryEvent != nil:
		s := event.SummaryEvent
		r.log.Preview, r.log.PolicyPacks = s.IsPreview, packs(s.PolicyPacks)
		r.log.Failed = r.log.Failed || s.Result != "" && s.Result != apitype.OperationResultSucceeded
	case event.ErrorEvent != nil:
		r.log.Failed = true
		r.log.Errors = append(r.log.Errors, strings.TrimSpace(event.ErrorEvent.Error))
	case event.CancelEvent != nil:
		r.complete = true
	}
}

// packs returns policy packs by name, without the folders of local ones.
func packs(found map[string]string) map[string]string {
	named := make(map[string]string, len(found))
	for name, version := range found {
		name, _, _ = strings.Cut(name, "|")
		named[name] = version
	}
	return named
}

func (r *reader) diagnostic(d *apitype.DiagnosticEvent) {
	text := strings.TrimSpace(plainText(d.Message))
	if text == "" || d.Ephemeral {
		return
	}
	switch d.Severity {
	case "error":
		r.log.Failed = true
		r.log.Errors = append(r.log.Errors, text)
	case "warning":
		r.log.Warnings = append(r.log.Warnings, text)
	}
}

// step records what is going to happen to a resource.
func (r *reader) step(m apitype.StepEventMetadata) {
	r.name(urn.URN(m.URN))
	op, known := operations[m.Op]
	if m.Op == apitype.OpRefresh {
		r.refreshing[m.URN] = true
		return
	}
	if !known {
		return
	}
	s := stepOf(op, m)
	at, seen := r.index[m.URN]
	if !seen {
		r.index[m.URN] = len(r.log.Steps)
		s.DeletedFirst = m.Op == apitype.OpDeleteReplaced
		r.log.Steps = append(r.log.Steps, s)
		return
	}
	r.log.Steps[at].merge(s)
}

// outcome reads the findings of a refresh, and the outputs of components. Other operations are
// reported before they run.
func (r *reader) outcome(m apitype.StepEventMetadata) {
	if !r.refreshing[m.URN] {
		r.outputs(m)
		return
	}
	delete(r.refreshing, m.URN)
	if op := operations[m.Op]; op == OpUpdate || op == OpDelete {
		s := stepOf(op, m)
		// Drift is in the outputs; the inputs come from the program.
		s.Old, s.New = s.OldOutputs, nil
		if m.New != nil {
			s.New = properties(m.New.Outputs)
		}
		r.log.Drift = append(r.log.Drift, s)
	}
}

// outputs records a component's outputs. The engine reports them more than once: the last report is
// right.
func (r *reader) outputs(m apitype.StepEventMetadata) {
	if m.Old == nil || m.New == nil || m.New.Custom || m.Type == string(resource.RootStackType) {
		return
	}
	s := Step{
		Op: OpUpdate, URN: urn.URN(m.URN), Type: m.Type, OfComponent: true,
		Old: properties(m.Old.Outputs), New: properties(m.New.Outputs),
	}
	for _, outputs := range []resource.PropertyMap{s.Old, s.New} {
		for key := range outputs {
			if !s.Old[key].DeepEquals(s.New[key]) {
				s.Changed = union(s.Changed, []string{string(key)})
			}
		}
	}
	r.log.Outputs = slices.DeleteFunc(r.log.Outputs, func(other Step) bool { return other.URN == s.URN })
	if len(s.Changed) > 0 {
		r.log.Outputs = append(r.log.Outputs, s)
	}
}

// operations maps the engine's operations to what they mean for the resource.
var operations = map[apitype.OpType]Op{
	apitype.OpSame:              OpSame,
	apitype.OpCreate:            OpCreate,
	apitype.OpUpdate:            OpUpdate,
	apitype.OpDelete:            OpDelete,
	apitype.OpReplace:           OpReplace,
	apitype.OpCreateReplacement: OpReplace,
	apitype.OpDeleteReplaced:    OpReplace,
	apitype.OpRead:              OpRead,
	apitype.OpReadReplacement:   OpReplace,
	apitype.OpReadDiscard:       OpRead,
	apitype.OpDiscardReplaced:   OpReplace,
	apitype.OpImport:            OpImport,
	apitype.OpImportReplacement: OpReplace,
}

func stepOf(op Op, m apitype.StepEventMetadata) Step {
	s := Step{
		Op: op, URN: urn.URN(m.URN), Type: m.Type, Changed: slices.Sorted(slices.Values(m.Diffs)),
		ReplacedBy: slices.Sorted(slices.Values(m.Keys)),
	}
	if m.Old != nil {
		s.Custom, s.Retained = m.Old.Custom, m.Old.RetainOnDelete
		s.Old, s.OldOutputs = properties(m.Old.Inputs), properties(m.Old.Outputs)
	}
	if m.New != nil {
		s.Custom, s.New = m.New.Custom, properties(m.New.Inputs)
		s.Unprotected = m.Old != nil && m.Old.Protect && !m.New.Protect
	}
	return s
}

// merge adds the data of another event about the same resource. A replacement has three events;
// which of them has the old and which the new state is up to the engine.
func (s *Step) merge(other Step) {
	if other.Op != OpSame && other.Op != OpRead {
		s.Op = other.Op
	}
	if s.Old == nil {
		s.Old, s.OldOutputs = other.Old, other.OldOutputs
	}
	if other.New != nil {
		s.New = other.New
	}
	s.Changed = union(s.Changed, other.Changed)
	s.ReplacedBy = union(s.ReplacedBy, other.ReplacedBy)
	s.Custom = s.Custom || other.Custom
	s.Retained = s.Retained || other.Retained
	s.Unprotected = s.Unprotected || other.Unprotected
}

func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(a), b...))))
}

// name takes project and stack from the first resource.
func (r *reader) name(u urn.URN) {
	if r.log.Stack == "" && u.IsValid() {
		r.log.Stack, r.log.Project = string(u.Stack()), string(u.Project())
	}
}

// plainText drops the engine's colour directives, such as <{%reset%}>.
func plainText(text string) string {
	for {
		before, rest, found := strings.Cut(text, "<{%")
		if !found {
			return text
		}
		_, after, closed := strings.Cut(rest, "%}>")
		if !closed {
			return text
		}
		text = before + after
	}
}
