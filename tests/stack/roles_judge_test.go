package stack_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// judged holds what decides about a role's requests: all of its policies, any of which can
// deny, and its boundary, if it has one.
type judged struct {
	name     string
	policies []judgedPolicy
	boundary *judgedPolicy
	// statements of the policies, as written.
	statements []writtenStatement
}

type judgedPolicy struct {
	name, text string
	document   iamdoc.Document
}

type writtenStatement struct {
	Sid, Effect      string
	Action, Resource any
}

// decide returns AWS's decision on a request of the role.
func (j judged) decide(r iamdoc.Request) (allowed bool, why string) {
	granted := false
	var missed []string
	for _, policy := range j.policies {
		decision := policy.document.Decide(r)
		if decision.DeniedBy != "" {
			return false, "denied by " + policy.name + ": " + decision.DeniedBy
		}
		granted = granted || decision.Allowed
		for _, miss := range decision.Missed {
			missed = append(missed, fmt.Sprintf("%s: %s wants %s of %v, sent %v",
				policy.name, miss.Label, miss.Condition.Written, miss.Condition.Values, miss.Sent))
		}
	}
	switch {
	case !granted && len(missed) > 0:
		return false, strings.Join(missed, "; ")
	case !granted:
		return false, "nothing allows it"
	case j.boundary != nil && !j.boundary.document.Decide(r).Allowed:
		return false, "beyond the boundary"
	}
	return true, ""
}

func readPolicy(t *testing.T, name, text string) judgedPolicy {
	t.Helper()
	document, read := iamdoc.Read(prop.New(name, resource.NewProperty(text)))
	require.Equal(t, prop.Yes, read, name)
	return judgedPolicy{name, text, document}
}

// accessRoles holds the preview and the deploy role of an account with some of the workloads,
// and the boundary.
type accessRoles struct {
	preview, deploy judged
	boundary        judgedPolicy
}

var (
	rolesMu sync.Mutex
	rolesBy = map[string]accessRoles{}
)

// rolesFor reads the roles that the delivery stack creates for workloads in its own account.
func rolesFor(t *testing.T, targets ...string) accessRoles {
	t.Helper()
	rolesMu.Lock()
	defer rolesMu.Unlock()
	key := strings.Join(targets, " ")
	if made, ok := rolesBy[key]; ok {
		return made
	}
	resources := deliveringTo(t, targets...)
	roles := accessRoles{
		preview: judged{name: "preview of " + key}, deploy: judged{name: "deploy of " + key},
		boundary: readPolicy(t, "boundary",
			resources["aws:iam/policy:Policy::deploy-roles-boundary"].inputs["policy"].StringValue()),
	}
	for name, role := range map[string]*judged{"preview": &roles.preview, "deploy": &roles.deploy} {
		for key, r := range resources {
			token, logical, _ := strings.Cut(key, "::")
			part, attached := strings.CutPrefix(logical, "deploy-roles-"+name+"-")
			switch {
			case !attached:
			case token == "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
				role.add(t, part, resources["aws:iam/policy:Policy::deploy-roles-"+part])
			case token == "aws:iam/rolePolicy:RolePolicy":
				role.add(t, part, r)
			}
		}
		slices.SortFunc(role.policies, func(a, b judgedPolicy) int { return strings.Compare(a.name, b.name) })
		require.Greater(t, len(role.policies), 3, name)
	}
	rolesBy[key] = roles
	return roles
}

func (j *judged) add(t *testing.T, name string, r recorded) {
	t.Helper()
	text := r.inputs["policy"].StringValue()
	j.policies = append(j.policies, readPolicy(t, name, text))
	var written struct{ Statement []writtenStatement }
	require.NoError(t, json.Unmarshal([]byte(text), &written), name)
	j.statements = append(j.statements, written.Statement...)
}

// everyRole returns the roles with both workloads, and a role that allows exactly what the
// boundary does.
func everyRole(t *testing.T) []judged {
	t.Helper()
	roles := rolesFor(t, "staging", "production")
	boundary := judged{name: "boundary", policies: []judgedPolicy{roles.boundary}}
	var written struct{ Statement []writtenStatement }
	require.NoError(t, json.Unmarshal([]byte(roles.boundary.text), &written))
	boundary.statements = written.Statement
	return []judged{roles.preview, roles.deploy, boundary}
}

