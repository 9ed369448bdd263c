package rules

import (
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// judgeSum judges all policies of a role together: inline ones, those in separate resources,
// and the stack's managed policies that are attached. For a role of another stack it judges
// together what this stack adds to it.
func judgeSum(c in) control.Result {
	if c.Type != iamRoleType {
		return judgeSumOfOthers(c)
	}
	s := sum{g: c.Graph}
	inline, complete := c.Get("inlinePolicies").List()
	s.known = complete
	for _, policy := range inline {
		s.read(policy.Get("policy"))
	}
	for _, t := range []string{iamRolePolicyType, iamRoleAttachmentType} {
		for _, policy := range c.Graph.Referrers(c.Resource, t, "role") {
			s.add(policy.Resource)
		}
	}
	return s.judge("role " + c.Name)
}

// judgeSumOfOthers judges policies of a role that the stack does not have, all of them at the first.
func judgeSumOfOthers(c in) control.Result {
	byRole := graph.Memo(c.Graph, "policies by role", func() map[string][]*graph.Resource {
		found := map[string][]*graph.Resource{}
		for _, r := range c.Graph.OfType(iamRolePolicyType, iamRoleAttachmentType) {
			role, _ := r.Get("role").Text()
			found[role] = append(found[role], r)
		}
		return found
	})
	return alone(c, []string{iamRoleType}, "role", func() control.Result {
		role, known := c.Get("role").Text()
		if !known {
			return control.Doubt("cannot tell yet to which role %s adds", c.Name)
		}
		if byRole[role][0] != c.Resource {
			return control.Ignore()
		}
		s := sum{g: c.Graph, known: prop.Yes}
		for _, r := range byRole[role] {
			s.add(r)
		}
		return s.judge("a role that is not in this stack and that " + c.Name + " adds to")
	})
}

// sum holds the policies of a role.
type sum struct {
	g         *graph.Graph
	documents []iamdoc.Document
	known     prop.Truth
}

// add adds the policy of a resource, or the one that it attaches.
func (s *sum) add(r *graph.Resource) {
	if r.Type == iamRolePolicyType {
		s.read(r.Get("policy"))
		return
	}
	link := s.g.Follow(r, []string{iamPolicyType}, "policyArn")
	for _, policy := range link.To {
		s.read(policy.Get("policy"))
	}
	// AWS's managed policies are judged by their names: see iam-no-administrator.
	arn, _ := r.Get("policyArn").Text()
	switch {
	case strings.Contains(arn, ":iam::aws:policy/"):
	case link.Outside:
		s.known = s.known.And(prop.Outside)
	case len(link.To) == 0:
		s.known = s.known.And(prop.Maybe)
	}
}

func (s *sum) read(v prop.Value) {
	doc, ok := iamdoc.Read(v)
	if ok == prop.Yes {
		s.documents = append(s.documents, doc)
	}
	if ok == prop.Maybe || doc.Partial {
		s.known = s.known.And(prop.Maybe)
	}
}

func (s *sum) judge(whose string) control.Result {
	var results []control.Result
	for _, problem := range iamdoc.Together(s.documents) {
		results = append(results, control.Failed("the policies of %s: %s", whose, problem))
	}
	return control.All(append(results, control.Want(s.known,
		"the policies of %s allow together what none of them allows alone",
		whose))...)
}
