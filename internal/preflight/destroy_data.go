package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

func (p *Preflight) checkDatabaseProtection(ctx context.Context) ([]outcome.Finding, error) {
	found, err := p.database(ctx)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return []outcome.Finding{{Check: "database", Status: outcome.OK, Found: "does not exist"}}, nil
	}
	name, status := aws.ToString(found.DBInstanceIdentifier), aws.ToString(found.DBInstanceStatus)
	findings := []outcome.Finding{{Check: "database", Status: outcome.OK, Found: name + " is " + status}}
	if aws.ToBool(found.DeletionProtection) {
		findings = append(findings, outcome.Finding{
			Check: "database", Status: outcome.Blocked,
			Found: name + " has deletion protection", Needed: "none", Fix: p.flip("database.deletionProtection", "false"),
		})
	}
	if status != "available" && status != "stopped" {
		findings = append(findings, outcome.Finding{
			Check: "database", Status: outcome.Warning, Found: name + " is " + status, Needed: "available",
			Fix: "wait until it is available: RDS takes a final snapshot only then",
		})
	}
	if !p.Config.Database.FinalSnapshot {
		findings = append(findings, outcome.Finding{
			Check: "final snapshot", Status: outcome.Warning, Found: "database.finalSnapshot is false: the data will be lost",
			Fix: "set database.finalSnapshot to true" + thenDeploy + ", if the data is to be kept",
		})
	}
	return findings, nil
}

// checkFinalSnapshots looks for final snapshots of earlier instances. The program's names
// differ from instance to instance, so a clash means that this instance already has its final
// snapshot.
func (p *Preflight) checkFinalSnapshots(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.Database.FinalSnapshot {
		return nil, nil
	}
	found, err := p.database(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	name := aws.ToString(found.DBInstanceIdentifier)
	input := &rds.DescribeDBSnapshotsInput{DBInstanceIdentifier: aws.String(name), SnapshotType: aws.String("manual")}
	snapshots, err := awsapi.All(ctx, rds.NewDescribeDBSnapshotsPaginator(rds.NewFromConfig(p.AWS), input),
		func(page *rds.DescribeDBSnapshotsOutput) []rdstypes.DBSnapshot { return page.DBSnapshots })
	if err != nil {
		return nil, err
	}
	finding := outcome.Finding{
		Check: "final snapshot", Status: outcome.OK, Found: "this instance has none yet",
		Needed: "a free name",
	}
	for i := range snapshots {
		snapshot := &snapshots[i]
		ofThis := found.InstanceCreateTime != nil && snapshot.SnapshotCreateTime != nil &&
			snapshot.SnapshotCreateTime.After(*found.InstanceCreateTime)
		if ofThis && strings.HasPrefix(aws.ToString(snapshot.DBSnapshotIdentifier), name+"-final-") {
			finding.Status, finding.Found = outcome.Blocked, aws.ToString(snapshot.DBSnapshotIdentifier)+" already exists"
			finding.Fix = "an earlier destroy took it and then failed: copy it under another name if you need it, then delete it"
		}
	}
	return []outcome.Finding{finding}, nil
}

// checkBucketsEmpty looks for objects, versions and delete markers: S3 refuses to delete a
// bucket that has any of them.
func (p *Preflight) checkBucketsEmpty(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, bucket := range p.named(BucketName) {
		finding := outcome.Finding{Check: "bucket " + bucket.Role, Status: outcome.OK, Found: "empty"}
		listed, err := p.s3().ListObjectVersions(ctx, &s3.ListObjectVersionsInput{
			Bucket: aws.String(bucket.Value), MaxKeys: aws.Int32(1), ExpectedBucketOwner: aws.String(p.account),
		})
		switch {
		case awsapi.Code(err) == "NoSuchBucket" || awsapi.Missing(err):
			finding.Found = "does not exist"
		case err != nil:
			finding = unchecked(finding.Check, err)
		case len(listed.Versions)+len(listed.DeleteMarkers) == 0:
		case p.Config.Storage.ForceDestroy:
			finding.Status, finding.Found = outcome.Warning, bucket.Value+" has objects, which destroy deletes"
			finding.Fix = "copy what is needed; storage.forceDestroy has to be deployed"
		default:
			finding.Status, finding.Found = outcome.Blocked, bucket.Value+" has objects"
			finding.Needed = "empty, or storage.forceDestroy"
			finding.Fix = p.flip("storage.forceDestroy", "true")
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

func (p *Preflight) checkDomainBusy(ctx context.Context) ([]outcome.Finding, error) {
	found, err := p.domain(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	name := aws.ToString(found.DomainName)
	if aws.ToBool(found.Processing) || aws.ToBool(found.UpgradeProcessing) {
		return []outcome.Finding{{
			Check: "log search", Status: outcome.Warning, Found: name + " is being changed", Needed: "an idle domain",
			Fix: "wait: AWS deletes the domain only after the change, which may take hours",
		}}, nil
	}
	return []outcome.Finding{
		{Check: "log search", Status: outcome.OK, Found: name + " is idle; destroy deletes its indices"},
	}, nil
}

// checkVaults looks for recovery points, which keep a vault from being deleted, and for locks,
// which do so for recovery points.
func (p *Preflight) checkVaults(ctx context.Context) ([]outcome.Finding, error) {
	vaults, err := awsapi.All(ctx,
		backup.NewListBackupVaultsPaginator(backup.NewFromConfig(p.AWS), &backup.ListBackupVaultsInput{}),
		func(page *backup.ListBackupVaultsOutput) []backuptypes.BackupVaultListMember {
			return page.BackupVaultList
		})
	if err != nil {
		return nil, err
	}
	var findings []outcome.Finding
	for i := range vaults {
		if strings.HasPrefix(aws.ToString(vaults[i].BackupVaultName), p.Project+"-"+p.Stack) {
			findings = append(findings, p.judgeVault(&vaults[i]))
		}
	}
	return findings, nil
}

func (p *Preflight) judgeVault(vault *backuptypes.BackupVaultListMember) outcome.Finding {
	name, points := aws.ToString(vault.BackupVaultName), plural.Of(int(vault.NumberOfRecoveryPoints), "recovery point")
	finding := outcome.Finding{Check: "backup vault", Status: outcome.Blocked}
	switch {
	case vault.NumberOfRecoveryPoints == 0:
		finding.Status, finding.Found = outcome.OK, name+" is empty"
	case !aws.ToBool(vault.Locked) && p.Config.Backup.ForceDestroy:
		finding.Status, finding.Found = outcome.Warning, name+" has "+points+", which destroy deletes"
		finding.Fix = "copy what is needed to another vault; backup.forceDestroy has to be deployed"
	case !aws.ToBool(vault.Locked):
		finding.Found = name + " has " + points
		finding.Fix = "delete the recovery points that nobody needs, or copy them to another vault"
	case vault.LockDate == nil || vault.LockDate.After(p.Now()):
		finding.Found = name + " is locked, with " + points
		finding.Fix = "remove the lock while it can be removed: " +
			"aws backup delete-backup-vault-lock-configuration --backup-vault-name " + name
	default:
		finding.Found = name + " is locked, with " + points
		finding.Fix = fmt.Sprintf("wait until they expire (%d days at least): nobody can delete them before",
			aws.ToInt64(vault.MinRetentionDays))
	}
	return finding
}
