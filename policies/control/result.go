package control

import (
	"fmt"

	"aws-webapp/policies/prop"
)

// Verdict is a control's answer about one resource.
type Verdict int

// The verdicts. NotApplicable means that the control has nothing to say, for example about the
// TLS policy of a listener that only redirects. Unknown waits for a value that comes with the
// update. Outside will not change: the answer depends on something that the stack refers to but
// does not have, such as a subnet of another stack. It counts like Fail, at the control's
// level, because nobody has checked it.
const (
	NotApplicable Verdict = iota
	Pass
	Unknown
	Outside
	Fail
)

// String returns the verdict in lower case.
func (v Verdict) String() string {
	switch v {
	case Pass:
		return "pass"
	case Fail:
		return "fail"
	case Unknown:
		return "unknown"
	case Outside:
		return "outside"
	default:
		return "not-applicable"
	}
}

// Result is a verdict with its reasons. The reasons name properties and resources, never
// the value of a property that is or may be secret.
type Result struct {
	// Problems lists what is wrong.
	Problems []string
	// Doubts lists what cannot be judged yet.
	Doubts []string
	// Elsewhere lists what cannot be judged in this stack.
	Elsewhere []string
	// Skipped means that the control has looked at the resource and does not apply to it.
	Skipped bool
	// Ignored means that the control is not about this resource. Unlike skipped resources, ignored
	// ones are not counted as judged: a control that ignores all of them protects nothing.
	Ignored bool
	// Advisory means that the control only advises about this resource, whatever its level.
	Advisory bool
}

// Verdict returns fail if anything is wrong, else outside if anything depends on another stack,
// else unknown if anything is in doubt, else pass.
func (r Result) Verdict() Verdict {
	switch {
	case len(r.Problems) > 0:
		return Fail
	case len(r.Elsewhere) > 0:
		return Outside
	case len(r.Doubts) > 0:
		return Unknown
	case r.Skipped, r.Ignored:
		return NotApplicable
	default:
		return Pass
	}
}

// Passed returns a result without problems or doubts.
func Passed() Result { return Result{} }

// Skip returns the result of a control that does not apply.
func Skip() Result { return Result{Skipped: true} }

// Ignore returns the result of a control that is not about the resource.
func Ignore() Result { return Result{Ignored: true} }

// Failed returns a result with one problem.
func Failed(format string, args ...any) Result {
	return Result{Problems: []string{fmt.Sprintf(format, args...)}}
}

// Doubt returns a result that has to wait for a value.
func Doubt(format string, args ...any) Result {
	return Result{Doubts: []string{fmt.Sprintf(format, args...)}}
}

// Elsewhere returns a result that depends on another stack.
func Elsewhere(format string, args ...any) Result {
	return Result{Elsewhere: []string{fmt.Sprintf(format, args...)}}
}

// Want turns an answer into a result: yes passes, no fails with the problem, outside depends on
// another stack, and maybe is a doubt.
func Want(answer prop.Truth, format string, args ...any) Result {
	switch answer {
	case prop.Yes:
		return Passed()
	case prop.No:
		return Failed(format, args...)
	case prop.Outside:
		return Elsewhere("this stack cannot tell whether "+format+": that depends on a resource of another stack", args...)
	default:
		return Doubt("cannot tell yet whether "+format, args...)
	}
}

// All joins results: everything has to pass. Parts that do not apply do not count, unless none
// applies.
func All(results ...Result) Result {
	joined := Result{Skipped: len(results) > 0}
	for _, r := range results {
		joined.Problems = append(joined.Problems, r.Problems...)
		joined.Doubts = append(joined.Doubts, r.Doubts...)
		joined.Elsewhere = append(joined.Elsewhere, r.Elsewhere...)
		joined.Skipped = joined.Skipped && r.Skipped
	}
	return joined
}
