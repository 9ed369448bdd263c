//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
)

// onInterfaces are actions that a function in a VPC needs on every resource: Lambda refuses a role that may do them to
// some interfaces only (Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC").
var onInterfaces = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:UnassignPrivateIpAddresses",
}

// each role may do what it has to, to what it has to: no action is *, and no resource, but where AWS has no resources
// for the action or a condition narrows it down.
func checkRoles(t *testing.T, d *deployment) {
	roles := got(d.iam.ListRoles(t.Context(), &iam.ListRolesInput{}))(t).Roles
	checked := 0
	for _, role := range roles {
		if strings.HasPrefix(*role.Path, "/aws-service-role/") {
			continue
		}
		for _, s := range statements(t, *role.AssumeRolePolicyDocument) {
			assert.True(t, s.serves(), "%s: anybody but a service may take the role", *role.RoleName)
		}
		policies := got(d.iam.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: role.RoleName}))(
			t).PolicyNames
		for _, policy := range policies {
			document := got(d.iam.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{
				RoleName: role.RoleName, PolicyName: &policy,
			}))(t).PolicyDocument
			for _, s := range statements(t, *document) {
				checkStatement(t, *role.RoleName+"/"+policy, s)
				checked++
			}
		}
	}
	require.Greater(t, checked, 10)
}

func checkStatement(t *testing.T, where string, s statement) {
	t.Helper()
	require.NotEmpty(t, s.Action, where)
	if s.Effect == "Deny" {
		return
	}
	for _, action := range s.Action {
		service, name, _ := strings.Cut(action, ":")
		assert.False(t, service == "*" || name == "*", "%s may do %s", where, action)
		if slices.Contains(s.Resource, "*") && len(s.Condition) == 0 && !slices.Contains(onInterfaces, action) {
			assert.True(t, authorization.WithoutResources(action), "%s may do %s to everything", where, action)
		}
	}
}
