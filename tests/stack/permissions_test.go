package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
)

// statementOf is a statement of a policy document, as JSON has it.
type statementOf map[string]any

// policyIn is a policy document of a stack: of a role, or of a resource that others may use.
type policyIn struct {
	// kind is the last part of the resource's type; name is its logical name.
	kind, name string
	statements []statementOf
}

// policiesIn returns all policy documents of a stack. Those of the deploy roles are tested by
// attacks, in roles_attacks_test.go.
func policiesIn(g *graph) []policyIn {
	var found []policyIn
	for _, r := range g.resources {
		if strings.HasPrefix(r.parent, "aws-webapp:delivery:DeployRoles") && r.typ != "aws:iam/role:Role" {
			continue
		}
		for _, value := range r.inputs {
			if statements := statementsIn(value); len(statements) > 0 {
				found = append(found, policyIn{r.typ[strings.LastIndexByte(r.typ, ':')+1:], r.name, statements})
			}
		}
	}
	return found
}

// statementsIn returns the statements of a policy document; none of anything else.
func statementsIn(value resource.PropertyValue) []statementOf {
	var document struct{ Statement []statementOf }
	if !value.IsString() || json.Unmarshal([]byte(value.StringValue()), &document) != nil {
		return nil
	}
	return document.Statement
}

func (s statementOf) text(key string) string {
	text, _ := s[key].(string)
	return text
}

func (s statementOf) list(key string) []string {
	if s[key] == nil {
		return nil
	}
	return texts(s[key])
}

