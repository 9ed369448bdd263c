package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// Deploy is the Pulumi program.
func Deploy(ctx *pulumi.Context) error {
	if err := config.CheckNames(ctx.Project(), ctx.Stack()); err != nil {
		return err
	}
	kind, err := config.LoadKind(ctx)
	if err != nil {
		return err
	}
	was, err := deployed.Read(ctx)
	if err != nil {
		return err
	}
	if kind == config.KindDelivery {
		cfg, err := config.LoadDelivery(ctx)
		if err != nil {
			return err
		}
		if err := config.CheckDeliverySiblings(".", ctx.Project(), ctx.Stack(), cfg); err != nil {
			return err
		}
		if err := boundRoles(ctx, cfg.AWS.PermissionsBoundaryARN); err != nil {
			return err
		}
		if err := refuseMove(ctx.Project(), was, kind, cfg.AWS); err != nil {
			return err
		}
		return deployDelivery(ctx, cfg)
	}
	cfg, err := config.Load(ctx)
	if err != nil {
		return err
	}
	// The program runs in its project's folder, beside the other stacks' files.
	if err := config.CheckSiblings(".", ctx.Project(), ctx.Stack(), cfg); err != nil {
		return err
	}
	if err := boundRoles(ctx, cfg.AWS.PermissionsBoundaryARN); err != nil {
		return err
	}
	if err := refuseMove(ctx.Project(), was, kind, cfg.AWS); err != nil {
		return err
	}
	return deployWorkload(ctx, cfg, was)
}
