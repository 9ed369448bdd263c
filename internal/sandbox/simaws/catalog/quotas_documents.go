package catalog

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// identityQuotas are those of roles and their policies. IAM is one for all regions.
var identityQuotas = []Limited{
	{
		Quota: quotas.RoleInlinePolicies, Tokens: []string{resourcetypes.RolePolicy}, Share: by("role"),
		Size:       inkOf("policy"),
		Everywhere: true,
		Error:      "LimitExceeded: Maximum policy size of {limit} bytes exceeded for role {.role}",
	},
	{
		Quota: quotas.ManagedPolicy, Tokens: []string{resourcetypes.ManagedPolicy}, Alone: true, Size: inkOf("policy"),
		Error: "LimitExceeded: Cannot exceed quota for PolicySize: {limit}",
	},
	{
		Quota: quotas.TrustPolicy, Tokens: []string{resourcetypes.Role}, Alone: true, Size: inkOf("assumeRolePolicy"),
		Error: "LimitExceeded: Cannot exceed quota for ACLSizePerRole: {limit}",
	},
	{
		Quota: quotas.RolePolicies, Tokens: []string{resourcetypes.RolePolicyAttachment}, Share: by("role"), Everywhere: true,
		Error: "LimitExceeded: Cannot exceed quota for PoliciesPerRole: {limit}",
	},
	{
		Quota: quotas.Roles, Tokens: []string{resourcetypes.Role, resourcetypes.ServiceLinkedRole}, Everywhere: true,
		Error: "LimitExceeded: Cannot exceed quota for RolesPerAccount: {limit}",
	},
	{
		Quota: quotas.Policies, Tokens: []string{resourcetypes.ManagedPolicy}, Everywhere: true,
		Error: "LimitExceeded: Cannot exceed quota for PoliciesPerAccount: {limit}",
	},
}

// documentQuotas are those of keys, buckets, queues and parameters.
var documentQuotas = []Limited{
	{
		Quota: quotas.KeyAliases, Tokens: []string{resourcetypes.KMSAlias}, Share: by("targetKeyId"),
		Error: "LimitExceededException: The quota of aliases per KMS key, {limit}, has been reached.",
	},
	{
		Quota: quotas.KeyPolicy, Tokens: []string{resourcetypes.KMSKey}, Alone: true, Size: bytesOf("policy"),
		Error: "LimitExceededException: The policy has {size} bytes, which exceeds the quota of {limit}.",
	},
	{
		Quota: quotas.BucketPolicy, Tokens: []string{resourcetypes.BucketPolicy}, Alone: true, Size: bytesOf("policy"),
		Error: "InvalidArgument: Normalized policy document exceeds the maximum allowed size of {limit} bytes.",
	},
	{
		Quota: quotas.Parameter, Tokens: []string{parameterToken}, Alone: true, Size: parameterSize("Standard"),
		Error: "ValidationException: Standard tier parameters support a maximum parameter value of {limit} characters. To " +
			"create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.",
	},
	{
		Quota: quotas.AdvancedParameter, Tokens: []string{parameterToken}, Alone: true, Size: parameterSize("Advanced"),
		Error: "ValidationException: Advanced tier parameters support a maximum parameter value of {limit} characters.",
	},
	{
		Quota: quotas.QueuePolicy, Tokens: queuePolicyTokens, Alone: true, Size: bytesOf("policy"),
		Error: "InvalidAttributeValue: Invalid value for the parameter Policy.",
	},
	{
		Quota: quotas.QueueStatements, Tokens: queuePolicyTokens, Alone: true,
		Size:  inPolicy(func(p parts) int { return p.statements }),
		Error: "OverLimit: {size} Statements were found, maximum allowed is {limit}.",
	},
	{
		Quota: quotas.QueuePrincipals, Tokens: queuePolicyTokens, Alone: true,
		Size:  inPolicy(func(p parts) int { return p.principals }),
		Error: "OverLimit: {size} Principals were found, maximum allowed is {limit}.",
	},
	{
		Quota: quotas.QueueConditions, Tokens: queuePolicyTokens, Alone: true,
		Size:  inPolicy(func(p parts) int { return p.conditions }),
		Error: "OverLimit: {size} Conditions were found, maximum allowed is {limit}.",
	},
	{
		Quota: quotas.QueueActions, Tokens: queuePolicyTokens, Alone: true,
		Size:  inPolicy(func(p parts) int { return p.actions }),
		Error: "OverLimit: {size} Actions were found, maximum allowed is {limit}.",
	},
}

var queuePolicyTokens = []string{resourcetypes.Queue, resourcetypes.QueuePolicy}

// parameterSize returns the size of a value in the tier.
func parameterSize(tier string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		found := prop.Text(props, "tier")
		if found == "" {
			found = "Standard"
		}
		if found != tier {
			return 0
		}
		return len(prop.Text(props, "value")) + len(prop.Text(props, "insecureValue"))
	}
}

// parts counts what SQS limits in a policy: totals, and the actions of the longest statement.
type parts struct{ statements, principals, conditions, actions int }

func inPolicy(pick func(parts) int) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		statements := readPolicy(prop.Text(props, "policy")).Statements
		found := parts{statements: len(statements)}
		for _, s := range statements {
			found.actions = max(found.actions, len(s.Actions))
			found.principals += len(s.Principals)
			found.conditions += len(s.Conditions)
		}
		return pick(found)
	}
}
