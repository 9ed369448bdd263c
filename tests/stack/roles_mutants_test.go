package stack_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
)

// elsewhereOf lists changes of a provider's request that aim it at something outside the stack. The
// deploy role must be denied all of these, whatever the action.
var elsewhereOf = map[string]func(r *iamdoc.Request) (changed bool){
	"in another account": func(r *iamdoc.Request) bool {
		return rename(r, ":"+roleAccount+":", ":999999999999:") && set(r, "aws:ResourceAccount", "999999999999")
	},
	"of another project": func(r *iamdoc.Request) bool {
		return !madeTagged(r) && rename(r, project+"-staging", "billing") && set(r, "aws:ResourceTag/Project", "billing")
	},
	"of another stack": func(r *iamdoc.Request) bool {
		return !madeTagged(r) && rename(r, project+"-staging", project+"-prod") && set(r, "aws:ResourceTag/Stack", "prod")
	},
	"beyond the boundary": func(r *iamdoc.Request) bool { return change(r, "iam:PermissionsBoundary", "mine") },
	"without a boundary":  func(r *iamdoc.Request) bool { return change(r, "iam:PermissionsBoundary", "") },
	"passed to machines":  func(r *iamdoc.Request) bool { return change(r, "iam:PassedToService", "ec2.amazonaws.com") },
	"of another service":  func(r *iamdoc.Request) bool { return change(r, "iam:AWSServiceName", "eks.amazonaws.com") },
	"a grant for anybody": func(r *iamdoc.Request) bool { return change(r, "kms:GrantIsForAWSResource", "false") },
	"of another database": func(r *iamdoc.Request) bool { return change(r, primaryInstance, arnRDS+"db:billing") },
	"of no database":      func(r *iamdoc.Request) bool { return change(r, primaryInstance, "") },
	"a key or log tagged as another project's": func(r *iamdoc.Request) bool {
		return tagged(r) && change(r, "aws:ResourceTag/Project", "billing")
	},
	"a key or log tagged as another stack's": func(r *iamdoc.Request) bool {
		return tagged(r) && change(r, "aws:ResourceTag/Stack", "prod")
	},
	"a new key or log for another project": func(r *iamdoc.Request) bool {
		return madeTagged(r) && change(r, "aws:RequestTag/Project", "billing")
	},
	"a new key or log for another stack": func(r *iamdoc.Request) bool {
		return madeTagged(r) && change(r, "aws:RequestTag/Stack", "prod")
	},
	"a key by hand": func(r *iamdoc.Request) bool {
		// A grant is for a service, by another condition.
		return r.Action != "kms:CreateGrant" && change(r, "kms:ViaService", "")
	},
}

const primaryInstance = "aws:ResourceTag/aws:rds:primaryDBInstanceArn"

// tagged reports whether an action is on keys, log groups or namespaces, whose names are not the stack's. The alias
// decides who may change a key's policy.
func tagged(r *iamdoc.Request) bool {
	ofThem := strings.HasPrefix(r.Action, "kms:") || strings.HasPrefix(r.Action, "logs:") ||
		r.Action == "servicediscovery:DeleteNamespace"
	return ofThem && !madeTagged(r) && r.Action != "kms:PutKeyPolicy"
}

// madeTagged reports whether an action creates a key or log group, whose tags name its future owner.
func madeTagged(r *iamdoc.Request) bool {
	return r.Action == "kms:CreateKey" || r.Action == "logs:CreateLogGroup"
}

// allowedElsewhere lists the actions that cannot be narrowed any further in AWS, with the
// reason.
var allowedElsewhere = map[string]string{
	"access-analyzer": "analyzers are the account's, and have no names of the stack's in older versions",
	"kms:TagResource": "KMS tags no key of another account",
}

func rename(r *iamdoc.Request, from, to string) bool {
	changed := strings.Contains(r.Resource, from)
	r.Resource = strings.ReplaceAll(r.Resource, from, to)
	return changed
}

// set gives a key a value if the request has the key; change reports whether it had it.
func set(r *iamdoc.Request, key, value string) bool { return change(r, key, value) || true }

func change(r *iamdoc.Request, key, value string) bool {
	if _, has := r.Keys[key]; !has {
		return false
	}
	r.Keys = maps.Clone(r.Keys)
	r.Keys[key] = []string{value}
	if value == "" {
		delete(r.Keys, key)
	}
	return true
}

