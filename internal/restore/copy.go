package restore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"aws-webapp/internal/awsapi"
)

// Source of a copy: a time, or a snapshot.
type Source struct {
	// At is a moment of the automated backups; zero for the latest that there is, unless Snapshot names one.
	At time.Time
	// Latest asks for the latest moment that the automated backups have, about five minutes ago.
	Latest bool
	// Snapshot is the name or ARN of a snapshot: one made by hand, a final one, or a recovery point of AWS Backup.
	Snapshot string
}

func (s Source) String() string {
	switch {
	case s.Snapshot != "":
		return s.Snapshot
	case s.Latest:
		return "the latest moment"
	default:
		return s.At.UTC().Format(time.RFC3339)
	}
}

// Tag of a copy says what it was restored from, so that a second call knows its own.
const Tag = "webapp:restored-from"

// continuous marks the recovery points of AWS Backup that are RDS's automated backups, in their ARN:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
const continuous = ":recovery-point:continuous:"

// Copy restores a copy of the database beside it, under another name. The old instance gives the copy its network, keys
// and settings; the copy gets backups, and a password that RDS manages. It returns the copy.
func (p *Procedure) Copy(ctx context.Context, state *State, from Source, name string) (*types.DBInstance, error) {
	old, err := p.original(ctx, state)
	if err != nil {
		return nil, err
	}
	copied, err := p.named(ctx, name)
	if err != nil {
		return nil, err
	}
	if copied == nil {
		if err := p.check(ctx, old, from); err != nil {
			return nil, err
		}
		text := fmt.Sprintf("restore %s from %s as %s", aws.ToString(old.DBInstanceIdentifier), from, name)
		if err := p.step(text, func() error { return p.begin(ctx, old, from, name) }); err != nil {
			return nil, err
		}
	} else if made := tagOf(copied); made != from.String() {
		return nil, refusef("%s exists, and was restored from %q: give the copy another name with --name, or delete it",
			name, made)
	}
	if p.DryRun {
		return nil, p.step("give it a password that RDS manages, and backups as those of the old one", nil)
	}
	if copied, err = p.await(ctx, name, anyway); err != nil {
		return nil, err
	}
	if copied.MasterUserSecret != nil {
		return copied, nil
	}
	settle := func() error { return p.settle(ctx, old, name) }
	if err := p.step("let RDS manage the password of "+name, settle); err != nil {
		return nil, err
	}
	return p.await(ctx, name, func(one *types.DBInstance) bool { return one.MasterUserSecret != nil })
}

// original returns the instance that the stack manages.
func (p *Procedure) original(ctx context.Context, state *State) (*types.DBInstance, error) {
	old, err := p.withID(ctx, state.ID)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, refusef("the stack's instance %s (%s) is gone: call pulumi up --refresh first, which makes an empty one "+
			"with its network, keys and parameters", state.Identifier, state.ID)
	}
	return old, nil
}

func tagOf(one *types.DBInstance) string {
	for _, tag := range one.TagList {
		if aws.ToString(tag.Key) == Tag {
			return aws.ToString(tag.Value)
		}
	}
	return ""
}

// check looks whether RDS has what is asked for.
func (p *Procedure) check(ctx context.Context, old *types.DBInstance, from Source) error {
	if from.Snapshot == "" {
		latest := aws.ToTime(old.LatestRestorableTime)
		switch {
		case aws.ToInt32(old.BackupRetentionPeriod) == 0:
			return refusef("%s has no automated backups: restore a snapshot", aws.ToString(old.DBInstanceIdentifier))
		case from.Latest || latest.IsZero() || !from.At.After(latest):
			return nil
		}
		return refusef("found %s, the latest moment that can be restored is %s", from, latest.UTC().Format(time.RFC3339))
	}
	if strings.Contains(from.Snapshot, continuous) {
		return refusef("%s is a continuous recovery point, which is the automated backups: name a moment", from.Snapshot)
	}
	out, err := p.RDS.DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{
		DBSnapshotIdentifier: aws.String(snapshotName(from.Snapshot)),
	})
	if awsapi.Code(err) == "DBSnapshotNotFound" || err == nil && len(out.DBSnapshots) == 0 {
		return refusef("RDS has no snapshot %s: aws rds describe-db-snapshots lists those that there are", from.Snapshot)
	}
	if err != nil {
		return fmt.Errorf("look at the snapshot %s: %w", from.Snapshot, err)
	}
	if status := aws.ToString(out.DBSnapshots[0].Status); status != available {
		return refusef("the snapshot %s is %s, not %s", from.Snapshot, status, available)
	}
	return nil
}

// snapshotName returns the name of a snapshot out of its ARN.
func snapshotName(given string) string {
	if name, err := arn.Parse(given); err == nil {
		return strings.TrimPrefix(name.Resource, "snapshot:")
	}
	return given
}

