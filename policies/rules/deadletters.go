package rules

import (
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// waitingCallers lists the services that need a permission to invoke a function and wait for its answer: their
// caller learns of a failure, and no event can be lost.
//
// Sources: "Invoking Lambda with events from other AWS services",
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html, and the Lambda operator guide, "Invocation modes",
// https://serverlessland.com/content/service/lambda/guides/aws-lambda-operator-guide/invocation-modes
var waitingCallers = []string{
	"apigateway.amazonaws.com", "elasticloadbalancing.amazonaws.com", "cognito-idp.amazonaws.com", "lex.amazonaws.com",
	"lexv2.amazonaws.com", "alexa-appkit.amazon.com",
}

// waitingRoles lists the services that invoke functions with one of our roles, as hooks of a deployment, and wait for
// the hook's answer: without one the deployment fails.
//
// Sources: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html and
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
var waitingRoles = []string{"codedeploy.amazonaws.com", "ecs.amazonaws.com"}

// judgeDeadLetters skips functions if the stack shows that their callers wait for the answer. A destination
// for failures keeps an event as a dead-letter queue does.
func judgeDeadLetters(c in) control.Result {
	waited := exists(c.Graph.Referrers(c.Resource, invocationType, "functionName"), anything).Or(hook(c))
	others := prop.No
	for _, permission := range c.Graph.Referrers(c.Resource, permissionType, "function") {
		waits := permission.Get("principal").Is(waitingCallers...)
		waited = waited.Or(permission.Sure.And(waits))
		others = others.Or(permission.Sure.And(waits.Not()))
	}
	if waited == prop.Yes && others == prop.No {
		return control.Skip()
	}
	configs := c.Graph.Referrers(c.Resource, eventInvokeConfigType, "functionName")
	kept := exists(configs, func(r *graph.Resource) prop.Truth {
		return r.Get("destinationConfig", "onFailure", "destination").IsSet()
	})
	return control.Want(kept.Or(c.Get("deadLetterConfig", "targetArn").IsSet()),
		"function %s has neither a dead-letter queue nor a destination for failures", c.Name)
}

// hooks holds the functions that roles of deployment services may invoke: the names in their policies, and the URNs
// of functions to which a policy refers that is not known yet.
type hooks struct{ names, maybe map[string]bool }

// hook answers whether a deployment invokes the function.
func hook(c in) prop.Truth {
	found := graph.Memo(c.Graph, "functions that deployments invoke", func() hooks { return hooksIn(c.Graph) })
	for _, v := range []prop.Value{c.Get("name"), c.InForce("arn")} {
		if text, ok := v.Text(); ok && found.names[functionIn(text)] {
			return prop.Yes
		}
	}
	if found.maybe[c.URN] {
		return prop.Maybe
	}
	return prop.No
}

func hooksIn(g *graph.Graph) hooks {
	found := hooks{names: map[string]bool{}, maybe: map[string]bool{}}
	for _, role := range g.OfType(iamRoleType) {
		if !deploys(role) {
			continue
		}
		inline, _ := role.Get("inlinePolicies").List()
		for _, policy := range inline {
			found.add(g, role, "inlinePolicies", policy.Get("policy"))
		}
		for _, policy := range g.Referrers(role, iamRolePolicyType, "role") {
			found.add(g, policy.Resource, "policy", policy.Get("policy"))
		}
	}
	return found
}

func (h hooks) add(g *graph.Graph, declaredBy *graph.Resource, property string, policy prop.Value) {
	doc, known := iamdoc.Read(policy)
	for _, s := range doc.Statements {
		for _, arn := range s.Resources {
			if !s.Deny && s.Covers("lambda:InvokeFunction") {
				h.names[functionIn(arn)] = true
			}
		}
	}
	if known == prop.Yes && !doc.Partial {
		return
	}
	for _, behind := range g.Behind(declaredBy, property) {
		h.maybe[behind.URN] = true
	}
}

// deploys reports whether only deployment services may assume a role.
func deploys(role *graph.Resource) bool {
	doc, _ := iamdoc.Read(role.Get("assumeRolePolicy"))
	for _, s := range doc.Statements {
		for _, p := range s.Principals {
			if !s.Deny && (p.Kind != "service" || !slices.Contains(waitingRoles, p.ID)) {
				return false
			}
		}
	}
	return len(doc.Statements) > 0
}

// functionIn returns the function's name in an ARN, without version and alias, or the name
// itself.
func functionIn(text string) string {
	if _, rest, ok := strings.Cut(text, ":function:"); ok {
		text, _, _ = strings.Cut(rest, ":")
	}
	return text
}
