package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// backupStartMinutes is the time, after its scheduled start, within which a job must begin or
	// else expires. It is the shortest that AWS Backup accepts.
	backupStartMinutes = 60
	// backupCompletionMinutes is the time, after its scheduled start, within which a job must be
	// done.
	backupCompletionMinutes = 720

	backupNamespace = "AWS/Backup"
	secondsPerHour  = 3600
	secondsPerDay   = 24 * secondsPerHour
)

// failedBackupStates lists the states in which a job ends without a recovery point.
var failedBackupStates = []string{"ABORTED", "EXPIRED", "FAILED"}

// createPlan selects the database by its ARN. A tag could get lost: then nothing would be
// backed up, and nothing would fail either.
func (b *Backup) createPlan(ctx *pulumi.Context, name string) error {
	plan, err := backup.NewPlan(ctx, name, &backup.PlanArgs{
		Name:  pulumi.String(b.VaultName),
		Rules: b.rules(),
		Tags:  named(b.VaultName),
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	if err := b.selectParts(ctx, plan, name, "database", pulumi.ToStringArray([]string{b.args.DatabaseARN})); err != nil {
		return err
	}
	if len(b.args.FileSystems) == 0 {
		return nil
	}
	arns := make(pulumi.StringArray, len(b.args.FileSystems))
	for i, files := range b.args.FileSystems {
		arns[i] = files.ARN
	}
	return b.selectParts(ctx, plan, name+"-files", "files", arns)
}

func (b *Backup) selectParts(
	ctx *pulumi.Context, plan *backup.Plan, logical, physical string, arns pulumi.StringArray,
) error {
	_, err := backup.NewSelection(ctx, logical, &backup.SelectionArgs{
		Name:       pulumi.String(physical),
		PlanId:     plan.ID(),
		IamRoleArn: b.role.Arn,
		Resources:  arns,
	}, pulumi.Parent(b), pulumi.DependsOn(b.before), pulumi.DeleteBeforeReplace(true))
	return err
}

// what is backed up, in messages.
func (b *Backup) what() string {
	if len(b.args.FileSystems) == 0 {
		return "the database"
	}
	return "the database or of a file system"
}

// rules start at the same time: if two rules do, AWS Backup keeps the snapshot of the one with
// the longer retention. RDS snapshots have no cold storage.
func (b *Backup) rules() backup.PlanRuleArray {
	hour, minute := b.args.StartTime[:2], b.args.StartTime[3:]
	daily := fmt.Sprintf("cron(%s %s ? * * *)", trimZero(minute), trimZero(hour))
	monthly := fmt.Sprintf("cron(%s %s 1 * ? *)", trimZero(minute), trimZero(hour))
	rules := backup.PlanRuleArray{b.rule("daily", daily, b.args.RetentionDays, false)}
	if b.args.MonthlyRetentionDays > 0 {
		rules = append(rules, b.rule("monthly", monthly, b.args.MonthlyRetentionDays, false))
	}
	if b.args.ContinuousDays > 0 {
		rules = append(rules, b.rule("continuous", daily, b.args.ContinuousDays, true))
	}
	return rules
}

// trimZero removes the leading zero of 05, as cron expressions require.
func trimZero(digits string) string {
	if digits[0] == '0' {
		return digits[1:]
	}
	return digits
}

func (b *Backup) rule(name, schedule string, days int, continuous bool) backup.PlanRuleArgs {
	return backup.PlanRuleArgs{
		RuleName:               pulumi.String(name),
		TargetVaultName:        b.vault.Name,
		Schedule:               pulumi.String(schedule),
		StartWindow:            pulumi.Int(backupStartMinutes),
		CompletionWindow:       pulumi.Int(backupCompletionMinutes),
		EnableContinuousBackup: pulumi.Bool(continuous),
		Lifecycle:              backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(days)},
	}
}

// reportFailures sends AWS Backup's message about a failed job to the topic; the alarm only
// counts jobs.
func (b *Backup) reportFailures(ctx *pulumi.Context, name string) error {
	logical := name + "-failed"
	physical := b.failedRule()
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:        pulumi.String(physical),
		Description: pulumi.String("Backups of " + b.what() + " that failed."),
		EventPattern: pulumi.JSONMarshal(map[string]any{
			"source":      []string{"aws.backup"},
			"detail-type": []string{"Backup Job State Change"},
			"detail": map[string]any{
				"state":           failedBackupStates,
				"backupVaultName": []string{b.VaultName},
			},
		}),
		Tags: named(physical),
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String("alerts"),
		Arn:      b.args.TopicARN,
		// https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
		InputTransformer: b.args.Scope.eventMessage(urgencyHours,
			"Backup job <job> of "+b.what()+" ended with <state>: <reason>. Start one by hand once the cause is gone.",
			"backup-failed", map[string]string{
				"job": "$.detail.backupJobId", "state": "$.detail.state", "reason": "$.detail.statusMessage",
			}),
	}, pulumi.Parent(b))
	return err
}

