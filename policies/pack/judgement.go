package pack

import (
	"fmt"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/waiver"
)

// Judgement is one control's verdict on one resource.
type Judgement struct {
	// Control is the control's name.
	Control string
	// URN and Type identify the resource; URN is empty for the stack as a whole.
	URN, Type string
	// Verdict is the answer.
	Verdict control.Verdict
	// Level decides what happens if the verdict is not pass.
	Level control.Level
	// Reasons lists the problems or doubts.
	Reasons []string
	// Own says that the stack belongs to this project's program.
	Own bool
	// Waiver covers the violation; nil if none does.
	Waiver *waiver.Waiver
}

// Violation reports whether the judgement has to be reported to the engine.
func (j Judgement) Violation() bool {
	return j.Verdict != control.Pass && j.Level != control.Disabled
}

// EffectiveLevel returns the level reported to the engine: a waived violation only advises.
func (j Judgement) EffectiveLevel() control.Level {
	if j.Waiver != nil {
		return control.Advisory
	}
	return j.Level
}

// Message says what is wrong, what could happen and how to fix it.
func (j Judgement) Message(c *control.Control) string {
	var b strings.Builder
	if j.Waiver != nil {
		fmt.Fprintf(&b, "Waived until %s (%s, %s): %s\n",
			j.Waiver.Expires, j.Waiver.Owner, j.Waiver.Ticket, j.Waiver.Reason)
	}
	for _, reason := range j.Reasons {
		b.WriteString(sentence(reason) + "\n")
	}
	switch j.Verdict {
	case control.Unknown:
		b.WriteString("It is judged again during the update, when the value is known.\n")
	case control.Outside:
		b.WriteString("No update changes that: declare it in this stack, or look at it yourself and waive the control for " +
			"this resource.\n")
	default:
	}
	fmt.Fprintf(&b, "Risk: %s\nFix: %s", sentence(c.Risk), sentence(fix(c, j.Own)))
	if ids := c.IDs.List(); len(ids) > 0 {
		fmt.Fprintf(&b, "\nControls: %s", strings.Join(ids, ", "))
	}
	if url := c.DocURL(); url != "" {
		fmt.Fprintf(&b, "\nSee: %s", url)
	}
	return b.String()
}

// sentence starts with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
