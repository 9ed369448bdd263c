package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	vaultToken     = "aws:backup/vault:Vault"
	vaultLockToken = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	planToken      = "aws:backup/plan:Plan"
	selectionToken = "aws:backup/selection:Selection"

	testDatabaseARN = "arn:aws:rds:us-east-1:123456789012:db:" + testIdentifier
)

func testBackupArgs() BackupArgs {
	return BackupArgs{
		Scope:                testScope,
		DatabaseARN:          testDatabaseARN,
		DatabaseIdentifier:   testIdentifier,
		KeyARN:               pulumi.String(testDataKeyARN),
		StartTime:            "06:05",
		RetentionDays:        35,
		MonthlyRetentionDays: 365,
		Lock:                 BackupLock{Mode: GovernanceLock, MinRetentionDays: 7, MaxRetentionDays: 365},
		TopicARN:             pulumi.String(testTopicARN),
	}
}

func backupProgram(args BackupArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewBackup(ctx, "backup", &args)
		return err
	}
}

func changedBackup(change func(*BackupArgs)) pulumi.RunFunc {
	args := testBackupArgs()
	change(&args)
	return backupProgram(args)
}

func TestBackupKeepsTheContract(t *testing.T) {
	rec := deployed(t, backupProgram(testBackupArgs()))
	rec.keepsContract(t, backupType, "backup", map[string]any{
		"vaultName": "aws-webapp-prod-backup",
		"vaultArn":  "arn:aws:backup:us-east-1:123456789012:backup-vault:aws-webapp-prod-backup",
		"roleArn":   arnOf("aws:iam/role:Role", "aws-webapp-prod-backup"),
	})
	vault := rec.one(t, vaultToken, "backup")
	assert.Equal(t, "aws-webapp-prod-backup", vault.inputs["name"])
	assert.Equal(t, testDataKeyARN, vault.inputs["kmsKeyArn"])
	assert.Equal(t, false, vault.inputs["forceDestroy"])
	assert.True(t, vault.request.GetProtect(), "a destroy stops before it has begun")
}

func TestBackupVaultOfAThrowawayStack(t *testing.T) {
	rec := deployed(t, changedBackup(func(a *BackupArgs) { a.ForceDestroy, a.Lock = true, BackupLock{} }))
	vault := rec.one(t, vaultToken, "backup")
	assert.Equal(t, true, vault.inputs["forceDestroy"])
	assert.False(t, vault.request.GetProtect())
	assert.Empty(t, rec.ofType(vaultLockToken))
}

func TestBackupPlan(t *testing.T) {
	rec := deployed(t, backupProgram(testBackupArgs()))
	rule := func(name, schedule string, days float64) map[string]any {
		return map[string]any{
			"ruleName": name, "schedule": schedule, "targetVaultName": "aws-webapp-prod-backup",
			"startWindow": 60.0, "completionWindow": 720.0, "enableContinuousBackup": false,
			"lifecycle": map[string]any{"deleteAfter": days},
		}
	}
	assert.Equal(t, []any{
		rule("daily", "cron(5 6 ? * * *)", 35), rule("monthly", "cron(5 6 1 * ? *)", 365),
	}, rec.one(t, planToken, "backup").inputs["rules"])

	selection := rec.one(t, selectionToken, "backup")
	assert.Equal(t, []any{testDatabaseARN}, selection.inputs["resources"])
	assert.Equal(t, arnOf("aws:iam/role:Role", "aws-webapp-prod-backup"), selection.inputs["iamRoleArn"])
	for _, policy := range rec.ofType(rolePolicyType) {
		assert.Truef(t, selection.dependsOn(policy), "jobs fail without %s", policy.name)
	}
}

func TestContinuousBackup(t *testing.T) {
	rec := deployed(t, changedBackup(func(a *BackupArgs) { a.ContinuousDays, a.MonthlyRetentionDays = 14, 0 }))
	rules := rec.one(t, planToken, "backup").inputs["rules"].([]any)
	assert.Len(t, rules, 2)
	assert.Equal(t, "continuous", rules[1].(map[string]any)["ruleName"])
	assert.Equal(t, true, rules[1].(map[string]any)["enableContinuousBackup"])
	assert.Equal(t, map[string]any{"deleteAfter": 14.0}, rules[1].(map[string]any)["lifecycle"])
	assert.Equal(t, testDatabaseARN, rec.one(t, rolePolicyType, "backup-snapshots").policy(t, "policy").sid(t,
		"OwnAutomatedBackups")["Resource"])

	database := deployed(t, changedDatabase(func(a *DatabaseArgs) { a.ContinuousBackup = true })).one(t, instanceToken,
		"database")
	assert.Equal(t, []string{"engineLifecycleSupport", "engineVersion", "backupRetentionPeriod", "backupWindow"},
		database.request.GetIgnoreChanges())
}

// A grace period makes a lock that nobody can remove again.
func TestBackupLocks(t *testing.T) {
	for name, test := range map[string]struct {
		lock BackupLock
		want map[string]any
	}{
		"governance": {
			BackupLock{Mode: GovernanceLock, MinRetentionDays: 7, MaxRetentionDays: 365},
			map[string]any{"backupVaultName": "aws-webapp-prod-backup", "minRetentionDays": 7.0, "maxRetentionDays": 365.0},
		},
		"no limit above": {
			BackupLock{Mode: GovernanceLock, MinRetentionDays: 7},
			map[string]any{"backupVaultName": "aws-webapp-prod-backup", "minRetentionDays": 7.0},
		},
		"compliance": {
			BackupLock{Mode: ComplianceLock, MinRetentionDays: 7, GraceDays: 14},
			map[string]any{"backupVaultName": "aws-webapp-prod-backup", "minRetentionDays": 7.0, "changeableForDays": 14.0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			rec := deployed(t, changedBackup(func(a *BackupArgs) { a.Lock = test.lock }))
			assert.Equal(t, test.want, rec.one(t, vaultLockToken, "backup").inputs)
		})
	}
}

