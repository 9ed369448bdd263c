package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const backupPrincipal = "backup.amazonaws.com"

// createRole lets AWS Backup snapshot this database and delete its own snapshots when they
// expire. AWS's managed policy AWSBackupServiceRolePolicyForBackup, from which the statements
// come, would let it do the same to every database, table, bucket and volume of the account.
// The trust policies in its guide have no conditions, so this one has none either:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
func (b *Backup) createRole(ctx *pulumi.Context, name string) error {
	role, err := iam.NewRole(ctx, b.args.Scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Lets AWS Backup snapshot the database."),
		AssumeRolePolicy: assumedBy(backupPrincipal, nil),
		Tags:             named(name),
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	b.role = role
	b.RoleARN = role.Arn
	parts := []policyPart{
		{"snapshots", b.snapshotStatements()},
		{"key", []statement{
			{Sid: "SeeKey", Effect: "Allow", Action: "kms:DescribeKey", Resource: b.args.KeyARN},
			{
				Sid: "LetServicesUseKey", Effect: "Allow", Action: "kms:CreateGrant", Resource: b.args.KeyARN,
				Condition: conditions{"Bool": {"kms:GrantIsForAWSResource": "true"}},
			},
		}},
	}
	if len(b.args.FileSystems) > 0 {
		parts = append(parts, policyPart{"files", b.fileStatements()})
	}
	policies, err := grant(ctx, b, name, role, parts...)
	b.before = append(b.before, policies...)
	return err
}

// snapshotStatements returns statements that are known at preview.
func (b *Backup) snapshotStatements() []statement {
	scope := b.args.Scope
	snapshots := scope.ARN("rds", "snapshot:awsbackup:*")
	statements := []statement{
		{
			Sid: "SeeDatabases", Effect: "Allow",
			Action:   []string{"rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"},
			Resource: []string{scope.ARN("rds", "db:*"), scope.ARN("rds", "snapshot:*")},
		},
		{
			Sid: "TakeSnapshots", Effect: "Allow", Action: []string{"rds:AddTagsToResource", "rds:CreateDBSnapshot"},
			Resource: []string{b.args.DatabaseARN, snapshots},
		},
		{Sid: "ExpireSnapshots", Effect: "Allow", Action: "rds:DeleteDBSnapshot", Resource: snapshots},
		{Sid: "SeeVault", Effect: "Allow", Action: "backup:DescribeBackupVault", Resource: b.VaultARN},
		// IAM has no resource types for looking resources up by tag.
		{Sid: "FindResources", Effect: "Allow", Action: "tag:GetResources", Resource: "*"},
	}
	if b.args.ContinuousDays == 0 {
		return statements
	}
	return append(
		statements,
		statement{
			Sid: "OwnAutomatedBackups", Effect: "Allow", Action: "rds:ModifyDBInstance", Resource: b.args.DatabaseARN,
		},
		statement{
			Sid: "ExpireAutomatedBackups", Effect: "Allow", Action: "rds:DeleteDBInstanceAutomatedBackup",
			Resource: scope.ARN("rds", "auto-backup:ab-*"),
		},
		statement{
			Sid: "TagRecoveryPoints", Effect: "Allow", Action: "backup:TagResource",
			Resource: scope.ARN("backup", "recovery-point:continuous:*"),
		},
	)
}

// fileStatements lets AWS Backup copy the file systems. Their backups belong to AWS Backup, which encrypts them with
// the vault's key: with grants alone, or as the role, its guide does not say.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
func (b *Backup) fileStatements() []statement {
	arns := make(pulumi.StringArray, len(b.args.FileSystems))
	for i, files := range b.args.FileSystems {
		arns[i] = files.ARN
	}
	hosts := []string{b.args.Scope.endpointHost("backup"), b.args.Scope.endpointHost("elasticfilesystem")}
	return []statement{
		{
			Sid: "CopyFiles", Effect: "Allow", Action: []string{"elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"},
			Resource: arns,
		},
		{
			Sid: "UseKeyForFiles", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource: b.args.KeyARN, Condition: conditions{"StringEquals": {"kms:ViaService": hosts}},
		},
	}
}
