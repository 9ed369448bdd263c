package stack

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// boundRoles puts the boundary on every role that the program creates, whichever component does
// it. A deploy role could not create a role without it, which would only show in a deployment.
func boundRoles(ctx *pulumi.Context, boundaryARN string) error {
	if boundaryARN == "" {
		return nil
	}
	return ctx.RegisterStackTransformation(
		func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			role, isRole := args.Props.(*iam.RoleArgs)
			if !isRole {
				return nil
			}
			role.PermissionsBoundary = pulumi.String(boundaryARN)
			return &pulumi.ResourceTransformationResult{Props: role, Opts: args.Opts}
		})
}
