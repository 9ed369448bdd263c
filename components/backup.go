package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const backupType = "aws-webapp:backup:Backup"

// VaultLock is the kind of lock on a vault's recovery points.
type VaultLock string

// The locks. A governance lock can be removed with the right permissions. Nobody, not even root
// or AWS, can remove a compliance lock once its grace period is over.
const (
	NoLock         VaultLock = "none"
	GovernanceLock VaultLock = "governance"
	ComplianceLock VaultLock = "compliance"
)

// BackupLock of a vault.
type BackupLock struct {
	// Mode is none (or empty), governance or compliance.
	Mode VaultLock
	// MinRetentionDays and MaxRetentionDays of the recovery points that the vault accepts; a
	// maximum of 0 means no limit.
	MinRetentionDays, MaxRetentionDays int
	// GraceDays in which a compliance lock can still be removed.
	GraceDays int
}

// BackupArgs describe a [Backup].
type BackupArgs struct {
	// Scope of the stack.
	Scope Scope
	// DatabaseARN of the RDS instance to back up.
	DatabaseARN string
	// DatabaseIdentifier of the same instance: without a whole day of its metrics, no backup is missing.
	DatabaseIdentifier string
	// FileSystems to back up, too; at most 8, since an alarm has ten metrics.
	FileSystems []BackupFileSystem
	// KeyARN is the KMS key of the vault and the database. A change replaces the vault.
	KeyARN pulumi.StringInput
	// StartTime in UTC, hh:mm, at which backups start every day.
	StartTime string
	// RetentionDays of the daily backups.
	RetentionDays int
	// MonthlyRetentionDays of the backup on each month's first day, more than RetentionDays; 0 for
	// none.
	MonthlyRetentionDays int
	// ContinuousDays that AWS Backup keeps RDS's automated backups; 0 leaves them to RDS.
	// [DatabaseArgs] must be set accordingly.
	ContinuousDays int
	// ForceDestroy makes destroy delete the recovery points with the vault.
	ForceDestroy bool
	// Lock of the vault.
	Lock BackupLock
	// TopicARN is notified of failed jobs and of the alarms.
	TopicARN pulumi.StringInput
}

// BackupFileSystem is a file system that is backed up.
type BackupFileSystem struct {
	// ID and ARN of the file system.
	ID, ARN pulumi.StringInput
}

// Backup copies a database, and file systems, into an AWS Backup vault every day. The snapshots are encrypted with
// the database's key; the vault decides who may delete them and when.
//
// AWS refuses to delete a vault that holds recovery points. Without ForceDestroy the vault is
// protected in Pulumi as well: a destroy then fails before it deletes anything.
type Backup struct {
	pulumi.ResourceState

	// VaultName and VaultARN of the vault.
	VaultName, VaultARN string
	// RoleARN is the role of the plan's jobs: it can back up but not restore.
	RoleARN pulumi.StringOutput
	alarms

	args  BackupArgs
	vault *backup.Vault
	role  *iam.Role
	// before lists resources that jobs need although no property of the selection refers to them.
	before []pulumi.Resource
}

// NewBackup makes a [Backup].
func NewBackup(ctx *pulumi.Context, name string, args *BackupArgs, opts ...pulumi.ResourceOption) (*Backup, error) {
	b := &Backup{args: given(args)}
	b.VaultName = b.args.Scope.Name(NameBackup, name)
	b.VaultARN = b.args.Scope.ARN("backup", "backup-vault:"+b.VaultName)
	return construct(ctx, name, b, opts, construction{
		kind: "backup", token: backupType, wrong: check(b.args),
		steps: []step{
			{"create vault", b.createVault},
			{"create role", b.createRole},
			{"create plan", b.createPlan},
			{"report failures", b.reportFailures},
			{"create alarms", b.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"vaultName": pulumi.String(b.VaultName),
				"vaultArn":  pulumi.String(b.VaultARN),
				"roleArn":   b.RoleARN,
			}
		},
	})
}

// createVault fixes the vault's name, which alarms, messages and the runbook use.
func (b *Backup) createVault(ctx *pulumi.Context, name string) error {
	vault, err := backup.NewVault(ctx, name, &backup.VaultArgs{
		Name:         pulumi.String(b.VaultName),
		KmsKeyArn:    b.args.KeyARN,
		ForceDestroy: pulumi.Bool(b.args.ForceDestroy),
		Tags:         named(b.VaultName),
	}, pulumi.Parent(b), pulumi.Protect(!b.args.ForceDestroy), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return err
	}
	b.vault = vault
	return b.lockVault(ctx, name)
}

// lockVault distinguishes the two locks as AWS does: a grace period makes it a compliance lock.
func (b *Backup) lockVault(ctx *pulumi.Context, name string) error {
	lock := b.args.Lock
	if lock.Mode == NoLock || lock.Mode == "" {
		return nil
	}
	args := &backup.VaultLockConfigurationArgs{
		BackupVaultName:  b.vault.Name,
		MinRetentionDays: pulumi.Int(lock.MinRetentionDays),
	}
	if lock.MaxRetentionDays > 0 {
		args.MaxRetentionDays = pulumi.Int(lock.MaxRetentionDays)
	}
	if lock.Mode == ComplianceLock {
		args.ChangeableForDays = pulumi.Int(lock.GraceDays)
	}
	_, err := backup.NewVaultLockConfiguration(ctx, name, args, pulumi.Parent(b), pulumi.DeleteBeforeReplace(true))
	return err
}
