package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
)

func (d *delivery) createAccess(ctx *pulumi.Context) (err error) {
	args := &components.DeployRolesArgs{
		Scope:           d.scope,
		Repository:      d.cfg.GitHub.Repository,
		CreateProvider:  d.cfg.GitHub.CreateProvider,
		PreviewSubjects: d.cfg.GitHub.PreviewSubjects,
		SubjectPrefix:   d.cfg.GitHub.SubjectPrefix,
		Branch:          d.cfg.Pipeline.Branch,
		Deployers:       d.pipeline.Deployers,
		StateBucket:     d.state.Bucket,
		StateKeyARN:     d.keys.StateARN,
	}
	for _, target := range d.cfg.Targets() {
		args.Workloads = append(args.Workloads, components.DeployRolesWorkload{
			Stack: target.Stack, AccountID: target.AccountID,
			PreviewRoleARN: target.PreviewRoleARN, DeployRoleARN: target.DeployRoleARN,
			DeployerARN:     d.pipeline.DeployerARNs[target.Stack],
			TaskPermissions: permissionsOf(target.TaskPermissions, d.scope.Region, target.AccountID),
		})
	}
	d.deployRoles, err = components.NewDeployRoles(ctx, "deploy-roles", args, d.opts...)
	return err
}

// export publishes the outputs for workflows and administrators. The names are an interface:
// workflows read them.
func (d *delivery) export(ctx *pulumi.Context) {
	roles := pulumi.Map{}
	for stack, of := range d.deployRoles.Roles {
		roles[stack] = pulumi.Map{
			"preview": of.PreviewARN, "deploy": of.DeployARN, "permissionsBoundary": pulumi.String(of.BoundaryARN),
		}
	}
	for name, value := range map[string]pulumi.Input{
		"roles":           roles,
		"stateBackendUrl": pulumi.String(d.state.URL),
		"secretsProvider": d.state.SecretsProvider,
		"repositoryUrl":   pulumi.String(d.registry.URL),
		"pipelineName":    pulumi.String(d.pipeline.Name),
		"connectionArn":   d.pipeline.ConnectionARN,
	} {
		ctx.Export(name, value)
	}
}
