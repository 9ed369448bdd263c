package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// delivery is the stack under construction: each step uses what earlier ones made.
type delivery struct {
	cfg   *config.Delivery
	scope components.Scope
	opts  []pulumi.ResourceOption

	keys        *components.DeliveryKeys
	alerts      *components.Alerts
	logs        *components.AccessLogs
	state       *components.StateBackend
	registry    *components.Registry
	pipeline    *components.Pipeline
	deployRoles *components.DeployRoles
}

// deployDelivery makes the resources that deliver the application to its environments.
func deployDelivery(ctx *pulumi.Context, cfg *config.Delivery) error {
	settings := providerSettings{aws: cfg.AWS, tags: cfg.Tags, environment: cfg.Environment}
	provider, err := newProvider(ctx, settings)
	if err != nil {
		return err
	}
	d := &delivery{cfg: cfg, opts: []pulumi.ResourceOption{pulumi.Provider(provider)}}
	if d.scope, err = findScope(ctx, settings, pulumi.Provider(provider)); err != nil {
		return err
	}
	for _, create := range []func(*pulumi.Context) error{
		d.createKeys,
		d.createAlerts,
		d.createAccessLogs,
		d.createState,
		d.createRegistry,
		d.createPipeline,
		d.createAccess,
	} {
		if err := create(ctx); err != nil {
			return err
		}
	}
	d.export(ctx)
	return nil
}

func (d *delivery) createKeys(ctx *pulumi.Context) (err error) {
	args := &components.DeliveryKeysArgs{
		Scope:              d.scope,
		DeletionWindowDays: d.cfg.Encryption.DeletionWindowDays,
		Protect:            d.protected(),
	}
	for _, target := range d.foreignTargets() {
		args.StateUsers = append(args.StateUsers, components.AccountRoles{
			AccountID: target.AccountID, RoleARNs: []string{target.DeployRoleARN, target.PreviewRoleARN},
		})
	}
	d.keys, err = components.NewDeliveryKeys(ctx, "keys", args, d.opts...)
	return err
}

// protected reports whether Pulumi refuses to delete the states.
func (d *delivery) protected() bool { return d.cfg.Environment == config.Prod }

// foreignTargets returns the targets in other accounts.
func (d *delivery) foreignTargets() []config.Target {
	var foreign []config.Target
	for _, target := range d.cfg.Targets() {
		if d.cfg.Foreign(target) {
			foreign = append(foreign, target)
		}
	}
	return foreign
}

func (d *delivery) createAlerts(ctx *pulumi.Context) (err error) {
	args := &components.AlertsArgs{Scope: d.scope, KeyARN: d.keys.LogsARN}
	for _, subscription := range d.cfg.Notifications.Subscriptions {
		args.Subscriptions = append(args.Subscriptions, components.AlertSubscription(subscription))
	}
	d.alerts, err = components.NewAlerts(ctx, "notifications", args, d.opts...)
	return err
}

func (d *delivery) createAccessLogs(ctx *pulumi.Context) (err error) {
	d.logs, err = components.NewAccessLogs(ctx, "access-logs", &components.AccessLogsArgs{
		Scope:                 d.scope,
		Sources:               []string{components.ArtifactBucketName(d.scope), components.StateBucketName(d.scope)},
		Days:                  d.cfg.State.AccessLogDays,
		NoncurrentVersionDays: d.cfg.State.AccessLogDays,
		ForceDestroy:          d.cfg.State.ForceDestroy,
	}, d.opts...)
	return err
}

func (d *delivery) createState(ctx *pulumi.Context) (err error) {
	args := &components.StateBackendArgs{
		Scope:                 d.scope,
		KeyARN:                d.keys.StateARN,
		LogBucket:             d.logs.Bucket,
		LogBucketReady:        d.logs.BucketReady,
		NoncurrentVersionDays: d.cfg.State.NoncurrentVersionDays,
		ForceDestroy:          d.cfg.State.ForceDestroy,
		Protect:               d.protected(),
	}
	for _, target := range d.foreignTargets() {
		args.Users = append(args.Users, components.StateUser{
			AccountID: target.AccountID, Stack: target.Stack,
			ReaderARNs: []string{target.PreviewRoleARN}, WriterARNs: []string{target.DeployRoleARN},
		})
	}
	d.state, err = components.NewStateBackend(ctx, "state", args, d.opts...)
	return err
}

func (d *delivery) createRegistry(ctx *pulumi.Context) (err error) {
	cfg := d.cfg.Registry
	args := &components.RegistryArgs{
		Scope:          d.scope,
		Name:           cfg.Name,
		KeyARN:         d.keys.ArtifactsARN,
		PullAccountIDs: cfg.PullAccountIDs,
		KeepImages:     cfg.KeepImages,
		KeepReleases:   cfg.KeepReleases,
		UntaggedDays:   cfg.UntaggedDays,
		ForceDelete:    cfg.ForceDelete,
	}
	for _, target := range d.foreignTargets() {
		args.PullAccountIDs = append(args.PullAccountIDs, target.AccountID)
	}
	d.registry, err = components.NewRegistry(ctx, "registry", args, d.opts...)
	return err
}

func (d *delivery) createPipeline(ctx *pulumi.Context) (err error) {
	cfg := d.cfg.Pipeline
	d.pipeline, err = components.NewPipeline(ctx, "pipeline", &components.PipelineArgs{
		Scope:                  d.scope,
		Repository:             d.cfg.GitHub.Repository,
		Branch:                 cfg.Branch,
		ConnectionARN:          cfg.ConnectionARN,
		RepositoryURL:          d.registry.URL,
		RepositoryARN:          d.registry.ARN,
		Service:                cfg.Service,
		StateURL:               d.state.URL,
		Staging:                d.pipelineTarget(d.cfg.Staging),
		Production:             d.pipelineTarget(d.cfg.Production),
		ArtifactKeyARN:         d.keys.ArtifactsARN,
		LogKeyARN:              d.keys.LogsARN,
		LogBucket:              d.logs.Bucket,
		LogBucketReady:         d.logs.BucketReady,
		TopicARN:               d.alerts.TopicARN,
		ComputeType:            cfg.ComputeType,
		BuildImage:             cfg.BuildImage,
		ApprovalTimeoutMinutes: cfg.ApprovalTimeoutMinutes,
		ArtifactDays:           cfg.ArtifactDays,
		LogRetentionDays:       d.cfg.Logging.RetentionDays,
		ForceDestroy:           d.cfg.State.ForceDestroy,
	}, d.opts...)
	return err
}

// pipelineTarget returns a target with the role that deploys it: the deploy role of this
// account, which is created after the pipeline, or that of the target's account.
func (d *delivery) pipelineTarget(target config.Target) components.PipelineTarget {
	role := target.DeployRoleARN
	if !d.cfg.Foreign(target) {
		role = d.scope.GlobalARN("iam", "role/"+components.AccessRoleName(d.scope, "deploy"))
	}
	return components.PipelineTarget{Stack: target.Stack, DeployRoleARN: role, URL: target.URL}
}
