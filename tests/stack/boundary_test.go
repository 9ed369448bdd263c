package stack_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const boundary = "arn:aws:iam::222222222222:policy/aws-webapp-delivery-boundary"

// A deploy role cannot create a role without the boundary: no component may forget it.
func TestEveryRoleCarriesTheBoundary(t *testing.T) {
	for _, name := range append(slices.Clone(stacks), "delivery in its own account") {
		t.Run(name, func(t *testing.T) {
			roles, without := 0, deploy(t, name)
			for _, r := range deployWith(t, variants[name].stack, func(values map[string]string) {
				variants[name].change(values)
				account := map[string]any{}
				require.NoError(t, json.Unmarshal([]byte(values["aws-webapp:aws"]), &account))
				account["permissionsBoundaryArn"] = boundary
				encoded, err := json.Marshal(account)
				require.NoError(t, err)
				values["aws-webapp:aws"] = string(encoded)
			}) {
				if r.typ == "aws:iam/role:Role" {
					roles++
					assert.Equal(t, boundary, r.inputs["permissionsBoundary"].StringValue(), r.name)
					assert.Equal(t, options(one(t, without, r.typ, r.name)), options(r), "the options of %s", r.name)
				}
			}
			assert.Greater(t, roles, 5)
		})
	}
	for _, r := range deploy(t, "staging") {
		if r.typ == "aws:iam/role:Role" {
			assert.NotContains(t, r.inputs, resource.PropertyKey("permissionsBoundary"), "without the key there is none")
		}
	}
}

// deliveringTo returns the delivery stack with workloads in its own account, where it creates their
// policies itself: both workloads if none is named.
func deliveringTo(t *testing.T, targets ...string) map[string]recorded {
	t.Helper()
	if len(targets) == 0 {
		targets = []string{"staging", "production"}
	}
	found := map[string]recorded{}
	for _, r := range deployWith(t, "delivery", intoOwnAccount(targets...)) {
		found[r.key()] = r
	}
	return found
}

type document struct {
	Statement []struct {
		Sid, Effect      string
		Action, Resource any
		Condition        map[string]map[string]any
	}
}

func policyOf(t *testing.T, r recorded) document {
	t.Helper()
	var parsed document
	require.NoError(t, json.Unmarshal([]byte(r.inputs["policy"].StringValue()), &parsed), r.name)
	return parsed
}

func texts(value any) []string {
	if list, isList := value.([]any); isList {
		found := make([]string, len(list))
		for i := range list {
			found[i] = list[i].(string)
		}
		return found
	}
	return []string{value.(string)}
}

// The deploy role may create and pass roles by their names.
func TestDeployRoleKnowsTheWorkloadsRoles(t *testing.T) {
	var patterns []*regexp.Regexp
	for _, statement := range policyOf(t, deliveringTo(t)["aws:iam/policy:Policy::deploy-roles-write-roles"]).Statement {
		if statement.Sid == "PassRoles" {
			for _, arn := range texts(statement.Resource) {
				_, pattern, _ := strings.Cut(arn, ":role/")
				patterns = append(patterns, regexp.MustCompile("^"+strings.ReplaceAll(pattern, "*", ".*")+"$"))
			}
		}
	}
	require.NotEmpty(t, patterns)
	for _, name := range workloads {
		for _, r := range deploy(t, name) {
			if r.typ != "aws:iam/role:Role" {
				continue
			}
			physical := r.name + "-1234567"
			if fixed, ok := r.inputs["name"]; ok {
				physical = fixed.StringValue()
			}
			known := false
			for _, pattern := range patterns {
				known = known || pattern.MatchString(physical)
			}
			assert.True(t, known, "role %s of %s: name it with Scope.roleNamed", physical, name)
		}
	}
	for _, other := range []string{
		"aws-webapp-delivery-deploy", "OrganizationAccountAccessRole", "admin", "audit-reader", "database-admin",
		"network-hub",
	} {
		for _, pattern := range patterns {
			assert.False(t, pattern.MatchString(other), "%s matches %s", other, pattern)
		}
	}
}