// begin asks RDS for the copy. What RDS would choose differently than the stack is taken from the old instance: by
// default a copy has the default parameter group and security group, one zone, and no log groups. Sources:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
func (p *Procedure) begin(ctx context.Context, old *types.DBInstance, from Source, name string) error {
	groups := make([]string, len(old.VpcSecurityGroups))
	for i, one := range old.VpcSecurityGroups {
		groups[i] = aws.ToString(one.VpcSecurityGroupId)
	}
	var parameters, subnets *string
	if len(old.DBParameterGroups) > 0 {
		parameters = old.DBParameterGroups[0].DBParameterGroupName
	}
	if old.DBSubnetGroup != nil {
		subnets = old.DBSubnetGroup.DBSubnetGroupName
	}
	// Tags of AWS itself cannot be given.
	tags := []types.Tag{{Key: aws.String(Tag), Value: aws.String(from.String())}}
	for _, tag := range old.TagList {
		if key := aws.ToString(tag.Key); !strings.HasPrefix(key, "aws:") && key != Tag {
			tags = append(tags, tag)
		}
	}
	if from.Snapshot != "" {
		_, err := p.RDS.RestoreDBInstanceFromDBSnapshot(ctx, &rds.RestoreDBInstanceFromDBSnapshotInput{
			DBSnapshotIdentifier: aws.String(snapshotName(from.Snapshot)), DBInstanceIdentifier: aws.String(name),
			DBInstanceClass: old.DBInstanceClass, DBSubnetGroupName: subnets, VpcSecurityGroupIds: groups,
			DBParameterGroupName: parameters, MultiAZ: old.MultiAZ, StorageType: old.StorageType,
			PubliclyAccessible: aws.Bool(false), CopyTagsToSnapshot: aws.Bool(true),
			DeletionProtection: old.DeletionProtection, AutoMinorVersionUpgrade: old.AutoMinorVersionUpgrade,
			EnableIAMDatabaseAuthentication: old.IAMDatabaseAuthenticationEnabled,
			EnableCloudwatchLogsExports:     old.EnabledCloudwatchLogsExports,
			CACertificateIdentifier:         old.CACertificateIdentifier, Tags: tags,
			EngineLifecycleSupport: old.EngineLifecycleSupport,
		})
		return failed(name, err)
	}
	input := &rds.RestoreDBInstanceToPointInTimeInput{
		SourceDBInstanceIdentifier: old.DBInstanceIdentifier, TargetDBInstanceIdentifier: aws.String(name),
		DBInstanceClass: old.DBInstanceClass, DBSubnetGroupName: subnets, VpcSecurityGroupIds: groups,
		DBParameterGroupName: parameters, MultiAZ: old.MultiAZ, StorageType: old.StorageType,
		PubliclyAccessible: aws.Bool(false), CopyTagsToSnapshot: aws.Bool(true),
		DeletionProtection: old.DeletionProtection, AutoMinorVersionUpgrade: old.AutoMinorVersionUpgrade,
		MaxAllocatedStorage:             old.MaxAllocatedStorage,
		EnableIAMDatabaseAuthentication: old.IAMDatabaseAuthenticationEnabled,
		EnableCloudwatchLogsExports:     old.EnabledCloudwatchLogsExports,
		CACertificateIdentifier:         old.CACertificateIdentifier, Tags: tags,
		EngineLifecycleSupport: old.EngineLifecycleSupport,
	}
	if from.Latest {
		input.UseLatestRestorableTime = aws.Bool(true)
	} else {
		input.RestoreTime = aws.Time(from.At)
	}
	_, err := p.RDS.RestoreDBInstanceToPointInTime(ctx, input)
	return failed(name, err)
}

func failed(name string, err error) error {
	if err != nil {
		return fmt.Errorf("restore %s: %w", name, err)
	}
	return nil
}

// settle gives a copy what restoring cannot: backups, and a password that RDS manages, under the key of the old one's.
// Without that key the secret would be under AWS's own for good (the SDK's
// words on rds.ModifyDBInstanceInput.MasterUserSecretKmsKeyId).
func (p *Procedure) settle(ctx context.Context, old *types.DBInstance, name string) error {
	input := &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: aws.String(name), ManageMasterUserPassword: aws.Bool(true),
		BackupRetentionPeriod: old.BackupRetentionPeriod, ApplyImmediately: aws.Bool(true),
	}
	if old.MasterUserSecret != nil {
		input.MasterUserSecretKmsKeyId = old.MasterUserSecret.KmsKeyId
	}
	if input.MasterUserSecretKmsKeyId == nil {
		input.MasterUserSecretKmsKeyId = old.KmsKeyId
	}
	_, err := p.RDS.ModifyDBInstance(ctx, input)
	if err != nil {
		return fmt.Errorf("let RDS manage the password of %s: %w", name, err)
	}
	return nil
}
