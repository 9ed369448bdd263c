package pack

import (
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// JudgeResource applies every resource control to a resource and returns their judgements.
// Values that are not known yet wait for [Pack.JudgeStack].
func (p *Pack) JudgeResource(r *graph.Resource) []Judgement {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.learn(r)
	p.seen[r.URN] = r
	env := p.environment()
	var found []Judgement
	for _, c := range p.byType[r.Type] {
		if j, ok := p.judge(c, r, nil, env); ok {
			found = append(found, j)
		}
	}
	return found
}

// JudgeStack applies every stack control, checks the waivers, and checks that every control had
// something to judge. It then forgets everything, so the pack can judge the stack again. An
// error means that the evidence could not be written; the judgements are still complete.
func (p *Pack) JudgeStack(resources []*graph.Resource) ([]Judgement, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range resources {
		p.learn(r)
		if seen := p.seen[r.URN]; seen != nil && r.Inputs == nil {
			r.Inputs = seen.Inputs
		}
	}
	g, env := graph.New(resources), p.environment()
	found := make([]Judgement, 0, len(resources)*usual)
	for _, c := range p.controls {
		found = append(found, p.judgeOpen(c, g, env)...)
	}
	for _, c := range p.stacked {
		for _, r := range g.Matching(c.Types) {
			if j, ok := p.judge(c, r, g, env); ok {
				found = append(found, j)
			}
		}
	}
	found = append(found, p.coverage(g)...)
	found = append(found, p.waiverProblems(g)...)
	err := p.write(resources)
	p.seen, p.judged, p.ledger = map[string]*graph.Resource{}, map[judged]Judgement{}, map[string]int{}
	p.open = map[*control.Control][]*graph.Resource{}
	p.waivers.Reset()
	return found, err
}

// usual is about the number of stack controls that judge a resource.
const usual = 4

// judgeOpen runs a resource control again on what it could not judge, now with the whole stack.
func (p *Pack) judgeOpen(c *control.Control, g *graph.Graph, env control.Environment) []Judgement {
	slices.SortFunc(p.open[c], func(a, b *graph.Resource) int { return strings.Compare(a.URN, b.URN) })
	var found []Judgement
	for _, r := range p.open[c] {
		if whole := g.Lookup(r.URN); whole != nil {
			r = whole
		}
		if j, ok := p.judge(c, r, g, env); ok {
			found = append(found, j)
		}
	}
	return found
}

// judge runs one control on one resource. It returns false for a control that is disabled or
// does not apply, and for one that has to wait for the whole stack.
func (p *Pack) judge(c *control.Control, r *graph.Resource, g *graph.Graph, env control.Environment) (Judgement, bool) {
	s := p.setting(c, env)
	if s.level == control.Disabled {
		return Judgement{}, false
	}
	result := safely(c, control.Case{
		Resource: r, Graph: g, Params: s.params, Environment: env, Accounts: p.accounts, EarlierPorts: p.earlierPorts,
	})
	if g == nil && result.Verdict() == control.Unknown {
		p.open[c] = append(p.open[c], r)
		return Judgement{}, false
	}
	if !result.Ignored {
		p.ledger[c.Name]++
	}
	j := Judgement{
		Control: c.Name, URN: r.URN, Type: r.Type, Verdict: result.Verdict(), Level: s.level, Own: p.own(),
		Reasons: slices.Concat(result.Problems, result.Elsewhere, result.Doubts),
	}
	if j.Verdict == control.NotApplicable {
		return Judgement{}, false
	}
	if j.Verdict == control.Unknown {
		j.Level = s.onUnknown
	}
	if result.Advisory && j.Level != control.Disabled {
		j.Level = control.Advisory
	}
	if j.Verdict == control.Fail || j.Verdict == control.Outside {
		j.Waiver = p.waivers.Use(c.Name, r.URN)
	}
	p.judged[judged{control: c.Name, about: r.URN}] = j
	return j, true
}

// safely turns a panic of a control into a verdict: a mistake in one control must not
// take the deployment down, nor let a resource pass.
func safely(c *control.Control, in control.Case) (result control.Result) {
	defer func() {
		if cause := recover(); cause != nil {
			result = control.Failed("the control itself failed (this is a mistake in the policy pack, please report it)")
		}
	}()
	return c.Judge(in)
}
