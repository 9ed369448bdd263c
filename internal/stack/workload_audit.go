package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
)

// configPrefix is the folder of AWS Config's history in the trail's bucket.
const configPrefix = "config"

func (w *workload) createAuditTrail(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.AuditTrail
	if !cfg.Enabled {
		return nil
	}
	args := &components.AuditTrailArgs{
		Scope:                w.scope,
		KeyARN:               w.keys.AuditARN,
		AccessLogBucket:      w.storage.LogBucket,
		AccessLogBucketReady: w.storage.LogBucketReady,
		BucketDays:           cfg.BucketDays,
		LogRetentionDays:     cfg.LogRetentionDays,
		ForceDestroy:         w.cfg.Storage.ForceDestroy,
		DatabaseIdentifier:   w.database.Identifier,
		TopicARN:             w.alerts.TopicARN,
	}
	if w.cfg.AccountBaseline.ConfigRecorder {
		args.ConfigPrefix = configPrefix
	}
	if cfg.ObjectEvents {
		args.DataEventBuckets = []string{w.storage.ApplicationBucketARN}
	}
	w.audit, err = components.NewAuditTrail(ctx, "audit", args, w.opts...)
	return err
}

func (w *workload) createAccountBaseline(ctx *pulumi.Context) error {
	cfg := w.cfg.AccountBaseline
	if !cfg.Claimed() {
		return nil
	}
	args := &components.AccountBaselineArgs{
		Scope:               w.scope,
		EBSEncryption:       cfg.EBSEncryption,
		S3PublicAccessBlock: cfg.S3PublicAccessBlock,
		PasswordPolicy:      cfg.PasswordPolicy,
		AccessAnalyzer:      cfg.AccessAnalyzer,
		GuardDuty:           cfg.GuardDuty,
		GuardDutyFeatures:   cfg.GuardDutyFeatures,
		SecurityHub:         cfg.SecurityHub,
	}
	if cfg.ConfigRecorder {
		args.Config = &components.ConfigRecorderArgs{
			ServiceLinkedRole: cfg.ConfigServiceLinkedRole,
			Bucket:            w.audit.Bucket,
			Prefix:            configPrefix,
			KeyARN:            w.keys.AuditARN,
			After:             w.audit.BucketReady,
		}
	}
	_, err := components.NewAccountBaseline(ctx, "baseline", args, w.opts...)
	return err
}
