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

// judged is what decides about a role's requests: all policies that it has, of all of which a
// denial counts, and its boundary, if it has one.
type judged struct {
	name     string
	policies []judgedPolicy
	boundary *judgedPolicy
	// statements of the policies, as they are written.
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

// decide is AWS's answer to a request of the role.
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

// accessRoles are preview and deploy of an account with some of the workloads, and the boundary.
type accessRoles struct {
	preview, deploy judged
	boundary        judgedPolicy
}

var (
	rolesMu sync.Mutex
	rolesBy = map[string]accessRoles{}
)

// rolesFor reads the roles that the delivery stack makes for workloads in its own account.
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
			resources["aws:iam/policy:Policy::access-boundary"].inputs["policy"].StringValue()),
	}
	for name, role := range map[string]*judged{"preview": &roles.preview, "deploy": &roles.deploy} {
		for key, r := range resources {
			token, logical, _ := strings.Cut(key, "::")
			part, attached := strings.CutPrefix(logical, "access-"+name+"-")
			switch {
			case !attached:
			case token == "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
				role.add(t, part, resources["aws:iam/policy:Policy::access-"+part])
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

// everyRole are the roles with both workloads, and the boundary as one that allows what it does.
func everyRole(t *testing.T) []judged {
	t.Helper()
	roles := rolesFor(t, "staging", "production")
	boundary := judged{name: "boundary", policies: []judgedPolicy{roles.boundary}}
	var written struct{ Statement []writtenStatement }
	require.NoError(t, json.Unmarshal([]byte(roles.boundary.text), &written))
	boundary.statements = written.Statement
	return []judged{roles.preview, roles.deploy, boundary}
}

// record is what make e2e has heard the provider ask for in a whole life of a stack.
func recordOf(t *testing.T, name string) []call {
	t.Helper()
	return readCalls(t, name, "..", "e2e", "testdata", "calls", name+".txt")
}

// documented are calls that moto cannot answer, or that a life of a stack in it does not take.
func documented(t *testing.T, stack string) []call {
	t.Helper()
	return readCalls(t, stack, "testdata", "roles", "documented.txt")
}

func everyCall(t *testing.T) []call {
	t.Helper()
	return slices.Concat(recordOf(t, "staging"), recordOf(t, "prod"), documented(t, "staging"), documented(t, "prod"))
}

// The roles do not come from the data that judges them: the requests are what the provider really
// sends, with the resources and condition keys that AWS says they carry.
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

// A preview refreshes: it makes the calls that only look.
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

// destroying are operations that look for what to delete.
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

// A right that none of the calls takes is one too many. What the state and its key take is in tests of
// the backend.
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
				"internal/awsdata/resourcetypes or components/access_actions.go, or add a call with its source to "+
				"testdata/roles/documented.txt", action)
		}
	}
}
