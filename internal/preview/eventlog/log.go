package eventlog

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Log is what an operation said, put in order.
type Log struct {
	// Project and Stack that the operation was about.
	Project, Stack string
	// Steps are the resources, in the engine's order, each once: also those that stay the same.
	Steps []Step
	// Outputs are the components whose outputs differ, in the engine's order, each once. Old and New are the outputs.
	Outputs []Step
	// Drift is what a refresh found changed in the cloud, before or instead of the steps.
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

// Op is what becomes of a resource.
type Op string

// The operations, of which a resource has one. A replacement is one operation here, where
// the engine counts its creation and its deletion as well.
const (
	OpSame    Op = "same"
	OpCreate  Op = "create"
	OpUpdate  Op = "update"
	OpReplace Op = "replace"
	OpDelete  Op = "delete"
	OpRead    Op = "read"
	OpImport  Op = "import"
)

// Step is what becomes of one resource.
type Step struct {
	Op  Op
	URN urn.URN
	// Type is the token of the resource's type.
	Type string
	// Custom says that a provider has the resource; components and the stack itself are not custom.
	Custom bool
	// OfComponent says that Old and New are outputs of a component, which deployments or people read.
	OfComponent bool
	// Old and New are the inputs before and after; nil where there is none.
	Old, New resource.PropertyMap
	// OldOutputs are the outputs before. Those afterwards are mostly unknown at preview.
	OldOutputs resource.PropertyMap
	// Changed are the properties that differ, ReplacedBy those that force a replacement.
	Changed, ReplacedBy []string
	// DeletedFirst says that a replaced resource is deleted before the new one exists.
	DeletedFirst bool
	// Retained says that AWS keeps the resource although Pulumi forgets it.
	Retained bool
	// Unprotected says that the protection against deletion is taken away by this step.
	Unprotected bool
}

// Name is the resource's logical name.
func (s Step) Name() string { return s.URN.Name() }

// Changes says whether the step changes anything.
func (s Step) Changes() bool { return s.Op != OpSame && s.Op != OpRead }

// Violation of a policy.
type Violation struct {
	// Pack and Policy by name.
	Pack, Policy string
	// Level is mandatory, advisory or remediate; Severity may be empty.
	Level, Severity string
	// URN of the resource; empty, or the stack's own, where the stack as a whole is meant.
	URN urn.URN
	// Message says what is wrong.
	Message string
}

// Mandatory says whether the violation stops the operation.
func (v Violation) Mandatory() bool { return v.Level == "mandatory" }

// add takes one event in.
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

// packs names policy packs without the folders that local ones come from.
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

// step notes what is going to happen to a resource.
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

// outcome is where a refresh says what it found, and components what their outputs are. The other
// operations have said before what they do.
func (r *reader) outcome(m apitype.StepEventMetadata) {
	if !r.refreshing[m.URN] {
		r.outputs(m)
		return
	}
	delete(r.refreshing, m.URN)
	if op := operations[m.Op]; op == OpUpdate || op == OpDelete {
		s := stepOf(op, m)
		// What has drifted are the outputs; the inputs are the program's.
		s.Old, s.New = s.OldOutputs, nil
		if m.New != nil {
			s.New = properties(m.New.Outputs)
		}
		r.log.Drift = append(r.log.Drift, s)
	}
}

// outputs notes a component's outputs. The engine tells them more than once: the last time is right.
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

// operations are the engine's, as what they mean for the resource.
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

// merge adds what another event says about the same resource. A replacement takes three,
// and which of them knows the old and which the new state is the engine's business.
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
