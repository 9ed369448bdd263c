package stack

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// boundRoles caps every role that the program makes, whichever component makes it: one that
// was forgotten could not be created by a deploy role, which shows only then.
func boundRoles(ctx *pulumi.Context, boundaryARN string) error {
	if boundaryARN == "" {
		return nil
	}
	return ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		role, isRole := args.Props.(*iam.RoleArgs)
		if !isRole {
			return nil
		}
		role.PermissionsBoundary = pulumi.String(boundaryARN)
		return &pulumi.ResourceTransformationResult{Props: role, Opts: args.Opts}
	})
}