// elsewhereRequests returns the provider's changes in a whole life of staging, aimed at something
// that is not staging's, by what was changed.
func elsewhereRequests(t *testing.T) map[string]iamdoc.Request {
	t.Helper()
	found := map[string]iamdoc.Request{}
	for _, c := range slices.Concat(recordOf(t, "staging"), documented(t, "staging")) {
		if looksOnly(c) {
			continue
		}
		for _, r := range requests(t, c) {
			service, _, _ := strings.Cut(r.Action, ":")
			if readAction(r.Action) || allowedElsewhere[service] != "" || allowedElsewhere[r.Action] != "" {
				continue
			}
			for what, shift := range elsewhereOf {
				if moved := r.Request; shift(&moved) {
					found[what+": "+moved.Action+" on "+moved.Resource] = moved
				}
			}
		}
	}
	return found
}

// TestDeployRoleChangesNothingElsewhere tests the role with its own work: the same requests about
// anything outside the stack are denied.
func TestDeployRoleChangesNothingElsewhere(t *testing.T) {
	role := rolesFor(t, "staging").deploy
	all := elsewhereRequests(t)
	for what, r := range all {
		allowed, _ := role.decide(r)
		assert.False(t, allowed, "%s is allowed what is %s, with %v", role.name, what, r.Keys)
	}
	assert.Greater(t, len(all), 500)
}

// TestAttacksHoldEveryWordOfTheRoles: with any condition or denial dropped from the policies of deploy
// and preview role or from the boundary, or any resource widened, something is allowed that has to be
// denied, or denied that has to be allowed.
func TestAttacksHoldEveryWordOfTheRoles(t *testing.T) {
	roles := attackers(t)
	for who, by := range map[string][]string{
		// The guard is tested by itself, and so is the rest.
		"unguarded": {"staging", "deploy", "unguarded"}, "guarded": {"guarded"},
		"preview": {"preview"}, "workload": {"workload"},
	} {
		role := roles[who]
		var denied, allowed []iamdoc.Request
		for _, a := range everyAttack() {
			if !slices.Contains(by, a.who) {
				continue
			}
			denied = append(denied, a.request(a.resource, a.keys))
			if a.own != "" && a.who == who {
				allowed = append(allowed, a.request(a.own, a.ownKeys))
			}
		}
		if who == "unguarded" {
			denied = slices.AppendSeq(denied, maps.Values(elsewhereRequests(t)))
			// Some are denied only by the guard.
			denied = slices.DeleteFunc(denied, func(r iamdoc.Request) bool { return may(role, r) })
		}
		mutants := map[string]judged{}
		for i, policy := range role.policies {
			for what, mutant := range rewritten(t, policy) {
				other := role
				other.policies = slices.Clone(role.policies)
				other.policies[i] = mutant
				mutants[what] = other
			}
		}
		if role.boundary != nil {
			for what, mutant := range rewritten(t, *role.boundary) {
				other := role
				other.boundary = &mutant
				mutants[what] = other
			}
		}
		for what, mutant := range mutants {
			noticed := slices.ContainsFunc(denied, func(r iamdoc.Request) bool { return may(mutant, r) }) ||
				slices.ContainsFunc(allowed, func(r iamdoc.Request) bool { return !may(mutant, r) })
			assert.Truef(t, noticed, "%s: nobody notices %s: add an attack that it lets through", who, what)
		}
	}
}

func may(role judged, r iamdoc.Request) bool {
	allowed, _ := role.decide(r)
	return allowed
}

// rewritten returns the mutants of a policy; none for the one that stands for all permissions.
func rewritten(t *testing.T, policy judgedPolicy) map[string]judgedPolicy {
	t.Helper()
	var document struct{ Statement []statementOf }
	require.NoError(t, json.Unmarshal([]byte(policy.text), &document))
	mutants := map[string]judgedPolicy{}
	for what, mutant := range mutantsOf(policyIn{"RolePolicy", policy.name, document.Statement}) {
		document.Statement = mutant.statements
		mutants[what] = readPolicy(t, policy.name, mustMarshal(document))
	}
	return mutants
}
