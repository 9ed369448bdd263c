package stack_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/policies/iamdoc"
)

// The permissions of the workloads' roles have to be within the boundary, with the resources and
// conditions of their policies. Otherwise the first deployment by a deploy role takes them away.
func TestBoundaryCoversTheWorkloads(t *testing.T) {
	for stack, target := range map[string]string{"staging": "staging", "prod": "production"} {
		limit, asked := rolesFor(t, target).boundary.document, 0
		for _, r := range deploy(t, stack) {
			if r.typ != "aws:iam/rolePolicy:RolePolicy" {
				continue
			}
			for _, statement := range policyOf(t, r).Statement {
				if statement.Effect != "Allow" {
					continue
				}
				for _, request := range within(stack, texts(statement.Action), texts(statement.Resource), statement.Condition) {
					asked++
					assert.True(t, limit.Decide(request).Allowed, "%s of %s may %s on %s with %v, which the boundary in "+
						"components/deployroles_boundary.go does not allow", r.name, stack, request.Action, request.Resource,
						request.Keys)
				}
			}
		}
		assert.Greater(t, asked, 80)
	}
}

// What a service's permissions allow, the boundary allows if the delivery stack's taskPermissions say the same, and
// only on their resources.
func TestBoundaryLetsServicesHaveTheirPermissions(t *testing.T) {
	const entries = `[{"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:us-east-1:222222222222:orders"]},
		{"bucket": "orders-example", "access": "write"}]`
	var boundary iamdoc.Document
	for _, r := range deployWith(t, "delivery", func(values map[string]string) {
		intoOwnAccount("staging", "production")(values)
		settings := map[string]any{}
		mustUnmarshal(values[project+":production"], &settings)
		var list any
		mustUnmarshal(entries, &list)
		settings["taskPermissions"] = list
		values[project+":production"] = mustMarshal(settings)
	}) {
		if r.name == "deploy-roles-boundary" {
			text := r.inputs["policy"].StringValue()
			boundary = readPolicy(t, "boundary", text).document
			assert.LessOrEqual(t, len(text), 6144)
		}
	}
	asked := 0
	for _, r := range deployWith(t, "prod", func(values map[string]string) {
		var services []map[string]any
		mustUnmarshal(values[project+":services"], &services)
		mustUnmarshal(`{"permissions": `+entries+`}`, &services[0])
		values[project+":services"] = mustMarshal(services)
	}) {
		if r.typ != "aws:iam/rolePolicy:RolePolicy" || !strings.Contains(r.name, "-task-permissions-") {
			continue
		}
		for _, statement := range policyOf(t, r).Statement {
			actions, resources := texts(statement.Action), texts(statement.Resource)
			request := iamdoc.Request{Action: actions[len(actions)-1], Resource: resources[len(resources)-1]}
			asked++
			assert.True(t, boundary.Decide(request).Allowed, "%v", request)
			assert.False(t, rolesFor(t, "production").boundary.document.Decide(request).Allowed, "without the key")
			request.Resource = strings.Replace(request.Resource, "orders", "payments", 1)
			assert.False(t, boundary.Decide(request).Allowed, "%v", request)
		}
	}
	assert.Equal(t, 2, asked)
}

// within returns the requests that a statement is for, with the keys that its conditions require and
// those that AWS adds for the stack's resources.
func within(stack string, actions, resources []string, when map[string]map[string]any) []iamdoc.Request {
	keys := map[string][]string{
		"aws:ResourceAccount":       {roleAccount},
		"kms:ResourceAliases":       {"alias/" + project + "-" + stack + "-data"},
		"kms:GrantIsForAWSResource": {"true"},
	}
	maps.Copy(keys, tagsOfSecret(stack))
	for _, tests := range when {
		for key, values := range tests {
			keys[key] = texts(values)[:1]
		}
	}
	var requests []iamdoc.Request
	for _, action := range actions {
		for _, resource := range resources {
			if authorization.WithoutResources(action) {
				resource = "*"
			}
			requests = append(requests, iamdoc.Request{Action: action, Resource: realARN(action, resource), Keys: keys})
		}
	}
	return requests
}

// realARN replaces the ARN of a mock by a real one.
func realARN(action, resource string) string {
	name, mocked := strings.CutPrefix(resource, "arn:aws:mock:us-east-1:"+roleAccount+":")
	switch service, _, _ := strings.Cut(action, ":"); {
	case !mocked:
		return resource
	case service == "iam":
		return "arn:aws:iam::" + roleAccount + ":role/" + name
	case service == "kms":
		return "arn:aws:kms:us-east-1:" + roleAccount + ":key/" + name
	default:
		return "arn:aws:" + service + ":us-east-1:" + roleAccount + ":" + name
	}
}

func tagsOfSecret(stack string) map[string][]string {
	return map[string][]string{
		"aws:ResourceTag/aws:rds:primaryDBInstanceArn": {
			"arn:aws:rds:us-east-1:" + roleAccount + ":db:" + project + "-" + stack + "-database",
		},
	}
}
