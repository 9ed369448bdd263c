package pack

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/waiver"
)

// write writes the evidence and the graph, if wanted.
func (p *Pack) write(resources []*graph.Resource) error {
	var errs []error
	if p.evidence != "" {
		errs = append(errs, p.run().Write(p.evidence))
	}
	if p.graph != "" {
		content, err := graph.Encode(resources)
		if err == nil {
			err = os.WriteFile(p.graph, content, 0o600)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// run returns the record of what was judged.
func (p *Pack) run() evidence.Run {
	env := p.environment()
	r := evidence.Run{
		Project: p.stack.Project, Stack: p.stack.Name, Environment: string(env), Preview: p.stack.DryRun,
		PackVersion: Version, Time: p.now().UTC(),
	}
	order := map[string]int{}
	for i, c := range p.controls {
		order[c.Name] = i
		r.Controls = append(r.Controls, p.recordControl(c, p.ledger[c.Name]))
	}
	for _, j := range p.judged {
		r.Judgements = append(r.Judgements, recordJudgement(j))
	}
	slices.SortFunc(r.Judgements, func(a, b evidence.Judgement) int {
		return cmp.Or(cmp.Compare(order[a.Control], order[b.Control]), cmp.Compare(a.URN, b.URN),
			cmp.Compare(strings.Join(a.Reasons, "\n"), strings.Join(b.Reasons, "\n")))
	})
	for _, w := range p.waivers.All() {
		r.Waivers = append(r.Waivers, *recordWaiver(w))
	}
	return r
}

func (p *Pack) recordControl(c *control.Control, judged int) evidence.Control {
	frameworks, extents := map[string][]string{}, map[string]string{}
	for framework, claims := range c.IDs {
		for _, claim := range claims {
			frameworks[string(framework)] = append(frameworks[string(framework)], claim.ID)
			if claim.Extent != control.Same {
				extents[claim.ID] = string(claim.Extent)
			}
		}
	}
	return evidence.Control{
		Name: c.Name, Subject: c.Subject, Title: c.Title, Risk: c.Risk, Fix: fix(c, p.own()), URL: c.DocURL(),
		Severity: string(c.Severity), Level: string(p.setting(c, p.environment()).level), Scope: c.Scope.String(),
		Frameworks: frameworks, Extents: extents, Beyond: c.Beyond, Judged: judged,
	}
}

func recordJudgement(j Judgement) evidence.Judgement {
	r := evidence.Judgement{
		Control: j.Control, URN: j.URN, Type: j.Type, Verdict: j.Verdict.String(),
		Level: string(j.EffectiveLevel()), Reasons: j.Reasons,
	}
	if j.Waiver != nil {
		r.Waiver = recordWaiver(j.Waiver)
	}
	return r
}

func recordWaiver(w *waiver.Waiver) *evidence.Waiver {
	return &evidence.Waiver{
		Control: w.Control, Resource: w.Resource, Reason: w.Reason, Owner: w.Owner, Ticket: w.Ticket,
		Expires: w.Expires, Used: w.Used(),
	}
}
