package stack

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// providerSettings holds the AWS settings that both kinds of stacks have.
type providerSettings struct {
	aws         config.AWS
	tags        config.Tags
	environment config.Environment
}

// newProvider makes the one provider that every resource uses. It refuses credentials of an
// account that the stack file does not name, before anything is created.
func newProvider(ctx *pulumi.Context, cfg providerSettings) (*aws.Provider, error) {
	args := &aws.ProviderArgs{
		Region:            pulumi.String(cfg.aws.Region),
		AllowedAccountIds: pulumi.ToStringArray(cfg.aws.AllowedAccountIDs),
		MaxRetries:        pulumi.Int(cfg.aws.MaxRetries),
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: pulumi.ToStringMap(defaultTags(ctx, cfg))},
	}
	if len(cfg.aws.Endpoints) > 0 {
		if err := useEmulator(ctx.Project(), args, cfg.aws.Endpoints); err != nil {
			return nil, err
		}
	}
	return aws.NewProvider(ctx, "aws", args)
}

// defaultTags returns the tags of every taggable resource.
func defaultTags(ctx *pulumi.Context, cfg providerSettings) map[string]string {
	tags := map[string]string{
		"Project":     ctx.Project(),
		"Stack":       ctx.Stack(),
		"Environment": string(cfg.environment),
		"Owner":       cfg.tags.Owner,
		"CostCenter":  cfg.tags.CostCenter,
		"Repository":  cfg.tags.Repository,
	}
	maps.Copy(tags, cfg.tags.Extra)
	return tags
}

// findScope asks AWS which account the credentials belong to.
func findScope(ctx *pulumi.Context, cfg providerSettings, opts ...pulumi.InvokeOption) (components.Scope, error) {
	identity, err := aws.GetCallerIdentity(ctx, nil, opts...)
	if err != nil {
		return components.Scope{}, fmt.Errorf("find the account: %w", err)
	}
	partition, err := aws.GetPartition(ctx, nil, opts...)
	if err != nil {
		return components.Scope{}, fmt.Errorf("find the partition: %w", err)
	}
	return components.Scope{
		Project:   ctx.Project(),
		Stack:     ctx.Stack(),
		Partition: partition.Partition,
		Region:    cfg.aws.Region,
		AccountID: identity.AccountId,
		// The runbook is linked in the same version of the repository as the program.
		RunbookURL: "https://" + cfg.tags.Repository + "/blob/main/docs/runbook.md",
	}, nil
}