// who returns the callers: a service, an account, everybody, or nobody if the policy belongs to
// a role.
func (s statementOf) who() []string {
	switch principal := s["Principal"].(type) {
	case string:
		return []string{principal}
	case map[string]any:
		var found []string
		for kind, names := range principal {
			for _, name := range texts(names) {
				switch {
				case kind == "AWS" && strings.HasSuffix(name, ":root") && strings.Contains(name, roleAccount):
					name = "account"
				case kind == "AWS" && strings.HasSuffix(name, ":root"):
					name = "other account"
				case kind == "AWS" && strings.Contains(name, ":role/"):
					name = "role"
				case kind == "Federated":
					name = "GitHub"
				}
				found = append(found, strings.Replace(name, ".us-east-1.", ".", 1))
			}
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	return []string{""}
}

// when returns its conditions, as "operator key".
func (s statementOf) when() []string {
	var found []string
	conditions, _ := s["Condition"].(map[string]any)
	for operator, tests := range conditions {
		for key := range tests.(map[string]any) {
			found = append(found, operator+" "+key)
		}
	}
	slices.Sort(found)
	return found
}

// asked returns the values of its conditions.
func (s statementOf) asked() []string {
	var found []string
	conditions, _ := s["Condition"].(map[string]any)
	for _, tests := range conditions {
		for _, values := range tests.(map[string]any) {
			found = append(found, texts(values)...)
		}
	}
	return found
}

// objections lists what is wrong with a policy of a stack.
func objections(p policyIn) []string {
	var found []string
	object := func(format string, args ...any) {
		found = append(found, fmt.Sprintf("%s %s: ", p.kind, p.name)+fmt.Sprintf(format, args...))
	}
	for i, s := range p.statements {
		name := fmt.Sprintf("statement %d %s", i+1, s.text("Sid"))
		if s.text("Effect") == "Deny" {
			promised := func(d promise) bool { return d.fits(p, s) && slices.Equal(inOrder(d.when), s.when()) }
			if !slices.ContainsFunc(denied, promised) {
				object("%s denies under other conditions than promised: %q", name, s.when())
			}
			continue
		}
		for _, who := range s.who() {
			at := slices.IndexFunc(allowed, func(a promise) bool { return a.fits(p, s) && (a.who == who) })
			switch {
			case at < 0 && who != "":
				object("%s: nobody promised this to %s", name, who)
			case at < 0 && len(s.when()) > 0:
				object("%s has conditions that nobody promised: %q", name, s.when())
			case at >= 0 && !slices.Equal(inOrder(allowed[at].when), s.when()):
				object("%s is allowed when %q, promised was %q", name, s.when(), allowed[at].when)
			}
		}
		if p.kind == "RolePolicy" || p.kind == "LogResourcePolicy" || p.kind == "VpcEndpoint" && len(s.when()) == 0 {
			for _, resource := range s.list("Resource") {
				for _, action := range s.list("Action") {
					nameless := resource == "*" && authorization.WithoutResources(action)
					if !nameless && !ofStack.MatchString(resource) && !slices.Contains(anywhere[action], resource) {
						object("%s allows %s on %s, which is not of the stack", name, action, resource)
					}
				}
			}
		}
	}
	for _, d := range denied {
		kept := func(s statementOf) bool {
			return s.text("Effect") == "Deny" && d.fits(p, s) && slices.Equal(inOrder(d.when), s.when())
		}
		if d.kind == p.kind && regexp.MustCompile(d.name).MatchString(p.name) && !slices.ContainsFunc(p.statements, kept) {
			object("does not deny %s when %q", d.action, d.when)
		}
	}
	return found
}

// fits reports whether a promise is about a statement.
func (a promise) fits(p policyIn, s statementOf) bool {
	return a.kind == p.kind && regexp.MustCompile(a.name).MatchString(p.name) && slices.Contains(s.who(), a.who) &&
		(a.action == "" || a.action == s.text("Sid") || slices.Contains(s.list("Action"), a.action))
}

// mutantsOf returns variants of the policy that each allow one thing more, by what was changed: a
// condition or a denial dropped, a resource widened to all.
func mutantsOf(p policyIn) map[string]policyIn {
	mutants := map[string]policyIn{}
	for i, s := range p.statements {
		name := fmt.Sprintf("%s %s, statement %d %s", p.kind, p.name, i+1, s.text("Sid"))
		put := func(what string, changed statementOf) {
			statements := slices.Clone(p.statements)
			statements[i] = changed
			if changed == nil {
				statements = slices.Delete(statements, i, i+1)
			}
			mutants[name+": "+what] = policyIn{p.kind, p.name, statements}
		}
		for _, condition := range s.when() {
			put("without "+condition, s.without(condition))
		}
		if s.text("Effect") == "Deny" {
			put("dropped", nil)
			continue
		}
		for at, resource := range s.list("Resource") {
			// A policy attached to a resource is about that resource, whatever it says.
			attached := !slices.Contains([]string{"RolePolicy", "LogResourcePolicy", "VpcEndpoint"}, p.kind)
			if resource != "*" && !attached && !s.nameless() {
				wider, widened := maps.Clone(s), slices.Clone(s.list("Resource"))
				widened[at] = "*"
				wider["Resource"] = toAny(widened)
				put("on * instead of "+resource, wider)
			}
		}
	}
	return mutants
}

// nameless reports whether IAM has no resource types for the actions: they can only be allowed
// for *.
func (s statementOf) nameless() bool {
	actions := s.list("Action")
	return !slices.ContainsFunc(actions, func(action string) bool { return !authorization.WithoutResources(action) })
}

// without returns the statement without a condition, "operator key".
func (s statementOf) without(condition string) statementOf {
	operator, key, _ := strings.Cut(condition, " ")
	conditions := maps.Clone(s["Condition"].(map[string]any))
	tests := maps.Clone(conditions[operator].(map[string]any))
	delete(tests, key)
	conditions[operator] = tests
	changed := maps.Clone(s)
	changed["Condition"] = conditions
	return changed
}

func inOrder(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func toAny(list []string) []any {
	items := make([]any, len(list))
	for i := range list {
		items[i] = list[i]
	}
	return items
}

// TestPoliciesAllowWhatIsPromised: every statement of every policy of every stack is one of the
// promises, with its conditions, on the stack's own resources.
func TestPoliciesAllowWhatIsPromised(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, p := range policiesIn(g) {
			judged++
			assert.Empty(t, objections(p))
		}
		return judged
	})
}

// TestPromisesHoldEveryWord: with any condition or denial dropped, or any resource widened, a policy no
// longer matches the promises.
func TestPromisesHoldEveryWord(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, p := range policiesIn(g) {
			for what, mutant := range mutantsOf(p) {
				judged++
				assert.NotEmptyf(t, objections(mutant), "nobody notices %s", what)
			}
		}
		return judged
	})
	require.NotEmpty(t, allowed)
}
