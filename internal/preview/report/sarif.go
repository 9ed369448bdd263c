package report

import (
	"encoding/json"
	"slices"

	"aws-webapp/internal/preview/risk"
	"aws-webapp/policies/report/sarif"
)

var sarifLevels = map[risk.Level]string{
	risk.Critical: "error", risk.High: "warning", risk.Medium: "note", risk.Low: "none",
}

// SARIF renders the findings and the violated policies for code scanning.
func SARIF(r *Report) ([]byte, error) {
	run := sarif.Run{Tool: "aws-webapp report", Category: string(r.Kind) + "/" + r.Stack}
	add := func(title string, level risk.Level, result sarif.Result) {
		if !slices.ContainsFunc(run.Rules, func(rule sarif.Rule) bool { return rule.ID == result.Rule }) {
			run.Rules = append(run.Rules, sarif.Rule{
				ID: result.Rule, Title: title, Severity: level.String(), Tags: []string{"security"},
			})
		}
		result.Level, result.Stack = sarifLevels[level], r.Stack
		run.Results = append(run.Results, result)
	}
	for _, c := range r.Changes {
		for _, f := range c.Findings {
			add(f.Class.Title()+", "+f.Level.String(), f.Level, sarif.Result{
				Rule:    "preview/" + string(f.Class) + "/" + f.Level.String(),
				Message: c.Name + " " + f.Message, Name: c.Name, URN: c.URN, Detail: f.Message,
			})
		}
	}
	for _, v := range r.Violations {
		level := risk.Medium
		if v.Mandatory() {
			level = risk.Critical
		}
		// Every report uses the policy's name as the rule: code scanning then shows one rule for it.
		result := sarif.Result{Rule: v.Policy, Message: v.Message}
		title := "Policy " + v.Policy + " violated"
		if len(v.URNs) == 0 {
			add(title, level, result)
		}
		for i, urn := range v.URNs {
			result.Name, result.URN = v.Resources[i], urn
			add(title, level, result)
		}
	}
	return sarif.Encode(run)
}

// JSON renders the report for programs.
func JSON(r *Report) ([]byte, error) {
	content, err := json.MarshalIndent(r, "", "  ")
	return append(content, '\n'), err
}

// Fails reports whether the report has a change of at least the level. None never fails.
func Fails(r *Report, level risk.Level) bool {
	return level > risk.None && slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Level >= level })
}
