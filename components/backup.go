package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const backupType = "aws-webapp:backup:Backup"

// VaultLock says how firmly a vault holds its recovery points.
type VaultLock string

// The locks. Whoever has the rights lifts a governance lock; nobody, neither root nor AWS,
// lifts a compliance lock once its days of grace are over.
const (
	NoLock         VaultLock = "none"
	GovernanceLock VaultLock = "governance"
	ComplianceLock VaultLock = "compliance"
)

// BackupLock of a vault.
type BackupLock struct {
	// Mode is none (or empty), governance or compliance.
	Mode VaultLock
	// MinRetentionDays and MaxRetentionDays of what the vault takes; a maximum of 0 is no limit.
	MinRetentionDays, MaxRetentionDays int
	// GraceDays in which a compliance lock can still be lifted.
	GraceDays int
}

// BackupArgs describe a [Backup].
type BackupArgs struct {
	// Scope of the stack.
	Scope Scope
	// DatabaseARN of the RDS instance to back up.
	DatabaseARN string
	// KeyARN is the KMS key of the vault and the database. A change replaces the vault.
	KeyARN pulumi.StringInput
	// StartTime in UTC, hh:mm, at whose hour backups start every day.
	StartTime string
	// RetentionDays of the daily backups.
	RetentionDays int
	// MonthlyRetentionDays of the backup of each month's first day, more than
	// RetentionDays, 0 for none.
	MonthlyRetentionDays int
	// ContinuousDays that AWS Backup keeps RDS's automated backups; 0 leaves them to
	// RDS. The database must be told, see [DatabaseArgs].
	ContinuousDays int
	// ForceDestroy lets destroy delete the recovery points with the vault.
	ForceDestroy bool
	// Lock of the vault.
	Lock BackupLock
	// TopicARN hears of jobs that failed and of the alarms.
	TopicARN pulumi.StringInput
}

// Backup copies a database into an AWS Backup vault every day. The snapshots are the
// database's, encrypted with its key; the vault decides who may delete them and when.
//
// AWS deletes no vault that holds recovery points. Without ForceDestroy it is protected in
// Pulumi as well, so that a destroy stops before it has begun.
type Backup struct {
	pulumi.ResourceState

	// VaultName and VaultARN of the vault.
	VaultName, VaultARN string
	// RoleARN that the plan's jobs run with: it can back up, not restore.
	RoleARN pulumi.StringOutput
	// AlarmNames of the alarms.
	AlarmNames []string

	args  BackupArgs
	vault *backup.Vault
	role  *iam.Role
	// before is what jobs need, though no property of the selection says so.
	before []pulumi.Resource
}

// NewBackup makes a [Backup].
func NewBackup(ctx *pulumi.Context, name string, args *BackupArgs, opts ...pulumi.ResourceOption) (*Backup, error) {
	b := &Backup{}
	if args != nil {
		b.args = *args
	}
	if err := check(b.args); err != nil {
		return nil, fmt.Errorf("backup %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(backupType, name, b, opts...); err != nil {
		return nil, fmt.Errorf("backup %q: register: %w", name, err)
	}
	b.VaultName = b.args.Scope.Name(NameBackup, name)
	b.VaultARN = b.args.Scope.ARN("backup", "backup-vault:"+b.VaultName)
	for _, step := range []struct {
		name   string
		create func(*pulumi.Context, string) error
	}{
		{"create vault", b.createVault},
		{"create role", b.createRole},
		{"create plan", b.createPlan},
		{"report failures", b.reportFailures},
		{"create alarms", b.createAlarms},
	} {
		if err := step.create(ctx, name); err != nil {
			return nil, fmt.Errorf("backup %q: %s: %w", name, step.name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(b, pulumi.Map{
		"vaultName": pulumi.String(b.VaultName),
		"vaultArn":  pulumi.String(b.VaultARN),
		"roleArn":   b.RoleARN,
	}); err != nil {
		return nil, fmt.Errorf("backup %q: register outputs: %w", name, err)
	}
	return b, nil
}

// createVault fixes the vault's name, which alarms, messages and the runbook say.
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

// lockVault tells the two locks apart as AWS does: days of grace make a compliance lock.
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
