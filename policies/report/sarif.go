package report

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/policies/evidence"
	"aws-webapp/policies/report/sarif"
)

// SARIF renders the violations and doubts for code scanning, one SARIF run per stack. Waived violations are suppressed
// results.
func SARIF(runs []evidence.Run) ([]byte, error) {
	var found []sarif.Run
	for _, run := range runs {
		s := sarif.Run{Tool: "aws-webapp policies", Version: run.PackVersion, Category: "policies/" + run.Stack}
		for _, c := range run.Controls {
			s.Rules = append(s.Rules, sarifRuleOf(c))
		}
		for _, j := range run.Judgements {
			if status := StatusOf(j); status != Passed && status != Disabled {
				s.Results = append(s.Results, sarifResultOf(run, j))
			}
		}
		found = append(found, s)
	}
	return sarif.Encode(found...)
}

func sarifRuleOf(c evidence.Control) sarif.Rule {
	tags, listed := []string{"security", c.Subject}, ""
	for _, framework := range frameworksOf(c) {
		ids := claims(c, framework)
		tags = append(tags, ids...)
		listed += fmt.Sprintf("\n\n%s: %s.", framework, strings.Join(ids, ", "))
	}
	if c.Beyond != "" {
		listed += "\n\nBeyond it, of the ids marked part: " + c.Beyond + "."
	}
	return sarif.Rule{
		ID: c.Name, Title: c.Title, Risk: c.Risk, Help: fmt.Sprintf("Risk: %s. Fix: %s.", c.Risk, c.Fix),
		Markdown: fmt.Sprintf("**Risk:** %s.\n\n**Fix:** %s.%s", c.Risk, c.Fix, listed),
		URL:      c.URL, Level: sarifLevels[c.Level], Severity: c.Severity, Tags: tags,
	}
}

var sarifLevels = map[string]string{
	"mandatory": "error", "remediate": "error", "advisory": "warning", "disabled": "none",
}

func sarifResultOf(run evidence.Run, j evidence.Judgement) sarif.Result {
	result := sarif.Result{
		Rule: j.Control, Level: sarifLevels[j.Level], Message: text(j), Stack: run.Stack, Name: nameOf(j.URN), URN: j.URN,
	}
	if j.Verdict == "unknown" {
		result.Level = "note"
	}
	if j.URN == "" {
		result.Detail = result.Message // the pack may have several findings about the stack as a whole
	}
	if w := j.Waiver; w != nil {
		result.Waived = fmt.Sprintf("%s (%s, %s, until %s)", w.Reason, w.Owner, w.Ticket, w.Expires)
	}
	return result
}

// frameworksOf returns a control's frameworks in order.
func frameworksOf(c evidence.Control) []string {
	names := make([]string, 0, len(c.Frameworks))
	for name := range c.Frameworks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