func TestBackupRoleReachesThisDatabaseAlone(t *testing.T) {
	rec := previewed(t, backupProgram(testBackupArgs()))
	const snapshots = "arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:*"
	policy := rec.one(t, rolePolicyType, "backup-snapshots").policy(t, "policy")
	assert.Equal(t, []any{testDatabaseARN, snapshots}, policy.sid(t, "TakeSnapshots")["Resource"])
	assert.Equal(t, snapshots, policy.sid(t, "ExpireSnapshots")["Resource"], "never a snapshot of somebody else")
	for _, granted := range policy.Statement {
		assert.NotContains(t, granted["Action"], "rds:ModifyDBInstance", "only where AWS Backup owns the automated backups")
	}
	trust := rec.one(t, "aws:iam/role:Role", "aws-webapp-prod-backup").policy(t, "assumeRolePolicy")
	assert.NotContains(t, trust.Statement[0], "Condition", "nobody knows whether AWS Backup sends a key to ask for")

	key := deployed(t, backupProgram(testBackupArgs())).one(t, rolePolicyType, "backup-key").policy(t, "policy")
	assert.Equal(t, map[string]any{"Bool": map[string]any{"kms:GrantIsForAWSResource": "true"}},
		key.sid(t, "LetServicesUseKey")["Condition"])
}

func TestFailedBackupsAreReported(t *testing.T) {
	rec := deployed(t, backupProgram(testBackupArgs()))
	rule := rec.one(t, "aws:cloudwatch/eventRule:EventRule", "backup-failed")
	assert.JSONEq(t, `{
		"source": ["aws.backup"],
		"detail-type": ["Backup Job State Change"],
		"detail": {"state": ["ABORTED", "EXPIRED", "FAILED"], "backupVaultName": ["aws-webapp-prod-backup"]}
	}`, rule.inputs["eventPattern"].(string))
	assert.Equal(t, testTopicARN, rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "backup-failed").inputs["arn"])

	missing := rec.one(t, alarmType, "backup-missing").inputs
	queries := missing["metricQueries"].([]any)
	assert.Equal(t, "IF(m2 >= 1380, SUM([m1, 0 * m2]), 1)", queries[0].(map[string]any)["expression"])
	assert.Equal(t, map[string]any{
		"namespace": "AWS/Backup", "metricName": "NumberOfBackupJobsCompleted", "stat": "Sum", "period": 86400.0,
		"dimensions": map[string]any{"BackupVaultName": "aws-webapp-prod-backup"},
	}, queries[1].(map[string]any)["metric"])
	assert.Equal(t, map[string]any{
		"namespace": "AWS/RDS", "metricName": "CPUUtilization", "stat": "SampleCount", "period": 86400.0,
		"dimensions": map[string]any{"DBInstanceIdentifier": testIdentifier},
	}, queries[2].(map[string]any)["metric"])
	assert.InDelta(t, 2, missing["evaluationPeriods"], 0)
	failed := rec.one(t, alarmType, "backup-failed").inputs
	assert.Equal(t, "notBreaching", failed["treatMissingData"])
	assert.Equal(t, []any{testTopicARN}, failed["alarmActions"])
	assert.NotContains(t, failed, "okActions", "it ends within the hour, whether a backup was made or not")
}

func TestBackupOfFileSystems(t *testing.T) {
	const first, second = "arn:aws:elasticfilesystem:us-east-1:1:file-system/fs-1",
		"arn:aws:elasticfilesystem:us-east-1:1:file-system/fs-2"
	both := []any{first, second}
	rec := deployed(t, changedBackup(func(a *BackupArgs) {
		a.FileSystems = []BackupFileSystem{
			{ID: pulumi.String("fs-1"), ARN: pulumi.String(first)}, {ID: pulumi.String("fs-2"), ARN: pulumi.String(second)},
		}
	}))
	selection := rec.one(t, selectionToken, "backup-files")
	assert.Equal(t, both, selection.inputs["resources"])
	assert.Equal(t, []any{testDatabaseARN}, rec.one(t, selectionToken, "backup").inputs["resources"],
		"another list would replace the database's selection")
	policy := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "backup-files")
	assert.True(t, selection.dependsOn(policy), "a job without rights fails")
	files := policy.policy(t, "policy").sid(t, "CopyFiles")
	assert.Equal(t, []any{"elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"}, files["Action"])
	assert.Equal(t, both, files["Resource"])

	missing := rec.one(t, alarmToken, "backup-missing-files")
	assert.Equal(t, 3.0, missing.inputs["threshold"], "the database and each file system")
	assert.Contains(t, missing.inputs["alarmDescription"], "Fewer than the 3 backups of a day")
	queries := missing.inputs["metricQueries"].([]any)
	assert.Equal(t, "IF(MIN([m2, 15 * m3, 15 * m4]) >= 1380, SUM([m1, 0 * m2]), 3)",
		queries[0].(map[string]any)["expression"])
	assert.Len(t, queries, 5)
	assert.Contains(t, rec.one(t, alarmToken, "backup-failed").inputs["alarmDescription"],
		"A backup of the database or of a file system failed.")
}