// failedRule returns the physical name of the rule on failed jobs.
func (b *Backup) failedRule() string {
	return shorten(b.VaultName+"-failed", NameEventRule, NameEventRule.max)
}

// createAlarms watches for failed jobs and, more important, for jobs that never start: if
// somebody empties the plan, no job fails.
func (b *Backup) createAlarms(ctx *pulumi.Context, name string) error {
	specs := []alarmSpec{
		{
			name: "failed", metric: "NumberOfBackupJobsFailed", comparison: comparisonAbove, missing: missingIsGood,
			periodSeconds: secondsPerHour, evaluationPeriods: 1, endsByItself: true,
			description: "A backup of " + b.what() + " failed. The message of AWS Backup on the same topic says why; " +
				"start one by hand once the cause is gone.",
		},
		{
			name: "missing", queries: b.completed(), comparison: comparisonBelow, threshold: 1, missing: missingIsGood,
			evaluationPeriods: 2,
			description: "No backup of the database has been completed for two days, or none yet. See the plan's jobs, and " +
				"whether its selection still names the database.",
		},
		undelivered("failed-undelivered", b.failedRule(),
			"A backup of "+b.what()+" failed, and EventBridge could not publish why."),
	}
	if len(b.args.FileSystems) > 0 {
		specs = append(specs, b.missingFiles())
	}
	for _, spec := range specs {
		spec.scope = b.args.Scope
		spec.runbook = "backup-" + spec.name
		spec.name = name + "-" + spec.name
		if spec.namespace == "" {
			spec.namespace = backupNamespace
			spec.dimensions = b.dimensions()
			spec.statistic = "Sum"
		}
		spec.topicARN = b.args.TopicARN
		if err := b.addAlarm(ctx, b, spec); err != nil {
			return err
		}
	}
	return nil
}

func (b *Backup) dimensions() pulumi.StringMap {
	return pulumi.StringMap{"BackupVaultName": pulumi.String(b.VaultName)}
}

// minutesOfDay is the number of minutes of a day in which the database must have existed, to have needed a backup.
const minutesOfDay = 23 * 60

// completed counts the backups of a day, and is 1 while the database is younger than that. AWS Backup counts only what
// there is: without SUM, days without a backup would have no data, and neither would a stack's first day.
func (b *Backup) completed() cloudwatch.MetricAlarmMetricQueryArray {
	return expressionOf("Completed backups", fmt.Sprintf("IF(m2 >= %d, SUM([m1, 0 * m2]), 1)", minutesOfDay),
		b.completedJobs(), b.databaseAge())
}

// databaseAge counts the minutes of a day in which the database was there.
func (b *Backup) databaseAge() metricOf {
	return reports(metricOf{namespace: databaseNamespace, name: "CPUUtilization", dimensions: pulumi.StringMap{
		"DBInstanceIdentifier": pulumi.String(b.args.DatabaseIdentifier),
	}})
}

// missingFiles is an alarm for more parts than the database: a job of one must not stand for that of another. AWS
// Backup counts jobs by vault. A file system reports its size every 15 minutes, and needs a backup after a day of that.
func (b *Backup) missingFiles() alarmSpec {
	parts := 1 + len(b.args.FileSystems)
	metrics, ages := []metricOf{b.completedJobs(), b.databaseAge()}, []string{"m2"}
	for i, files := range b.args.FileSystems {
		metrics = append(metrics, reports(metricOf{
			namespace: filesNamespace, name: "StorageBytes",
			dimensions: pulumi.StringMap{"FileSystemId": files.ID, "StorageClass": pulumi.String("Total")},
		}))
		ages = append(ages, fmt.Sprintf("%d * m%d", sizeMinutes, i+3))
	}
	return alarmSpec{
		name: "missing-files",
		queries: expressionOf("Completed backups", fmt.Sprintf("IF(MIN([%s]) >= %d, SUM([m1, 0 * m2]), %d)",
			strings.Join(ages, ", "), minutesOfDay, parts), metrics...),
		comparison: comparisonBelow, threshold: float64(parts), missing: missingIsGood, evaluationPeriods: 2,
		description: fmt.Sprintf("Fewer than the %d backups of a day, of the database and of each file system, have been "+
			"completed for two days. See the plan's jobs, and whether its selections still name all of them.", parts),
	}
}

// reports counts those of a metric in a day.
func reports(metric metricOf) metricOf {
	metric.statistic, metric.periodSeconds = "SampleCount", secondsPerDay
	return metric
}

func (b *Backup) completedJobs() metricOf {
	return metricOf{
		namespace: backupNamespace, name: "NumberOfBackupJobsCompleted", statistic: "Sum", dimensions: b.dimensions(),
		periodSeconds: secondsPerDay,
	}
}
