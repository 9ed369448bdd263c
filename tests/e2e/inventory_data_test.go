//go:build e2e

package e2e

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

var dataKinds = []kind{
	{name: "databases", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.rds.DescribeDBInstances(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.DBInstances, func(i rdstypes.DBInstance) *string { return i.DBInstanceIdentifier }), nil
	}},
	{
		name: "database snapshots", absent: func(*deployment) bool { return true },
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.rds.DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{SnapshotType: aws.String("manual")})
			if err != nil {
				return nil, err
			}
			return each(answer.DBSnapshots, func(s rdstypes.DBSnapshot) string {
				return finalSnapshot(*s.DBSnapshotIdentifier)
			}), nil
		},
	},
	{name: "database subnet groups", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.rds.DescribeDBSubnetGroups(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.DBSubnetGroups, func(g rdstypes.DBSubnetGroup) *string { return g.DBSubnetGroupName }), nil
	}},
	{name: "parameter groups", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.rds.DescribeDBParameterGroups(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.DBParameterGroups, func(g rdstypes.DBParameterGroup) *string { return g.DBParameterGroupName }),
			nil
	}},
	{name: "secrets", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
		if err != nil {
			return nil, err
		}
		return names(answer.SecretList, func(s secretstypes.SecretListEntry) *string { return s.Name }), nil
	}},
	{name: "buckets", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.s3.ListBuckets(ctx, &s3.ListBucketsInput{})
		if err != nil {
			return nil, err
		}
		return names(answer.Buckets, func(b s3types.Bucket) *string { return b.Name }), nil
	}},
	{name: "keys", list: listKeys},
	{name: "key aliases", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.kms.ListAliases(ctx, &kms.ListAliasesInput{})
		if err != nil {
			return nil, err
		}
		var own []string
		for _, alias := range answer.Aliases {
			if !strings.HasPrefix(*alias.AliasName, "alias/aws/") {
				own = append(own, *alias.AliasName)
			}
		}
		return own, nil
	}},
	{
		name: "search domains", absent: func(d *deployment) bool { return !d.cfg.LogSearch.Enabled },
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.opensearch.ListDomainNames(ctx, &opensearch.ListDomainNamesInput{})
			if err != nil {
				return nil, err
			}
			return names(answer.DomainNames, func(i opensearchtypes.DomainInfo) *string { return i.DomainName }), nil
		},
	},
	{
		name: "backup plans", absent: withoutBackup,
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.backup.ListBackupPlans(ctx, &backup.ListBackupPlansInput{})
			if err != nil {
				return nil, err
			}
			return names(answer.BackupPlansList, func(m backuptypes.BackupPlansListMember) *string { return m.BackupPlanName }),
				nil
		},
	},
	{
		name: "backup vaults", absent: withoutBackup,
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.backup.ListBackupVaults(ctx, &backup.ListBackupVaultsInput{})
			if err != nil {
				return nil, err
			}
			return names(answer.BackupVaultList, func(m backuptypes.BackupVaultListMember) *string { return m.BackupVaultName }),
				nil
		},
	},
}

// withoutBackup: nothing is backed up.
func withoutBackup(d *deployment) bool { return !d.cfg.Backup.Enabled }

// listKeys leaves out keys that wait for their deletion, which takes at least a week.
func listKeys(ctx context.Context, c clients) ([]string, error) {
	answer, err := c.kms.ListKeys(ctx, &kms.ListKeysInput{})
	if err != nil {
		return nil, err
	}
	var usable []string
	for _, key := range answer.Keys {
		described, err := c.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: key.KeyId})
		if err != nil {
			return nil, err
		}
		if described.KeyMetadata.KeyState != kmstypes.KeyStatePendingDeletion &&
			described.KeyMetadata.KeyManager == kmstypes.KeyManagerTypeCustomer {
			usable = append(usable, *key.KeyId)
		}
	}
	return usable, nil
}
