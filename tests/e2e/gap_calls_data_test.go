//go:build e2e

package e2e

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	codedeploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func makeVault(ctx context.Context, c clients, name string) error {
	_, err := c.backup.CreateBackupVault(ctx, &backup.CreateBackupVaultInput{BackupVaultName: &name})
	return err
}

func guardVault(ctx context.Context, c clients) error {
	vault := aws.String("gap-guarded")
	if err := makeVault(ctx, c, *vault); err != nil {
		return err
	}
	if _, err := c.backup.PutBackupVaultAccessPolicy(ctx,
		&backup.PutBackupVaultAccessPolicyInput{BackupVaultName: vault, Policy: aws.String("{}")}); err != nil {
		return err
	}
	if _, err := c.backup.PutBackupVaultNotifications(ctx, &backup.PutBackupVaultNotificationsInput{
		BackupVaultName: vault, SNSTopicArn: aws.String("topic"), BackupVaultEvents: []backuptypes.BackupVaultEvent{
			backuptypes.BackupVaultEventBackupJobFailed,
		},
	}); err != nil {
		return err
	}
	policy, err := c.backup.GetBackupVaultAccessPolicy(ctx, &backup.GetBackupVaultAccessPolicyInput{
		BackupVaultName: vault,
	})
	if err != nil {
		return err
	}
	notifications, err := c.backup.GetBackupVaultNotifications(ctx, &backup.GetBackupVaultNotificationsInput{
		BackupVaultName: vault,
	})
	if err != nil {
		return err
	}
	if err := forgot(aws.ToString(policy.Policy) == "{}", "the policy", policy.Policy); err != nil {
		return err
	}
	return forgot(aws.ToString(notifications.SNSTopicArn) == "topic", "the topic", notifications.SNSTopicArn)
}

func listRecoveryPoints(ctx context.Context, c clients) error {
	vault := aws.String("gap-listed")
	if err := makeVault(ctx, c, *vault); err != nil {
		return err
	}
	found, err := c.backup.ListRecoveryPointsByBackupVault(ctx, &backup.ListRecoveryPointsByBackupVaultInput{
		BackupVaultName: vault,
	})
	if err != nil {
		return err
	}
	return forgot(len(found.RecoveryPoints) == 0, "an empty vault", found.RecoveryPoints)
}

func readBackupTags(ctx context.Context, c clients) error {
	made, err := c.backup.CreateBackupVault(ctx, &backup.CreateBackupVaultInput{
		BackupVaultName: aws.String("gap-tagged"), BackupVaultTags: map[string]string{"Name": "gap"},
	})
	if err != nil {
		return err
	}
	found, err := c.backup.ListTags(ctx, &backup.ListTagsInput{ResourceArn: made.BackupVaultArn})
	if err != nil {
		return err
	}
	return forgot(found.Tags["Name"] == "gap", "the tag", found.Tags)
}

func makePlan(ctx context.Context, c clients, name, rule string) (*string, *backuptypes.BackupPlanInput, error) {
	plan := &backuptypes.BackupPlanInput{
		BackupPlanName: &name, Rules: []backuptypes.BackupRuleInput{
			{RuleName: &rule, TargetBackupVaultName: aws.String("gap")},
		},
	}
	made, err := c.backup.CreateBackupPlan(ctx, &backup.CreateBackupPlanInput{BackupPlan: plan})
	if err != nil {
		return nil, nil, err
	}
	return made.BackupPlanId, plan, nil
}

func changeBackupPlan(ctx context.Context, c clients) error {
	id, plan, err := makePlan(ctx, c, "gap-changed", "before")
	if err != nil {
		return err
	}
	plan.Rules[0].RuleName = aws.String("after")
	if _, err := c.backup.UpdateBackupPlan(ctx, &backup.UpdateBackupPlanInput{BackupPlanId: id, BackupPlan: plan}); err !=
		nil {
		return err
	}
	found, err := c.backup.GetBackupPlan(ctx, &backup.GetBackupPlanInput{BackupPlanId: id})
	if err != nil {
		return err
	}
	if err := forgot(*found.BackupPlan.Rules[0].RuleName == "after", "the rule",
		*found.BackupPlan.Rules[0].RuleName); err != nil {
		return err
	}
	if _, err := c.backup.DeleteBackupPlan(ctx, &backup.DeleteBackupPlanInput{BackupPlanId: id}); err != nil {
		return err
	}
	if _, err := c.backup.GetBackupPlan(ctx, &backup.GetBackupPlanInput{BackupPlanId: id}); err == nil {
		return errors.New("a deleted plan is still answered for")
	}
	return nil
}