// recordOf returns the provider's calls that make e2e recorded in a stack's whole life.
func recordOf(t *testing.T, name string) []call {
	t.Helper()
	return readCalls(t, name, "..", "e2e", "testdata", "calls", name+".txt")
}

// documented returns calls that moto cannot answer, or that a stack's life in moto does not
// need.
func documented(t *testing.T, stack string) []call {
	t.Helper()
	return readCalls(t, stack, "testdata", "roles", "documented.txt")
}

func everyCall(t *testing.T) []call {
	t.Helper()
	return slices.Concat(recordOf(t, "staging"), recordOf(t, "prod"), documented(t, "staging"), documented(t, "prod"))
}

// The roles are not judged by the data from which they are made: the requests are those that the
// provider really sends, with the resources and condition keys that AWS documents for them.
func TestDeployRoleMayDoAllThatTheProviderDoes(t *testing.T) {
	for stack, target := range map[string]string{"staging": "staging", "prod": "production"} {
		role := rolesFor(t, target).deploy
		asked := 0
		for _, c := range slices.Concat(recordOf(t, stack), documented(t, stack)) {
			for _, r := range requests(t, c) {
				asked++
				if allowed, why := role.decide(r.Request); !allowed {
					t.Errorf("%s is denied %s: %s\n  from %s", role.name, r, why, c.line[:min(len(c.line), 200)])
				}
			}
		}
		t.Logf("%s: %d requests", stack, asked)
		assert.Greater(t, asked, 500)
	}
}

// A preview refreshes: it makes the calls that only read.
func TestPreviewRoleMayDoAllReadsAndNothingElse(t *testing.T) {
	role := rolesFor(t, "staging", "production").preview
	reads, writes := 0, 0
	for _, c := range everyCall(t) {
		looks := looksOnly(c)
		for _, r := range requests(t, c) {
			allowed, why := role.decide(r.Request)
			switch {
			case destroying[c.operation]:
			case looks && !strings.HasPrefix(r.Action, "kms:"):
				reads++
				assert.True(t, allowed, "%s is denied %s: %s", role.name, r, why)
			case !looks && !readAction(r.Action):
				writes++
				assert.False(t, allowed, "%s may %s", role.name, r)
			}
		}
	}
	t.Logf("%d reads, %d writes", reads, writes)
	assert.Greater(t, reads, 200)
	assert.Greater(t, writes, 500)
}

// destroying lists operations that look for things to delete.
var destroying = map[string]bool{"ListObjectVersions": true, "ListRecoveryPointsByBackupVault": true}

func looksOnly(c call) bool {
	return slices.ContainsFunc([]string{"Describe", "Get", "List", "Head", "BatchGet"}, func(verb string) bool {
		return strings.HasPrefix(c.operation, verb)
	})
}

func readAction(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return looksOnly(call{operation: name})
}

// IAM's limits: 6144 characters of a managed policy, without white space, 10240 of all inline policies of
// a role together, and 10 managed policies of a role.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestRolesFitIntoIAM(t *testing.T) {
	for _, role := range everyRole(t) {
		inline, managed := 0, 0
		for _, policy := range role.policies {
			if strings.HasPrefix(policy.name, "state") {
				inline += len(policy.text)
				continue
			}
			managed++
			assert.LessOrEqual(t, len(policy.text), 6144, "%s: %s", role.name, policy.name)
		}
		assert.LessOrEqual(t, inline, 10240, role.name)
		assert.LessOrEqual(t, managed, 10, role.name)
	}
}

// A permission that no call needs is one too many. Those for the state and its key are in tests of the
// backend.
func TestDeployRoleHasNoRightThatNobodyUses(t *testing.T) {
	role := rolesFor(t, "staging", "production").deploy
	used := map[string]bool{
		"kms:DescribeKey": true, "s3:GetObject": true, "s3:PutObject": true, "sts:AssumeRole": true,
	}
	for _, c := range everyCall(t) {
		for _, r := range requests(t, c) {
			used[r.Action] = true
		}
	}
	for _, s := range role.statements {
		for _, action := range texts(s.Action) {
			assert.True(t, s.Effect == "Deny" || used[action], "%s: none of the calls takes it; drop it from "+
				"internal/awsdata/resourcetypes, or add a call with its source to "+
				"testdata/roles/documented.txt", action)
		}
	}
}
