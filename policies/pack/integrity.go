package pack

import (
	"cmp"
	"fmt"
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// Names of the controls that judge the pack itself.
const (
	ConfigurationControl = "policy-configuration"
	CoverageControl      = "policy-coverage"
	WaiverControl        = "policy-waivers"
)

// Integrity returns the rows for the pack itself. They are about no resources.
func Integrity() []*control.Control {
	const subject = "Policy pack"
	return []*control.Control{
		{
			Name: ConfigurationControl, Subject: subject, Severity: control.Low,
			Title:  "Carries the settings of the pack as a whole",
			IDs:    control.ParseIDs("house"),
			Levels: control.Everywhere(control.Mandatory), Scope: control.PerStack,
			Risk: "A stack that is judged by the rules of another environment is less safe than it looks",
			Fix:  "set environment only where the stack's own configuration does not have it",
			Params: []control.Param{{
				Name: "environment", Kind: control.Text, Default: "",
				Doc: "Environment to judge the stack by, instead of what its configuration, default tags or name say.",
			}},
		},
		{
			Name: CoverageControl, Subject: subject, Severity: control.High,
			Title:  "Every control judges something wherever its service is present",
			IDs:    control.ParseIDs("house"),
			Levels: control.Everywhere(control.Mandatory), Scope: control.PerStack, Own: true,
			Risk: "A control that finds nothing to judge passes without protecting anything, for example after a " +
				"resource type was renamed",
			Fix: "teach the control the new resource type, or declare the resource that it looks for",
		},
		{
			Name: WaiverControl, Subject: subject, Severity: control.High,
			Title:  "Waivers are complete, current and in use",
			IDs:    control.ParseIDs("house"),
			Levels: control.Everywhere(control.Mandatory), Scope: control.PerStack,
			Risk: "A forgotten waiver hides the next violation of the same kind",
			Fix:  "correct, renew or delete the entry",
			Here: "in policies/waivers.yaml",
		},
	}
}

// coverage reports controls that judged nothing although the stack uses their service.
func (p *Pack) coverage(g *graph.Graph) []Judgement {
	types := map[bool]map[string]bool{true: {}, false: {}}
	for _, r := range g.All() {
		types[true][r.Type] = true
	}
	for _, r := range p.seen {
		types[false][r.Type] = true
	}
	var found []Judgement
	for _, c := range p.controls {
		if c.Judge == nil || p.ledger[c.Name] > 0 || p.setting(c, p.environment()).level == control.Disabled {
			continue
		}
		present := expected(c, types[c.Scope == control.PerStack])
		if len(present) == 0 {
			continue
		}
		found = append(found, p.integrity(CoverageControl, fmt.Sprintf(
			"the control %s judged nothing, although the stack has %s", c.Name, present[0])))
	}
	return found
}

// expected returns the types that should have given the control something to judge.
func expected(c *control.Control, types map[string]bool) []string {
	var found []string
	for t := range types {
		if c.Expects(t) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(a, b) })
	return found
}

// waiverProblems reports waivers that are malformed, expired or not needed.
func (p *Pack) waiverProblems(g *graph.Graph) []Judgement {
	missed := func(name string) []string {
		c := p.byName[name]
		if c.Scope == control.PerStack {
			return nil
		}
		var urns []string
		for _, r := range g.Matching(c.Types) {
			if p.seen[r.URN] == nil {
				urns = append(urns, r.URN)
			}
		}
		return urns
	}
	var found []Judgement
	for _, problem := range p.waivers.Problems(p.stack.Name, missed) {
		found = append(found, p.integrity(WaiverControl, problem))
	}
	return found
}

// integrity reports a finding about the pack itself, and keeps it for the evidence.
func (p *Pack) integrity(name, reason string) Judgement {
	j := Judgement{
		Control: name, Verdict: control.Fail, Reasons: []string{reason}, Own: p.own(),
		Level: p.setting(p.byName[name], p.environment()).level,
	}
	p.judged[judged{control: name, about: reason}] = j
	return j
}