func selectForBackup(ctx context.Context, c clients) error {
	id, _, err := makePlan(ctx, c, "gap-selecting", "rule")
	if err != nil {
		return err
	}
	made, err := c.backup.CreateBackupSelection(ctx, &backup.CreateBackupSelectionInput{
		BackupPlanId: id, BackupSelection: &backuptypes.BackupSelection{
			SelectionName: aws.String("gap"), IamRoleArn: aws.String(gapRole),
		},
	})
	if err != nil {
		return err
	}
	found, err := c.backup.GetBackupSelection(ctx, &backup.GetBackupSelectionInput{
		BackupPlanId: id, SelectionId: made.SelectionId,
	})
	if err != nil {
		return err
	}
	if err := forgot(*found.BackupSelection.IamRoleArn == gapRole, "the role", *found.BackupSelection.IamRoleArn); err !=
		nil {
		return err
	}
	_, err = c.backup.DeleteBackupSelection(ctx, &backup.DeleteBackupSelectionInput{
		BackupPlanId: id, SelectionId: made.SelectionId,
	})
	return err
}

func makeDeploymentGroup(ctx context.Context, c clients, name string) error {
	if _, err := c.codedeploy.CreateApplication(ctx,
		&codedeploy.CreateApplicationInput{
			ApplicationName: &name, ComputePlatform: codedeploytypes.ComputePlatformEcs,
		}); err != nil {
		return err
	}
	_, err := c.codedeploy.CreateDeploymentGroup(ctx, &codedeploy.CreateDeploymentGroupInput{
		ApplicationName: &name, DeploymentGroupName: &name, ServiceRoleArn: aws.String(gapRole),
		AlarmConfiguration: &codedeploytypes.AlarmConfiguration{
			Enabled: true, Alarms: []codedeploytypes.Alarm{{Name: aws.String("gap")}},
		},
	})
	return err
}

func readApplication(ctx context.Context, c clients) error {
	name := aws.String("gap-dates")
	if err := makeDeploymentGroup(ctx, c, *name); err != nil {
		return err
	}
	_, err := c.codedeploy.GetApplication(ctx, &codedeploy.GetApplicationInput{ApplicationName: name})
	return err
}

func readDeploymentAlarms(ctx context.Context, c clients) error {
	const name = "gap-alarms"
	if err := makeDeploymentGroup(ctx, c, name); err != nil {
		return err
	}
	found, err := c.codedeploy.GetDeploymentGroup(ctx,
		&codedeploy.GetDeploymentGroupInput{ApplicationName: aws.String(name), DeploymentGroupName: aws.String(name)})
	if err != nil {
		return err
	}
	return forgot(len(found.DeploymentGroupInfo.AlarmConfiguration.Alarms) == 1, "the alarm",
		found.DeploymentGroupInfo.AlarmConfiguration)
}

func changeDeploymentGroup(ctx context.Context, c clients) error {
	name, shift := aws.String("gap-changed"), "CodeDeployDefault.ECSAllAtOnce"
	if err := makeDeploymentGroup(ctx, c, *name); err != nil {
		return err
	}
	if _, err := c.codedeploy.UpdateDeploymentGroup(ctx, &codedeploy.UpdateDeploymentGroupInput{
		ApplicationName: name, CurrentDeploymentGroupName: name, DeploymentConfigName: &shift,
	}); err != nil {
		return err
	}
	found, err := c.codedeploy.GetDeploymentGroup(ctx, &codedeploy.GetDeploymentGroupInput{
		ApplicationName: name, DeploymentGroupName: name,
	})
	if err != nil {
		return err
	}
	if err := forgot(*found.DeploymentGroupInfo.DeploymentConfigName == shift, shift,
		*found.DeploymentGroupInfo.DeploymentConfigName); err != nil {
		return err
	}
	if _, err := c.codedeploy.DeleteDeploymentGroup(ctx,
		&codedeploy.DeleteDeploymentGroupInput{ApplicationName: name, DeploymentGroupName: name}); err != nil {
		return err
	}
	_, err = c.codedeploy.DeleteApplication(ctx, &codedeploy.DeleteApplicationInput{ApplicationName: name})
	return err
}

// makeInstance creates a database and returns its description.
func makeInstance(ctx context.Context, c clients, name string) (*rdstypes.DBInstance, error) {
	if _, err := c.rds.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: &name, DBInstanceClass: aws.String("db.t3.small"), AllocatedStorage: aws.Int32(20),
		Engine: aws.String("postgres"), EngineVersion: aws.String("17"),
		EngineLifecycleSupport: aws.String("open-source-rds-extended-support-disabled"),
		MasterUsername:         aws.String("owner"), ManageMasterUserPassword: aws.Bool(true),
		MonitoringInterval: aws.Int32(60), EnablePerformanceInsights: aws.Bool(true),
	}); err != nil {
		return nil, err
	}
	found, err := c.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &name})
	if err != nil {
		return nil, err
	}
	return &found.DBInstances[0], nil
}

