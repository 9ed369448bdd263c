package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Result of an operation, also of one that failed.
type Result struct {
	// Operation is preview, up, refresh or destroy.
	Operation string `json:"operation"`
	// Stack that it ran on.
	Stack string `json:"stack"`
	// Duration of the engine's work.
	Duration time.Duration `json:"durationNanoseconds"`
	// Steps that change something, in the engine's order.
	Steps []Step `json:"steps"`
	// Unchanged resources.
	Unchanged int `json:"unchanged"`
	// Violations of policies, mandatory ones first.
	Violations []Violation `json:"violations"`
	// Errors that the engine, the program or a provider reported.
	Errors []string `json:"errors"`
	// Warnings of the program and the providers.
	Warnings []string `json:"warnings,omitempty"`
	// Outputs of the stack, secrets left out; only after up.
	Outputs map[string]any `json:"outputs,omitempty"`
}

// Step is a change of one resource.
type Step struct {
	// Op as the engine names it: create, update, delete, replace, create-replacement,
	// delete-replaced.
	Op string `json:"op"`
	// URN of the resource, with its Type and logical Name.
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	// Changed lists the properties that differ, ReplacedBy those that force a replacement.
	Changed    []string `json:"changed,omitempty"`
	ReplacedBy []string `json:"replacedBy,omitempty"`
}

// Violation of a policy.
type Violation struct {
	// Policy by name, and its Level: mandatory, advisory or remediate.
	Policy string `json:"policy"`
	Level  string `json:"level"`
	// URN of the resource, empty if the violation is about the whole stack.
	URN string `json:"urn,omitempty"`
	// Message says what is wrong and how to correct it.
	Message string `json:"message"`
}

// Mandatory reports whether the violation stops the operation.
func (v Violation) Mandatory() bool { return v.Level == "mandatory" }

// Counts of steps by op.
func (r *Result) Counts() map[string]int {
	counts := map[string]int{}
	for _, step := range r.Steps {
		counts[step.Op]++
	}
	return counts
}

// Failure of an operation. The details are in the result.
type Failure struct {
	Result *Result
	// Cause is the error with which the engine ended.
	Cause error
}

// Error says what failed. Causes that somebody can act on come first.
func (f *Failure) Error() string {
	var lines []string
	for _, violation := range f.Result.Violations {
		if violation.Mandatory() {
			lines = append(lines, fmt.Sprintf("policy %s: %s", violation.Policy, firstLine(violation.Message)))
		}
	}
	lines = append(lines, f.Result.Errors...)
	if len(lines) == 0 {
		lines = []string{f.Cause.Error()}
	}
	return fmt.Sprintf("%s of stack %q failed:\n  %s", f.Result.Operation, f.Result.Stack, strings.Join(lines, "\n  "))
}

// Unwrap gives the engine's own error.
func (f *Failure) Unwrap() error { return f.Cause }

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// collect reads the engine's events until their channel is closed, keeps a log of them, and shows each to watch, which
// may be nil.
func (r *Result) collect(stream <-chan events.EngineEvent, log *eventLog, watch func(events.EngineEvent)) {
	for event := range stream {
		log.add(event)
		if watch != nil {
			watch(event)
		}
		r.add(event)
	}
	slices.SortStableFunc(r.Violations, func(a, b Violation) int {
		switch {
		case a.Mandatory() == b.Mandatory():
			return strings.Compare(a.Policy+a.URN, b.Policy+b.URN)
		case a.Mandatory():
			return -1
		default:
			return 1
		}
	})
}

func (r *Result) add(event events.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil:
		r.addStep(event.ResourcePreEvent.Metadata)
	case event.ResOutputsEvent != nil && r.Operation == "refresh":
		// The findings of a refresh are only known once the step has ended.
		r.addDrift(event.ResOutputsEvent.Metadata)
	case event.PolicyEvent != nil:
		r.Violations = append(r.Violations, Violation{
			Policy: event.PolicyEvent.PolicyName, Level: event.PolicyEvent.EnforcementLevel,
			URN: event.PolicyEvent.ResourceURN, Message: plainText(event.PolicyEvent.Message),
		})
	case event.DiagnosticEvent != nil:
		text := strings.TrimSpace(plainText(event.DiagnosticEvent.Message))
		switch severity := event.DiagnosticEvent.Severity; {
		case text == "":
		case severity == "error":
			r.Errors = append(r.Errors, text)
		case severity == "warning":
			r.Warnings = append(r.Warnings, text)
		}
	}
}

// addDrift records what differs in the cloud: changed properties, or the whole resource.
func (r *Result) addDrift(step apitype.StepEventMetadata) {
	if step.Op == apitype.OpUpdate || step.Op == apitype.OpDelete {
		r.addStep(step)
		return
	}
	r.Unchanged++
}

// readings are the operations that change nothing.
var readings = []apitype.OpType{apitype.OpRead, apitype.OpReadDiscard, apitype.OpReadReplacement, apitype.OpRefresh}

func (r *Result) addStep(step apitype.StepEventMetadata) {
	if step.Op == apitype.OpSame {
		r.Unchanged++
		return
	}
	if slices.Contains(readings, step.Op) {
		return
	}
	r.Steps = append(r.Steps, Step{
		Op: string(step.Op), URN: step.URN, Type: step.Type, Name: urn.URN(step.URN).Name(),
		Changed: step.Diffs, ReplacedBy: step.Keys,
	})
}

// plainText drops the engine's colour directives, such as <{%reset%}>.
func plainText(text string) string {
	for {
		start := strings.Index(text, "<{%")
		if start < 0 {
			return text
		}
		end := strings.Index(text[start:], "%}>")
		if end < 0 {
			return text
		}
		text = text[:start] + text[start+end+len("%}>"):]
	}
}
