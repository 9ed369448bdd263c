//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// key returns the ARN of the stack's key for a domain of data: data, logs or audit.
func (d *deployment) key(t *testing.T, domain string) string {
	t.Helper()
	alias := "alias/" + d.fixed(domain)
	return *got(d.kms.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &alias}))(t).KeyMetadata.Arn
}

func checkKeys(t *testing.T, d *deployment) {
	for _, domain := range []string{"data", "logs", "audit"} {
		arn := d.key(t, domain)
		key := got(d.kms.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &arn}))(t).KeyMetadata
		assert.Equal(t, kmstypes.KeyManagerTypeCustomer, key.KeyManager, domain)
		assert.True(t, key.Enabled, domain)
		assert.True(t, got(d.kms.GetKeyRotationStatus(t.Context(), &kms.GetKeyRotationStatusInput{KeyId: &arn}))(
			t).KeyRotationEnabled, domain)
		policy := *got(d.kms.GetKeyPolicy(t.Context(), &kms.GetKeyPolicyInput{
			KeyId: &arn, PolicyName: aws.String("default"),
		}))(t).Policy
		for _, s := range statements(t, policy) {
			if s.serves() {
				assert.NotEmpty(t, s.Condition, "%s: %s may use the key for anybody", domain, s.Sid)
			}
		}
	}
}

func (d *deployment) instance(t *testing.T) rdstypes.DBInstance {
	t.Helper()
	name := d.fixed("database")
	return only(t, got(d.rds.DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &name}))(
		t).DBInstances)
}

func checkDatabase(t *testing.T, d *deployment) {
	instance, cfg := d.instance(t), d.cfg.Database
	assert.Equal(t, "postgres", *instance.Engine)
	assert.Contains(t, *instance.EngineVersion+".", cfg.EngineVersion+".", "a minor version of a major one alone")
	assert.Equal(t, "open-source-rds-extended-support-disabled", aws.ToString(instance.EngineLifecycleSupport))
	assert.Equal(t, cfg.InstanceClass, *instance.DBInstanceClass)
	assert.Equal(t, cfg.Name, *instance.DBName)
	assert.EqualValues(t, 5432, *instance.Endpoint.Port)
	assert.EqualValues(t, cfg.AllocatedStorageGiB, *instance.AllocatedStorage)
	assert.EqualValues(t, cfg.MaxAllocatedStorageGiB, *instance.MaxAllocatedStorage, "storage autoscaling")
	assert.Equal(t, "gp3", *instance.StorageType)
	assert.Equal(t, cfg.MultiAZ, *instance.MultiAZ)
	assert.True(t, *instance.StorageEncrypted)
	assert.Equal(t, d.key(t, "data"), *instance.KmsKeyId)
	assert.EqualValues(t, cfg.BackupRetentionDays, *instance.BackupRetentionPeriod)
	assert.Equal(t, cfg.BackupWindow, *instance.PreferredBackupWindow)
	assert.Equal(t, cfg.MaintenanceWindow, *instance.PreferredMaintenanceWindow)
	assert.False(t, *instance.PubliclyAccessible)
	assert.Equal(t, cfg.DeletionProtection, *instance.DeletionProtection)
	assert.True(t, *instance.CopyTagsToSnapshot)
	assert.True(t, *instance.IAMDatabaseAuthenticationEnabled)
	assert.Equal(t, "rds-ca-rsa2048-g1", *instance.CACertificateIdentifier)
	assert.ElementsMatch(t, []string{"postgresql", "upgrade"}, instance.EnabledCloudwatchLogsExports)
	assert.True(t, *instance.PerformanceInsightsEnabled)
	assert.Equal(t, d.key(t, "data"), *instance.PerformanceInsightsKMSKeyId)
	assert.EqualValues(t, cfg.PerformanceInsightsDays, *instance.PerformanceInsightsRetentionPeriod)
	assert.EqualValues(t, cfg.MonitoringIntervalSeconds, *instance.MonitoringInterval)
	assert.Equal(t, d.groupOfTier(t, "db"), *only(t, instance.VpcSecurityGroups).VpcSecurityGroupId)
	assert.ElementsMatch(t, subnetIDs(d.subnets(t)[database]),
		each(instance.DBSubnetGroup.Subnets, func(s rdstypes.Subnet) string { return *s.SubnetIdentifier }))

	group := only(t, instance.DBParameterGroups).DBParameterGroupName
	major, _, _ := strings.Cut(cfg.EngineVersion, ".")
	family := only(t,
		got(d.rds.DescribeDBParameterGroups(t.Context(), &rds.DescribeDBParameterGroupsInput{DBParameterGroupName: group}))(
			t).DBParameterGroups)
	assert.Equal(t, "postgres"+major, *family.DBParameterGroupFamily)
	assert.Contains(t, *group, *family.DBParameterGroupFamily, "a new major version needs a group of another name")
	parameters := pairs(
		got(d.rds.DescribeDBParameters(t.Context(), &rds.DescribeDBParametersInput{DBParameterGroupName: group}))(
			t).Parameters,
		func(p rdstypes.Parameter) (name, value *string) { return p.ParameterName, p.ParameterValue })
	assert.Equal(t, "1", parameters["rds.force_ssl"])
}

// RDS creates and rotates the password: nobody else has ever known it.
func checkDatabaseSecret(t *testing.T, d *deployment) {
	managed := d.instance(t).MasterUserSecret
	require.NotNil(t, managed, "RDS does not manage the password")
	assert.Equal(t, d.output(t, "databaseSecretArn"), *managed.SecretArn)
	assert.Equal(t, d.key(t, "data"), *managed.KmsKeyId)
	secret := got(d.secrets.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: managed.SecretArn}))(
		t)
	assert.True(t, aws.ToBool(secret.RotationEnabled))
	require.NotNil(t, secret.RotationRules, "left alone, RDS rotates every seven days")
	assert.EqualValues(t, d.cfg.Database.RotationDays, *secret.RotationRules.AutomaticallyAfterDays)
}