func readInstanceSettings(ctx context.Context, c clients) error {
	instance, err := makeInstance(ctx, c, "gap-settings")
	if err != nil {
		return err
	}
	interval, support := aws.ToInt32(instance.MonitoringInterval), aws.ToString(instance.EngineLifecycleSupport)
	return errors.Join(
		forgot(interval == 60, "monitoring", interval),
		forgot(aws.ToBool(instance.PerformanceInsightsEnabled), "Performance Insights", instance.PerformanceInsightsEnabled),
		forgot(support == "open-source-rds-extended-support-disabled", "no Extended Support", support),
	)
}

func readMinorVersion(ctx context.Context, c clients) error {
	instance, err := makeInstance(ctx, c, "gap-version")
	if err != nil {
		return err
	}
	return forgot(strings.HasPrefix(*instance.EngineVersion, "17."), "a minor version", *instance.EngineVersion)
}

func tellInstancesApart(ctx context.Context, c clients) error {
	one, err := makeInstance(ctx, c, "gap-id")
	if err != nil {
		return err
	}
	other, err := makeInstance(ctx, c, "gap-other-id")
	if err != nil {
		return err
	}
	return forgot(*one.DbiResourceId != *other.DbiResourceId, "an id of its own", *other.DbiResourceId)
}

func stopRotation(ctx context.Context, c clients) error {
	made, err := makeInstance(ctx, c, "gap-secret")
	if err != nil {
		return err
	}
	secret := made.MasterUserSecret.SecretArn
	_, err = c.secrets.CancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: secret})
	return err
}

func readParameters(ctx context.Context, c clients) error {
	name := aws.String("gap")
	if _, err := c.rds.CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{
		DBParameterGroupName: name, DBParameterGroupFamily: aws.String("postgres16"), Description: name,
	}); err != nil {
		return err
	}
	if _, err := c.rds.ModifyDBParameterGroup(ctx, &rds.ModifyDBParameterGroupInput{
		DBParameterGroupName: name, Parameters: []rdstypes.Parameter{{
			ParameterName: aws.String("log_statement"), ParameterValue: aws.String("ddl"),
			ApplyMethod: rdstypes.ApplyMethodImmediate,
		}},
	}); err != nil {
		return err
	}
	found, err := c.rds.DescribeDBParameters(ctx, &rds.DescribeDBParametersInput{
		DBParameterGroupName: name, Source: aws.String("user"),
	})
	if err != nil {
		return err
	}
	return forgot(len(found.Parameters) == 1 && aws.ToString(found.Parameters[0].Source) == "user", "whose it is",
		len(found.Parameters))
}

func makeBucket(ctx context.Context, c clients, name string) error {
	_, err := c.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	return err
}

// logTo has a bucket's log written to another bucket, whose policy may also deny something to
// everybody.
func logTo(ctx context.Context, c clients, bucket string, denial bool, format *s3types.TargetObjectKeyFormat) error {
	logs := aws.String(bucket + "-logs")
	for _, name := range []string{bucket, *logs} {
		if err := makeBucket(ctx, c, name); err != nil {
			return err
		}
	}
	everybody := ""
	if denial {
		everybody = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",` +
			`"Condition":{"Bool":{"aws:SecureTransport":"false"}}},`
	}
	policy := `{"Version":"2012-10-17","Statement":[` + everybody +
		`{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},` +
		`"Action":"s3:PutObject","Resource":"arn:aws:s3:::` + *logs + `/*"}]}`
	if _, err := c.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: logs, Policy: &policy}); err != nil {
		return err
	}
	_, err := c.s3.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket: &bucket, BucketLoggingStatus: &s3types.BucketLoggingStatus{LoggingEnabled: &s3types.LoggingEnabled{
			TargetBucket: logs, TargetPrefix: aws.String("access/"), TargetObjectKeyFormat: format,
		}},
	})
	return err
}

func logBesideDenial(ctx context.Context, c clients) error {
	return logTo(ctx, c, "gap-denial", true, nil)
}

func readLogFormat(ctx context.Context, c clients) error {
	const bucket = "gap-format"
	format := &s3types.TargetObjectKeyFormat{
		PartitionedPrefix: &s3types.PartitionedPrefix{PartitionDateSource: s3types.PartitionDateSourceEventTime},
	}
	if err := logTo(ctx, c, bucket, false, format); err != nil {
		return err
	}
	found, err := c.s3.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: aws.String(bucket)})
	if err != nil {
		return err
	}
	return forgot(found.LoggingEnabled.TargetObjectKeyFormat != nil, "the format", found.LoggingEnabled)
}
