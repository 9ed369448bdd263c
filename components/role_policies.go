package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// policyPart is one of a role's policies. Statements that wait for another resource are in a
// separate policy, so a preview can show the others.
type policyPart struct {
	name       string
	statements []statement
}

// grant gives a role its policies, each called like the role and its part. What uses the role waits for what grant
// returns: until then it has no rights.
func grant(
	ctx *pulumi.Context, parent pulumi.Resource, logical string, role *iam.Role, parts ...policyPart,
) ([]pulumi.Resource, error) {
	policies := make([]pulumi.Resource, 0, len(parts))
	for _, part := range parts {
		policy, err := iam.NewRolePolicy(ctx, logical+"-"+part.name, &iam.RolePolicyArgs{
			Role:   role.Name,
			Policy: policyDocument(part.statements...),
		}, pulumi.Parent(parent))
		if err != nil {
			return nil, fmt.Errorf("%s-%s: %w", logical, part.name, err)
		}
		policies = append(policies, policy)
	}
	return policies, nil
}
